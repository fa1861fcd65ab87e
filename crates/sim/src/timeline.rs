//! Half a year in the life of the demo's organization, week by week.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::chance::Chance;
use crate::faults::{Fault, FaultRule, Faults};
use crate::seed::{ADMIN, DEMO_ORGANIZATION, FIRST_WEEK, GROUPS, add_person, join, weighted};
use crate::world::{AuditNote, ChangeError, NewMember, NewUser, World};

/// The demo's history: 26 weekly looks at one organization, the same for the same seed.
///
/// ```
/// use hubfolk_sim::{Timeline, DEMO_ORGANIZATION};
///
/// let timeline = Timeline::new(1, 200);
/// let mut world = timeline.world();
/// for week in 1..=Timeline::WEEKS {
///     timeline.step(week, &mut world);
/// }
/// assert!(world.members(DEMO_ORGANIZATION).unwrap().count() > 150);
/// ```
#[derive(Debug, Clone)]
pub struct Timeline {
    seed: u64,
    members: usize,
}

/// What makes a week worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Chapter {
    /// People come, go and change.
    Ordinary,
    /// Somebody takes another username.
    Rename,
    /// A page of the members list comes back broken.
    FailedPage,
    /// An account is deleted, and a stranger takes its username and joins.
    ReusedName,
    /// The Hub leaves one member in seven out of the list, though they are members still.
    PartialList,
    /// The week after: everyone is listed again.
    Recovery,
}

const RENAME: u32 = 7;
const FAILED_PAGE: u32 = 10;
const REUSED_NAME: u32 = 13;
const PARTIAL_LIST: u32 = 18;

impl Timeline {
    /// How many weeks the history has; they count from 1.
    pub const WEEKS: u32 = 26;

    /// The history of `members` people, at least 20, from a seed.
    #[must_use]
    pub fn new(seed: u64, members: usize) -> Self {
        Self { seed, members }
    }

    /// The world before the first week; the first week changes nothing.
    #[must_use]
    pub fn world(&self) -> World {
        World::demo(self.seed, self.members)
    }

    /// When the week's look at the organization takes place.
    #[must_use]
    pub fn date(&self, week: u32) -> Timestamp {
        FIRST_WEEK + SignedDuration::from_hours(7 * 24 * (i64::from(week.max(1)) - 1))
    }

    /// What makes this week worth telling.
    #[must_use]
    pub fn chapter(&self, week: u32) -> Chapter {
        match week {
            RENAME => Chapter::Rename,
            FAILED_PAGE => Chapter::FailedPage,
            REUSED_NAME => Chapter::ReusedName,
            PARTIAL_LIST => Chapter::PartialList,
            week if week == PARTIAL_LIST + 1 => Chapter::Recovery,
            _ => Chapter::Ordinary,
        }
    }

    /// What goes wrong on the wire in this week.
    #[must_use]
    pub fn faults(&self, week: u32) -> Faults {
        if week != FAILED_PAGE {
            return Faults::default();
        }
        // The last page of the default size: it exists whatever the number of members is.
        let page = u32::try_from(self.members.div_ceil(500).clamp(1, 2)).unwrap_or(1);
        let rule =
            FaultRule::new(Fault::TruncatedJson).operation("list_organization_members").page(page);
        Faults::new(vec![rule])
    }

    /// Brings the world from the week before to this one. Weeks are to be played in order.
    pub fn step(&self, week: u32, world: &mut World) {
        if week < 2 {
            return;
        }
        let mut stage = Stage {
            chance: Chance::stream(self.seed, &format!("week {week}")),
            now: self.date(week),
            world,
        };
        stage.play(self.chapter(week)).expect("who is named is in the world");
    }
}

struct Stage<'a> {
    world: &'a mut World,
    chance: Chance,
    now: Timestamp,
}

type Done = Result<(), ChangeError>;

impl Stage<'_> {
    fn play(&mut self, chapter: Chapter) -> Done {
        if chapter == Chapter::Recovery {
            self.world.list_everyone(DEMO_ORGANIZATION)?;
        }
        for _ in 0..3 + self.chance.below(7) {
            self.somebody_joins()?;
        }
        for _ in 0..2 + self.chance.below(5) {
            self.somebody_leaves()?;
        }
        for _ in 0..2 + self.chance.below(4) {
            self.a_role_changes()?;
        }
        for _ in 0..3 + self.chance.below(6) {
            self.a_group_changes()?;
        }
        for _ in 0..2 + self.chance.below(4) {
            self.an_account_changes()?;
        }
        match chapter {
            Chapter::Rename => self.somebody_is_renamed(),
            Chapter::ReusedName => self.a_name_is_reused(),
            Chapter::PartialList => self.the_list_is_partial(),
            Chapter::Ordinary | Chapter::FailedPage | Chapter::Recovery => Ok(()),
        }
    }

    /// Some time in the week before the look.
    fn moment(&mut self) -> Timestamp {
        self.now - SignedDuration::from_secs((600 + self.chance.below(6 * 24 * 3600)) as i64)
    }

    /// Somebody who is neither an admin nor the owner of one of the demo's tokens.
    fn anybody(&mut self) -> Result<String, ChangeError> {
        let people: Vec<&str> = self.world.members(DEMO_ORGANIZATION)?.collect();
        loop {
            let name = *self.chance.pick(&people);
            let role = self.world.role_of(DEMO_ORGANIZATION, name);
            if role != Some("admin") && name != crate::seed::MEMBER {
                return Ok(name.to_owned());
            }
        }
    }

    fn note(&mut self, kind: &str, author: &str, name: &str, message: String) -> AuditNote {
        let id = self.world.id_of(name).map(|id| id.to_string());
        AuditNote::new(self.moment(), kind, message)
            .by(author)
            .data(json!({ "user": name, "userId": id }))
    }

    fn somebody_joins(&mut self) -> Done {
        let name = add_person(self.world, &mut self.chance, self.now)?;
        let roles = [("read", 45), ("contributor", 30), ("write", 25)];
        let role = weighted(&mut self.chance, &roles);
        join(self.world, &mut self.chance, &name, role)?;
        let note =
            self.note("org.add_user", ADMIN, &name, format!("{ADMIN} added {name} as {role}"));
        self.world.audit(DEMO_ORGANIZATION, note)?;
        Ok(())
    }

    fn somebody_leaves(&mut self) -> Done {
        let name = self.anybody()?;
        match self.chance.below(10) {
            0..7 => {
                let message = format!("{ADMIN} removed {name}");
                let note = self.note("org.remove_user", ADMIN, &name, message);
                self.world.audit(DEMO_ORGANIZATION, note)?;
                self.world.remove_member(DEMO_ORGANIZATION, &name)
            }
            7..9 => {
                let note = self.note("org.leave", &name, &name, format!("{name} left"));
                self.world.audit(DEMO_ORGANIZATION, note)?;
                self.world.remove_member(DEMO_ORGANIZATION, &name)
            }
            // Who deletes their account leaves no trace in the audit log.
            _ => self.world.delete_user(&name),
        }
    }

    fn a_role_changes(&mut self) -> Done {
        let name = self.anybody()?;
        let old = self.world.role_of(DEMO_ORGANIZATION, &name).unwrap_or("read").to_owned();
        let roles = [("write", 30), ("contributor", 30), ("read", 30), ("no_access", 10)];
        let role = weighted(&mut self.chance, &roles);
        if role == old {
            return Ok(());
        }
        self.world.set_role(DEMO_ORGANIZATION, &name, role)?;
        let message = format!("{ADMIN} changed the role of {name} from {old} to {role}");
        let mut note = self.note("org.change_role", ADMIN, &name, message);
        note.data["oldRole"] = json!(old);
        note.data["newRole"] = json!(role);
        self.world.audit(DEMO_ORGANIZATION, note)?;
        Ok(())
    }

    fn a_group_changes(&mut self) -> Done {
        let name = self.anybody()?;
        let group = self.chance.pick(&GROUPS).0;
        let mut groups = self.world.groups_of(DEMO_ORGANIZATION, &name)?;
        let kind = match groups.iter().position(|(known, _)| known == group) {
            Some(index) if self.chance.percent(60) => {
                groups.remove(index);
                "resource_group.remove_users"
            }
            Some(index) => {
                let role = if groups[index].1 == "write" { "read" } else { "write" };
                role.clone_into(&mut groups[index].1);
                "resource_group.change_role"
            }
            None => {
                groups.push((group.to_owned(), "read".to_owned()));
                "resource_group.add_users"
            }
        };
        let wanted: Vec<(&str, &str)> =
            groups.iter().map(|(group, role)| (group.as_str(), role.as_str())).collect();
        self.world.set_groups(DEMO_ORGANIZATION, &name, &wanted)?;
        let mut note = self.note(kind, ADMIN, &name, format!("{ADMIN} changed {group} for {name}"));
        note.data["resourceGroup"] = json!(group);
        self.world.audit(DEMO_ORGANIZATION, note)?;
        Ok(())
    }

    /// Changes of the account itself, which no organization's audit log shows.
    fn an_account_changes(&mut self) -> Done {
        let name = self.anybody()?;
        match self.chance.below(10) {
            0..5 => self.world.set_two_factor(&name, true),
            5 => self.world.set_two_factor(&name, false),
            6 | 7 => self.world.set_pro(&name, true),
            8 => self.world.set_pro(&name, false),
            _ => {
                let external = self.chance.percent(50);
                self.world.set_external(DEMO_ORGANIZATION, &name, external)
            }
        }
    }

    fn somebody_is_renamed(&mut self) -> Done {
        let name = self.anybody()?;
        let to = format!("{name}-research");
        self.world.rename_user(&name, &to)
    }

    fn a_name_is_reused(&mut self) -> Done {
        let name = self.anybody()?;
        self.world.delete_user(&name)?;
        let mut stranger = NewUser::named(name.as_str());
        stranger.fullname = "Account Recovery".to_owned();
        stranger.created_at = Some(self.now - SignedDuration::from_hours(30));
        let seconds = u32::try_from((self.now.as_second()) - 30 * 3600).unwrap_or(0);
        stranger.id = Some(crate::ObjectId::from_parts(seconds, self.chance.next()));
        self.world.add_user(stranger)?;
        self.world.add_member(DEMO_ORGANIZATION, &name, NewMember::with_role("read"))?;
        let note = self.note("org.add_user", ADMIN, &name, format!("{ADMIN} added {name} as read"));
        self.world.audit(DEMO_ORGANIZATION, note)?;
        Ok(())
    }

    fn the_list_is_partial(&mut self) -> Done {
        let people: Vec<String> =
            self.world.members(DEMO_ORGANIZATION)?.map(str::to_owned).collect();
        let missing = (people.len() / 7).max(6);
        // A part of the storage is away, so those who are missing stand together.
        let start = self.chance.below(people.len() - missing);
        let owners = [ADMIN, crate::seed::MEMBER];
        for name in
            people[start..].iter().filter(|name| !owners.contains(&name.as_str())).take(missing)
        {
            self.world.set_listed(DEMO_ORGANIZATION, name, false)?;
        }
        Ok(())
    }
}
