//! A welcome, and something to build.

use estrad_domain::draft::{QuestionDraft, SlideDraft};
use estrad_domain::types::QuestionType;

use super::parts::{Telling, WithInstructions, question_slide, slide};

/// A slide without a question.
pub(super) fn welcome() -> SlideDraft {
    slide(&Telling {
        title: "Bridges and Batteries",
        audience: "<p>Ten tasks, three teams, one winner.</p><p>Warm up your voices!</p>",
        team: "<p>Welcome! This screen follows the show by itself.</p>\
               <p>When a task comes up, its form is here. You answer while the time runs. \
               Everything you write is saved as you write it: there is nothing to send.</p>",
        judge: "<p>Answers of all teams show here while they are written.</p>\
                <p>Give points whenever you are ready. You may change them until the end.</p>",
        script: "<p><strong>Say:</strong> Welcome to Bridges and Batteries! Today everything is \
                 about what carries and what drives.</p>\
                 <p>Introduce the teams one by one: <em>The Trusses, Volta's Heirs, \
                 Counterweight.</em> Let the hall cheer for each.</p>",
    })
}

/// Practical.
pub(super) fn paper_bridge() -> SlideDraft {
    let question = QuestionDraft::new("Paper bridge", QuestionType::Practical, 6).told(
        "One point for each full 50 g that the bridge carries for five seconds, six at most. \
         The bridge may rest on the books, but not be fixed to them.",
    );
    question_slide(
        &Telling {
            title: "Paper bridge",
            audience: "<p>Two sheets of paper, thirty centimetres of nothing.</p>\
                       <p>How much will it carry?</p>",
            team: "<p>Build a bridge between the two piles of books. You have <strong>two sheets of \
                   paper</strong> and nothing else. The bridge has to reach over 30 cm.</p>\
                   <p>One point for each full 50 g that it carries, six at most.</p>",
            judge: "<p>Load the bridge in its middle, one weight of 50 g at a time, when the time is \
                    up. A weight counts when it has lain still for five seconds.</p>",
            script: "<p><strong>Say:</strong> Thirty centimetres of air, two sheets of paper, four \
                     minutes. Ready, steady, build!</p>\
                     <p>Start the timer. While they build, ask the hall: folded, rolled or flat?</p>",
        },
        Some(240),
        vec![question],
    )
}
