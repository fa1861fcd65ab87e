//! Users, organizations and how they are connected.

use serde_json::{Value, json};

use super::relations::{Relation, Set};
use crate::{
    call::{Call, Halt},
    failure::{Code, Failure},
    listing::{MOST_ROWS, View},
    repair,
};

/// Fields of a profile that answer most questions.
const PROFILE: [&str; 18] = [
    "type",
    "user",
    "name",
    "fullname",
    "details",
    "isPro",
    "plan",
    "createdAt",
    "orgs",
    "numUsers",
    "numFollowers",
    "numFollowing",
    "numLikes",
    "numModels",
    "numDatasets",
    "numSpaces",
    "numDiscussions",
    "numUpvotes",
];

impl Call<'_> {
    /// A user's or an organization's profile, whichever the name belongs to.
    pub(crate) async fn profile(&self) -> Result<String, Halt> {
        let given = repair::name(self.need("name")?);
        if given.eq_ignore_ascii_case("me") {
            let who = self.caller.who().await?;
            let mut value = serde_json::to_value(&*who)
                .map_err(|error| Failure::new(Code::Internal, error.to_string()))?;
            self.mark(&mut value, &self.labelling("the caller's profile").await);
            let shown = ["type", "id", "name", "fullname", "email", "isPro", "orgs", "auth"];
            return Ok(self.object(slim_orgs(value), &shown)?);
        }
        let user = self.read("get_user_overview", json!({ "username": given })).await;
        let mut value = match user {
            Ok(user) => user,
            Err(failure) if failure.code == Code::NotFound => self
                .read("get_organization_overview", json!({ "organization": given }))
                .await
                .map_err(|other| match other.code {
                    Code::NotFound => Failure::new(
                        Code::NotFound,
                        format!(
                            "there is no user or organization `{}`",
                            repair::excerpt(&given, 60)
                        ),
                    )
                    .hint("check the spelling; only the name, without `@` or address"),
                    _ => other,
                })?,
            Err(failure) => return Err(failure.into()),
        };
        self.mark(&mut value, &self.labelling(&format!("profile of {given}")).await);
        Ok(self.object(slim_orgs(value), &PROFILE)?)
    }

    /// Followers, following, members or likers; those in a second set as well, or counted.
    pub(crate) async fn people(&self) -> Result<String, Halt> {
        let relation = Relation::named(self.need("relation")?)?;
        let set = self.set(relation, self.need("of")?).await?;
        let filter = Filter::of(self)?;
        let also = match self.text("also") {
            Some(text) => {
                let second = self.set_in_words(text).await?;
                Some(second)
            }
            None => None,
        };
        let columns = set.relation.columns();
        let call = self.operation(set.operation, set.arguments.clone())?;
        let Some(second) = also else {
            let row = |row: Value| filter.keeps(&row).then_some(row);
            return Ok(self.list(call.as_ref(), &View::rows(columns, &row)).await?);
        };
        let plain = View::of(&[]);
        let (first, first_whole) = self.every(call.as_ref(), &plain).await?;
        let call = self.operation(second.operation, second.arguments.clone())?;
        let (others, others_whole) = self.every(call.as_ref(), &plain).await?;
        let others: std::collections::HashSet<&str> = others.iter().filter_map(user).collect();
        let both: Vec<Value> = first
            .iter()
            .filter(|row| user(row).is_some_and(|name| others.contains(name)))
            .filter(|row| filter.keeps(row))
            .cloned()
            .collect();
        let whole = first_whole && others_whole;
        if let Some(field) = self.text("count_by") {
            return Ok(self.counted(&both, whole, field)?);
        }
        let note = (!whole).then(|| format!("only the first {MOST_ROWS} of a set were compared"));
        Ok(self.rows(both, columns, note)?)
    }

    /// Repositories that a user likes.
    pub(crate) async fn likes(&self) -> Result<String, Halt> {
        let user = self.name(self.need("user")?).await?;
        let call = self.operation("list_liked_repos", json!({ "username": user }))?;
        let row = |row: Value| {
            Some(json!({
                "repo": row["repo"]["name"],
                "type": row["repo"]["type"],
                "createdAt": row["createdAt"],
            }))
        };
        Ok(self.list(call.as_ref(), &View::rows(&["repo", "type", "createdAt"], &row)).await?)
    }

    /// A set from words such as `members of acme` or `ada followers`.
    async fn set_in_words(&self, text: &str) -> Result<Set, Failure> {
        let words: Vec<&str> =
            text.split([' ', ',', ':']).filter(|word| !word.is_empty() && *word != "of").collect();
        let pair = match words.as_slice() {
            [a, b] => Relation::named(a)
                .map(|relation| (relation, *b))
                .or_else(|_| Relation::named(b).map(|relation| (relation, *a)))
                .ok(),
            _ => None,
        };
        let (relation, of) = pair.ok_or_else(|| {
            Failure::invalid("`also` is no set")
                .hint("for example: followers of ada, members of acme")
        })?;
        self.set(relation, of).await
    }

    /// The list of the table that a set is.
    async fn set(&self, relation: Relation, of: &str) -> Result<Set, Failure> {
        if relation == Relation::Likers {
            let (kind, repo) = repair::repo(of, "model");
            return Ok(Set::likers(&kind, &repo));
        }
        let name = self.name(of).await?;
        if relation == Relation::Followers && self.is_organization(&name).await? {
            return Ok(Set::followers_of_organization(&name));
        }
        Ok(Set::of(relation, &name))
    }

    /// Whether the name is an organization's; one that is neither reads as a user's.
    async fn is_organization(&self, name: &str) -> Result<bool, Failure> {
        match self.read("get_user_overview", json!({ "username": name })).await {
            Ok(_) => Ok(false),
            Err(failure) if failure.code == Code::NotFound => {
                let organization =
                    self.read("get_organization_overview", json!({ "organization": name })).await;
                Ok(organization.is_ok())
            }
            Err(failure) => Err(failure),
        }
    }
}

fn user(row: &Value) -> Option<&str> {
    row["user"].as_str()
}

/// Organizations in a profile by their names alone.
fn slim_orgs(mut value: Value) -> Value {
    if let Some(Value::Array(orgs)) = value.get_mut("orgs") {
        for org in orgs {
            if let Some(name) = org["name"].as_str() {
                *org = match org["roleInOrg"].as_str() {
                    Some(role) => format!("{name} ({role})").into(),
                    None => name.into(),
                };
            }
        }
    }
    value
}

/// Rows whose fields have these values.
pub(crate) struct Filter(Vec<(String, Value)>);

impl Filter {
    pub(crate) fn of(call: &Call<'_>) -> Result<Self, Failure> {
        let Some(filter) = call.arguments.get("filter") else { return Ok(Self(Vec::new())) };
        let Some(fields) = filter.as_object() else {
            return Err(Failure::invalid("`filter` takes an object, as in {\"role\": \"admin\"}"));
        };
        Ok(Self(fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect()))
    }

    /// Whether the row has them all; text is compared without case, lists hold any of their items.
    pub(crate) fn keeps(&self, row: &Value) -> bool {
        self.0.iter().all(|(name, wanted)| {
            let value = crate::format::at(row, name).unwrap_or(&Value::Null);
            match wanted {
                Value::Array(any) => any.iter().any(|wanted| same(value, wanted)),
                wanted => same(value, wanted),
            }
        })
    }
}

fn same(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::String(a), Value::String(b)) => a.eq_ignore_ascii_case(b),
        (Value::Array(items), wanted) => items.iter().any(|item| same(item, wanted)),
        (a, Value::String(b)) => a.to_string().eq_ignore_ascii_case(b),
        (a, b) => a == b,
    }
}
