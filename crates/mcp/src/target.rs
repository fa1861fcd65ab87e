//! What a change is done to, as it is on the Hub at this moment.
//!
//! A confirmation is bound to the Hub's own id of the thing: a repository that was deleted and made
//! again under the same name, or a comment of the same number elsewhere, is another thing.

use serde_json::{Value, json};

use crate::{
    call::Call,
    failure::{Code, Failure},
    operations::Call as Operation,
    repair::excerpt,
};

/// A thing on the Hub.
#[derive(Debug, Default)]
pub(crate) struct Target {
    /// Its ids, from the outermost in.
    pub(crate) id: String,
    /// What the person who is asked should know of it.
    pub(crate) about: Option<String>,
}

impl Call<'_> {
    /// Looks up what an operation would change.
    pub(crate) async fn target(&self, call: &dyn Operation) -> Result<Target, Failure> {
        let arguments = call.arguments();
        let text = |name: &str| arguments.get(name).and_then(Value::as_str);
        let mut ids: Vec<String> = Vec::new();
        let mut about = None;
        if let Some(repo) = text("repo") {
            let kind = text("repoType").or(text("type")).unwrap_or("model");
            let info = self.read("repo_info", json!({ "type": kind, "repo": repo })).await?;
            ids.push(id_of(&info, &format!("{kind} {repo}")));
            if let Some(number) = arguments.get("num").and_then(Value::as_u64) {
                let place = json!({ "repoType": kind, "repo": repo, "num": number });
                let discussion = self.read("get_discussion_details", place).await?;
                ids.push(id_of(&discussion, &number.to_string()));
                about = Some(format!("\"{}\"", words(&discussion["title"])));
                if let Some(comment) = text("commentId") {
                    let (id, words) = comment_of(&discussion, comment)?;
                    ids.push(id);
                    about = Some(words);
                }
            }
        }
        if let Some(slug) = text("slug") {
            let collection = self.read("get_collection", json!({ "slug": slug })).await?;
            let slug = collection["slug"].as_str().unwrap_or(slug);
            ids.push(slug.rsplit('-').next().unwrap_or(slug).to_owned());
            about = Some(format!("\"{}\"", words(&collection["title"])));
        }
        if let Some(organization) = text("organization") {
            let profile = self
                .read("get_organization_overview", json!({ "organization": organization }))
                .await?;
            ids.push(id_of(&profile, organization));
        }
        for field in ["username", "user"] {
            if let Some(name) = text(field) {
                let profile = self.read("get_user_overview", json!({ "username": name })).await?;
                ids.push(id_of(&profile, name));
            }
        }
        // What no id can be had of is held by the arguments, which are bound as well.
        if ids.is_empty() {
            ids.push(call.request()?.uri().path().to_owned());
        }
        Ok(Target { id: ids.join("/"), about })
    }
}

fn id_of(thing: &Value, otherwise: &str) -> String {
    let id = thing.get("_id").or_else(|| thing.get("id")).and_then(Value::as_str);
    id.unwrap_or(otherwise).to_owned()
}

/// A comment's id, and who wrote what in it.
fn comment_of(discussion: &Value, comment: &str) -> Result<(String, String), Failure> {
    let events = discussion["events"].as_array().into_iter().flatten();
    let found = events
        .into_iter()
        .find(|event| event["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(comment)));
    let Some(event) = found else {
        return Err(Failure::new(Code::NotFound, "the discussion has no such comment")
            .hint("get_discussion shows the ids of its comments"));
    };
    let author = event["author"]["name"].as_str().unwrap_or("somebody");
    let about = format!("{author}: \"{}\"", words(&event["data"]["latest"]["raw"]));
    Ok((event["id"].as_str().unwrap_or(comment).to_owned(), about))
}

fn words(value: &Value) -> String {
    excerpt(value.as_str().unwrap_or_default(), 60)
}
