//! Large worlds for measurements, built without a file.

use super::{LONG_AGO, NewMember, Org, Plan, Token, TokenRole, User, World, avatar_of};
use crate::id::IdKind;

/// The token of the admin of every organization of a large world.
pub const BIG_ADMIN_TOKEN: &str = "hf_test_admin";

/// Members of an organization who are in a resource group.
const IN_GROUPS: usize = 100;

/// Where uploaded pictures lie.
const UPLOADS: &str = "https://cdn-avatars.huggingface.co/v1/production/uploads";

impl World {
    /// One organization `big` with this many members, about 442 bytes each in an admin's list.
    ///
    /// The token `hf_test_admin` belongs to `big-admin`, who is one of them.
    #[must_use]
    pub fn big(members: usize) -> Self {
        let mut world = Self::fleet(0, 0);
        world.fill("big", members.saturating_sub(1));
        world
    }

    /// This many organizations `org-1`, `org-2`, ... of this many members each, `big-admin` included.
    #[must_use]
    pub fn fleet(organizations: usize, members: usize) -> Self {
        let mut world = Self::new();
        let id = world.next_id(IdKind::User);
        let admin = User { id, avatar_url: avatar_of(id), ..User::named("big-admin") };
        let admin = world.insert_user(admin).expect("the world is empty");
        let id = world.next_id(IdKind::Token);
        let token = Token::new(id, admin, TokenRole::Read, "measurements", LONG_AGO);
        world.tokens.insert(BIG_ADMIN_TOKEN.into(), token);
        for number in 1..=organizations {
            world.fill(&format!("org-{number}"), members.saturating_sub(1));
        }
        world
    }

    fn fill(&mut self, name: &str, members: usize) {
        let admin = self.user_named("big-admin").expect("it was added first");
        let id = self.next_id(IdKind::Org);
        let org = Org { plan: Some(Plan::Enterprise), ..Org::named(name, id) };
        let org = self.insert_org(org).expect("the names differ");
        self.insert_member(org, admin, NewMember::with_role("admin"));
        let groups: Vec<_> = ["research", "platform"]
            .map(|group| self.add_group(name, group).expect("the organization is new"))
            .into();
        let roles = ["read", "write", "contributor", "no_access", "read"];
        for number in 1..=members {
            let id = self.next_id(IdKind::User);
            let user = User {
                id,
                fullname: format!("Member Number {number} of the organization {name}").into(),
                avatar_url: format!("{UPLOADS}/{id}/{:x}.png", u64::MAX - number as u64).into(),
                is_pro: number % 11 == 0,
                two_factor: number % 7 != 0,
                ..User::named(&format!("{name}-member-{number:07}"))
            };
            let user = self.insert_user(user).expect("the numbers differ");
            let new = NewMember {
                role: roles[number % roles.len()].into(),
                verified_email: Some(format!("member.number.{number}@mail.{name}.example")),
                external: number % 13 == 0,
            };
            self.insert_member(org, user, new);
            // The group list names everyone in a group, so a large one would drown what is measured.
            if number <= IN_GROUPS {
                let group = groups[number % groups.len()];
                self.place_in_groups(org, id, vec![(group, "read".into())]);
            }
        }
    }
}
