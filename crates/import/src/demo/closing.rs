//! The quiz at the end, and goodbye.

use estrad_domain::draft::{QuestionDraft, SlideDraft};
use estrad_domain::types::QuestionType;

use super::parts::{Telling, WithInstructions, question_slide, slide};

/// The items: what is asked, the alternatives, and which of them is right.
const ITEMS: [(&str, [&str; 4], usize); 5] = [
    ("What does a pencil write with?", ["Lead", "Graphite", "Iron", "Coal"], 1),
    ("Which bridge hangs on cables?", ["Arch", "Beam", "Suspension", "Pontoon"], 2),
    ("How many volts has an AA battery?", ["1.5", "4.5", "9", "12"], 0),
    ("What does a fuse do in too strong a current?", ["Rings", "Stores it", "Cools", "Melts"], 3),
    ("What turns in a dynamo?", ["A spring", "A magnet", "A battery", "A lamp"], 1),
];

/// Quiz. Each item is worth its point; the quiz as a whole has none besides.
pub(super) fn quiz() -> SlideDraft {
    let whole = QuestionDraft::new("Quick quiz", QuestionType::Quiz, 0)
        .told("One point for each item: B, C, A, D, B.");
    let items = ITEMS.into_iter().map(|(asked, alternatives, right)| {
        let item =
            QuestionDraft { parent: Some(0), ..QuestionDraft::new(asked, QuestionType::Single, 1) };
        alternatives.into_iter().enumerate().fold(item, |item, (place, alternative)| {
            item.with_alternative(alternative, if place == right { "1" } else { "0" })
        })
    });
    question_slide(
        &Telling {
            title: "Quick quiz",
            audience: "<p>Five questions, ten seconds each.</p><p>Play along!</p>",
            team: "<p>Five short questions with one right answer each. You have fifty seconds for \
                   all of them.</p><p>One point for each.</p>",
            judge: "<p>B (graphite), C (suspension), A (1.5), D (melts), B (a magnet).</p>",
            script: "<p><strong>Say:</strong> Fingers on the screen! Fifty seconds for five \
                     questions, starting now.</p><p>Start the timer.</p>",
        },
        Some(50),
        std::iter::once(whole).chain(items).collect(),
    )
}

/// A slide without a question.
pub(super) fn thanks() -> SlideDraft {
    slide(&Telling {
        title: "Thank you!",
        audience: "<p>The judges are adding up.</p><p>In a moment: the scoreboard.</p>",
        team: "<p>That was the last task. Well done!</p>\
               <p>The scoreboard comes up in the hall in a moment.</p>",
        judge: "<p>Look through all tasks once more, and tell the host when the points stand.</p>",
        script: "<p><strong>Say:</strong> That was it! While the judges finish: one more round of \
                 applause for all three teams.</p>\
                 <p>When the judges nod, show the scoreboard and read it from the last place to \
                 the first.</p>",
    })
}
