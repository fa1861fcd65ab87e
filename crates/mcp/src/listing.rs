//! Lists within a budget: whole rows, every one exactly once, going on where the last call stopped.

use futures_util::StreamExt;
use serde_json::{Map, Value, json};

use crate::{
    budget,
    call::{Call, Presentation, known_fields},
    cursor::{Cursors, Place},
    failure::{Code, Failure},
    format::{self, Format},
    operations::Call as Operation,
    text,
};

/// Most pages that one call reads when few of their rows are kept.
const MOST_PAGES: usize = 40;

/// Most rows that counting and comparing take in.
pub(crate) const MOST_ROWS: usize = 20_000;

/// Longest cell of a list, in characters; the thing itself has the rest.
const LONGEST_CELL: usize = 600;

/// What is kept for what stands below the rows.
const PAGE_TOKENS: usize = 160;

/// How rows are made from what the Hub sends.
pub(crate) struct View<'a> {
    /// What is shown unless fields are asked for.
    pub(crate) columns: &'a [&'a str],
    /// Makes the row, or leaves it out.
    pub(crate) row: &'a (dyn Fn(Value) -> Option<Value> + Send + Sync),
    /// Longest cell in characters, where it is not that of lists.
    pub(crate) longest_cell: usize,
}

impl<'a> View<'a> {
    /// Rows as the Hub sends them.
    pub(crate) fn of(columns: &'a [&'a str]) -> Self {
        Self { columns, row: &|row| Some(row), longest_cell: LONGEST_CELL }
    }

    /// Rows that are changed or left out.
    pub(crate) fn rows(
        columns: &'a [&'a str],
        row: &'a (dyn Fn(Value) -> Option<Value> + Send + Sync),
    ) -> Self {
        Self { columns, row, longest_cell: LONGEST_CELL }
    }
}

/// Collects rows until the budget is used.
pub(crate) struct Rows {
    how: Presentation,
    columns: Vec<String>,
    checked: bool,
    text: String,
    used: usize,
    count: usize,
}

impl Rows {
    pub(crate) fn new(how: Presentation, columns: &[&str]) -> Self {
        let columns = match &how.fields {
            Some(fields) => fields.clone(),
            None => columns.iter().map(|name| (*name).to_owned()).collect(),
        };
        let mut rows =
            Self { how, columns, checked: false, text: String::new(), used: PAGE_TOKENS, count: 0 };
        rows.head();
        rows
    }

    /// The line of names; without columns the first row decides.
    fn head(&mut self) {
        if !self.columns.is_empty() {
            let head = self.how.format.head(&self.columns);
            self.used += budget::tokens(&head);
            self.text = head;
        }
    }

    /// Adds a row; `false` when it does not fit any more and the next call begins with it.
    pub(crate) fn push(&mut self, row: &mut Value, longest_cell: usize) -> Result<bool, Failure> {
        if self.count >= self.how.limit {
            return Ok(false);
        }
        text::clean_value(row);
        if !self.checked && self.how.fields.is_some() {
            known_fields(&self.columns, row)?;
            self.checked = true;
        }
        if self.columns.is_empty() {
            self.columns = telling(row);
            self.head();
        }
        shorten_cells(row, longest_cell);
        let mut line = self.line(row);
        let mut cost = budget::tokens(&line) + 1;
        if self.used + cost > self.how.most {
            if self.count > 0 {
                return Ok(false);
            }
            // A row larger than the whole budget would never come: it comes shortened.
            let most = self.how.most.saturating_sub(self.used).max(40);
            let mut small = format::picked(row, &self.columns);
            small = budget::within(small, most * 2 / 3);
            line = self.line(&small);
            cost = budget::tokens(&line) + 1;
        }
        self.used += cost;
        self.count += 1;
        if self.how.format == Format::Json {
            self.text.push_str(if self.count == 1 { "" } else { ",\n" });
        }
        self.text.push_str(&line);
        Ok(true)
    }

    fn line(&self, row: &Value) -> String {
        self.how.format.row(&self.columns, row)
    }

    /// The rows with what stands below them.
    pub(crate) fn finish(self, page: &Page) -> String {
        let page = page.to_json(self.count);
        match self.how.format {
            Format::Json => format!("{{\"rows\":[{}],\"page\":{page}}}", self.text),
            _ => format!("{}page: {page}", self.text),
        }
    }
}

/// The fields of a row that say most in a cell.
fn telling(row: &Value) -> Vec<String> {
    const FIRST: [&str; 10] =
        ["id", "_id", "user", "name", "title", "type", "role", "status", "createdAt", "message"];
    const NEVER: [&str; 4] = ["avatarUrl", "html", "editorAvatarUrls", "thumbnailUrl"];
    let mut names: Vec<&String> = row.as_object().into_iter().flat_map(Map::keys).collect();
    names.retain(|name| !NEVER.contains(&name.as_str()));
    names.sort_by_key(|name| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    names.into_iter().take(7).cloned().collect()
}

fn shorten_cells(row: &mut Value, most: usize) {
    match row {
        Value::String(text) => {
            if let Some(cut) = budget::cut(text, most) {
                *text = cut;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shorten_cells(item, most)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| shorten_cells(field, most));
        }
        _ => {}
    }
}

/// What stands below the rows.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) next_cursor: Option<String>,
    pub(crate) total: Option<u64>,
    /// Why it stopped, when not because it was full.
    pub(crate) note: Option<String>,
}

impl Page {
    fn to_json(&self, returned: usize) -> Value {
        let mut page = Map::new();
        page.insert("returned".to_owned(), returned.into());
        page.insert("has_more".to_owned(), self.next_cursor.is_some().into());
        if let Some(cursor) = &self.next_cursor {
            page.insert("next_cursor".to_owned(), cursor.as_str().into());
        }
        if let Some(total) = self.total {
            page.insert("total".to_owned(), total.into());
        }
        if let Some(note) = &self.note {
            page.insert("note".to_owned(), note.as_str().into());
        }
        Value::Object(page)
    }
}

impl Call<'_> {
    /// The place that the cursor argument stands for.
    pub(crate) fn place(&self, cursors: &Cursors<'_>) -> Result<Place, Failure> {
        self.text("cursor").map_or_else(|| Ok(Place::default()), |text| cursors.open(text))
    }

    /// A list of the Hub, from where the cursor says, as far as the budget goes.
    pub(crate) async fn list(
        &self,
        call: &dyn Operation,
        view: &View<'_>,
    ) -> Result<String, Failure> {
        if let Some(field) = self.text("count_by") {
            return self.count_by(call, view, field).await;
        }
        let cursors = self.cursors();
        let place = self.place(&cursors)?;
        let mut rows = Rows::new(self.presentation()?, view.columns);
        let (mut at, mut seen) = (place.page, place.seen);
        let pages = call.pages(&self.hub, at.as_deref());
        let mut pages = pages.ok_or_else(|| {
            Failure::new(Code::Internal, format!("{} is no list", call.operation().name))
        })?;
        let mut page = Page::default();
        for _ in 0..MOST_PAGES {
            let answer = match pages.next().await {
                None => return Ok(rows.finish(&page)),
                Some(Ok(answer)) => answer,
                Some(Err(error)) if rows.count == 0 => return Err(error.into()),
                Some(Err(error)) => {
                    page.note = Some(format!("the next page failed: {}", Failure::from(error)));
                    break;
                }
            };
            page.total = answer.envelope.get("count").and_then(Value::as_u64);
            let decoded = answer.decode::<Value>()?;
            for (index, item) in decoded.items.into_iter().enumerate().skip(seen) {
                let Some(mut row) = (view.row)(item) else { continue };
                if !rows.push(&mut row, view.longest_cell)? {
                    let place = Place { page: at, seen: index };
                    page.next_cursor = Some(cursors.seal(&place));
                    return Ok(rows.finish(&page));
                }
            }
            seen = 0;
            at = answer.next;
            if at.is_none() {
                return Ok(rows.finish(&page));
            }
        }
        page.next_cursor = Some(cursors.seal(&Place { page: at, seen }));
        Ok(rows.finish(&page))
    }

    /// All rows of a list, within bounds, and whether these are all.
    pub(crate) async fn every(
        &self,
        call: &dyn Operation,
        view: &View<'_>,
    ) -> Result<(Vec<Value>, bool), Failure> {
        let pages = call.pages(&self.hub, None);
        let mut pages = pages.ok_or_else(|| {
            Failure::new(Code::Internal, format!("{} is no list", call.operation().name))
        })?;
        let mut rows = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page?;
            rows.extend(page.decode::<Value>()?.items.into_iter().filter_map(view.row));
            if rows.len() >= MOST_ROWS {
                return Ok((rows, page.next.is_none()));
            }
        }
        Ok((rows, true))
    }

    async fn count_by(
        &self,
        call: &dyn Operation,
        view: &View<'_>,
        field: &str,
    ) -> Result<String, Failure> {
        let (rows, complete) = self.every(call, view).await?;
        self.counted(&rows, complete, field)
    }

    /// How often each value of a field stands in the rows.
    pub(crate) fn counted(
        &self,
        rows: &[Value],
        complete: bool,
        field: &str,
    ) -> Result<String, Failure> {
        if let Some(row) = rows.first() {
            known_fields(&[field.to_owned()], row)?;
        }
        let mut counts: Vec<(String, usize)> = Vec::new();
        let mut index = std::collections::HashMap::new();
        for row in rows {
            let mut value = format::at(row, field).cloned().unwrap_or(Value::Null);
            text::clean_value(&mut value);
            let value = format::cell(Some(&value));
            let at = *index.entry(value.clone()).or_insert_with(|| {
                counts.push((value, 0));
                counts.len() - 1
            });
            counts[at].1 += 1;
        }
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut how = self.presentation()?;
        how.fields = None;
        let mut shown = Rows::new(how, &[field, "count"]);
        let mut page = Page { total: Some(rows.len() as u64), ..Page::default() };
        if !complete {
            page.note = Some(format!("only the first {} were counted", rows.len()));
        }
        let most = counts.len();
        for (done, (value, count)) in counts.into_iter().enumerate() {
            let mut row = json!({ field: value, "count": count });
            if !shown.push(&mut row, LONGEST_CELL)? {
                page.note = Some(format!("{} rarer values are left out", most - done));
                break;
            }
        }
        Ok(shown.finish(&page))
    }

    /// Rows that were made here, from where the cursor says.
    pub(crate) fn rows(
        &self,
        rows: Vec<Value>,
        columns: &[&str],
        note: Option<String>,
    ) -> Result<String, Failure> {
        let cursors = self.cursors();
        let place = self.place(&cursors)?;
        let mut shown = Rows::new(self.presentation()?, columns);
        let mut page = Page { total: Some(rows.len() as u64), note, ..Page::default() };
        for (index, mut row) in rows.into_iter().enumerate().skip(place.seen) {
            if !shown.push(&mut row, LONGEST_CELL)? {
                page.next_cursor = Some(cursors.seal(&Place { page: None, seen: index }));
                break;
            }
        }
        Ok(shown.finish(&page))
    }
}
