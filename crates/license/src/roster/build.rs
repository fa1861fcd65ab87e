//! Reading a roster from the ledger: one walk over the members, one over the groups.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, OnceLock};

use hubfolk_store::{AsOf, Field, Fields, Micros, Run, Sketch, Status, Store};
use sha2::{Digest, Sha256};

use super::{Facts, GroupName, Link, Person, RoleName, Roster, Times};
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
            false => building.met.iter().map(|met| met.person).collect(),
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
        let Building { met, text, names, .. } = building;
        Ok(assemble(org_id, run, &met, &text, names.roles, groups, &links))
    }
}

/// A member as met.
struct Met {
    membership_id: i64,
    person: Person,
    digest: u64,
    first_seen: Micros,
    changed: Micros,
    /// Where the texts begin.
    text: usize,
    facts: Facts,
}

/// Members as they are met.
struct Building<'a> {
    visible: Fields,
    met: Vec<Met>,
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
            met: Vec::new(),
            text: String::new(),
            names,
            one: String::new(),
        }
    }

    fn add(&mut self, sketch: &Sketch<'_>) {
        let met = met(sketch, self.visible, &mut self.names, self.text.len());
        for part in [Some(sketch.username_key), sketch.fullname, sketch.email] {
            self.one.clear();
            push(&mut self.one, part.unwrap_or_default());
            self.text.push_str(&self.one);
            self.text.push('\0');
        }
        self.met.push(met);
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

fn met(sketch: &Sketch<'_>, visible: Fields, names: &mut Names<'_>, text: usize) -> Met {
    let mut hasher = DefaultHasher::new();
    (sketch.username, sketch.fullname, sketch.email, sketch.role).hash(&mut hasher);
    (sketch.is_pro, sketch.two_factor, sketch.external).hash(&mut hasher);
    (sketch.sure.bits(), sketch.status).hash(&mut hasher);
    let facts = [
        (Field::TwoFactor, sketch.two_factor),
        (Field::External, sketch.external),
        (Field::Pro, sketch.is_pro),
    ];
    let role = names.role(sketch.role);
    Met {
        membership_id: sketch.membership_id,
        person: person(sketch.user_id),
        digest: hasher.finish(),
        first_seen: sketch.first_seen,
        changed: sketch.changed,
        text,
        facts: Facts::new(role, sketch.status, sketch.sure.and(visible), facts),
    }
}

impl Times {
    /// The place of a time, which is kept once.
    fn place(all: &mut Vec<Micros>, places: &mut HashMap<Micros, u32>, time: Micros) -> u32 {
        *places.entry(time).or_insert_with(|| {
            all.push(time);
            small(all.len() - 1)
        })
    }

    fn of<'a>(met: impl Iterator<Item = &'a Met>, count: usize) -> Self {
        let mut times = Self {
            all: Vec::new(),
            first_seen: Vec::with_capacity(count),
            changed: Vec::with_capacity(count),
        };
        let mut places = HashMap::new();
        for met in met {
            let all = &mut times.all;
            times.first_seen.push(Self::place(all, &mut places, met.first_seen));
            times.changed.push(Self::place(all, &mut places, met.changed));
        }
        times
    }
}

/// A place in a list.
fn small(place: usize) -> u32 {
    u32::try_from(place).expect("a list is far from four billion members or bytes")
}

/// Puts everything in order of the usernames.
fn assemble(
    org_id: i64,
    run: Run,
    met: &[Met],
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
        .map(|(place, met)| (place, &text[met.text..end(met.text).0]))
        .collect();
    order.sort_unstable_by(|(a, one), (b, other)| {
        one.cmp(other).then_with(|| met[*a].person.cmp(&met[*b].person))
    });
    let in_order = || order.iter().map(|(place, _)| &met[*place]);
    let mut sorted = String::with_capacity(text.len());
    let mut texts = Vec::with_capacity(met.len());
    let mut first_links = Vec::with_capacity(met.len());
    let mut digests = Vec::with_capacity(met.len());
    let mut kept = Vec::with_capacity(links.len());
    for met in in_order() {
        texts.push(small(sorted.len()));
        sorted.push_str(&text[met.text..end(met.text).1]);
        first_links.push(small(kept.len()));
        let mut hasher = DefaultHasher::new();
        let first = links.partition_point(|(person, _)| *person < met.person);
        for (_, link) in links[first..].iter().take_while(|(p, _)| *p == met.person) {
            if met.facts.status() != Status::Left {
                kept.push(*link);
                groups[usize::from(link.group)].members += 1;
            }
            (link.group, link.role).hash(&mut hasher);
        }
        digests.push(met.digest ^ hasher.finish().rotate_left(17));
    }
    Roster {
        org_id,
        run,
        facts: in_order().map(|met| met.facts).collect(),
        membership_ids: in_order().map(|met| met.membership_id).collect(),
        people: in_order().map(|met| met.person).collect(),
        digests,
        times: Times::of(in_order(), met.len()),
        text: sorted,
        texts,
        roles,
        groups,
        links: kept,
        first_links,
        orders: [const { OnceLock::new() }; super::SortBy::ALL.len()],
        by_person: OnceLock::new(),
        compared: Mutex::default(),
        mails: Mutex::default(),
    }
}
