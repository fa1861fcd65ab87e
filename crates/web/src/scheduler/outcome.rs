//! One sync by schedule, and what it means for the next one.

use hubfolk_license::views::RunView;
use hubfolk_store::{Micros, Turn};

use super::Due;
use super::syncers::Syncers;
use crate::app::App;
use crate::random;
use crate::schedule::Schedule;
use crate::show::shown;
use hubfolk_license::chain;

/// A second in the unit of times.
const SECOND: Micros = 1_000_000;

/// Pause after the first failure; it doubles with each.
const FIRST_PAUSE: Micros = 300 * SECOND;

/// Longest pause between tries.
const LONGEST_PAUSE: Micros = 6 * 3600 * SECOND;

/// How one sync ended, as far as the schedule is concerned.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Well,
    /// It waits for a person.
    Quarantined(i64),
    /// Another process is at it.
    Busy,
    /// The service stops.
    Interrupted,
    /// The database could not be read or written; the Hub has nothing to do with it.
    Away,
    Failed(String),
}

/// Syncs and writes down when it is due next; false when the database was away.
pub(super) async fn sync(app: &App, syncers: &Syncers, due: Due) -> bool {
    let ended = attempt(app, syncers, &due).await;
    let now = app.now().as_microsecond();
    let schedule = Schedule::parse(&due.setting.schedule).unwrap_or(Schedule::Manual);
    let turn = next(&due.turn, &ended, schedule, now, random::fraction());
    let mut credential = due.credential;
    let well = matches!(ended, Ended::Well | Ended::Quarantined(_));
    if ended == Ended::Away && due.asked {
        // Whoever asked for it need not ask again.
        app.scheduler().ask(turn.org_id);
    }
    let written = app
        .write(move |store| {
            // Somebody may have changed the settings, or removed them, while it ran.
            let current = store.org_setting(turn.org_id)?;
            if current.is_none_or(|current| current.changed_at != due.setting.changed_at) {
                return Ok(());
            }
            store.save_turn(&turn)?;
            if well && credential.kind != "none" {
                credential.last_success = Some(now);
                store.save_credential(&credential)?;
            }
            Ok(())
        })
        .await;
    // It stays due, and the next look finds that out.
    if let Err(problem) = &written {
        tracing::warn!(problem.message, "the turn of an organization was not written");
    }
    ended != Ended::Away && written.is_ok()
}

async fn attempt(app: &App, syncers: &Syncers, due: &Due) -> Ended {
    // Opens the database anew if it was away; a sync could not say so itself.
    if app.write(|_| Ok(())).await.is_err() {
        return Ended::Away;
    }
    let trigger = if due.asked { "manual" } else { "schedule" };
    let token = match app.token(due.credential.clone()).await {
        Ok(token) => token,
        Err(why) => return Ended::Failed(format!("The token cannot be had: {why}.")),
    };
    if let Some(token) = &token {
        app.scheduler().learn(&due.credential, random::digest(token.expose()));
    }
    let syncer = match syncers.get(&due.org.endpoint, token.as_ref(), trigger) {
        Ok(syncer) => syncer,
        Err(error) => return Ended::Failed(format!("{}.", chain(&error))),
    };
    let ended = match syncer.sync(&due.org.slug).await {
        Ok(view) => {
            app.metrics().run(view.state);
            of_run(view)
        }
        // A run has no error but that of its ledger; all else is told by the run itself.
        Err(error) => {
            tracing::warn!(org = due.org.slug, why = chain(&error), "the database was away");
            Ended::Away
        }
    };
    if let Ended::Failed(why) = &ended {
        tracing::warn!(org = due.org.slug, why, "a sync failed");
        syncers.forget(&due.org.endpoint, token.as_ref(), trigger);
    }
    ended
}

fn of_run(view: RunView) -> Ended {
    match (view.state, view.error) {
        ("published", _) => Ended::Well,
        ("quarantined", _) => Ended::Quarantined(view.run.unwrap_or_default()),
        ("busy", _) => Ended::Busy,
        (_, Some(error)) if error.kind == "interrupted" => Ended::Interrupted,
        (_, Some(error)) => Ended::Failed(format!("{} ({}).", error.message, error.kind)),
        (state, None) => Ended::Failed(format!("The run ended as {state}.")),
    }
}

/// When it is due next, and why it has to wait.
fn next(turn: &Turn, ended: &Ended, schedule: Schedule, now: Micros, jitter: f64) -> Turn {
    let by_schedule = schedule.after(now, jitter).unwrap_or(Micros::MAX);
    let org_id = turn.org_id;
    match ended {
        Ended::Well => Turn { org_id, next_at: by_schedule, failures: 0, waiting: None },
        Ended::Quarantined(run) => {
            let waiting = Some(format!("Run {run} waits for a decision."));
            Turn { org_id, next_at: by_schedule, failures: 0, waiting }
        }
        Ended::Busy => {
            let waiting = Some("Another process is syncing it.".to_owned());
            let next_at = by_schedule.min(now + 60 * SECOND);
            Turn { org_id, next_at, failures: turn.failures, waiting }
        }
        // The next start of the service takes it up at once.
        Ended::Interrupted => Turn { next_at: now, ..turn.clone() },
        Ended::Away => {
            let waiting = Some(format!("The database was out of reach at {} UTC.", shown(now)));
            Turn { org_id, next_at: turn.next_at.min(by_schedule), waiting, ..turn.clone() }
        }
        Ended::Failed(why) => {
            let failures = turn.failures + 1;
            let doubled = FIRST_PAUSE << (failures - 1).clamp(0, 10);
            let pause = doubled.min(LONGEST_PAUSE);
            let pause = pause - (pause as f64 * 0.2 * jitter) as Micros;
            let next_at = if schedule == Schedule::Manual { Micros::MAX } else { now + pause };
            let tries = if failures == 1 {
                "once".to_owned()
            } else {
                format!("{failures} times in a row")
            };
            let waiting = Some(format!("Failed {tries}, last at {} UTC: {why}", shown(now)));
            Turn { org_id, next_at, failures, waiting }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn turn(failures: i64) -> Turn {
        Turn { org_id: 1, next_at: 0, failures, waiting: None }
    }

    fn hourly() -> Schedule {
        Schedule::parse("1h").unwrap()
    }

    #[test]
    fn failures_are_tried_again_sooner_than_the_schedule_and_then_ever_later() {
        let failed = Ended::Failed("no".into());
        let minutes =
            |failures| next(&turn(failures), &failed, hourly(), 0, 0.0).next_at / SECOND / 60;
        assert_eq!((0..8).map(minutes).collect::<Vec<_>>(), [5, 10, 20, 40, 80, 160, 320, 360]);
        assert_eq!(minutes(1000), 360);
        let once = next(&turn(0), &failed, hourly(), 0, 0.0);
        assert_eq!(once.failures, 1);
        assert!(once.waiting.unwrap().starts_with("Failed once"));
    }

    #[test]
    fn a_database_that_was_away_is_no_failure_of_the_organization() {
        let away = next(&turn(2), &Ended::Away, hourly(), 10, 0.0);
        assert_eq!((away.failures, away.next_at), (2, 0), "it stays due");
    }

    #[test]
    fn a_sync_that_works_ends_the_waiting() {
        let well = next(&turn(5), &Ended::Well, hourly(), 0, 0.0);
        assert_eq!((well.failures, well.waiting, well.next_at), (0, None, 3600 * SECOND));
        let manual = next(&turn(0), &Ended::Failed("no".into()), Schedule::Manual, 0, 0.0);
        assert_eq!(manual.next_at, Micros::MAX);
    }
}
