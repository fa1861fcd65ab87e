//! The whole table through two tools.

use serde_json::{Map, Value, json};

use super::people::Filter;
use crate::{
    call::{self, Call, Halt},
    commit::Plan,
    failure::{Code, Failure},
    listing::View,
    operations::{self, Entry},
    repair,
};

impl Call<'_> {
    /// Operations whose name, summary or path have the words.
    pub(crate) fn find_operation(&self) -> Result<String, Halt> {
        let query = self.need("query")?.to_lowercase();
        let words: Vec<&str> = query
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 1)
            .take(12)
            .collect();
        let mut found: Vec<(usize, &Entry)> = operations::all()
            .iter()
            .filter(|entry| self.choice.permits(entry.operation.effect).is_ok())
            .map(|entry| (score(entry, &words), entry))
            .filter(|(score, _)| *score > 0)
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        if found.is_empty() {
            let names = operations::all().iter().map(|entry| entry.operation.name);
            return Err(Failure::new(Code::NotFound, "no operation has these words")
                .hint("try others, such as members, discussion, collection, access")
                .meant(&query.replace(' ', "_"), names)
                .into());
        }
        let rows = found.into_iter().take(20).map(|(_, entry)| {
            json!({
                "name": entry.operation.name,
                "effect": entry.operation.effect.to_string(),
                "arguments": entry.shape().listed(),
                "summary": entry.operation.summary,
            })
        });
        Ok(self.rows(rows.collect(), &["name", "effect", "arguments", "summary"], None)?)
    }

    /// Any operation of the table.
    pub(crate) async fn call_operation(&self) -> Result<String, Halt> {
        let entry = call::entry(self.need("name")?)?;
        let mut arguments = match self.arguments.get("arguments") {
            Some(Value::Object(arguments)) => arguments.clone(),
            _ => Map::new(),
        };
        self.repair_arguments(entry, &mut arguments).await?;
        let call = entry.call(arguments)?;
        if call.effect().is_read() {
            self.note(|noted| noted.operation = Some(entry.operation.name));
            let source = self.labelling(entry.operation.name).await;
            if entry.paged {
                let filter = Filter::of(self)?;
                let row = |mut row: Value| {
                    // What is compared is what the Hub sent, before labels stand in it.
                    filter.keeps(&row).then(|| {
                        self.mark(&mut row, &source);
                        row
                    })
                };
                let columns = columns(entry);
                return Ok(self.list(call.as_ref(), &View::rows(columns, &row)).await?);
            }
            let answer = call.send(&self.hub).await?;
            let mut value = answer
                .json()
                .unwrap_or_else(|| String::from_utf8_lossy(&answer.body).into_owned().into());
            self.mark(&mut value, &source);
            if let Value::Array(items) = value {
                return Ok(self.rows(items, &[], None)?);
            }
            return Ok(self.object(value, &[])?);
        }
        let what = format!("{}: {}", entry.operation.summary, call.request()?.uri());
        match self.commit_one(Plan::one(what, call)).await? {
            Err(shown) => Ok(shown),
            Ok(answer) => {
                Ok(self.object(json!({ "done": entry.operation.name, "answer": answer }), &[])?)
            }
        }
    }

    /// Names and repositories in the forms that models send.
    async fn repair_arguments(
        &self,
        entry: &Entry,
        arguments: &mut Map<String, Value>,
    ) -> Result<(), Failure> {
        let type_field = ["type", "repoType"]
            .into_iter()
            .find(|name| entry.operation.path_fields().iter().any(|field| field == name));
        if let (Some(field), Some(given)) =
            (type_field, arguments.get("repo").and_then(Value::as_str))
        {
            let known = arguments.get(field).and_then(Value::as_str).unwrap_or("model").to_owned();
            let (kind, id) = repair::repo(given, known.trim_end_matches('s'));
            arguments.insert(field.to_owned(), kind.into());
            arguments.insert("repo".to_owned(), id.into());
        }
        for field in ["username", "user", "organization", "namespace"] {
            let known = entry.shape().field(field).is_some();
            if let (true, Some(given)) = (known, arguments.get(field).and_then(Value::as_str)) {
                let name = self.name(given).await?;
                arguments.insert(field.to_owned(), name.into());
            }
        }
        if let Some(given) = arguments.get("slug").and_then(Value::as_str) {
            let slug = repair::slug(given);
            arguments.insert("slug".to_owned(), slug.into());
        }
        Ok(())
    }
}

fn score(entry: &Entry, words: &[&str]) -> usize {
    let operation = &entry.operation;
    let summary = operation.summary.to_lowercase();
    words
        .iter()
        .map(|word| {
            // `member` finds members and `members` finds member.
            let stem = word.trim_end_matches('s');
            3 * usize::from(operation.name.contains(stem))
                + 2 * usize::from(summary.contains(stem))
                + usize::from(operation.path.to_lowercase().contains(stem))
        })
        .sum()
}

/// Fields that tell most about the items of a list.
fn columns(entry: &Entry) -> &'static [&'static str] {
    match entry.operation.name {
        "list_organization_members" => &["user", "fullname", "role"],
        "list_liked_repos" => &["repo", "createdAt"],
        "get_repo_discussions" => {
            &["num", "isPullRequest", "status", "author", "createdAt", "title"]
        }
        "list_access_requests" => &["user", "timestamp", "status", "fields"],
        "list_collections" => &["slug", "title", "owner", "upvotes"],
        name if name.contains("follow") || name.contains("likers") => &["user", "fullname"],
        _ => &[],
    }
}
