//! Collections and their items.

use serde_json::{Value, json};

use crate::{
    call::{Call, Halt},
    commit::Plan,
    failure::{Code, Failure},
    listing::View,
    repair,
};

const LISTED: [&str; 6] = ["slug", "title", "owner", "upvotes", "private", "lastUpdated"];
const ITEM: [&str; 4] = ["_id", "type", "id", "note"];

impl Call<'_> {
    /// Collections by owner, item or words; or the items of one.
    pub(crate) async fn collections(&self) -> Result<String, Halt> {
        if let Some(slug) = self.text("slug") {
            let mut collection =
                self.read("get_collection", json!({ "slug": repair::slug(slug) })).await?;
            self.mark(&mut collection, &self.labelling(&format!("collection {slug}")).await);
            let note = ["title", "description", "owner"].iter().filter_map(|key| {
                let cell = crate::format::cell(collection.get(*key));
                (!cell.is_empty()).then(|| format!("{key}: {}", repair::excerpt(&cell, 240)))
            });
            let note = note.collect::<Vec<_>>().join("; ");
            let items = collection["items"].as_array().cloned().unwrap_or_default();
            let items = items.into_iter().map(|mut item| {
                item["note"] = item["note"]["text"].clone();
                if item["type"] == "collection" {
                    item["id"] = item["slug"].clone();
                }
                item
            });
            return Ok(self.rows(items.collect(), &ITEM, Some(note))?);
        }
        let owner = match self.text("owner") {
            Some(owner) => Some(self.name(owner).await?),
            None => None,
        };
        let item = match self.text("item") {
            Some(item) => {
                let (kind, id) = item_of(item)?;
                let plural = if kind == "paper" { "papers".to_owned() } else { format!("{kind}s") };
                Some(vec![format!("{plural}/{id}")])
            }
            None => None,
        };
        let call = self.operation(
            "list_collections",
            json!({
                "owner": owner.map(|owner| vec![owner]),
                "item": item,
                "q": self.text("search"),
                "limit": 100,
            }),
        )?;
        let source = self.labelling("collections").await;
        let row = |mut row: Value| {
            self.mark(&mut row, &source);
            Some(row)
        };
        Ok(self.list(call.as_ref(), &View::rows(&LISTED, &row)).await?)
    }

    /// Creates, changes and deletes collections and their items.
    pub(crate) async fn edit_collection(&self) -> Result<String, Halt> {
        let action = self.need("action")?;
        let slug = || Ok::<_, Failure>(repair::slug(self.need("slug")?));
        let private = self.arguments.get("private").cloned().unwrap_or(Value::Null);
        let (what, operation, arguments) = match action {
            "create" => {
                let title = self.need("title")?;
                let owner = self.name(self.text("owner").unwrap_or("me")).await?;
                let item = match self.text("item") {
                    Some(item) => {
                        let (kind, id) = item_of(item)?;
                        json!({ "type": kind, "id": id })
                    }
                    None => Value::Null,
                };
                let arguments = json!({
                    "title": title,
                    "namespace": owner,
                    "description": self.text("description"),
                    "private": private,
                    "item": item,
                });
                (format!("Create a collection of {owner}"), "create_collection", arguments)
            }
            "update" => (
                format!("Change the collection {}", slug()?),
                "update_collection_metadata",
                json!({
                    "slug": slug()?,
                    "title": self.text("title"),
                    "description": self.arguments.get("description"),
                    "private": private,
                }),
            ),
            "delete" => (
                format!("Delete for good the collection {}", slug()?),
                "delete_collection",
                json!({ "slug": slug()? }),
            ),
            "add_item" => {
                let (kind, id) = item_of(self.need("item")?)?;
                (
                    format!("Add {kind} {id} to the collection {}", slug()?),
                    "add_collection_item",
                    json!({
                        "slug": slug()?,
                        "item": { "type": kind, "id": id },
                        "note": self.text("note"),
                    }),
                )
            }
            "update_item" => (
                format!("Change an item of the collection {}", slug()?),
                "update_collection_item",
                json!({
                    "slug": slug()?,
                    "item_id": self.item_id(&slug()?).await?,
                    "note": self.arguments.get("note"),
                }),
            ),
            _ => (
                format!("Remove {} from the collection {}", self.need("item")?, slug()?),
                "delete_collection_item",
                json!({ "slug": slug()?, "item_id": self.item_id(&slug()?).await? }),
            ),
        };
        let call = self.operation(operation, arguments)?;
        let answer = match self.commit_one(Plan::one(what, call)).await? {
            Err(shown) => return Ok(shown),
            Ok(answer) => answer,
        };
        let mut out = json!({ "done": action });
        for key in ["/slug", "/data/slug"] {
            if let Some(slug) = answer.pointer(key) {
                out["slug"] = slug.clone();
            }
        }
        Ok(out.to_string())
    }

    /// The id of an item within its collection: as given, or by what the item is.
    async fn item_id(&self, slug: &str) -> Result<String, Failure> {
        let given = self.need("item")?;
        if given.len() == 24 && given.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(given.to_owned());
        }
        let (kind, id) = item_of(given)?;
        let collection = self.read("get_collection", json!({ "slug": slug })).await?;
        let items = collection["items"].as_array().into_iter().flatten();
        let found = items.into_iter().find(|item| {
            let same = item["id"] == id.as_str() || item["slug"] == id.as_str();
            same && item["type"] == kind.as_str()
        });
        found.and_then(|item| item["_id"].as_str()).map(str::to_owned).ok_or_else(|| {
            Failure::new(
                Code::NotFound,
                format!("the collection has no {kind} {}", repair::excerpt(&id, 80)),
            )
            .hint("get_collections with its slug lists the items")
        })
    }
}

/// An item: its type and id, from `models/owner/name`, `papers/2510.04871` or an address.
fn item_of(given: &str) -> Result<(String, String), Failure> {
    for (prefix, kind) in
        [("papers/", "paper"), ("paper/", "paper"), ("collections/", "collection")]
    {
        let text =
            given.trim().trim_start_matches("https://").trim_start_matches("huggingface.co/");
        if let Some(id) = text.strip_prefix(prefix) {
            return Ok((kind.to_owned(), id.to_owned()));
        }
    }
    let (kind, id) = repair::repo(given, "model");
    if id.is_empty() {
        return Err(Failure::invalid("`item` is empty").hint("for example models/OWNER/NAME"));
    }
    Ok((kind, id))
}
