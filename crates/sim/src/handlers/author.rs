//! The user or organization behind something, as collections show them.

use serde::Serialize;

use super::Ask;
use crate::id::ObjectId;
use crate::world::{Account, Plan};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuthorView<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    avatar_url: &'a str,
    fullname: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_pro: Option<bool>,
    is_hf: bool,
    is_hf_admin: bool,
    is_mod: bool,
    follower_count: usize,
    is_user_following: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Plan>,
}

impl Ask<'_> {
    /// An account as the owner or author of something; organizations have no `isPro`.
    pub(super) fn author(&self, account: Account) -> AuthorView<'_> {
        let is_user_following = self.is_following(account) == Some(true);
        let plain = |id, avatar_url, fullname, name, kind, follower_count| AuthorView {
            id,
            avatar_url,
            fullname,
            name,
            kind,
            is_pro: None,
            is_hf: false,
            is_hf_admin: false,
            is_mod: false,
            follower_count,
            is_user_following,
            plan: None,
        };
        match account {
            Account::User(user) => {
                let user = self.world.user(user);
                let followers = user.followers.len();
                AuthorView {
                    is_pro: Some(user.is_pro),
                    ..plain(
                        user.id,
                        &user.avatar_url,
                        &user.fullname,
                        &user.name,
                        "user",
                        followers,
                    )
                }
            }
            Account::Org(org) => {
                let org = self.world.org(org);
                let followers = org.followers.len();
                AuthorView {
                    plan: org.plan,
                    ..plain(org.id, &org.avatar_url, &org.fullname, &org.name, "org", followers)
                }
            }
        }
    }
}
