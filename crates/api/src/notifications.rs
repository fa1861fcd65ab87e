//! Notifications of the caller: the list, marking as read, deleting; what is watched and told.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Answer, Effect, Endpoint, Operation, Paged, Payload},
    id::{self, Invalid},
    open::open_names,
    repos::RepoType,
    table::Visitor,
};

pub use self::{
    item::{
        Notification, NotificationCount, NotificationDiscussion, NotificationPage, Participant,
    },
    settings::{
        NotificationSettings, UpdateNotificationSettings, UpdateWatchSettings, WatchTarget,
        WatchTargetType,
    },
};

mod item;
mod settings;

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListNotifications>();
    visitor.call::<MarkNotificationsAsRead>();
    visitor.call::<DeleteNotifications>();
    settings::visit(visitor);
}

/// Whether notifications that were read are in the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadStatus {
    /// All of them.
    All,
    /// Unread ones alone.
    Unread,
    /// A word added since.
    Other(String),
}

open_names!(ReadStatus { "all" => All, "unread" => Unread });

/// Why the caller was told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mention {
    /// For any reason.
    All,
    /// The caller takes part.
    Participating,
    /// The caller was mentioned by name.
    Mentions,
    /// A word added since.
    Other(String),
}

open_names!(Mention { "all" => All, "participating" => Participating, "mentions" => Mentions });

/// Which notifications are meant; all of them when nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase", default)]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct NotificationFilter {
    /// `all` or `unread`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_status: Option<ReadStatus>,
    /// Of repositories of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_type: Option<RepoType>,
    /// Of this repository, `owner/name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_name: Option<String>,
    /// Of posts by this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_author: Option<String>,
    /// Of this paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper_id: Option<String>,
    /// Of this article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article_id: Option<String>,
    /// `all`, `participating` or `mentions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mention: Option<Mention>,
    /// Changed until then, ISO 8601 in UTC; spares what came in the meantime.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub last_update: Option<String>,
}

impl NotificationFilter {
    fn validate(&self) -> Result<(), Invalid> {
        if let Some(ReadStatus::Other(other)) = &self.read_status {
            return Err(Invalid::new("read status", other, "is neither `all` nor `unread`"));
        }
        if let Some(Mention::Other(other)) = &self.mention {
            let rule = "is none of `all`, `participating` and `mentions`";
            return Err(Invalid::new("mention", other, rule));
        }
        if let Some(RepoType::Other(other)) = &self.repo_type {
            let rule = "is none of `model`, `dataset`, `space`, `kernel` and `bucket`";
            return Err(Invalid::new("repository type", other, rule));
        }
        if let Some(time) = &self.last_update
            && !is_utc(time)
        {
            let rule = "is no time in UTC, as in 2026-03-02T00:00:00Z";
            return Err(Invalid::new("last update", time, rule));
        }
        self.repo_name.as_deref().map_or(Ok(()), id::repo_id)
    }
}

/// Whether a text has the form of a time in UTC; which day exists is for the Hub to say.
fn is_utc(text: &str) -> bool {
    let Some((head, tail)) = text.split_at_checked(19) else { return false };
    let form = head.bytes().zip(*b"9999-99-99T99:99:99");
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    form.clone().count() == 19
        && form.into_iter().all(|(b, f)| if f == b'9' { b.is_ascii_digit() } else { b == f })
        && tail.strip_suffix('Z').is_some_and(|fraction| {
            fraction.is_empty() || fraction.strip_prefix('.').is_some_and(digits)
        })
}

/// List the caller's notifications, newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListNotifications {
    /// Number of the page, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<u64>,
    /// Which of them.
    #[serde(flatten)]
    pub filter: NotificationFilter,
}

impl ListNotifications {
    /// All notifications.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Those of this filter.
    #[must_use]
    pub fn filtered(filter: NotificationFilter) -> Self {
        Self { p: None, filter }
    }
}

impl Endpoint for ListNotifications {
    const OPERATION: Operation = Operation::get(
        "list_notifications",
        "/api/notifications",
        "List the caller's notifications, newest first",
    );
    type Response = NotificationPage;

    fn validate(&self) -> Result<(), Invalid> {
        self.filter.validate()
    }
}

impl Paged for ListNotifications {
    type Item = Notification;
    const ITEMS: Option<&'static str> = Some("notifications");

    fn next_page(&self, received: usize, envelope: &Map<String, Value>) -> Option<Self> {
        let shown = envelope.get("start")?.as_u64()?.saturating_add(received as u64);
        let all = envelope.get("count")?.get("view")?.as_u64()?;
        (received > 0 && shown < all)
            .then(|| Self { p: Some(self.p.unwrap_or(0) + 1), ..self.clone() })
    }
}

const FILTERS: &[&str] = &[
    "p",
    "readStatus",
    "repoType",
    "repoName",
    "postAuthor",
    "paperId",
    "articleId",
    "mention",
    "lastUpdate",
    "applyToAll",
];

/// Mark notifications as read, or as unread.
///
/// Names them by the ids of their discussions, or takes all of a filter with `applyToAll`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MarkNotificationsAsRead {
    /// Number of the page that is meant, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<u64>,
    /// Which of them.
    #[serde(flatten)]
    pub filter: NotificationFilter,
    /// Whether all of the filter are meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apply_to_all: Option<bool>,
    /// Ids of the discussions, 24 lowercase hexadecimal digits each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussion_ids: Option<Vec<String>>,
    /// Whether they count as read from now on; they do when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<bool>,
}

impl MarkNotificationsAsRead {
    /// Those of these discussions.
    #[must_use]
    pub fn of(discussions: impl IntoIterator<Item = impl Into<String>>, read: bool) -> Self {
        let ids = discussions.into_iter().map(Into::into).collect();
        Self { discussion_ids: Some(ids), read: Some(read), ..Self::default() }
    }

    /// All of this filter.
    #[must_use]
    pub fn all(filter: NotificationFilter, read: bool) -> Self {
        Self { filter, apply_to_all: Some(true), read: Some(read), ..Self::default() }
    }
}

impl Endpoint for MarkNotificationsAsRead {
    const OPERATION: Operation = Operation::post(
        "mark_notifications_as_read",
        "/api/notifications/mark-as-read",
        "Mark notifications as read, or as unread",
    )
    .query_fields(FILTERS)
    .effect(Effect::Idempotent)
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        self.filter.validate()?;
        meant(self.discussion_ids.as_deref(), self.apply_to_all)
    }
}

/// Delete notifications, for ever.
///
/// Names them by the ids of their discussions, or takes all of a filter with `applyToAll`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeleteNotifications {
    /// Number of the page that is meant, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<u64>,
    /// Which of them.
    #[serde(flatten)]
    pub filter: NotificationFilter,
    /// Whether all of the filter are meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apply_to_all: Option<bool>,
    /// Ids of the discussions, 24 lowercase hexadecimal digits each.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(min = 1),
        inner(length(min = 24, max = 24), regex(pattern = "^[0-9a-f]{24}$"))
    )]
    pub discussion_ids: Option<Vec<String>>,
}

impl DeleteNotifications {
    /// Those of these discussions.
    #[must_use]
    pub fn of(discussions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let ids = discussions.into_iter().map(Into::into).collect();
        Self { discussion_ids: Some(ids), ..Self::default() }
    }

    /// All of this filter.
    #[must_use]
    pub fn all(filter: NotificationFilter) -> Self {
        Self { filter, apply_to_all: Some(true), ..Self::default() }
    }
}

impl Endpoint for DeleteNotifications {
    const OPERATION: Operation = Operation::delete(
        "delete_notifications",
        "/api/notifications",
        "Delete notifications, for ever",
    )
    .payload(Payload::Json)
    .query_fields(FILTERS)
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        self.filter.validate()?;
        meant(self.discussion_ids.as_deref(), self.apply_to_all)
    }
}

/// Either some are named or all are meant: a call that says neither is a mistake.
fn meant(ids: Option<&[String]>, all: Option<bool>) -> Result<(), Invalid> {
    let ids = ids.unwrap_or_default();
    let rule = "give ids, as in 62904ad60ea7e76254c12713, or apply to all, not both";
    match (ids.is_empty(), all == Some(true)) {
        (true, false) => {
            return Err(Invalid::new("discussion ids", "", format_args!("are missing; {rule}")));
        }
        (false, true) => {
            let given = ids.join(",");
            return Err(Invalid::new("discussion ids", given, format_args!("and all; {rule}")));
        }
        _ => {}
    }
    ids.iter().try_for_each(|id| id::object_id("discussion id", id))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::{
        DeleteNotifications, ListNotifications, MarkNotificationsAsRead, Mention,
        NotificationFilter, is_utc,
    };
    use crate::{Endpoint, Paged, repos::RepoType, wire};

    #[test]
    fn filters_travel_in_the_query_and_ids_in_the_body() {
        let filter = NotificationFilter::builder().mention(Mention::Mentions).build();
        let mark = MarkNotificationsAsRead::all(filter, true);
        let sent = wire::encode(&mark).unwrap();
        assert_eq!(sent.uri(), "/api/notifications/mark-as-read?applyToAll=true&mention=mentions");
        let body: Value = serde_json::from_slice(sent.body()).unwrap();
        assert_eq!(body, json!({"read": true}));
        assert_eq!(wire::decode::<MarkNotificationsAsRead>(&sent).unwrap(), mark);

        let delete = DeleteNotifications::of(["62904ad60ea7e76254c12713"]);
        let sent = wire::encode(&delete).unwrap();
        assert_eq!(
            (sent.method().as_str(), sent.uri().to_string()),
            ("DELETE", "/api/notifications".into())
        );
        let body: Value = serde_json::from_slice(sent.body()).unwrap();
        assert_eq!(body, json!({"discussionIds": ["62904ad60ea7e76254c12713"]}));
        assert_eq!(wire::decode::<DeleteNotifications>(&sent).unwrap(), delete);
    }

    #[test]
    fn none_named_and_all_named_are_both_mistakes() {
        assert!(MarkNotificationsAsRead::default().validate().is_err());
        let both = MarkNotificationsAsRead {
            apply_to_all: Some(true),
            ..MarkNotificationsAsRead::of(["62904ad60ea7e76254c12713"], true)
        };
        assert!(both.validate().is_err());
        assert!(DeleteNotifications::of(["7"]).validate().is_err());
        DeleteNotifications::all(NotificationFilter::default()).validate().unwrap();
        let wrong = NotificationFilter::builder().repo_type(RepoType::Other("x".into())).build();
        assert!(ListNotifications::filtered(wrong).validate().is_err());
    }

    #[test]
    fn pages_end_with_the_view_not_with_everything() {
        let list = ListNotifications::new();
        let envelope = json!({"start": 0, "count": {"view": 30, "unread": 5, "all": 99}});
        assert_eq!(list.next_page(25, envelope.as_object().unwrap()).unwrap().p, Some(1));
        assert_eq!(list.next_page(30, envelope.as_object().unwrap()), None);
    }

    #[test]
    fn a_time_is_written_in_utc() {
        assert!(is_utc("2026-03-02T00:00:00Z") && is_utc("2026-03-02T00:00:00.123Z"));
        for wrong in [
            "",
            "yesterday",
            "2026-03-02",
            "2026-03-02T00:00:00",
            "2026-03-02T00:00:00.Z",
            "2026-03-02T00:00:00+01:00",
            "é2026-03-02T00:00:00Z",
        ] {
            assert!(!is_utc(wrong), "{wrong}");
        }
    }
}
