//! Syncs by schedule: each organization in its turn, the one that waited longest first.

mod outcome;
mod syncers;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hubfolk_license::{Stop, Stopper};
use hubfolk_store::{Credential, Micros, Org, OrgSetting, Store, Turn};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::app::App;
use crate::problem::Problem;
use syncers::Syncers;

/// Syncs at a time; those that wait for a rate limit count, and must not hold up the others.
const MOST: usize = 64;

/// Syncs at a time that use one token.
const MOST_OF_A_TOKEN: usize = 8;

/// Longest time between two looks at the clock: a machine that slept finds out within it.
const GLANCE: Duration = Duration::from_secs(20);

/// Pause of an organization whose sync found the database away.
const BREATH: Duration = Duration::from_secs(5);

/// What pages tell the scheduler.
pub(crate) struct Scheduler {
    wake: Notify,
    /// Organizations that somebody asked to have synced now.
    asked: Mutex<BTreeSet<i64>>,
    /// Digests of tokens by where they are, as of the last time they were read.
    tokens: Mutex<HashMap<(String, String), String>>,
}

impl Scheduler {
    pub(crate) fn new() -> Self {
        Self { wake: Notify::new(), asked: Mutex::default(), tokens: Mutex::default() }
    }

    /// Has an organization synced as soon as there is room.
    pub(crate) fn ask(&self, org_id: i64) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(org_id);
        self.wake.notify_one();
    }

    /// Notes which token is at a place: the same one may be at several.
    fn learn(&self, credential: &Credential, digest: String) {
        let place = (credential.kind.clone(), credential.place.clone());
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(place, digest);
    }

    /// Whose rate limit an organization draws on; of a token that was never read, the place says it.
    fn budget(&self, endpoint: &str, credential: &Credential) -> Budget {
        let place = (credential.kind.clone(), credential.place.clone());
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        match tokens.get(&place) {
            Some(digest) => format!("{endpoint} {digest}").into(),
            None => format!("{endpoint} {} {}", place.0, place.1).into(),
        }
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
    /// Whose rate limit it draws on.
    budget: Budget,
}

/// Hub and token: who shares them draws on the same rate limit.
type Budget = Arc<str>;

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
    let mut running: JoinSet<i64> = JoinSet::new();
    let mut busy = Busy::default();
    let (mut queue, mut next, mut looked) = (VecDeque::new(), None, false);
    while !stop.is_stopped() {
        if !looked || queue.is_empty() {
            // While the database is away nothing can be synced; the next look tries it anew.
            (queue, next) = look(app, &busy).await.unwrap_or_default();
            looked = true;
        }
        for _ in 0..queue.len() {
            let Some(due) = queue.pop_front() else { break };
            if !busy.has_room_for(&due.budget) {
                queue.push_back(due);
                continue;
            }
            let org_id = due.org.id;
            app.scheduler().taken_up(org_id);
            busy.begin(org_id, Arc::clone(&due.budget));
            let (app, syncers, stop) = (app.clone(), syncers.clone(), stop.clone());
            running.spawn(async move {
                app.metrics().syncing.fetch_add(1, Relaxed);
                let written = outcome::sync(&app, &syncers, due).await;
                app.metrics().syncing.fetch_sub(1, Relaxed);
                if !written {
                    // It is due still: without a pause it would be tried without end.
                    tokio::select! {
                        () = stop.stopped() => {}
                        () = tokio::time::sleep(BREATH) => {}
                    }
                }
                org_id
            });
        }
        let until = next.map_or(GLANCE, |at: Micros| {
            let left = u64::try_from(at - app.now().as_microsecond()).unwrap_or(0);
            Duration::from_micros(left).clamp(Duration::from_millis(50), GLANCE)
        });
        tokio::select! {
            Some(ended) = running.join_next() => forget(ended, &mut busy),
            () = app.scheduler().wake.notified() => looked = false,
            () = stop.stopped() => {}
            () = tokio::time::sleep(until) => looked = false,
        }
        while let Some(ended) = running.try_join_next() {
            forget(ended, &mut busy);
        }
    }
    // Syncs that were told to stop write down that they were interrupted, and end soon.
    while running.join_next().await.is_some() {}
}

/// What runs now.
#[derive(Default)]
struct Busy {
    budgets: HashMap<i64, Budget>,
    counts: HashMap<Budget, usize>,
}

impl Busy {
    fn has_room_for(&self, budget: &Budget) -> bool {
        let used = self.counts.get(budget).copied().unwrap_or(0);
        self.budgets.len() < MOST && used < MOST_OF_A_TOKEN
    }

    fn begin(&mut self, org_id: i64, budget: Budget) {
        *self.counts.entry(Arc::clone(&budget)).or_default() += 1;
        self.budgets.insert(org_id, budget);
    }

    fn end(&mut self, org_id: i64) {
        let Some(budget) = self.budgets.remove(&org_id) else { return };
        if let Some(count) = self.counts.get_mut(&budget) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&budget);
            }
        }
    }
}

fn forget(ended: Result<i64, tokio::task::JoinError>, busy: &mut Busy) {
    match ended {
        Ok(org_id) => busy.end(org_id),
        Err(error) => {
            // Its lease is taken over by the next sync of it; the others go on.
            tracing::error!(%error, "a sync ended in a panic");
            *busy = Busy::default();
        }
    }
}

/// Who is due, the one that waits longest first, and when the next one will be.
async fn look(app: &App, busy: &Busy) -> Result<(VecDeque<Due>, Option<Micros>), Problem> {
    let now = app.now().as_microsecond();
    let busy: HashSet<i64> = busy.budgets.keys().copied().collect();
    let scheduler = {
        let app = app.clone();
        move |store: &mut Store| find(store, now, &busy, app.scheduler())
    };
    let found = app.look(scheduler).await?;
    if !found.without_turn.is_empty() {
        let turns = found.without_turn.into_iter();
        let turns = turns.map(|org_id| Turn { org_id, next_at: now, failures: 0, waiting: None });
        let turns: Vec<Turn> = turns.collect();
        app.write(move |store| Ok(turns.iter().try_for_each(|turn| store.save_turn(turn))?))
            .await?;
    }
    Ok((found.due, found.next))
}

/// What a look at the schedule found.
struct Found {
    /// Organizations that are kept and have no turn yet.
    without_turn: Vec<i64>,
    due: VecDeque<Due>,
    next: Option<Micros>,
}

fn find(
    store: &mut Store,
    now: Micros,
    busy: &HashSet<i64>,
    scheduler: &Scheduler,
) -> Result<Found, Problem> {
    let turns = store.turns()?.into_iter().map(|turn| (turn.org_id, turn));
    let mut turns: HashMap<i64, Turn> = turns.collect();
    let (mut without_turn, mut ready, mut next) = (Vec::new(), Vec::new(), None::<Micros>);
    for setting in store.org_settings()? {
        let org_id = setting.org_id;
        let Some(turn) = turns.remove(&org_id) else {
            without_turn.push(org_id);
            continue;
        };
        if busy.contains(&org_id) {
            continue;
        }
        let wanted = scheduler.is_asked(org_id);
        if wanted || (setting.enabled && turn.next_at <= now) {
            ready.push((!wanted, turn, setting));
        } else if setting.enabled {
            next = Some(next.map_or(turn.next_at, |next| next.min(turn.next_at)));
        }
    }
    if !without_turn.is_empty() {
        next = Some(now);
    }
    if ready.is_empty() {
        return Ok(Found { without_turn, due: VecDeque::new(), next });
    }
    ready.sort_by_key(|(later, turn, _)| (*later, turn.next_at, turn.org_id));
    let credentials = store.credentials()?.into_iter().map(|one| (one.org_id, one));
    let mut credentials: HashMap<i64, Credential> = credentials.collect();
    let orgs = store.orgs()?.into_iter().map(|org| (org.id, org));
    let mut orgs: HashMap<i64, Org> = orgs.collect();
    let mut due = VecDeque::with_capacity(ready.len());
    for (later, turn, setting) in ready {
        let org_id = turn.org_id;
        let Some(org) = orgs.remove(&org_id) else { continue };
        let credential = credentials.remove(&org_id).unwrap_or_else(|| Credential {
            org_id,
            kind: "none".to_owned(),
            ..Credential::default()
        });
        let budget = scheduler.budget(&org.endpoint, &credential);
        due.push_back(Due { org, setting, credential, turn, asked: !later, budget });
    }
    Ok(Found { without_turn, due, next })
}
