//! What the ledger holds of the people on a page.
//!
//! A server is asked once, for everybody, where that fits into memory: page by page, the round trips
//! would cost more than the list. A file has no round trips.

use hubfolk_store::{Known, Store};

use crate::Error;

/// Up to so many members are held in memory, at 32 bytes each.
const MOST_HELD: i64 = 150_000;

/// An id as 12 bytes, as the Hub's ids are; any other id is looked up in the database.
type Key = [u8; 12];

/// The members of an organization that are known before a sync.
#[derive(Debug)]
pub(crate) enum KnownMembers {
    /// Nobody: nothing was ever published.
    Nobody,
    /// All of them, by id.
    Held(Vec<(Key, Known)>),
    /// Too many to hold.
    InDatabase,
}

impl KnownMembers {
    pub(crate) fn load(store: &mut Store, org_id: i64, expected: i64) -> Result<Self, Error> {
        if expected == 0 {
            return Ok(Self::Nobody);
        }
        if !store.is_postgres() || expected > MOST_HELD {
            return Ok(Self::InDatabase);
        }
        let mut held = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
        let mut odd = false;
        store.lookup_all(org_id, |id, known| match key(id) {
            Some(key) => held.push((key, known)),
            None => odd = true,
        })?;
        if odd {
            return Ok(Self::InDatabase);
        }
        held.sort_unstable_by_key(|(key, _)| *key);
        Ok(Self::Held(held))
    }

    /// What is known of each of these people, in their order.
    pub(crate) fn of(
        &self,
        store: &mut Store,
        org_id: i64,
        ids: &[&str],
    ) -> Result<Vec<Option<Known>>, Error> {
        match self {
            Self::Nobody => Ok(vec![None; ids.len()]),
            Self::InDatabase => Ok(store.lookup(org_id, ids)?),
            Self::Held(held) => Ok(ids
                .iter()
                .map(|id| {
                    let key = key(id)?;
                    let place = held.binary_search_by_key(&key, |(key, _)| *key).ok()?;
                    Some(held[place].1)
                })
                .collect()),
        }
    }
}

/// The bytes of 24 lower-case hex digits.
fn key(id: &str) -> Option<Key> {
    let digits: &[u8; 24] = id.as_bytes().try_into().ok()?;
    let mut key = [0; 12];
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = hex(pair[0])? << 4 | hex(pair[1])?;
    }
    Some(key)
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_as_the_hub_writes_them_are_keys() {
        assert_eq!(
            key("00ff10aa0000000000000001"),
            Some([0, 255, 16, 170, 0, 0, 0, 0, 0, 0, 0, 1])
        );
        for id in
            ["", "00FF10AA0000000000000001", "00ff10aa000000000000000", "00ff10aa00000000000000zz"]
        {
            assert_eq!(key(id), None, "{id}");
        }
    }
}
