//! Reading a roster from the ledger: one walk over the members, one over the groups.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, OnceLock};

use hubfolk_store::{AsOf, Field, Fields, Run, Sketch, Store};
use sha2::{Digest, Sha256};

use super::{Entry, Facts, GroupName, Link, Person, RoleName, Roster};
use crate::roles::{Licenses, rank};
use crate::select::fold;

/// The names of roles and groups while they are met.
struct Names<'a> {
    licenses: &'a Licenses,
    roles: Vec<RoleName>,
    role_places: HashMap<String, u16>,
    group_places: HashMap<String, u16>,
}

impl Names<'_> {
    fn role(&mut self, name: Option<&str>) -> u16 {
        let Some(name) = name else { return 0 };
        if let Some(place) = self.role_places.get(name) {
            return *place;
        }
        // More roles than this nobody tells apart; the rest counts as having none.
        let Ok(place) = u16::try_from(self.roles.len()) else { return 0 };
        self.roles.push(RoleName {
            folded: fold(name),
            license: self.licenses.of(name).map(fold),
            rank: rank(Some(name)),
            name: Some(name.to_owned()),
        });
        self.role_places.insert(name.to_owned(), place);
        place
    }

    fn group(&mut self, id: &str) -> Option<u16> {
        if let Some(place) = self.group_places.get(id) {
            return Some(*place);
        }
        let place = u16::try_from(self.group_places.len()).ok()?;
        self.group_places.insert(id.to_owned(), place);
        Some(place)
    }

    /// The groups by name, and the links pointed at their places.
    fn groups(
        &self,
        known: &BTreeMap<String, String>,
        links: &mut [(Person, Link)],
    ) -> Vec<GroupName> {
        let mut groups: Vec<(u16, GroupName)> = self
            .group_places
            .iter()
            .map(|(id, place)| {
                let name = known.get(id).unwrap_or(id).clone();
                (*place, GroupName { folded: fold(&name), name, id: id.clone(), members: 0 })
            })
            .collect();
        groups.sort_by(|(_, a), (_, b)| a.folded.cmp(&b.folded).then_with(|| a.id.cmp(&b.id)));
        let mut places = vec![0; groups.len()];
        for (to, (from, _)) in (0_u16..).zip(&groups) {
            places[usize::from(*from)] = to;
        }
        for (_, link) in links {
            link.group = places[usize::from(link.group)];
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }
}

pub(super) fn person(id: &str) -> Person {
    if let Ok(digits) = <&[u8; 24]>::try_from(id.as_bytes())
        && let Some(bytes) = digits
            .chunks_exact(2)
            .map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?))
            .collect::<Option<Vec<u8>>>()
    {
        return bytes.try_into().expect("24 digits are 12 bytes");
    }
    Sha256::digest(id.as_bytes())[..12].try_into().expect("a digest is longer")
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Appends a text as the search compares it; NUL is kept for the ends.
fn push(all: &mut String, text: &str) {
    if text.is_ascii() {
        let from = all.len();
        all.push_str(text);
        all[from..].make_ascii_lowercase();
    } else {
        all.push_str(&fold(text));
    }
    if text.contains('\0') {
        let clean = all.replace('\0', " ");
        *all = clean;
    }
}

impl Roster {
    /// Reads the members as of `run`, a published run; `as_of` is `Now` when it is the last one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn read(
        store: &mut Store,
        org_id: i64,
        run: Run,
        as_of: AsOf,
        licenses: &Licenses,
    ) -> Result<Self, hubfolk_store::Error> {
        let mut building = Building::new(&run, licenses);
        store.sketches(org_id, as_of, |sketch| {
            building.add(&sketch);
            Ok(())
        })?;
        let mut ended = Vec::new();
        store.sketches_of_ended(org_id, as_of, |sketch| {
            ended.push(Ended::of(&sketch));
            Ok(())
        })?;
        // Whoever is there has come back; of the others, the last end counts, which comes first.
        let mut seen: HashSet<Person> = match ended.is_empty() {
            true => HashSet::new(),
            false => building.entries.iter().map(|entry| entry.person).collect(),
        };
        for ended in &ended {
            if seen.insert(person(&ended.user_id)) {
                building.add(&ended.sketch());
            }
        }
        let names = &mut building.names;
        let mut links: Vec<(Person, Link)> = Vec::new();
        store.group_links(org_id, as_of, |user, group, role| {
            let role = names.role(Some(role));
            if let Some(group) = names.group(group) {
                links.push((person(user), Link { group, role }));
            }
            Ok(())
        })?;
        let known = store.group_names(org_id, as_of)?;
        for id in known.keys() {
            names.group(id);
        }
        let groups = names.groups(&known, &mut links);
        links.sort_unstable();
        let Building { entries, text, names, .. } = building;
        Ok(assemble(org_id, run, &entries, &text, names.roles, groups, &links))
    }
}

/// Members as they are met.
struct Building<'a> {
    visible: Fields,
    entries: Vec<Entry>,
    text: String,
    names: Names<'a>,
    one: String,
}

impl<'a> Building<'a> {
    fn new(run: &Run, licenses: &'a Licenses) -> Self {
        let nobody =
            RoleName { name: None, folded: String::new(), license: None, rank: rank(None) };
        let names = Names {
            licenses,
            roles: vec![nobody],
            role_places: HashMap::new(),
            group_places: HashMap::new(),
        };
        Self {
            visible: run.coverage.or(Fields::ALL.without(Fields::COVERAGE)),
            entries: Vec::new(),
            text: String::new(),
            names,
            one: String::new(),
        }
    }

    fn add(&mut self, sketch: &Sketch<'_>) {
        let entry = entry(sketch, self.visible, &mut self.names, self.text.len());
        for part in [Some(sketch.username_key), sketch.fullname, sketch.email] {
            self.one.clear();
            push(&mut self.one, part.unwrap_or_default());
            self.text.push_str(&self.one);
            self.text.push('\0');
        }
        self.entries.push(entry);
    }
}

/// The end of a membership, kept until it is known who came back.
struct Ended {
    user_id: String,
    username: String,
    username_key: String,
    fullname: Option<String>,
    email: Option<String>,
    role: Option<String>,
    rest: Sketch<'static>,
}

impl Ended {
    fn of(sketch: &Sketch<'_>) -> Self {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self {
            user_id: sketch.user_id.to_owned(),
            username: sketch.username.to_owned(),
            username_key: sketch.username_key.to_owned(),
            fullname: text(sketch.fullname),
            email: text(sketch.email),
            role: text(sketch.role),
            rest: Sketch {
                user_id: "",
                username: "",
                username_key: "",
                fullname: None,
                email: None,
                role: None,
                ..*sketch
            },
        }
    }

    fn sketch(&self) -> Sketch<'_> {
        Sketch {
            user_id: &self.user_id,
            username: &self.username,
            username_key: &self.username_key,
            fullname: self.fullname.as_deref(),
            email: self.email.as_deref(),
            role: self.role.as_deref(),
            ..self.rest
        }
    }
}

fn entry(sketch: &Sketch<'_>, visible: Fields, names: &mut Names<'_>, text: usize) -> Entry {
    let mut hasher = DefaultHasher::new();
    (sketch.username, sketch.fullname, sketch.email, sketch.role).hash(&mut hasher);
    (sketch.is_pro, sketch.two_factor, sketch.external).hash(&mut hasher);
    (sketch.sure.bits(), sketch.status).hash(&mut hasher);
    let facts = [
        (Field::TwoFactor, sketch.two_factor),
        (Field::External, sketch.external),
        (Field::Pro, sketch.is_pro),
    ];
    Entry {
        membership_id: sketch.membership_id,
        person: person(sketch.user_id),
        digest: hasher.finish(),
        first_seen: sketch.first_seen,
        changed: sketch.changed,
        text,
        links: 0,
        role: names.role(sketch.role),
        facts: Facts::new(sketch.status, sketch.sure.and(visible), facts),
    }
}

/// Puts everything in order of the usernames.
fn assemble(
    org_id: i64,
    run: Run,
    met: &[Entry],
    text: &str,
    roles: Vec<RoleName>,
    mut groups: Vec<GroupName>,
    links: &[(Person, Link)],
) -> Roster {
    let end = |from: usize| {
        let mut ends = memchr::memchr_iter(0, &text.as_bytes()[from..]);
        let name = from + ends.next().unwrap_or(0);
        (name, from + ends.nth(1).map_or(0, |end| end + 1))
    };
    let mut order: Vec<(usize, &str)> = met
        .iter()
        .enumerate()
        .map(|(place, entry)| (place, &text[entry.text..end(entry.text).0]))
        .collect();
    order.sort_unstable_by(|(a, one), (b, other)| {
        one.cmp(other).then_with(|| met[*a].person.cmp(&met[*b].person))
    });
    let mut sorted = String::with_capacity(text.len());
    let mut entries = Vec::with_capacity(met.len());
    let mut kept = Vec::with_capacity(links.len());
    for (place, _) in order {
        let mut entry = met[place];
        let from = sorted.len();
        sorted.push_str(&text[entry.text..end(entry.text).1]);
        entry.text = from;
        entry.links = u32::try_from(kept.len()).expect("fewer links than four billion");
        let mut hasher = DefaultHasher::new();
        let first = links.partition_point(|(person, _)| *person < entry.person);
        for (_, link) in links[first..].iter().take_while(|(p, _)| *p == entry.person) {
            if entry.facts.status() != hubfolk_store::Status::Left {
                kept.push(*link);
                groups[usize::from(link.group)].members += 1;
            }
            (link.group, link.role).hash(&mut hasher);
        }
        entry.digest ^= hasher.finish().rotate_left(17);
        entries.push(entry);
    }
    Roster {
        org_id,
        run,
        entries,
        text: sorted,
        roles,
        groups,
        links: kept,
        orders: [const { OnceLock::new() }; super::SortBy::ALL.len()],
        by_person: OnceLock::new(),
        compared: Mutex::default(),
    }
}
