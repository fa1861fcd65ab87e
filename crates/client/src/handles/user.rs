//! A user by name.

use hubfolk_api::repos::{ListDatasets, ListKernels, ListModels, ListSpaces};
use hubfolk_api::users::{
    GetUserAvatar, GetUserOverview, GetUserSocials, ListLikedRepos, ListUserFollowers,
    ListUserFollowing,
};

use super::Client;
use crate::activity::{ActivityLog, ActivityQuery, ActivityReader};

/// A user by name, made by [`Hub::user`](crate::Hub::user).
#[derive(Debug, Clone)]
pub struct User<C = crate::Hub> {
    client: C,
    name: String,
}

impl<C: Client> User<C> {
    pub(crate) fn new(client: C, name: String) -> Self {
        Self { client, name }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public profile.
    pub fn overview(&self) -> C::Sent<GetUserOverview> {
        self.client.perform(GetUserOverview::new(&self.name))
    }

    /// Who follows the user.
    pub fn followers(&self) -> C::Listed<ListUserFollowers> {
        self.client.enumerate(ListUserFollowers::new(&self.name))
    }

    /// Whom the user follows.
    pub fn following(&self) -> C::Listed<ListUserFollowing> {
        self.client.enumerate(ListUserFollowing::new(&self.name))
    }

    /// Public repositories that the user likes, newest like first.
    pub fn likes(&self) -> C::Listed<ListLikedRepos> {
        self.client.enumerate(ListLikedRepos::new(&self.name))
    }

    /// The user's models that the caller may see.
    pub fn models(&self) -> C::Listed<ListModels> {
        self.client.enumerate(ListModels::of(&self.name))
    }

    /// The user's datasets that the caller may see.
    pub fn datasets(&self) -> C::Listed<ListDatasets> {
        self.client.enumerate(ListDatasets::of(&self.name))
    }

    /// The user's Spaces that the caller may see.
    pub fn spaces(&self) -> C::Listed<ListSpaces> {
        self.client.enumerate(ListSpaces::of(&self.name))
    }

    /// The user's kernels that the caller may see.
    pub fn kernels(&self) -> C::Listed<ListKernels> {
        self.client.enumerate(ListKernels::of(&self.name))
    }

    /// What happened lately, put together from lists: see [`crate::activity`].
    pub fn activity(&self, query: ActivityQuery) -> C::Done<ActivityLog> {
        let name = self.name.clone();
        self.client
            .run(|hub| async move { ActivityReader::of_user(&hub, &name, query).collect().await })
    }

    /// Names on other sites.
    pub fn socials(&self) -> C::Sent<GetUserSocials> {
        self.client.perform(GetUserSocials::new(&self.name))
    }

    /// Address of the picture.
    pub fn avatar(&self) -> C::Sent<GetUserAvatar> {
        self.client.perform(GetUserAvatar::new(&self.name))
    }
}
