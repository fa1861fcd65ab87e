//! Syncs by schedule: each organization in its turn, the one that waited longest first.

mod outcome;
mod syncers;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hubfolk_license::{Stop, Stopper};
use hubfolk_store::{Credential, Micros, Org, OrgSetting, Store, Turn};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::app::App;
use crate::problem::Problem;
use syncers::Syncers;

/// Syncs at a time.
const MOST: usize = 16;

/// Syncs at a time that use one token: one whose budget is used up does not hold up the others.
const MOST_OF_A_TOKEN: usize = 8;

/// Longest time between two looks at the clock: a machine that slept finds out within it.
const GLANCE: Duration = Duration::from_secs(20);

/// What pages tell the scheduler.
pub(crate) struct Scheduler {
    wake: Notify,
    /// Organizations that somebody asked to have synced now.
    asked: Mutex<BTreeSet<i64>>,
}

impl Scheduler {
    pub(crate) fn new() -> Self {
        Self { wake: Notify::new(), asked: Mutex::default() }
    }

    /// Has an organization synced as soon as there is room.
    pub(crate) fn ask(&self, org_id: i64) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(org_id);
        self.wake.notify_one();
    }

    fn is_asked(&self, org_id: i64) -> bool {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).contains(&org_id)
    }

    fn taken_up(&self, org_id: i64) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&org_id);
    }
}

/// An organization whose turn it is.
#[derive(Debug, Clone)]
struct Due {
    org: Org,
    setting: OrgSetting,
    credential: Credential,
    turn: Turn,
    /// Whether a person asked for it.
    asked: bool,
}

impl Due {
    /// Organizations with the same key draw on the same budget.
    fn budget(&self) -> (String, String, String) {
        let Credential { kind, place, .. } = &self.credential;
        (self.org.endpoint.clone(), kind.clone(), place.clone())
    }
}

/// Syncs until `stop` ends; what runs then is recorded as interrupted.
pub(crate) async fn run(app: App, stop: impl Future<Output = ()>) {
    let (stopper, stopped) = Stopper::new();
    let work = work(&app, stopped);
    tokio::pin!(work);
    tokio::select! {
        () = &mut work => {}
        () = stop => {
            stopper.stop();
            work.await;
        }
    }
}

async fn work(app: &App, stop: Stop) {
    let syncers = Syncers::new(app.clone(), stop.clone());
    let mut running: JoinSet<(i64, Option<Turn>)> = JoinSet::new();
    let mut busy: HashMap<i64, (String, String, String)> = HashMap::new();
    while !stop.is_stopped() {
        let (due, next) = match look(app, &busy).await {
            Ok(found) => found,
            // The database is away: nothing can be synced, and the next look tries it anew.
            Err(_) => (Vec::new(), None),
        };
        for due in due {
            if busy.len() >= MOST {
                break;
            }
            let budget = due.budget();
            let used = busy.values().filter(|other| **other == budget).count();
            if used >= MOST_OF_A_TOKEN {
                continue;
            }
            let org_id = due.org.id;
            app.scheduler().taken_up(org_id);
            busy.insert(org_id, budget);
            let (app, syncers) = (app.clone(), syncers.clone());
            app.metrics().syncing.fetch_add(1, Relaxed);
            running.spawn(async move {
                let turn = outcome::sync(&app, &syncers, due).await;
                app.metrics().syncing.fetch_sub(1, Relaxed);
                (org_id, turn)
            });
        }
        let until = next.map_or(GLANCE, |at| {
            let left = at - app.now().as_microsecond();
            Duration::from_micros(u64::try_from(left).unwrap_or(0))
                .clamp(Duration::from_millis(50), GLANCE)
        });
        tokio::select! {
            Some(ended) = running.join_next() => forget(ended, &mut busy),
            () = app.scheduler().wake.notified() => {}
            () = stop.stopped() => {}
            () = tokio::time::sleep(until) => {}
        }
        while let Some(ended) = running.try_join_next() {
            forget(ended, &mut busy);
        }
    }
    // Syncs that were told to stop write down that they were interrupted, and end soon.
    while let Some(ended) = running.join_next().await {
        forget(ended, &mut busy);
    }
}

fn forget(
    ended: Result<(i64, Option<Turn>), tokio::task::JoinError>,
    busy: &mut HashMap<i64, (String, String, String)>,
) {
    match ended {
        Ok((org_id, _)) => drop(busy.remove(&org_id)),
        Err(error) => {
            // A sync that panicked left its lease behind, which expires; the others go on.
            tracing::error!(%error, "a sync ended in a panic");
            busy.clear();
        }
    }
}

/// Who is due, the one that waits longest first, and when the next one will be.
async fn look(
    app: &App,
    busy: &HashMap<i64, (String, String, String)>,
) -> Result<(Vec<Due>, Option<Micros>), Problem> {
    let now = app.now().as_microsecond();
    let busy: HashSet<i64> = busy.keys().copied().collect();
    let asked = {
        let app = app.clone();
        move |org_id| app.scheduler().is_asked(org_id)
    };
    let (missing, due, next) = app.look(move |store| find(store, now, &busy, &asked)).await?;
    if !missing.is_empty() {
        let turns = missing.into_iter();
        let turns = turns.map(|org_id| Turn { org_id, next_at: now, failures: 0, waiting: None });
        let turns: Vec<Turn> = turns.collect();
        app.write(move |store| Ok(turns.iter().try_for_each(|turn| store.save_turn(turn))?))
            .await?;
    }
    Ok((due, next))
}

type Found = (Vec<i64>, Vec<Due>, Option<Micros>);

fn find(
    store: &mut Store,
    now: Micros,
    busy: &HashSet<i64>,
    asked: &impl Fn(i64) -> bool,
) -> Result<Found, Problem> {
    let turns: HashMap<i64, Turn> =
        store.turns()?.into_iter().map(|turn| (turn.org_id, turn)).collect();
    let (mut missing, mut ready, mut next) = (Vec::new(), Vec::new(), None::<Micros>);
    for setting in store.org_settings()? {
        let org_id = setting.org_id;
        let Some(turn) = turns.get(&org_id) else {
            missing.push(org_id);
            continue;
        };
        if busy.contains(&org_id) {
            continue;
        }
        let wanted = asked(org_id);
        if wanted || (setting.enabled && turn.next_at <= now) {
            ready.push((!wanted, turn.clone(), setting));
        } else if setting.enabled {
            next = Some(next.map_or(turn.next_at, |next| next.min(turn.next_at)));
        }
    }
    if !missing.is_empty() {
        next = Some(now);
    }
    ready.sort_by_key(|(later, turn, _)| (*later, turn.next_at, turn.org_id));
    // More than this cannot begin at once anyway.
    ready.truncate(MOST * 8);
    let mut due = Vec::with_capacity(ready.len());
    for (later, turn, setting) in ready {
        let Some(org) = store.org(turn.org_id)? else { continue };
        let credential = store.credential(turn.org_id)?.unwrap_or_else(|| Credential {
            org_id: turn.org_id,
            kind: "none".to_owned(),
            ..Credential::default()
        });
        due.push(Due { org, setting, credential, turn, asked: !later });
    }
    Ok((missing, due, next))
}
