//! Users: overview, followers and followed, likes, socials, avatar.

use hubfolk_api::users::{
    GetUserAvatar, GetUserOverview, GetUserSocials, ListLikedRepos, ListUserFollowers,
    ListUserFollowing,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Ask, Behaviour, PEOPLE, Show};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::paging::{CursorForm, Order, PageSizes, cut};
use crate::world::{Account, Counters, RepoType, User, UserExtras, World};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Overview<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    avatar_url: &'a str,
    is_pro: bool,
    fullname: &'a str,
    num_models: u64,
    num_datasets: u64,
    num_spaces: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_buckets: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_kernels: Option<u64>,
    num_discussions: u64,
    num_papers: u64,
    num_upvotes: u64,
    num_likes: u64,
    num_followers: u64,
    num_following: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_following_orgs: Option<u64>,
    orgs: Vec<UserOrg<'a>>,
    user: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_following: Option<bool>,
    details: &'a str,
    created_at: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserOrg<'a> {
    id: ObjectId,
    name: &'a str,
    fullname: &'a str,
    avatar_url: &'a str,
}

/// How many public repos of a kind an account has.
pub(super) fn public_repos(world: &World, owner: &str, kind: RepoType) -> u64 {
    world.repos_of(owner).filter(|repo| repo.kind == kind && !repo.private).count() as u64
}

/// Numbers that recordings from before they existed do not have are sent only when there is
/// something to count.
fn if_any(overridden: Option<u64>, counted: u64) -> Option<u64> {
    overridden.or_else(|| (counted > 0).then_some(counted))
}

impl Show<GetUserOverview> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetUserOverview) -> Result<Answer, Refusal> {
        let index = ask.user(&request.username)?;
        let user = ask.world.user(index);
        let none = Counters::default();
        let own = user.more.as_deref().map_or(&none, |more| &more.counters);
        let repos = |kind| public_repos(ask.world, &user.name, kind);
        let orgs = user
            .orgs
            .iter()
            .map(|&org| ask.world.org(org))
            .filter(|org| org.lists(user.id) && ask.caller.sees_members(ask.world, org));
        Ok(Answer::json(&Overview {
            id: user.id,
            avatar_url: &user.avatar_url,
            is_pro: user.is_pro,
            fullname: &user.fullname,
            num_models: own.num_models.unwrap_or_else(|| repos(RepoType::Model)),
            num_datasets: own.num_datasets.unwrap_or_else(|| repos(RepoType::Dataset)),
            num_spaces: own.num_spaces.unwrap_or_else(|| repos(RepoType::Space)),
            num_buckets: own.num_buckets,
            num_kernels: if_any(own.num_kernels, repos(RepoType::Kernel)),
            num_discussions: own
                .num_discussions
                .unwrap_or_else(|| ask.world.public_discussions_of(index)),
            num_papers: own.num_papers.unwrap_or(0),
            num_upvotes: own.num_upvotes.unwrap_or(0),
            num_likes: own.num_likes.unwrap_or_else(|| public_likes(ask.world, user)),
            num_followers: own.num_followers.unwrap_or(user.followers.len() as u64),
            num_following: own.num_following.unwrap_or(user.following.len() as u64),
            num_following_orgs: if_any(own.num_following_orgs, u64::from(user.following_orgs)),
            orgs: orgs
                .map(|org| UserOrg {
                    id: org.id,
                    name: &org.name,
                    fullname: &org.fullname,
                    avatar_url: &org.avatar_url,
                })
                .collect(),
            user: &user.name,
            kind: "user",
            is_following: ask.is_following(Account::User(index)),
            details: &user.details,
            created_at: wire_date(user.created_at),
        }))
    }
}

fn public_likes(world: &World, user: &User) -> u64 {
    user.likes.values().filter(|&&repo| !world.repo(repo).private).count() as u64
}

impl Show<ListUserFollowers> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PEOPLE);

    fn show(ask: &Ask<'_>, request: &ListUserFollowers) -> Result<Answer, Refusal> {
        let user = ask.world.user(ask.user(&request.username)?);
        let page = cut(&user.followers, Order::Descending, ask.page, |_, _| true);
        Ok(ask.paged(&page, CursorForm::Dotted, |_, &user| ask.public_user(user)))
    }
}

impl Show<ListUserFollowing> for Behaviour {
    const PAGES: Option<PageSizes> = Some(PEOPLE);

    fn show(ask: &Ask<'_>, request: &ListUserFollowing) -> Result<Answer, Refusal> {
        let user = ask.world.user(ask.user(&request.username)?);
        let page = cut(&user.following, Order::Descending, ask.page, |_, _| true);
        Ok(ask.paged(&page, CursorForm::Dotted, |_, &user| ask.public_user(user)))
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Like<'a> {
    created_at: String,
    repo: LikedRepo<'a>,
}

#[derive(Debug, Serialize)]
struct LikedRepo<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: RepoType,
}

impl Show<ListLikedRepos> for Behaviour {
    const PAGES: Option<PageSizes> =
        Some(PageSizes { least: 1, most: 10_000, default: 500, cursor: CursorForm::Hex });

    fn show(ask: &Ask<'_>, request: &ListLikedRepos) -> Result<Answer, Refusal> {
        let user = ask.world.user(ask.user(&request.username)?);
        let public = |_, repo: &_| !ask.world.repo(*repo).private;
        let page = cut(&user.likes, Order::Descending, ask.page, public);
        Ok(ask.paged(&page, CursorForm::Hex, |id, &repo| {
            let repo = ask.world.repo(repo);
            let at = repo.likers.get(&id).map(|(_, at)| *at).unwrap_or_default();
            Like { created_at: wire_date(at), repo: LikedRepo { name: &repo.id, kind: repo.kind } }
        }))
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Socials<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    user: &'a str,
    social_handles: &'a Map<String, Value>,
}

impl Show<GetUserSocials> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetUserSocials) -> Result<Answer, Refusal> {
        let user = ask.world.user(ask.user(&request.username)?);
        let plain = UserExtras::default();
        Ok(Answer::json(&Socials {
            id: user.id,
            user: &user.name,
            social_handles: &user.more.as_deref().unwrap_or(&plain).socials,
        }))
    }
}

impl Show<GetUserAvatar> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetUserAvatar) -> Result<Answer, Refusal> {
        Ok(ask.avatar(&ask.world.user(ask.user(&request.username)?).avatar_url))
    }
}
