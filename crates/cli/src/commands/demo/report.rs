//! The story on one screen, and what to type next.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::output::{fixed_table, shown};

use super::play::Story;

/// As wide as a small terminal, wherever it is printed.
const WIDTH: u16 = 100;

/// How many changes are shown one by one.
const SHOWN: usize = 12;

/// The report; the same for the same story, except for where the ledger lies.
pub(super) fn text(story: &Story, colour: bool) -> String {
    let mut page = Page { text: String::new(), colour };
    let bold = page.bold(&story.org);
    page.line(&format!(
        "{bold}: {} members after {} weekly syncs, {} to {}",
        thousands(story.members),
        story.weeks,
        story.first,
        story.last
    ));
    page.line(&format!(
        "{} resource groups, {} service accounts, {} missing since the last sync",
        story.groups, story.service_accounts, story.missing
    ));

    page.title("Members by license type");
    let rows: Vec<Value> = story
        .licenses
        .iter()
        .map(|row| json!({"license": row.license, "role": row.role, "members": row.members}))
        .collect();
    page.table(&["license", "role", "members"], &rows);

    page.title("Access");
    let rows = [
        ("two-factor authentication", &story.two_factor, "on", "off"),
        ("external collaborators", &story.external, "external", "own"),
    ]
    .map(|(what, known, yes, no)| {
        json!({"what": what, "yes": format!("{} {yes}", thousands(known.yes)),
               "no": format!("{} {no}", thousands(known.no)), "unknown": format!("{} unknown", known.unknown)})
    });
    page.headless(&["what", "yes", "no", "unknown"], &rows);
    if !story.admins_without_two_factor.is_empty() {
        page.line(&format!(
            "administrators without it: {}",
            story.admins_without_two_factor.join(", ")
        ));
    }

    page.title("Changes of the last week");
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for change in &story.changes {
        *kinds.entry(change.kind).or_default() += 1;
    }
    let counted: Vec<String> =
        kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    page.line(&if counted.is_empty() { "none".to_owned() } else { counted.join(", ") });
    let rows: Vec<Value> = story
        .changes
        .iter()
        .filter_map(|change| serde_json::to_value(change).ok())
        .take(SHOWN)
        .collect();
    page.table(&["member", "kind", "group", "old", "new"], &rows);
    if story.changes.len() > SHOWN {
        page.line(&format!("and {} more", story.changes.len() - SHOWN));
    }

    page.title("Held back, and why");
    for held in &story.held_back {
        page.line(&format!("run {}, {}: {}", held.run, day(&held.at), held.why));
    }
    for reused in &story.reused_names {
        let name = reused.member.as_ref().map_or("?", |member| member.username.as_str());
        page.line(&format!(
            "run {}, {}: the username {} came back with another account behind it, which is no return",
            reused.run,
            day(&reused.at),
            shown(name)
        ));
    }

    page.title("Where it lies, and what to try next");
    page.line(&format!("The ledger: {}", story.ledger.display()));
    for (command, what) in next(story) {
        page.line(&format!("\n  {}\n      {what}", page.bold(&command)));
    }
    page.text
}

/// Commands that work as they are printed.
fn next(story: &Story) -> Vec<(String, &'static str)> {
    let program = program();
    let org = &story.org;
    let db = format!("--db {}", quoted(&format!("sqlite:{}", story.ledger.display())));
    let quarantined = story.held_back.iter().rev().find(|held| held.state == "quarantined");
    let before = quarantined.map_or(1, |held| held.run - 1);
    let someone = story.changes.iter().find_map(|change| change.member.as_ref());
    let mut commands = vec![
        (format!("{program} members {org} --role admin {db}"), "who may do everything"),
        (
            format!("{program} members {org} --no-2fa --external {db}"),
            "people from outside without two-factor authentication",
        ),
        (
            format!("{program} members {org} --as-of {} {db}", story.first),
            "who was a member half a year ago",
        ),
        (
            format!("{program} changes {org} --since run:{before} {db}"),
            "everything since the week before too many were gone",
        ),
    ];
    if let Some(member) = someone {
        commands.push((
            format!("{program} member {org} {} {db}", quoted(&member.username)),
            "one person's history",
        ));
    }
    commands.push((format!("{program} sync runs {org} {db}"), "every sync, published or not"));
    commands.push((format!("{program} verify {org} {db}"), "that nobody changed the history"));
    commands.push((
        format!("{program} sim"),
        "the Hub of this demo, to try `hubfolk sync` and your own programs on",
    ));
    commands
}

/// How the program was called, so that the commands can be pasted.
fn program() -> String {
    use crate::token::{Environment, Process};

    let on_path = Process.get("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join("hubfolk").is_file())
    });
    if on_path {
        return "hubfolk".to_owned();
    }
    if Process.get("CARGO").is_some() {
        let release = if cfg!(debug_assertions) { "" } else { " --release" };
        return format!("cargo run --quiet{release} --");
    }
    std::env::args().next().map_or_else(|| "hubfolk".to_owned(), |name| quoted(&name))
}

fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+,~".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

fn day(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

struct Page {
    text: String,
    colour: bool,
}

impl Page {
    fn bold(&self, text: &str) -> String {
        let style = if self.colour { anstyle::Style::new().bold() } else { anstyle::Style::new() };
        format!("{style}{}{style:#}", shown(text))
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{text}");
    }

    fn title(&mut self, text: &str) {
        let title = self.bold(text);
        let _ = writeln!(self.text, "\n{title}");
    }

    fn table(&mut self, columns: &[&str], rows: &[Value]) {
        if !rows.is_empty() {
            let table = fixed_table(columns, rows, WIDTH, self.colour);
            self.text.push_str(&table);
        }
    }

    fn headless(&mut self, columns: &[&str], rows: &[Value]) {
        let table = fixed_table(columns, rows, WIDTH, self.colour);
        for line in table.lines().skip(1) {
            self.line(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{quoted, thousands};

    #[test]
    fn commands_survive_the_shell() {
        assert_eq!(quoted("sqlite:/home/ada/demo.db"), "sqlite:/home/ada/demo.db");
        assert_eq!(quoted("sqlite:/home/a da's/demo.db"), r"'sqlite:/home/a da'\''s/demo.db'");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(12), "12");
    }
}
