//! Questions for the tests of the types, and what holds for all types.

use proptest::prelude::*;

use super::{Alternative, AnswerError, Grade, Question, check_answer, grade};
use crate::answer::AnswerText;
use crate::points::Points;
use crate::types::QuestionType;
use crate::{AlternativeId, QuestionId, SlideId};

pub(super) fn question(question_type: QuestionType, total_score: i32) -> Question {
    Question {
        id: QuestionId(1),
        slide_id: SlideId(1),
        name: "Q".to_owned(),
        total_score,
        question_type,
        correcting_instructions: None,
        parent_id: None,
        tolerance: None,
        manual_grading: false,
    }
}

/// Alternatives with what is right in them.
pub(super) fn rows(texts: &[(&str, &str)]) -> Vec<Alternative> {
    let rows = (0..).zip(texts).map(|(place, (alternative, correct))| Alternative {
        id: AlternativeId(i64::from(place) + 10),
        question_id: QuestionId(1),
        alternative: (*alternative).to_owned(),
        alternative_order: place,
        correct: (*correct).to_owned(),
        correct_order: place,
    });
    rows.collect()
}

/// The grade for answers at the alternatives in the order of [`rows`].
pub(super) fn grade_of(
    of: QuestionType,
    total_score: i32,
    rows: &[Alternative],
    answers: &[&str],
) -> Grade {
    let at = |id: AlternativeId| {
        let place = usize::try_from(id.0 - 10).ok()?;
        answers.get(place).copied()
    };
    grade(&question(of, total_score), rows, &at)
}

pub(super) fn points(hundredths: i64) -> Grade {
    Grade::Points(Points::from_hundredths(hundredths))
}

pub(super) fn answered(
    of: QuestionType,
    rows: &[Alternative],
    place: usize,
    answer: &str,
) -> Result<(), AnswerError> {
    check_answer(of, &rows[place], rows, &AnswerText::new(answer).expect("an answer"))
}

fn any_type() -> impl Strategy<Value = QuestionType> {
    prop::sample::select(QuestionType::ALL)
}

/// Texts as they occur: flags, numbers, words, pairs, and anything else.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[01]?",
        2 => "[a-c]( - [a-c])?",
        1 => "-?[0-9]{1,3}[.,]?[0-9]{0,2}",
        1 => "\\PC{0,12}",
    ]
}

type Filled = (QuestionType, i32, Vec<(String, String)>, Vec<String>);

/// A question with what a team filled in, fitting or not.
fn any_filled() -> impl Strategy<Value = Filled> {
    let row = ((any_text(), any_text()), any_text());
    (any_type(), 0..=1_000_000i32, prop::collection::vec(row, 0..8)).prop_map(
        |(of, total, filled)| {
            let (texts, answers) = filled.into_iter().unzip();
            (of, total, texts, answers)
        },
    )
}

fn borrowed(texts: &[(String, String)]) -> Vec<(&str, &str)> {
    texts.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect()
}

fn refs(answers: &[String]) -> Vec<&str> {
    answers.iter().map(String::as_str).collect()
}

/// A question of an automatically graded type with the answers that are right.
fn any_solved() -> impl Strategy<Value = Filled> {
    let sized = 1..8usize;
    let flags = |of| {
        prop::collection::vec(any::<bool>(), 1..8).prop_map(move |flags: Vec<bool>| {
            let flag = |yes: &bool| if *yes { "1" } else { "0" }.to_owned();
            let texts = flags.iter().map(|yes| ("a".to_owned(), flag(yes))).collect();
            (of, texts, flags.iter().map(flag).collect::<Vec<_>>())
        })
    };
    let marked = flags(QuestionType::Multiple)
        .prop_filter("one is to be ticked", |(_, _, answers)| answers.iter().any(|a| a == "1"));
    let single = (sized.clone(), any::<prop::sample::Index>()).prop_map(|(rows, right)| {
        let right = right.index(rows);
        let flag = |row| if row == right { "1" } else { "0" }.to_owned();
        let texts = (0..rows).map(|row| (format!("a{row}"), flag(row))).collect();
        (QuestionType::Single, texts, (0..rows).map(flag).collect())
    });
    let word = "[a-zåäö]{1,8}";
    let pairs = prop::collection::vec((word, word), 1..8).prop_map(|texts: Vec<_>| {
        let answers = texts.iter().map(|(left, right)| format!("{left} - {right}")).collect();
        (QuestionType::Match, texts, answers)
    });
    let ladder = prop::collection::vec(word, 1..8).prop_map(|texts| {
        let rows = texts.iter().map(|text| ("clue".to_owned(), text.clone())).collect();
        (QuestionType::ClueLadder, rows, texts.iter().map(|t| t.to_uppercase()).collect())
    });
    let text = word.prop_map(|t| (QuestionType::Text, vec![(String::new(), t.clone())], vec![t]));
    let number = "-?[0-9]{1,9}([.,][0-9]{1,9})?".prop_map(|number| {
        (QuestionType::Number, vec![(String::new(), number.clone())], vec![number])
    });
    let solved =
        prop_oneof![flags(QuestionType::TrueFalse), marked, single, pairs, ladder, text, number];
    (solved, 0..=1_000_000i32).prop_map(|((of, texts, answers), total)| (of, total, texts, answers))
}

proptest! {
    #[test]
    fn points_are_from_nothing_to_all((of, total, texts, answers) in any_filled()) {
        let rows = rows(&borrowed(&texts));
        if let Grade::Points(points) = grade_of(of, total, &rows, &refs(&answers)) {
            prop_assert!(points >= Points::default() && points <= Points::whole(total));
        }
    }

    #[test]
    fn the_order_of_alternatives_does_not_matter(
        (of, total, texts, answers) in any_filled(),
        turn in 0usize..8,
        back: bool,
    ) {
        let rows = rows(&borrowed(&texts));
        let expected = grade_of(of, total, &rows, &refs(&answers));
        let mut moved = rows.clone();
        if back {
            moved.reverse();
        }
        moved.rotate_left(turn % rows.len().max(1));
        prop_assert_eq!(grade_of(of, total, &moved, &refs(&answers)), expected);
        prop_assert_eq!(grade_of(of, total, &rows, &refs(&answers)), expected);
    }

    #[test]
    fn right_answers_give_all((of, total, texts, answers) in any_solved()) {
        let rows = rows(&borrowed(&texts));
        for (place, answer) in answers.iter().enumerate() {
            prop_assert_eq!(answered(of, &rows, place, answer), Ok(()));
        }
        prop_assert_eq!(grade_of(of, total, &rows, &refs(&answers)), points(i64::from(total) * 100));
    }

    #[test]
    fn any_text_is_an_answer_or_refused(
        (of, _, texts, _) in any_filled(),
        answer in prop_oneof!["\\PC{0,40}", any_text()],
        place: prop::sample::Index,
    ) {
        let rows = rows(&borrowed(&texts));
        if !rows.is_empty() {
            let place = place.index(rows.len());
            let _ = answered(of, &rows, place, &answer);
            let taken_back = !matches!(of, QuestionType::Practical | QuestionType::Quiz);
            prop_assert_eq!(answered(of, &rows, place, "").is_ok(), taken_back);
        }
    }
}
