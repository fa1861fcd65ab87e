//! The Hub's object ids: 24 lowercase hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A `MongoDB` object id, the key of accounts, repos, groups and events.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 12]);

/// What an id is made up for; keeps made-up ids of different things apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum IdKind {
    User = 1,
    Org = 2,
    Repo = 3,
    Group = 4,
    ServiceAccount = 5,
    AuditEntry = 6,
    Follow = 7,
    Like = 8,
    Discussion = 22,
    DiscussionEvent = 23,
    Collection = 20,
    CollectionItem = 21,
    AccessRequest = 24,
    Webhook = 25,
    Delivery = 26,
    Token = 28,
    ScimGroup = 30,
}

impl ObjectId {
    /// The id that `kind` number `index` gets when the world does not name one.
    pub(crate) fn made_up(kind: IdKind, index: u64) -> Self {
        // 0x65... reads as a date in 2023 where a client takes the leading bytes for a time.
        Self::from_parts(0x6500_0000 | u32::from(kind as u8), index)
    }

    /// An id that sorts by `seconds`, then by `sequence`.
    pub(crate) fn from_parts(seconds: u32, sequence: u64) -> Self {
        let mut bytes = [0; 12];
        bytes[..4].copy_from_slice(&seconds.to_be_bytes());
        bytes[4..].copy_from_slice(&sequence.to_be_bytes());
        Self(bytes)
    }

    /// The part that tells ids of one second apart.
    pub(crate) fn sequence(self) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.0[4..]);
        u64::from_be_bytes(bytes)
    }

    /// This id with a page number in its fifth and sixth byte, which must be 0.
    pub(crate) fn with_page(self, page: u32) -> Self {
        let mut bytes = self.0;
        let page = u16::try_from(page).unwrap_or(u16::MAX);
        bytes[4..6].copy_from_slice(&page.to_be_bytes());
        Self(bytes)
    }

    /// The inverse of [`ObjectId::with_page`]: the id and its page number.
    pub(crate) fn without_page(self) -> (Self, u16) {
        let mut bytes = self.0;
        let page = u16::from_be_bytes([bytes[4], bytes[5]]);
        bytes[4..6].fill(0);
        (Self(bytes), page)
    }
}

/// Not 24 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 24 hexadecimal digits")]
pub struct BadId;

impl FromStr for ObjectId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let digits = text.as_bytes();
        if digits.len() != 24 {
            return Err(BadId);
        }
        let nibble = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            b'A'..=b'F' => Ok(digit - b'A' + 10),
            _ => Err(BadId),
        };
        let mut bytes = [0; 12];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 24];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
            pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).expect("hexadecimal digits are ASCII"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ObjectId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|bad| serde::de::Error::custom(format_args!("`{text}`: {bad}")))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{BadId, IdKind, ObjectId};

    #[test]
    fn an_id_prints_as_it_was_read() {
        let text = "6319b36409baf858241f0f89";
        assert_eq!(text.parse::<ObjectId>().unwrap().to_string(), text);
        assert_eq!("6319".parse::<ObjectId>(), Err(BadId));
        assert_eq!("z319b36409baf858241f0f89".parse::<ObjectId>(), Err(BadId));
    }

    #[test]
    fn made_up_ids_keep_the_order_of_their_index() {
        let id = |index| ObjectId::made_up(IdKind::User, index);
        assert!(id(1) < id(2) && id(2) < id(300));
        assert_ne!(id(1), ObjectId::made_up(IdKind::Org, 1));
    }
}
