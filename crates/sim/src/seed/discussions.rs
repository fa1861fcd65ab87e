//! What people talk about in the demo: questions, pull requests, a pinned note, an inbox.

use jiff::{SignedDuration, Timestamp};

use super::{ADMIN, DEMO_ORGANIZATION, FIRST_WEEK, MEMBER, OUTSIDER};
use crate::ChangeError;
use crate::chance::Chance;
use crate::world::{
    Account, DiscussionStatus, EventData, NewDiscussion, Note, RepoIx, RepoType, World,
};

/// The first comment of the demo's longest thread: a bit of everything that Markdown has.
const QUESTION: &str = "\
I measured `tide-base` on the harbour of **Lisbon** and get values that are *far* too low.

## What I did

1. Loaded the weights of last week
2. Predicted 48 hours, one step an hour
3. Compared with the gauge of the port

| hour | gauge | predicted |
|-----:|------:|----------:|
|    0 |  2.10 |      2.08 |
|   12 |  3.85 |      2.97 |
|   24 |  2.20 |      2.15 |

```python
model = load(\"meridian-labs/tide-base\")
print(model.predict(harbour=\"lisbon\", hours=48)[12])  # 2.97
```

> The error grows with the height of the tide.

Is this a known limit? See also the [notes on gauges](https://example.com/gauges).

- [x] checked the units
- [ ] checked other harbours";

const ANSWERS: [&str; 6] = [
    "Thanks for the numbers! Could you try with `hours=12` alone?",
    "I see the same in Porto, by about **20 %** at high water.",
    "The gauge moved in spring. Values from before need `datum=\"2024\"`:\n\n```python\nmodel.predict(harbour=\"lisbon\", hours=12, datum=\"2024\")\n```",
    "With the new datum it fits to 3 cm. @amara-osei, shall this go into the card?",
    "Yes, please open a pull request.",
    "~~It does not work for me.~~ It does, I had the old weights.",
];

const QUESTIONS: [(&str, &str); 9] = [
    ("Which license has this?", "I would like to use it in a course. What may I do?"),
    ("Does it run on a laptop?", "How much memory does a prediction take?"),
    ("Wrong units in the example", "The example says *feet*, the table metres."),
    ("Support for inland lakes", "Lakes have seiches. Is that planned?"),
    ("Error when loading with the newest release", "```\nKeyError: 'datum'\n```"),
    ("Training data of the last version", "Which gauges were left out?"),
    ("Citation", "How should this be cited?"),
    ("Thank you!", "This saved us weeks. 🌊"),
    ("Quantised weights", "Is anybody working on weights in 4 bits?"),
];

/// Adds them; what was drawn before does not change.
pub(super) fn add(world: &mut World, seed: u64) -> Result<(), ChangeError> {
    let mut chance = Chance::stream(seed, "demo discussions");
    let people: Vec<String> = world.members(DEMO_ORGANIZATION)?.map(str::to_owned).collect();
    let model = format!("{DEMO_ORGANIZATION}/tide-base");
    let mut at = FIRST_WEEK - SignedDuration::from_hours(24 * 60);
    for (title, text) in QUESTIONS {
        at += SignedDuration::from_hours(20 + chance.below(90) as i64);
        let who = chance.pick::<String>(&people);
        let num = begin(world, &model, who, title, text, at)?;
        for _ in 0..chance.below(4) {
            at += SignedDuration::from_mins(7 + chance.below(600) as i64);
            let (who, text) = (chance.pick::<String>(&people), *chance.pick(&ANSWERS[..2]));
            world.add_comment(RepoType::Model, &model, num, who, text, at)?;
        }
    }
    at += SignedDuration::from_hours(9);
    let thread =
        begin(world, &model, OUTSIDER, "Predictions for Lisbon are too low", QUESTION, at)?;
    for (index, text) in ANSWERS.into_iter().enumerate() {
        at += SignedDuration::from_mins(41 + chance.below(300) as i64);
        let who = match index {
            0 | 4 => ADMIN,
            3 => MEMBER,
            5 => OUTSIDER,
            _ => chance.pick::<String>(&people),
        };
        world.add_comment(RepoType::Model, &model, thread, who, text, at)?;
    }
    pull_requests(world, &model, &mut at)?;
    inbox(world, &model, thread)?;
    let data = format!("{DEMO_ORGANIZATION}/coastlines");
    let new = NewDiscussion {
        created_at: Some(at),
        ..NewDiscussion::new(MEMBER, "Two islands are missing", "Around 38.5° N, 28.6° W.")
    };
    world.add_discussion(RepoType::Dataset, &data, &new)?;
    Ok(())
}

fn begin(
    world: &mut World,
    repo: &str,
    author: &str,
    title: &str,
    text: &str,
    at: Timestamp,
) -> Result<u64, ChangeError> {
    let new = NewDiscussion { created_at: Some(at), ..NewDiscussion::new(author, title, text) };
    world.add_discussion(RepoType::Model, repo, &new)
}

/// One merged, one open, one draft.
fn pull_requests(world: &mut World, model: &str, at: &mut Timestamp) -> Result<(), ChangeError> {
    for (index, (author, title, text)) in [
        (MEMBER, "Name the datum in the card", "As agreed in the thread about Lisbon."),
        (ADMIN, "Add a table of harbours", "One row a harbour, with the *mean error*."),
        (OUTSIDER, "Fix the units in the example", "Metres everywhere."),
    ]
    .into_iter()
    .enumerate()
    {
        *at += SignedDuration::from_hours(5);
        let new = NewDiscussion {
            is_pull_request: true,
            created_at: Some(*at),
            ..NewDiscussion::new(author, title, text)
        };
        let num = world.add_discussion(RepoType::Model, model, &new)?;
        let Some((repo, admin)) = place(world, model) else { continue };
        if index == 0 {
            *at += SignedDuration::from_hours(1);
            world.add_comment(RepoType::Model, model, num, ADMIN, "Looks good, thanks!", *at)?;
            world.merge_pull(repo, num, *at);
            let merged = EventData::Status { status: DiscussionStatus::Merged, reason: None };
            world.happened(repo, num, admin, *at, merged);
        } else if let Some(one) = world.discussion_mut(repo, num).filter(|_| index == 2) {
            one.status = DiscussionStatus::Draft;
        }
    }
    Ok(())
}

fn place(world: &World, model: &str) -> Option<(RepoIx, Account)> {
    match world.find_repo(RepoType::Model, model) {
        crate::world::RepoFound::Here(repo) => Some((repo, world.account(ADMIN)?)),
        _ => None,
    }
}

/// The owners of the demo's tokens have something to read.
fn inbox(world: &mut World, model: &str, thread: u64) -> Result<(), ChangeError> {
    let Some((repo, _)) = place(world, model) else { return Ok(()) };
    let held: Vec<_> = world
        .discussions_of(repo)
        .take(8)
        .filter_map(|one| {
            let last = one.events.last()?;
            let note = Note {
                repo,
                num: one.num,
                updated_at: last.at,
                read: one.num + 2 < thread,
                event: Some(last.id),
                mentioned: one.num == thread,
            };
            Some((one.id, note))
        })
        .collect();
    for name in [ADMIN, MEMBER] {
        if let Some(Account::User(user)) = world.account(name) {
            world.inbox_mut(user).notes.extend(held.clone());
        }
    }
    Ok(())
}
