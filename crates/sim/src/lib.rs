//! A Hub on this machine, for programs that shall be tested without the network.
//!
//! It answers the operations of `hubfolk-api` with the statuses, headers, messages, visibility and
//! paging of the Hugging Face Hub, from a [`World`] that a file or a program describes. What goes
//! wrong on real networks can be ordered: see [`Fault`].
//!
//! # Examples
//!
//! A program that talks HTTP meets an organization with a hidden members list:
//!
//! ```
//! use std::io::{Read, Write};
//!
//! use hubfolk_sim::{Sim, World};
//!
//! let world = World::from_json(
//!     r#"{"users": [{"name": "ada"}],
//!         "orgs": [{"name": "acme", "hideMembers": true, "members": [{"user": "ada", "role": "admin"}]}],
//!         "tokens": [{"token": "hf_test_ada", "user": "ada"}]}"#,
//! ).unwrap();
//! let hub = Sim::builder().world(world).start_on_thread().unwrap();
//!
//! let ask = |token: &str| {
//!     let mut connection = std::net::TcpStream::connect(hub.address()).unwrap();
//!     write!(
//!         connection,
//!         "GET /api/organizations/acme/members HTTP/1.1\r\nHost: {}\r\n{token}Connection: close\r\n\r\n",
//!         hub.address(),
//!     ).unwrap();
//!     let mut answer = String::new();
//!     connection.read_to_string(&mut answer).unwrap();
//!     answer
//! };
//! assert!(ask("").starts_with("HTTP/1.1 401"));
//! assert!(ask("Authorization: Bearer hf_test_ada\r\n").contains(r#""role":"admin""#));
//! assert_eq!(hub.request_count("list_organization_members"), 2);
//! ```
//!
//! # What is known and what is our reading
//!
//! Statuses, messages and keys are those that the Hub's official clients, documents and recorded
//! answers show. Where none of them says anything, the simulator has to choose, and a program should
//! not depend on the choice:
//!
//! - liking a repo by token (closed since January 2025) answers 403;
//! - a hidden members list answers 403 to outsiders and 401 to those without a token;
//! - lists of followers and likers have 500 people a page;
//! - the texts of the 404 for a user or organization, of the 400 for a user's name in place of an
//!   organization, and of the 429 for a logged-in caller;
//! - resource groups, service accounts, network rules, the audit log, changing a role and keeping a
//!   token out answer 402 in an organization without a plan, and any plan is enough;
//! - inviting and removing members answer 404 as a page that does not exist, unless the world says
//!   `"experimental": true`; an invitation is seen in the audit log only;
//! - role changes take the admin or write role, everything else of an organization the admin role;
//!   an admin of a resource group changes who is in it; a fine-grained token needs `org.write`,
//!   `resourceGroup.write` or `org.serviceAccounts.write` on the organization besides;
//! - a service account is a user outside of the members list; it may do what the scopes of its token
//!   say, sees an organization as a member with `org.read` and as an admin with `org.write`;
//! - a resource group that the caller is not in answers 403, one that is not there 404; groups may
//!   share a name; auto-join concerns only who becomes a member afterwards; users of a SCIM-managed
//!   group cannot be changed by hand (403), with a role change neither;
//! - a rotated token keeps its id; a token kept out of an organization goes on working elsewhere,
//!   and whoami shows it as `token-revoked`;
//! - network rules are kept and shown, not enforced; enforced login stays `pending`;
//! - the last admin may give the role away;
//! - a fine-grained token reads an organization with `org.read`, a private repo with
//!   `repo.content.read` or `repo.write` on it or its owner, and takes a like back with `repo.write` on
//!   its own user.
//!
//! - a private collection answers 404 to everybody without rights, with or without a token; a private
//!   repo or collection in a collection is left out for those who may not see it, and the places of
//!   the other items close up;
//! - the words of a collection's slug are the ASCII letters and digits of its title; a slug without id
//!   means the owner's first collection with these words;
//! - collections come by upvotes, then by last change, when `trending` is asked for or nothing;
//! - with `expand=false` the items of a list have only `_id`, `position`, `type`, `id` and `note`;
//! - collections of an organization are changed by admins, by members with the write role and, where
//!   they made them, by contributors; a fine-grained token needs `collection.read` or
//!   `collection.write` on the owner;
//! - a repeated item answers 409, a collection without resource group 404 when asked for its group, a
//!   batch of item changes changes all or nothing.
//!
//! - discussions come newest first, pinned ones among the others; `trending` is by the last event,
//!   `reactions` by how many people reacted to the first comment, `search` looks at titles;
//! - a discussion is directed (closed, renamed, pinned, deleted, its comments hidden) by those who may
//!   write to its repo; its author may close and rename it, and hide their own comments; to merge
//!   needs a token that may write to the repo; a fine-grained token discusses with `discussion.write`;
//! - a pull request made by a program comes with one commit and a small diff, because nothing can be
//!   pushed to the simulator; merging what is a draft, closed, merged or in conflict answers 400;
//! - setting the status that a discussion has adds an event; pinning and hiding twice is once;
//! - discussions that are switched off answer 403; a missing number or comment 404;
//! - `numDiscussions` counts discussions and pull requests in public repos;
//! - notifications: 25 a page, one a thread; owners and members of an organization watch its repos
//!   until they say otherwise; `lastUpdate` spares what came later; watch settings go by object id;
//!   changing them needs a write token, or `user.notifications.write` on the user.

//!
//! - signing in (`/oauth/authorize`, `/oauth/token`, `/oauth/userinfo`) knows every client id, takes
//!   PKCE with S256 only, and shows every organization of the person with their role; its tokens are
//!   good for `userinfo` alone;
//! - requests for access come newest first, with a `requestId` unless the world says
//!   `"showRequestId": false`, as the recordings of October 2026 have none; `grantedBy` stands in
//!   accepted ones only; in a gate with `auto` the reviewer is nobody;
//! - asking for access needs a token that writes and answers 400 where there is no gate; the fields of
//!   the form are kept and not checked; with `orgMembersGated` members with the write role still pass;
//! - a list of repos has at most 1,000 a page and takes any `limit`; without `full` and `expand` it
//!   shows a few keys more than the Hub does; the trending order is the newest first;
//! - a repo in no resource group answers 404 when asked for it; putting one into a group takes the
//!   admin role in the repo, and a plan;
//! - a copy has files, tags and card of its original; it is private where the original is, and a gated
//!   original must be open to who copies it;
//! - the search finds accounts by the beginning of a name or of a word of the full name, and
//!   everything else by a part of it; 10 of each type; private things for their owner only;
//! - webhooks send nothing anywhere: what would be sent is kept, see [`World::deliveries`], and a
//!   replay answers 200; who is watched is checked for the caller to see; an empty list of what is
//!   watched or told is refused; `url`, `job` and `jobSourceId` exclude each other.

mod answer;
mod chance;
mod clock;
mod faults;
mod handlers;
mod id;
mod limits;
mod markdown;
mod paging;
mod routes;
mod seed;
mod server;
mod timeline;
mod visibility;
mod world;

pub use faults::{Fault, FaultRule, Faults};
pub use id::{BadId, ObjectId};
pub use limits::RateLimits;
pub use seed::{
    DEMO_ADMIN_TOKEN, DEMO_EXPIRED_TOKEN, DEMO_MEMBER_TOKEN, DEMO_MEMBERS, DEMO_ORGANIZATION,
    DEMO_OUTSIDER_TOKEN, DEMO_SCIM_TOKEN, DEMO_SERVICE_TOKEN,
};
pub use server::{RequestRecord, Running, Sim, SimBuilder, WorldGuard};
pub use timeline::{Chapter, Timeline};
pub use world::{
    AccessStatus, AuditNote, BIG_ADMIN_TOKEN, ChangeError, Delivery, FineGrained, Gated,
    NameProblem, NewDiscussion, NewMember, NewUser, Plan, Problem, RepoType, ScimTree, Scope,
    ScopeEntity, TokenRole, World, WorldError, check_name,
};
