//! Tasks where everything to choose from is on the screen.

use estrad_domain::draft::{QuestionDraft, SlideDraft};
use estrad_domain::types::QuestionType;

use super::parts::{Telling, WithInstructions, question_slide};

/// Single.
pub(super) fn best_conductor() -> SlideDraft {
    let question = QuestionDraft::new("Best conductor", QuestionType::Single, 2)
        .with_alternative("Gold", "0")
        .with_alternative("Copper", "0")
        .with_alternative("Silver", "1")
        .with_alternative("Iron", "0")
        .told("Silver, two points. Copper is close behind, but gives none.");
    question_slide(
        &Telling {
            title: "Best conductor",
            audience: "<p>Which metal conducts electricity best at room temperature?</p>\
                       <p>Gold &middot; Copper &middot; Silver &middot; Iron</p>",
            team: "<p>Which of these metals conducts electricity best at room temperature? \
                   Choose one.</p><p>Two points.</p>",
            judge: "<p><strong>Silver</strong>: about 63 million siemens per metre, copper 60, gold \
                    45, iron 10.</p>",
            script: "<p><strong>Say:</strong> Thirty seconds, one choice. It is not always the most \
                     expensive one that wins.</p>",
        },
        Some(30),
        vec![question],
    )
}

/// Multiple.
pub(super) fn stiff_shapes() -> SlideDraft {
    let question = QuestionDraft::new("Stiff shapes", QuestionType::Multiple, 4)
        .with_alternative("A triangle", "1")
        .with_alternative("A square", "0")
        .with_alternative("A square with one diagonal", "1")
        .with_alternative("A regular hexagon", "0")
        .told(
            "One point for each row that is right, ticked or not: four at most. Stiff are the \
             triangle and the square with a diagonal, which is two triangles.",
        );
    question_slide(
        &Telling {
            title: "Stiff shapes",
            audience: "<p>Sticks, joined by pins that can turn.</p>\
                       <p>Which shapes keep their form when you push?</p>",
            team: "<p>Sticks are joined by pins at their ends, and the pins can turn. Which of these \
                   shapes keep their form when you push at a corner? Tick all of them.</p>\
                   <p>One point for each row that is right.</p>",
            judge: "<p>Only what is made of <strong>triangles</strong> is stiff. That is why bridges \
                    are full of them.</p>",
            script: "<p><strong>Say:</strong> Think of a folding ruler. Several answers may be \
                     right.</p><p>If there is a model: show it only <em>after</em> the time.</p>",
        },
        Some(60),
        vec![question],
    )
}

/// True or false.
pub(super) fn true_or_false() -> SlideDraft {
    let question = QuestionDraft::new("True or false?", QuestionType::TrueFalse, 5)
        .with_alternative("A battery stores electricity as chemical energy.", "1")
        .with_alternative("Concrete is stronger when it is pulled than when it is pressed.", "0")
        .with_alternative("A steel bridge is longer in summer than in winter.", "1")
        .with_alternative("Two equal batteries in parallel give twice the voltage.", "0")
        .with_alternative("A lemon can be part of a battery.", "1")
        .told("One point for each statement: true, false, true, false, true.");
    question_slide(
        &Telling {
            title: "True or false?",
            audience: "<p>Five statements.</p><p>Stand up for true, stay seated for false!</p>",
            team: "<p>Which of the statements are true, and which are false? A statement that you \
                   leave alone gives no point.</p><p>One point for each.</p>",
            judge: "<ol><li>True.</li><li>False: it is pressed well, and needs steel where it is \
                    pulled.</li><li>True: it expands.</li><li>False: the same voltage, for twice as \
                    long.</li><li>True: between two metals.</li></ol>",
            script: "<p>Read the statements aloud, one after another, about ten seconds apart:</p>\
                     <ol><li>A battery stores electricity as chemical energy.</li>\
                     <li>Concrete is stronger when it is pulled than when it is pressed.</li>\
                     <li>A steel bridge is longer in summer than in winter.</li>\
                     <li>Two equal batteries in parallel give twice the voltage.</li>\
                     <li>A lemon can be part of a battery.</li></ol>",
        },
        Some(60),
        vec![question],
    )
}

/// Match. The right column starts with another text than the one that fits.
pub(super) fn units() -> SlideDraft {
    let mut question = QuestionDraft::new("Units", QuestionType::Match, 4)
        .with_alternative("Force", "Newton")
        .with_alternative("Voltage", "Volt")
        .with_alternative("Power", "Watt")
        .with_alternative("Pressure", "Pascal")
        .told(
            "One point for each pair: force and newton, voltage and volt, power and watt, \
               pressure and pascal.",
        );
    for (pair, order) in question.alternatives.iter_mut().zip([1, 2, 3, 0]) {
        pair.correct_order = order;
    }
    question_slide(
        &Telling {
            title: "Units",
            audience: "<p>What is measured in what?</p>\
                       <p>Force, voltage, power and pressure &mdash; newton, volt, watt and \
                       pascal.</p>",
            team: "<p>Which unit goes with which quantity? Move the right column until each row is \
                   a pair.</p><p>One point for each pair.</p>",
            judge: "<p>All four units are named after people: Newton, Volta, Watt and Pascal.</p>",
            script: "<p><strong>Say:</strong> Four quantities, four famous people. Bring them \
                     together. You have a minute.</p>",
        },
        Some(60),
        vec![question],
    )
}
