//! The ledger's answers, without a call to the Hub; and a sync, which is one.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    call::{Call, Halt},
    commit::Plan,
    cursor::Place,
    failure::{Code, Failure},
    ledger::{Answer, Changes, CountBy, Desk, Members, Part},
    listing::{Page, Rows},
    repair,
};

/// Rows that are fetched for one answer; far more than fit.
const FETCHED: usize = 400;

const MEMBER: [&str; 6] = ["username", "fullname", "role", "license", "two_factor", "unknown"];
const CHANGE: [&str; 6] = ["at", "kind", "member", "group", "old", "new"];

impl Call<'_> {
    /// Members, changes, one member's history or counts, as the ledger has them.
    pub(crate) async fn ledger(&self) -> Result<String, Halt> {
        let organization = repair::name(self.need("organization")?);
        let what = self.text("what").unwrap_or("members");
        let now = self.server.clock.now();
        let members = || -> Result<Members, Failure> {
            let mut ask = self.arguments.get("filter").cloned().unwrap_or_else(|| json!({}));
            if let (Some(as_of), Some(fields)) = (self.text("as_of"), ask.as_object_mut()) {
                fields.insert("as_of".to_owned(), as_of.into());
            }
            known_filters(&ask)?;
            serde_json::from_value(ask)
                .map_err(|error| Failure::invalid(format!("`filter`: {error}")))
        };
        let cursors = self.cursors();
        let Place { seen, .. } = self.place(&cursors)?;
        let part = Part { offset: seen, limit: FETCHED };
        let (answer, columns): (Answer<Value>, &[&str]) = match what {
            "members" => {
                let ask = members()?;
                let answer =
                    self.desk(false, move |desk| desk.members(&organization, &ask, part, now));
                (plain(answer.await?)?, &MEMBER)
            }
            "counts" => {
                let ask = members()?;
                let by: CountBy =
                    serde_json::from_value(self.text("by").unwrap_or("role").to_lowercase().into())
                        .map_err(|_| {
                            Failure::invalid("`by` is none of what members are counted by")
                                .hint("role, license, two_factor, external, pro, status or group")
                        })?;
                let answer = self.desk(false, move |desk| desk.count(&organization, by, &ask, now));
                (plain(answer.await?)?, &["value", "members"])
            }
            "changes" => {
                let ask = Changes {
                    since: self.text("since").map(str::to_owned),
                    kind: self.text("kind").map(str::to_owned),
                    all: false,
                };
                let answer =
                    self.desk(false, move |desk| desk.changes(&organization, &ask, part, now));
                (plain(answer.await?)?, &CHANGE)
            }
            _ => {
                let member = self.name(self.need("member")?).await?;
                let answer =
                    self.desk(false, move |desk| desk.timeline(&organization, &member, now));
                let mut answer = answer.await?;
                answer.rows.drain(..seen.min(answer.rows.len()));
                (plain(answer)?, &CHANGE)
            }
        };
        let mut rows = Rows::new(self.presentation()?, columns);
        let mut shown = 0;
        for mut row in answer.rows {
            if !rows.push(&mut row, 200)? {
                break;
            }
            shown += 1;
        }
        let more = seen + shown < answer.total;
        let mut notes = vec![format!("as of {}, run {}", answer.as_of, answer.run)];
        notes.extend(answer.notes);
        Ok(rows.finish(&Page {
            next_cursor: more.then(|| cursors.seal(&Place { page: None, seen: seen + shown })),
            total: Some(answer.total as u64),
            note: Some(notes.join("; ")),
        }))
    }

    /// Reads an organization's members from the Hub into the ledger, after a person's yes.
    pub(crate) async fn sync(&self) -> Result<String, Halt> {
        let organization = repair::name(self.need("organization")?);
        let call =
            self.operation("list_organization_members", json!({ "organization": organization }))?;
        let plan = Plan::one(format!("Sync the members of {organization} into the ledger"), call)
            .asking("every page is read with this account's token and written down");
        if let Some(shown) = self.allow(&plan).await? {
            return Ok(shown);
        }
        let desk = self.open_desk(true).await?;
        let run = desk.sync(self.hub.clone(), &organization).await?;
        let run = serde_json::to_value(&run)
            .map_err(|error| Failure::new(Code::Internal, error.to_string()))?;
        let shown = [
            "org",
            "run",
            "state",
            "complete",
            "members",
            "joined",
            "missing",
            "left",
            "returned",
            "changed",
            "error",
            "would_leave",
        ];
        Ok(self.object(run, &shown)?)
    }

    /// Asks the ledger where that may block.
    async fn desk<T: Send + 'static>(
        &self,
        write: bool,
        ask: impl FnOnce(&Desk) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let desk = self.open_desk(write).await?;
        tokio::task::spawn_blocking(move || ask(&desk))
            .await
            .map_err(|_| Failure::new(Code::Internal, "the ledger's answer was lost"))?
    }

    /// The ledger, opened when it is first needed. It is its owner's: other callers' tokens say
    /// nothing about who may read it.
    async fn open_desk(&self, write: bool) -> Result<Desk, Failure> {
        if self.caller.principal != self.server.owner.principal {
            return Err(Failure::new(Code::Forbidden, "the ledger answers only its owner")
                .hint("use `hubfolk mcp` without --http, or list_people"));
        }
        let ledger = self.server.ledger.clone().ok_or_else(|| {
            Failure::new(Code::NotAllowed, "this server was started without a ledger")
        })?;
        tokio::task::spawn_blocking(move || ledger.desk(write))
            .await
            .map_err(|_| Failure::new(Code::Internal, "the ledger cannot be opened"))?
    }
}

/// Filters that are none would be left out without a word.
fn known_filters(filter: &Value) -> Result<(), Failure> {
    const KNOWN: [&str; 9] =
        ["as_of", "role", "license", "two_factor", "external", "pro", "group", "search", "status"];
    let names = filter.as_object().into_iter().flatten().map(|(name, _)| name);
    match names.into_iter().find(|name| !KNOWN.contains(&name.as_str())) {
        Some(wrong) => {
            let wrong = repair::excerpt(wrong, 40);
            Err(Failure::invalid(format!("members cannot be filtered by `{wrong}`"))
                .hint(format!("filters: {}", KNOWN[1..].join(", ")))
                .meant(&wrong, KNOWN))
        }
        None => Ok(()),
    }
}

fn plain<T: Serialize>(answer: Answer<T>) -> Result<Answer<Value>, Failure> {
    let rows = answer.rows.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
    let rows = rows.map_err(|error| Failure::new(Code::Internal, error.to_string()))?;
    Ok(Answer {
        rows,
        total: answer.total,
        run: answer.run,
        as_of: answer.as_of,
        notes: answer.notes,
    })
}
