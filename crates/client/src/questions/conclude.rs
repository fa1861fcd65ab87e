//! From what was read to the answer: a pure function.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Answer, Finding, Question, Share, Verdict,
    fan_out::{Each, Outcome, Source},
    inquiry::{Inquiry, Person},
    plan::{Compared, Plan},
};

/// Everybody with a verdict; who was not asked about is unknown.
pub(super) fn answer(inquiry: &Inquiry, requests: u64) -> Answer {
    let (people, odd) = match &inquiry.people {
        Some(people) => (people.list.as_slice(), people.odd),
        None => (&[][..], 0),
    };
    let findings: Vec<Finding> = match &inquiry.plan {
        None => people.iter().map(|person| unknown(person, "not asked about yet")).collect(),
        Some(Plan::List(list)) => people.iter().map(|person| compared(person, list)).collect(),
        Some(Plan::Each(each)) if matches!(each.source, Source::Threads { .. }) => {
            writers_among(people, each)
        }
        Some(Plan::Each(each)) => each_of(people, each),
    };
    let organizations = match inquiry.question() {
        Question::Likers { .. } => shares(&findings, &inquiry.fullnames),
        Question::Members { .. } => Vec::new(),
    };
    Answer {
        question: inquiry.question().clone(),
        plan: match &inquiry.plan {
            None => "nothing was read yet".to_owned(),
            Some(Plan::List(list)) => format!("read {}", list.list),
            Some(Plan::Each(each)) => format!("read {}", each.words()),
        },
        requests,
        people: findings,
        unreadable: odd,
        organizations,
    }
}

fn finding(person: &Person, verdict: Verdict) -> Finding {
    Finding {
        username: person.username.clone(),
        id: person.id.clone(),
        fullname: person.fullname.clone(),
        verdict,
        reason: None,
        organizations: Vec::new(),
    }
}

fn unknown(person: &Person, reason: impl Into<String>) -> Finding {
    Finding { reason: Some(reason.into()), ..finding(person, Verdict::Unknown) }
}

fn compared(person: &Person, list: &Compared) -> Finding {
    if list.matched.contains(&person.username) {
        return finding(person, Verdict::Yes);
    }
    match list.odd {
        0 => finding(person, Verdict::No),
        odd => unknown(person, format!("entries of {} could not be read: {odd}", list.list)),
    }
}

fn each_of(people: &[Person], each: &Each) -> Vec<Finding> {
    let outcomes: HashMap<&str, Option<&Outcome>> =
        each.units.iter().map(|unit| (unit.name.as_str(), unit.outcome.as_ref())).collect();
    let all_wanted = matches!(each.source, Source::Organizations { hidden_in: None });
    let conclude = |person: &Person| match outcomes.get(person.username.as_str()) {
        Some(Some(Outcome::Read(found))) => {
            let verdict = if found.is_empty() { Verdict::No } else { Verdict::Yes };
            let organizations = if all_wanted { found.clone() } else { Vec::new() };
            Finding { organizations, ..finding(person, verdict) }
        }
        Some(Some(Outcome::Failed(why))) => unknown(person, why),
        _ => unknown(person, "not asked about yet"),
    };
    people.iter().map(conclude).collect()
}

/// Who was seen in the list or in a discussion; who was not is a no only when all were read.
fn writers_among(people: &[Person], each: &Each) -> Vec<Finding> {
    let mut seen: HashSet<&str> = each.found.iter().map(String::as_str).collect();
    let (mut failed, mut first) = (each.odd, None);
    for unit in &each.units {
        match &unit.outcome {
            Some(Outcome::Read(writers)) => seen.extend(writers.iter().map(String::as_str)),
            Some(Outcome::Failed(why)) => {
                failed += 1;
                first.get_or_insert_with(|| format!("number {}: {why}", unit.name));
            }
            None => failed += 1,
        }
    }
    let conclude = |person: &Person| {
        let name = format!("@{}", person.username.to_lowercase());
        let by_id = person.id.as_deref().is_some_and(|id| seen.contains(id));
        match failed {
            _ if by_id || seen.contains(name.as_str()) => finding(person, Verdict::Yes),
            0 => finding(person, Verdict::No),
            failed => {
                let example = first.as_ref().map_or(String::new(), |why| format!(" ({why})"));
                unknown(person, format!("discussions that were not read: {failed}{example}"))
            }
        }
    };
    people.iter().map(conclude).collect()
}

/// The organizations with their people, the largest first.
fn shares(findings: &[Finding], fullnames: &BTreeMap<String, String>) -> Vec<Share> {
    let mut people: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for finding in findings {
        for organization in &finding.organizations {
            people.entry(organization).or_default().push(finding.username.clone());
        }
    }
    let mut shares: Vec<Share> = people
        .into_iter()
        .map(|(organization, people)| Share {
            organization: organization.to_owned(),
            fullname: fullnames.get(organization).cloned(),
            people,
        })
        .collect();
    // Names in order where as many people belong to both.
    shares.sort_by_key(|share| std::cmp::Reverse(share.people.len()));
    shares
}
