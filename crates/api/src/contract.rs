//! Does the table of operations still say what the Hub's own document says?
//!
//! The Hub publishes an OpenAPI document. [`check`] lays the table beside it: every operation is
//! either in the document, with the same method, path, parameters, limits, named values and
//! answer, or says itself from where it is known ([`Operation::undocumented`]). Every operation of
//! the document's people side is either in the table or on a list that says why not. What
//! remains is a [`Finding`].
//!
//! ```
//! use hubfolk_api::{contract, openapi};
//!
//! let report = contract::check(&openapi::document()).expect("it is an OpenAPI document");
//! assert!(report.findings.is_empty(), "the table agrees with what is made of it");
//! ```

mod compare;
mod drift;
mod explained;
mod known;
mod paths;
mod shape;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use schemars::{generate::SchemaSettings, schema_for};
use serde::Serialize;
use serde_json::Value;

use crate::{
    Answer, Endpoint, Operation, Paged, Payload,
    table::{self, Visitor},
};
use compare::{Differences, Found};
use paths::{Meeting, Pattern};
use shape::{Field, Shape};

pub(crate) use paths::forms;

pub use drift::{Unknown, unknown};
pub use known::{Area, LEFT_OUT, LeftOut, OUTSIDE, PEOPLE};

/// Marks a document that [`openapi::document`](crate::openapi::document) has made.
pub(crate) const MADE_OF_TABLE: &str = "x-made-of-the-table";

/// What kind of news a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum News {
    /// The document has something that the table has not.
    New,
    /// The table has something that the document has no longer.
    Gone,
    /// Both have it, but not the same.
    Changed,
}

impl fmt::Display for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Changed => "changed",
        })
    }
}

/// In which way an operation differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Difference {
    /// The whole operation.
    Operation,
    /// It is called with another method.
    Method,
    /// A parameter or field of the document that we do not have.
    NewField,
    /// A parameter or field of ours that the document does not have.
    GoneField,
    /// Required on one side and optional on the other.
    Required,
    /// Text, number, list, ...
    Type,
    /// A named value of the document that we do not know.
    NewValue,
    /// A named value of ours that the document does not have.
    GoneValue,
    /// A shortest or longest length, a range, a pattern.
    Limit,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Operation => "operation",
            Self::Method => "method",
            Self::NewField => "new field",
            Self::GoneField => "gone field",
            Self::Required => "required",
            Self::Type => "type",
            Self::NewValue => "new value",
            Self::GoneValue => "gone value",
            Self::Limit => "limit",
        })
    }
}

/// Something about which the table and the document disagree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of news it is.
    pub news: News,
    /// Our name of the operation, if it is in the table.
    pub operation: Option<&'static str>,
    /// HTTP method.
    pub method: String,
    /// Path in the document, or ours where the document has none.
    pub path: String,
    /// Where in the operation: `query.limit`, `body.role`, `answer[].user`; empty for all of it.
    pub place: String,
    /// In which way it differs.
    pub difference: Difference,
    /// What the document says.
    pub document: String,
    /// What the table says.
    pub ours: String,
    /// Why it is all right, for what the named lists explain.
    pub why: Option<&'static str>,
}

/// The table beside a document.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// Differences that nothing explains.
    pub findings: Vec<Finding>,
    /// Differences with a reason.
    pub explained: Vec<Finding>,
    /// How many operations of the table the document has.
    pub documented: usize,
    /// At which paths of the document each operation of the table stands.
    pub places: BTreeMap<&'static str, BTreeSet<String>>,
    /// Operations of the table that the document does not have, with where they are known from.
    pub undocumented: Vec<(&'static str, &'static str)>,
    /// How many operations of the document are not about people.
    pub outside: usize,
}

/// The text is no OpenAPI document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no OpenAPI document: {0}")]
#[non_exhaustive]
pub struct NotADocument(pub &'static str);

/// The paths at which an operation is looked for in the Hub's document, where there are several.
#[must_use]
pub fn expected(operation: &str) -> BTreeSet<String> {
    known::expected(operation).into_iter().flat_map(|expected| expected.paths()).collect()
}

/// Lays the table of operations beside an OpenAPI document.
///
/// # Errors
///
/// [`NotADocument`] for JSON that is none.
pub fn check(document: &Value) -> Result<Report, NotADocument> {
    let theirs = Theirs::read(document)?;
    let mut table = Table(Vec::new());
    table::visit(&mut table);
    Ok(Check { document, theirs, table: table.0 }.run())
}

/// An operation of the table with its schemas.
struct Ours {
    operation: Operation,
    patterns: Vec<Pattern>,
    request: Shape,
    answer: Shape,
}

struct Table(Vec<Ours>);

impl Visitor for Table {
    fn call<E: Endpoint>(&mut self) {
        // A request is what we write, an answer what we read.
        let writing = SchemaSettings::draft2020_12().for_serialize();
        let request = writing.into_generator().into_root_schema_for::<E>().to_value();
        let answer = schema_for!(E::Response).to_value();
        self.0.push(Ours {
            operation: E::OPERATION,
            patterns: forms(E::OPERATION.path).iter().map(|form| Pattern::ours(form)).collect(),
            request: Shape::of(&request, &request),
            answer: Shape::of(&answer, &answer),
        });
    }

    fn list<E: Paged>(&mut self) {
        self.call::<E>();
    }
}

/// An operation of the document.
struct Their<'a> {
    method: String,
    path: &'a str,
    pattern: Pattern,
    /// Parameters of the path, by name.
    path_parameters: BTreeMap<String, Shape>,
    query: Shape,
    body: Shape,
    answer: Option<Shape>,
}

struct Theirs<'a>(Vec<Their<'a>>);

impl<'a> Theirs<'a> {
    fn read(document: &'a Value) -> Result<Self, NotADocument> {
        if !document["openapi"].is_string() {
            return Err(NotADocument("it has no `openapi` with a version"));
        }
        let Some(paths) = document["paths"].as_object() else {
            return Err(NotADocument("it has no `paths`"));
        };
        let mut all = Vec::new();
        for (path, entry) in paths {
            for (method, operation) in entry.as_object().into_iter().flatten() {
                if matches!(method.as_str(), "get" | "post" | "put" | "patch" | "delete") {
                    all.push(Their::read(document, path, entry, method, operation));
                }
            }
        }
        Ok(Self(all))
    }
}

impl<'a> Their<'a> {
    fn read(
        document: &Value,
        path: &'a str,
        entry: &Value,
        method: &str,
        operation: &Value,
    ) -> Self {
        let mut path_parameters = BTreeMap::new();
        let mut query = BTreeMap::new();
        let shared = entry["parameters"].as_array().into_iter().flatten();
        for parameter in shared.chain(operation["parameters"].as_array().into_iter().flatten()) {
            let Some(name) = parameter["name"].as_str() else { continue };
            let shape = Shape::of(&parameter["schema"], document);
            match parameter["in"].as_str() {
                Some("path") => {
                    path_parameters.insert(name.to_owned(), shape);
                }
                Some("query") => {
                    let required = parameter["required"] == true;
                    let name = name.strip_suffix("[]").unwrap_or(name);
                    query.insert(name.to_owned(), Field { required, shape });
                }
                _ => {}
            }
        }
        let body = content(&operation["requestBody"]);
        let answers = operation["responses"].as_object().into_iter().flatten();
        let answer = answers
            .filter(|(status, _)| status.starts_with('2'))
            .find_map(|(_, answer)| content(answer))
            // An answer without a shape is written as a schema that says nothing.
            .filter(|schema| {
                schema.as_object().is_some_and(|all| all.keys().any(|key| key != "$schema"))
            });
        Self {
            method: method.to_uppercase(),
            path,
            pattern: Pattern::document(path),
            path_parameters,
            query: Shape::object(query),
            body: body.map_or_else(Shape::default, |schema| Shape::of(schema, document)),
            answer: answer.map(|schema| Shape::of(schema, document)),
        }
    }

    fn may_be(&self, parameter: &str, value: &str) -> bool {
        self.path_parameters.get(parameter).is_some_and(|shape| shape.values.contains(value))
    }
}

/// The schema of a body, JSON before the other forms.
fn content(holder: &Value) -> Option<&Value> {
    let content = holder["content"].as_object()?;
    let kinds = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];
    kinds.into_iter().find_map(|kind| content.get(kind)?.get("schema"))
}

struct Check<'a> {
    document: &'a Value,
    theirs: Theirs<'a>,
    table: Vec<Ours>,
}

/// Which operation of the table is which of the document.
struct Match {
    ours: usize,
    theirs: usize,
    meeting: Meeting,
}

impl Check<'_> {
    fn run(self) -> Report {
        let matches = self.matches();
        let mut report = Report::default();
        let mut all = Vec::new();
        for (index, ours) in self.table.iter().enumerate() {
            let own: Vec<&Match> = matches.iter().filter(|found| found.ours == index).collect();
            match (own.is_empty(), ours.operation.undocumented) {
                (true, Some(why)) => report.undocumented.push((ours.operation.name, why)),
                (true, None) => all.push(self.gone(ours)),
                (false, _) => report.documented += 1,
            }
            let places = own.iter().map(|found| self.theirs.0[found.theirs].path.to_owned());
            report.places.insert(ours.operation.name, places.collect());
            all.extend(self.gone_paths(ours, &own));
            for found in own {
                all.extend(self.compared(ours, found));
            }
        }
        for (index, their) in self.theirs.0.iter().enumerate() {
            let own: Vec<&Match> = matches.iter().filter(|found| found.theirs == index).collect();
            if own.is_empty() {
                match known::outside(their.path) {
                    Some(_) => report.outside += 1,
                    None => all.extend(Self::added(their, &all)),
                }
            }
            all.extend(self.uncovered(their, &own));
        }
        for mut finding in all {
            finding.why = known::explanation(&finding);
            match finding.why {
                None => report.findings.push(finding),
                Some(_) => report.explained.push(finding),
            }
        }
        report.findings.sort();
        report.findings.dedup();
        report.explained.sort();
        report
    }

    fn matches(&self) -> Vec<Match> {
        let mut matches = Vec::new();
        for (theirs, their) in self.theirs.0.iter().enumerate() {
            let mut found = Vec::new();
            for (index, ours) in self.table.iter().enumerate() {
                // A bucket is a repository too, but we do not do anything with one.
                let outside = known::outside(their.path).is_some();
                if ours.operation.method.as_str() == their.method
                    && let Some(meeting) = meeting(ours, their)
                    && (meeting.looseness == 0 || !outside)
                {
                    found.push(Match { ours: index, theirs, meeting });
                }
            }
            // `handle` in our path is meant before a `{status}` that could be anything; two
            // words of ours for one parameter of the document stand side by side.
            let fixed = |found: &Match| !found.meeting.fixed.is_empty();
            let least = found.iter().map(|found| found.meeting.looseness).min();
            found.retain(|found| fixed(found) || Some(found.meeting.looseness) == least);
            matches.extend(found);
        }
        matches
    }

    /// The document has the path no longer, or has it with another method.
    fn gone(&self, ours: &Ours) -> Finding {
        let other = self.theirs.0.iter().find(|their| {
            meeting(ours, their).is_some()
                && !LEFT_OUT
                    .iter()
                    .any(|left| left.method == their.method && left.path == their.path)
                && !self.table.iter().any(|other| {
                    other.operation.method.as_str() == their.method
                        && meeting(other, their).is_some()
                })
        });
        let mut finding = Finding {
            news: News::Gone,
            operation: Some(ours.operation.name),
            method: ours.operation.method.to_string(),
            path: ours.operation.path.to_owned(),
            place: String::new(),
            difference: Difference::Operation,
            document: "absent".to_owned(),
            ours: "in the table".to_owned(),
            why: None,
        };
        if let Some(other) = other {
            finding.news = News::Changed;
            finding.difference = Difference::Method;
            finding.document.clone_from(&other.method);
            finding.ours = ours.operation.method.to_string();
            other.path.clone_into(&mut finding.path);
        }
        finding
    }

    /// Paths of an operation that stands in the document several times, once for each type.
    fn gone_paths(&self, ours: &Ours, own: &[&Match]) -> Vec<Finding> {
        let Some(expected) = known::expected(ours.operation.name) else { return Vec::new() };
        // What is made of our table says each operation once.
        if own.is_empty() || self.document["info"][MADE_OF_TABLE] == true {
            return Vec::new();
        }
        let there = |path: &str| own.iter().any(|found| self.theirs.0[found.theirs].path == path);
        let gone = expected.paths().filter(|path| !there(path)).map(|path| Finding {
            news: News::Gone,
            operation: Some(ours.operation.name),
            method: ours.operation.method.to_string(),
            path,
            place: String::new(),
            difference: Difference::Operation,
            document: "absent".to_owned(),
            ours: "in the table".to_owned(),
            why: None,
        });
        gone.collect()
    }

    fn added(their: &Their<'_>, so_far: &[Finding]) -> Option<Finding> {
        // Said already: our operation has another method.
        let told = |finding: &Finding| {
            finding.difference == Difference::Method
                && finding.path == their.path
                && finding.document == their.method
        };
        (!so_far.iter().any(told)).then(|| Finding {
            news: News::New,
            operation: None,
            method: their.method.clone(),
            path: their.path.to_owned(),
            place: String::new(),
            difference: Difference::Operation,
            document: "in the document".to_owned(),
            ours: "absent".to_owned(),
            why: None,
        })
    }

    /// Values of a parameter of the path for which we have operations, but not for all of them.
    fn uncovered(&self, their: &Their<'_>, own: &[&Match]) -> Vec<Finding> {
        let mut missing = Vec::new();
        for (parameter, shape) in &their.path_parameters {
            let fixed: BTreeSet<&String> = own
                .iter()
                .flat_map(|found| &found.meeting.fixed)
                .filter(|(name, _)| name == parameter)
                .map(|(_, value)| value)
                .collect();
            if fixed.is_empty() {
                continue;
            }
            for value in shape.values.iter().filter(|value| !fixed.contains(value)) {
                missing.push(Finding {
                    news: News::New,
                    operation: None,
                    method: their.method.clone(),
                    path: their.path.to_owned(),
                    place: format!("path.{parameter}"),
                    difference: Difference::NewValue,
                    document: value.clone(),
                    ours: "absent".to_owned(),
                    why: None,
                });
            }
        }
        missing
    }

    fn compared(&self, ours: &Ours, found: &Match) -> Vec<Finding> {
        let their = &self.theirs.0[found.theirs];
        let operation = &ours.operation;
        let mut differences = Differences::default();
        for pair in &found.meeting.pairs {
            let (Some(field), Some(theirs)) =
                (ours.request.fields.get(&pair.field), their.path_parameters.get(&pair.parameter))
            else {
                continue;
            };
            let mut shape = field.shape.clone();
            let (before, after) = &pair.around;
            shape.values =
                shape.values.iter().map(|value| format!("{before}{value}{after}")).collect();
            differences.request(&format!("path.{}", pair.field), &shape, theirs);
        }
        let in_path = operation.path_fields();
        let (mut query, mut body) = (BTreeMap::new(), BTreeMap::new());
        for (name, field) in &ours.request.fields {
            let to_query = operation.payload == Payload::Query
                || operation.query_fields.contains(&name.as_str());
            if in_path.contains(&name.as_str()) {
                continue;
            }
            let place = if to_query { &mut query } else { &mut body };
            place.insert(name.clone(), field.clone());
        }
        let body = match operation.body_field.and_then(|name| body.remove(name)) {
            Some(field) => field.shape,
            None => Shape::object(body),
        };
        differences.request_parts("query", &Shape::object(query), &their.query);
        differences.request_parts("body", &body, &their.body);
        if operation.answer == Answer::Json
            && let Some(answer) = &their.answer
        {
            differences.answer("answer", &ours.answer, answer);
        }
        let finding = |Found { place, difference, document, ours }| Finding {
            news: News::Changed,
            operation: Some(operation.name),
            method: their.method.clone(),
            path: their.path.to_owned(),
            place,
            difference,
            document,
            ours,
            why: None,
        };
        differences.0.into_iter().map(finding).collect()
    }
}

fn meeting(ours: &Ours, their: &Their<'_>) -> Option<Meeting> {
    let ours_may = |field: &str, value: &str| {
        ours.request.fields.get(field).is_some_and(|field| field.shape.values.contains(value))
    };
    let theirs_may = |parameter: &str, value: &str| their.may_be(parameter, value);
    let forms = ours.patterns.iter();
    forms.map(|form| paths::meet(form, &their.pattern, ours_may, theirs_may)).find_map(|met| met)
}
