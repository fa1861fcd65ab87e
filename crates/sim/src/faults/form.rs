//! A fault as a file writes it.

use serde::{Deserialize, Deserializer};

use super::Fault;

/// The settings of each fault with their defaults.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Form {
    Latency {
        ms: u64,
        #[serde(default)]
        jitter_ms: u64,
    },
    Status {
        code: u16,
        retry_after: Option<u64>,
        reset: Option<u32>,
        message: Option<String>,
    },
    ResetBefore {},
    ResetInside {
        after_bytes: Option<usize>,
    },
    TruncatedBody {
        after_bytes: Option<usize>,
    },
    TruncatedJson {},
    InvalidJson {},
    WrongContentType {
        content_type: Option<String>,
        body: Option<String>,
    },
    SlowDrip {
        #[serde(default = "drip_bytes")]
        bytes: usize,
        #[serde(default = "drip_pause")]
        every_ms: u64,
    },
    ForeignLink {
        #[serde(default = "foreign")]
        to: String,
    },
    CyclingLink {},
    EmptyPage {},
    ShortPage {
        #[serde(default = "one")]
        items: usize,
    },
    DuplicateItem {},
    MembersJoin {
        #[serde(default = "one")]
        count: usize,
    },
    MembersLeave {
        #[serde(default = "one")]
        count: usize,
    },
    CoverageLoss {
        #[serde(default = "reader")]
        role: String,
    },
    RenameUser {
        user: Option<String>,
        to: Option<String>,
    },
    ReuseName {
        user: Option<String>,
    },
    ClockSkew {
        seconds: i64,
    },
    Advice {
        topic: String,
        message: String,
    },
}

fn one() -> usize {
    1
}

fn drip_bytes() -> usize {
    16
}

fn drip_pause() -> u64 {
    50
}

fn foreign() -> String {
    "https://hub.example".to_owned()
}

fn reader() -> String {
    "read".to_owned()
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(name) => serde_json::json!({ name: {} }),
            settings => settings,
        };
        let form: Form = serde_json::from_value(value).map_err(serde::de::Error::custom)?;
        Ok(match form {
            Form::Latency { ms, jitter_ms } => Fault::Latency { ms, jitter_ms },
            Form::Status { code, retry_after, reset, message } => {
                Fault::Status { code, retry_after, reset, message }
            }
            Form::ResetBefore {} => Fault::ResetBefore,
            Form::ResetInside { after_bytes } => Fault::ResetInside { after_bytes },
            Form::TruncatedBody { after_bytes } => Fault::TruncatedBody { after_bytes },
            Form::TruncatedJson {} => Fault::TruncatedJson,
            Form::InvalidJson {} => Fault::InvalidJson,
            Form::WrongContentType { content_type, body } => {
                Fault::WrongContentType { content_type, body }
            }
            Form::SlowDrip { bytes, every_ms } => Fault::SlowDrip { bytes, every_ms },
            Form::ForeignLink { to } => Fault::ForeignLink { to },
            Form::CyclingLink {} => Fault::CyclingLink,
            Form::EmptyPage {} => Fault::EmptyPage,
            Form::ShortPage { items } => Fault::ShortPage { items },
            Form::DuplicateItem {} => Fault::DuplicateItem,
            Form::MembersJoin { count } => Fault::MembersJoin { count },
            Form::MembersLeave { count } => Fault::MembersLeave { count },
            Form::CoverageLoss { role } => Fault::CoverageLoss { role },
            Form::RenameUser { user, to } => Fault::RenameUser { user, to },
            Form::ReuseName { user } => Fault::ReuseName { user },
            Form::ClockSkew { seconds } => Fault::ClockSkew { seconds },
            Form::Advice { topic, message } => Fault::Advice { topic, message },
        })
    }
}
