//! What the caller watches, and what the caller is told about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    endpoint::{Answer, Endpoint, Operation},
    id::{self, Invalid},
    open::open_names,
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<UpdateWatchSettings>();
    visitor.call::<UpdateNotificationSettings>();
}

/// What kind of thing is watched.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WatchTargetType {
    /// An organization with all its repositories.
    Org,
    /// A user with all their repositories.
    User,
    /// A repository.
    Repo,
    /// A kind added since.
    Other(String),
}

open_names!(WatchTargetType { "org" => Org, "user" => User, "repo" => Repo });

/// Something that is watched: whoever watches it is told what happens in its discussions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct WatchTarget {
    /// Object id of the organization, user or repository.
    pub id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub target_type: WatchTargetType,
}

impl WatchTarget {
    /// Something by its kind and object id.
    #[must_use]
    pub fn new(target_type: WatchTargetType, id: impl Into<String>) -> Self {
        Self { id: id.into(), target_type }
    }
}

/// Watch organizations, users and repositories, or no more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct UpdateWatchSettings {
    /// To watch from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add: Option<Vec<WatchTarget>>,
    /// To watch no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<Vec<WatchTarget>>,
}

impl UpdateWatchSettings {
    /// To watch this from now on.
    #[must_use]
    pub fn watch(what: WatchTarget) -> Self {
        Self { add: Some(vec![what]), delete: None }
    }

    /// To watch this no more.
    #[must_use]
    pub fn unwatch(what: WatchTarget) -> Self {
        Self { add: None, delete: Some(vec![what]) }
    }
}

impl Endpoint for UpdateWatchSettings {
    const OPERATION: Operation = Operation::patch(
        "update_watch_settings",
        "/api/settings/watch",
        "Watch organizations, users and repositories, or no more",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        let mut all = self.add.iter().chain(&self.delete).flatten().peekable();
        if all.peek().is_none() {
            let rule = "are missing; give what to watch, as in a repository's `_id`";
            return Err(Invalid::new("watch settings", "", rule));
        }
        all.try_for_each(|watched| {
            if let WatchTargetType::Other(other) = &watched.target_type {
                let rule = "is none of `org`, `user` and `repo`";
                return Err(Invalid::new("kind of thing to watch", other, rule));
            }
            id::object_id("id to watch", &watched.id).map_err(|invalid| {
                let rule = format!("{}, as in 62904ad60ea7e76254c12713", invalid.rule);
                Invalid::new("id to watch", &watched.id, rule)
            })
        })
    }
}

/// The kinds of notification, each once: as a field, in the list, and by name.
macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident),+ $(,)?) => {
        /// What the caller is told about; what is absent stays as it is.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[non_exhaustive]
        pub struct NotificationSettings {
            $(
                $(#[$doc])+
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $kind: Option<bool>,
            )+
            /// No news of the product before then, ISO 8601 in UTC.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schemars(extend("format" = "date-time"))]
            pub product_updates_after: Option<String>,
        }

        impl NotificationSettings {
            /// The names of everything that is on or off.
            pub const KINDS: &'static [&'static str] = &[$(stringify!($kind)),+];

            fn kind(&mut self, name: &str) -> Option<&mut Option<bool>> {
                match name {
                    $(stringify!($kind) => Some(&mut self.$kind),)+
                    _ => None,
                }
            }

            /// What is switched, by name.
            #[must_use]
            pub fn switched(&self) -> Vec<(&'static str, bool)> {
                [$((stringify!($kind), self.$kind)),+]
                    .into_iter()
                    .filter_map(|(name, on)| Some((name, on?)))
                    .collect()
            }
        }
    };
}

kinds! {
    /// News of the Hub.
    announcements,
    /// What happens around one's papers.
    arxiv_paper_activity,
    /// The day's papers, by mail.
    daily_papers_digest,
    /// Discussions one takes part in, by mail.
    discussions_participating,
    /// Discussions of what one watches, by mail.
    discussions_watched,
    /// Somebody asks for access to a gated repository.
    gated_user_access_request,
    /// State of inference endpoints.
    inference_endpoint_status,
    /// State of jobs.
    job_status,
    /// Launch of `AutoNLP`.
    launch_autonlp,
    /// Launch of Spaces.
    launch_spaces,
    /// Launch of prepaid credits.
    launch_prepaid_credits,
    /// Launch of the training cluster.
    launch_training_cluster,
    /// Somebody asks to join an organization.
    org_request,
    /// Organizations one might join.
    org_suggestions,
    /// Organizations of one's mail domain one might join.
    org_verified_suggestions,
    /// Organizations one might found.
    org_suggestions_to_create,
    /// Posts one takes part in, by mail.
    posts_participating,
    /// Somebody follows.
    user_follows,
    /// A secret was found in a repository.
    secret_detected,
    /// Discussions one takes part in, on the site.
    web_discussions_participating,
    /// Discussions of what one watches, on the site.
    web_discussions_watched,
    /// Posts one takes part in, on the site.
    web_posts_participating,
    /// End of the old inference service.
    api_inference_sunset,
    /// The account was locked out.
    locked_out,
    /// Releases of repositories.
    repo_release,
}

impl NotificationSettings {
    /// The same with one kind switched on or off.
    ///
    /// # Errors
    ///
    /// A name that is none of [`Self::KINDS`].
    pub fn switch(mut self, name: &str, on: bool) -> Result<Self, Invalid> {
        match self.kind(name) {
            Some(slot) => {
                *slot = Some(on);
                Ok(self)
            }
            None => {
                let known = Self::KINDS.join(", ");
                Err(Invalid::new("kind of notification", name, format_args!("is none of: {known}")))
            }
        }
    }
}

/// Choose what the caller is told about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UpdateNotificationSettings {
    /// What is switched on or off.
    pub notifications: NotificationSettings,
    /// Amount that the launch of prepaid credits goes by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 24))]
    pub prepaid_amount: Option<String>,
}

impl UpdateNotificationSettings {
    /// These switches.
    #[must_use]
    pub fn new(notifications: NotificationSettings) -> Self {
        Self { notifications, prepaid_amount: None }
    }
}

impl Endpoint for UpdateNotificationSettings {
    const OPERATION: Operation = Operation::patch(
        "update_notification_settings",
        "/api/settings/notifications",
        "Choose what the caller is told about",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        if let Some(time) = &self.notifications.product_updates_after
            && !super::is_utc(time)
        {
            let rule = "is no time in UTC, as in 2026-03-02T00:00:00Z";
            return Err(Invalid::new("time of product updates", time, rule));
        }
        if self.notifications == NotificationSettings::default() && self.prepaid_amount.is_none() {
            let rule = "are missing; switch something on or off, as in `discussions_watched`";
            return Err(Invalid::new("notification settings", "", rule));
        }
        match &self.prepaid_amount {
            Some(amount) if amount.chars().count() > 24 => {
                Err(Invalid::new("prepaid amount", amount, "has more than 24 characters, as in 25"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::{
        NotificationSettings, UpdateNotificationSettings, UpdateWatchSettings, WatchTarget,
        WatchTargetType,
    };
    use crate::Endpoint;

    #[test]
    fn kinds_are_switched_by_name_and_unknown_ones_refused() {
        let settings = NotificationSettings::default().switch("user_follows", false).unwrap();
        assert_eq!(settings.switched(), [("user_follows", false)]);
        assert_eq!(NotificationSettings::KINDS.len(), 25);
        let error = NotificationSettings::default().switch("user_follow", true).unwrap_err();
        assert!(error.to_string().contains("user_follows"), "{error}");
        UpdateNotificationSettings::new(settings).validate().unwrap();
        assert!(UpdateNotificationSettings::default().validate().is_err());
    }

    #[test]
    fn what_is_watched_is_named_by_object_id() {
        let repo =
            |id: &str| UpdateWatchSettings::watch(WatchTarget::new(WatchTargetType::Repo, id));
        repo("62904ad60ea7e76254c12713").validate().unwrap();
        assert!(repo("acme/m").validate().unwrap_err().to_string().contains("as in 62904"));
        assert!(UpdateWatchSettings::default().validate().is_err());
    }
}
