//! The demo's collections: of the organization, of its administrator, public and private.

use jiff::{SignedDuration, Timestamp};

use super::{ADMIN, DEMO_ORGANIZATION, FIRST_WEEK};
use crate::chance::Chance;
use crate::world::{ChangeError, RepoType, Thing, World};

/// Papers that the collections hold.
const PAPERS: [(&str, &str); 3] = [
    ("2503.10291", "Tides as Language: Pretraining on Coastal Sensors"),
    ("2506.04118", "Ship Tracks at Scale"),
    ("2510.04871", "Small Models for Weather Notes"),
];

/// What an item is, its id, and what is written beside it.
type Shelved = (&'static str, &'static str, &'static str);

/// Title, description and colour, with the repos and papers in each.
const COLLECTIONS: [(&str, &str, &str, &[Shelved]); 4] = [
    (
        "Tide models",
        "The models for tides with what they were trained on",
        "blue",
        &[
            ("model", "meridian-labs/tide-base", "Begin here"),
            ("model", "meridian-labs/tide-large", "Needs access"),
            ("dataset", "meridian-labs/coastlines", ""),
            ("space", "meridian-labs/tide-demo", "Try it in the browser"),
            ("paper", "2503.10291", ""),
        ],
    ),
    (
        "Ships and ports",
        "",
        "indigo",
        &[
            ("dataset", "meridian-labs/ship-logs", ""),
            ("dataset", "meridian-labs/port-calls", ""),
            ("space", "meridian-labs/ship-finder", ""),
            ("paper", "2506.04118", "How the tracks were cleaned"),
        ],
    ),
    (
        "Before release",
        "What waits for its review",
        "orange",
        &[
            ("model", "meridian-labs/drift-mini", "Licence is missing"),
            ("space", "meridian-labs/annotator", ""),
        ],
    ),
    ("Empty shelf", "", "green", &[]),
];

/// Adds them; draws from a stream of its own, so that everything else stays as it was.
pub(super) fn add(world: &mut World, seed: u64) -> Result<(), ChangeError> {
    let mut chance = Chance::stream(seed, "demo collections");
    let mut some_time = |days: usize| -> Timestamp {
        FIRST_WEEK - SignedDuration::from_secs(chance.below(days * 24 * 3600) as i64)
    };
    for (id, title) in PAPERS {
        world.add_paper(id, title, some_time(400))?;
    }
    for (index, (title, description, theme, items)) in COLLECTIONS.into_iter().enumerate() {
        let id = world.add_collection(DEMO_ORGANIZATION, title)?;
        let at = some_time(200);
        for (kind, item, note) in items {
            let thing = world.thing(kind, item).ok_or_else(|| ChangeError::NoSuchRepo {
                kind: RepoType::Model,
                id: (*item).to_owned(),
            })?;
            world.insert_item(id, None, thing, (!note.is_empty()).then(|| (*note).to_owned()));
        }
        let collection = world.collection_mut(id).expect("it was added above");
        description.clone_into(&mut collection.description);
        theme.clone_into(&mut collection.theme);
        collection.private = index == 2;
        collection.last_updated = at;
        collection.upvotes = [41, 12, 0, 0][index];
    }
    let id = world.add_collection(ADMIN, "Reading list")?;
    for (paper, _) in PAPERS {
        world.insert_item(id, None, Thing::Paper(paper.to_owned()), None);
    }
    Ok(())
}
