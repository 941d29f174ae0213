//! The contract with the front-ends in use: what the old server was asked and answered, replayed in
//! order against ours.
//!
//! `tests/data/http-examples.jsonl` holds the cases, cleaned of dates, hosts and secrets; one thing
//! was changed in them: the users that are added have passwords of eight characters that are none of the most common
//! ones, as ours must.
//! How each case is judged is in one [table]: `Same`, or `Deviates` with the number of the deviation
//! in the contract.

mod compare;
mod example;
mod table;
mod world;

use std::collections::HashSet;

use estrad_domain::CompetitionId;
use estrad_testkit::{Answer, on_both_databases};
use serde_json::Value;

use compare::Ids;
use example::Example;
use table::{CASES, Expect, Judged, Who};
use world::World;

/// Whose token the answer to a login is kept for.
const LOGINS: &[(&str, Who)] = &[
    ("auth-login-200", Who::Admin),
    ("auth-login-editor-200", Who::Editor),
    ("auth-login-second-200", Who::SecondAdmin),
    ("code-login-operator-200", Who::Operator),
    ("code-login-team-active-200", Who::Team),
    ("code-login-judge-active-200", Who::Judge),
    ("code-login-audience-active-200", Who::Audience),
];
/// The operator's screen started the presentation before this case, over a socket,
const STARTED_BEFORE: &str = "code-login-team-active-200";
/// and ended it before this one.
const ENDED_BEFORE: &str = "code-login-audience-after-end-401";
/// Here ours makes a slide where the old one failed: it is taken away again, as the cases after it
/// know nothing of it.
const MADE_A_SLIDE: &str = "slide-copy-after-reorder-409";
const PRESENTED: CompetitionId = CompetitionId(10);

#[test]
fn every_recorded_case_is_judged_and_every_judged_case_was_recorded() {
    let recorded: Vec<String> = example::all().into_iter().map(|example| example.case).collect();
    let judged: Vec<&str> = CASES.iter().map(|(case, ..)| *case).collect();
    assert_eq!(recorded, judged, "the table has the cases of the data, in their order");
    assert_eq!(judged.iter().collect::<HashSet<_>>().len(), judged.len(), "each once");
}

on_both_databases! {
    async fn the_recorded_requests_are_answered_as_the_contract_says(app: TestApp) {
        let examples = example::all();
        world::seed(&app, &examples).await;
        let mut world = World::default();
        let mut wrong = Vec::new();
        for (example, (case, who, judged)) in examples.iter().zip(CASES) {
            match *case {
                STARTED_BEFORE => app.start_presentation(PRESENTED).await,
                ENDED_BEFORE => app.end_presentation(PRESENTED).await,
                _ => {}
            }
            let answer = world.send(&app, example, *who).await;
            let found = judge(example, judged, &answer, &mut world.ids);
            wrong
                .extend(found.into_iter().map(|what| format!("{case}: {what}: {}", answer.text())));
            if let Some((_, who)) = LOGINS.iter().find(|(login, _)| login == case) {
                world.keep_token(*who, &answer);
            }
            if *case == MADE_A_SLIDE {
                let path = format!("/api/competitions/{PRESENTED}/slides/{}", answer.json()["id"]);
                world.take_away(&app, &path).await;
            }
        }
        assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// What is wrong with an answer, one sentence each.
fn judge(example: &Example, judged: &Judged, answer: &Answer, ids: &mut Ids) -> Vec<String> {
    match judged {
        Judged::Same => compare::answers(example, answer, ids, false),
        Judged::SameWithNewIds => compare::answers(example, answer, ids, true),
        Judged::Corrected { correct, new_ids, .. } => {
            let mut corrected = example.clone();
            correct(&mut corrected.answer);
            compare::answers(&corrected, answer, ids, *new_ids)
        }
        Judged::Deviates { status, why, expect } => {
            let ours: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
            let good = match expect {
                Expect::Error(word) => ours["error"] == *word && ours["message"].is_string(),
                Expect::Body(check) => check(&example.answer, &ours),
            };
            let same_status = *status == answer.status;
            if good && same_status { Vec::new() } else { vec![format!("expected as of {why}")] }
        }
    }
}
