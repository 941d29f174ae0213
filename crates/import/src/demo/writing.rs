//! Tasks where teams write: a word, a number, an explanation, a guess at each clue.

use estrad_domain::draft::{QuestionDraft, SlideDraft};
use estrad_domain::types::QuestionType;

use super::parts::{Telling, WithInstructions, question_slide};

/// Text.
pub(super) fn inventor() -> SlideDraft {
    let question = QuestionDraft::new("The first battery", QuestionType::Text, 2)
        .with_alternative("", "Volta")
        .told("Volta, two points. Spelling doesn't matter; \"Galvani\" gives one point.");
    question_slide(
        &Telling {
            title: "The first battery",
            audience: "<p>Discs of copper and zinc in a pile, with wet cloth between them.</p>\
                       <p>Who built it, in 1800?</p>",
            team: "<p>In 1800 an Italian piled up discs of copper and zinc with wet cloth between \
                   them. It was the first battery. What was his name?</p><p>Two points.</p>",
            judge: "<p><strong>Alessandro Volta.</strong> The surname is enough. Galvani, who made \
                    frogs' legs twitch, came close: one point.</p>",
            script: "<p><strong>Say:</strong> You have met him already today, in a way.</p>",
        },
        Some(30),
        vec![question],
    )
}

/// Number.
pub(super) fn current() -> SlideDraft {
    let question = QuestionDraft {
        tolerance: Some(0.01),
        ..QuestionDraft::new("Current", QuestionType::Number, 3)
            .with_alternative("", "0.75")
            .told("0.75 A: nine volts over twelve ohms. Anything from 0.74 to 0.76 is right.")
    };
    question_slide(
        &Telling {
            title: "Current",
            audience: "<p>A battery of 9 V and a lamp of 12 &Omega;.</p>\
                       <p>How large is the current?</p>",
            team: "<p>A lamp with a resistance of 12 ohms is connected to a battery of 9 volts. How \
                   large is the current, in amperes? Give two decimals.</p><p>Three points.</p>",
            judge: "<p>I = U / R = 9 V / 12 &Omega; = <strong>0.75 A</strong>.</p>",
            script: "<p><strong>Say:</strong> Paper and pencil are allowed, calculators are \
                     not.</p>",
        },
        Some(90),
        vec![question],
    )
}

/// Long text.
pub(super) fn why_it_stands() -> SlideDraft {
    let question = QuestionDraft::new("Why an arch stands", QuestionType::LongText, 4)
        .with_alternative("", "")
        .told(
            "Two points for saying that all stones are pressed and none is pulled, one for the load \
             being led sideways to the ground, one for what keeps the feet from sliding apart.",
        );
    question_slide(
        &Telling {
            title: "Why an arch stands",
            audience: "<p>Roman bridges stand after two thousand years, many of them without \
                       mortar.</p><p>How come?</p>",
            team: "<p>An arch of loose stones carries carts, lorries and two thousand years. Explain \
                   why it doesn't fall down. Full sentences are not needed.</p><p>Four points.</p>",
            judge: "<p>Key words: <strong>pressed</strong>, not pulled (2) &middot; load goes \
                    <strong>along the arch to the sides</strong> (1) &middot; <strong>abutments</strong> \
                    or banks hold the feet (1).</p>",
            script: "<p><strong>Say:</strong> Three minutes, in your own words. The judges read \
                     along while you write.</p><p>Ask the hall for the oldest bridge they know.</p>",
        },
        Some(180),
        vec![question],
    )
}

/// Clue ladder.
pub(super) fn clues() -> SlideDraft {
    let clues = [
        "Ships brought it along long before anyone knew what it is good for on land.",
        "There is one in every electric motor, and none in a lamp.",
        "Iron, nickel and cobalt take notice of it.",
        "Broken in two, there are two of them.",
        "It has a north and a south, and it holds notes on the fridge.",
    ];
    let question = clues
        .into_iter()
        .fold(QuestionDraft::new("One word", QuestionType::ClueLadder, 5), |question, clue| {
            question.with_alternative(clue, "Magnet")
        })
        .told("One point for each row with \"magnet\". A row is locked when the next clue comes.");
    question_slide(
        &Telling {
            title: "One word",
            audience: "<p>Five clues, one word.</p><p>No whispering to the teams!</p>",
            team: "<p>Five clues lead to the same word. Guess at each: a row is locked when the next \
                   clue comes. A wrong guess costs nothing.</p><p>One point for each right row.</p>",
            judge: "<p><strong>Magnet.</strong> \"Electromagnet\" and \"compass needle\" don't \
                    count.</p>",
            script: "<p>Read one clue at a time and give them fifteen seconds each:</p><ol>\
                     <li>Ships brought it along long before anyone knew what it is good for on \
                     land.</li><li>There is one in every electric motor, and none in a lamp.</li>\
                     <li>Iron, nickel and cobalt take notice of it.</li>\
                     <li>Broken in two, there are two of them.</li>\
                     <li>It has a north and a south, and it holds notes on the fridge.</li></ol>",
        },
        None,
        vec![question],
    )
}
