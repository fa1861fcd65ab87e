//! Resource groups and who is in them: a matrix of members and groups with the role in each.

use hubfolk_license::roster::{Part, SortBy};
use hubfolk_license::select::Select;
use hubfolk_license::views::time;
use hubfolk_store::Status;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::members::{known_group, rows};
use crate::problem::Problem;
use crate::question::{Desk, Question, cursor, invalid, place};

/// Members and resource groups, with the role of each in each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListGroups {
    /// Name of the organization.
    pub org: String,
    /// As it was then: a date (its end, UTC), a time, an age such as 2w, or run:17.
    pub as_of: Option<String>,
    /// Only members whose username, full name or e-mail contains this.
    pub search: Option<String>,
    /// Only members of this group, by id or name.
    pub group: Option<String>,
    /// Groups to leave out at the beginning, in order of their names.
    pub skip: Option<u32>,
    /// Groups to show beside each other, up to 50; 12 without it.
    #[schemars(range(min = 1, max = 50))]
    pub width: Option<u32>,
    /// Where to go on: the `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many members, up to 500; 50 without it.
    #[schemars(range(min = 1, max = 500))]
    pub limit: Option<u32>,
}

/// A resource group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupColumn {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many members are in it.
    pub members: u32,
}

/// A member's roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MatrixRow {
    /// The person's id.
    pub id: String,
    /// Username.
    pub username: String,
    /// Full name.
    pub fullname: Option<String>,
    /// Role in the organization.
    pub role: Option<String>,
    /// Role in each of the groups that are shown; null for none.
    pub roles: Vec<Option<String>>,
    /// How many more groups they are in that are not shown.
    pub more: usize,
}

/// A part of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Matrix {
    /// The groups that are shown.
    pub groups: Vec<GroupColumn>,
    /// How many groups there are.
    pub groups_total: usize,
    /// How many groups come before those that are shown.
    pub skipped: usize,
    /// Members who are in any group, or in the one that was asked for.
    pub rows: Vec<MatrixRow>,
    /// How many such members there are on all pages.
    pub total: usize,
    /// How many came on pages before.
    pub before: usize,
    /// Members whose groups the token of the last sync could not see.
    pub unknown: usize,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// The cursor of the page before.
    pub previous: Option<String>,
    /// The run that this is as of.
    pub run: i64,
    /// When that run was.
    pub as_of: String,
}

/// The run that a page is of, and where in its order it begins.
#[derive(Serialize, Deserialize)]
struct Place(i64, usize);

const WIDEST: u32 = 50;

impl Question for ListGroups {
    const NAME: &'static str = "list_groups";
    const PATH: &'static str = "/api/orgs/{org}/groups";
    const SUMMARY: &'static str = "List resource groups and the role of each member in each";
    type Answer = Matrix;

    fn ask(self, desk: &mut Desk<'_>) -> Result<Matrix, Problem> {
        let org = desk.org(&self.org)?;
        let place = self.cursor.as_deref().map(place::<Place>).transpose()?;
        let as_of = place.as_ref().map(|Place(run, _)| format!("run:{run}")).or(self.as_of);
        let view = desk.view(&org, as_of.as_deref())?;
        let roster = desk.roster(&org, &view)?;
        known_group(self.group.as_deref(), &roster)?;
        let width = self.width.unwrap_or(12);
        if !(1..=WIDEST).contains(&width) {
            return Err(invalid("width", format!("`width` is from 1 to {WIDEST}")));
        }
        let all = roster.groups();
        let skipped = (self.skip.unwrap_or(0) as usize).min(all.len());
        let shown = skipped..(skipped + width as usize).min(all.len());
        let select = Select { search: self.search, group: self.group, ..Select::default() };
        let mut chosen = select.checked(&view.licenses).expect("no license was asked for");
        let part = Part {
            sort: SortBy::Username,
            descending: false,
            from: place.map_or(0, |Place(_, from)| from),
            limit: rows(self.limit, 50)?,
        };
        let found = roster.find_where(&mut chosen, part, |index| {
            roster.knows_groups(index) && roster.groups_of(index).next().is_some()
        });
        let unknown = (0..).take(roster.len()).filter(|index| {
            roster.status(*index) == Status::Active && !roster.knows_groups(*index)
        });
        let unknown = unknown.count();
        let members = roster.members(desk.store(), &view.licenses, &found.page, &view.run)?;
        let rows = members.into_iter().zip(&found.page).map(|(member, index)| {
            let mut roles = vec![None; shown.len()];
            let mut more = 0;
            for (place, role) in roster.groups_of(*index) {
                match shown.contains(&place) {
                    true => roles[place - shown.start] = Some(role.to_owned()),
                    false => more += 1,
                }
            }
            MatrixRow {
                id: member.id,
                username: member.username,
                fullname: member.fullname,
                role: member.role,
                roles,
                more,
            }
        });
        let column = |group: &hubfolk_license::roster::GroupName| GroupColumn {
            id: group.id.clone(),
            name: group.name.clone(),
            members: group.members,
        };
        Ok(Matrix {
            rows: rows.collect(),
            groups: all[shown.clone()].iter().map(column).collect(),
            groups_total: all.len(),
            skipped,
            total: found.total,
            before: found.before,
            unknown,
            next: found.next.map(|from| cursor(&Place(view.run.run, from))),
            previous: found.previous.map(|from| cursor(&Place(view.run.run, from))),
            run: view.run.run,
            as_of: time(view.run.at),
        })
    }

    fn next(answer: &Matrix) -> Option<&str> {
        answer.next.as_deref()
    }
}
