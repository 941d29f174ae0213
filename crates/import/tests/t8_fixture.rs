//! A small export with a document of each sort, and what goes wrong with broken ones.

#[path = "../src/checks.rs"]
mod checks;

use std::path::{Path, PathBuf};

use estrad_domain::draft::{AnswerDraft, QuestionPlace};
use estrad_domain::points::Points;
use estrad_domain::types::QuestionType;
use estrad_import::About;
use estrad_import::t8::{Import, ReadError, read};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn import() -> Import {
    read(&data()).expect("the fixture is whole")
}

#[test]
fn competitions_have_names_years_and_cities() {
    let import = import();
    let told: Vec<_> = import
        .competitions
        .iter()
        .map(|c| (c.draft.name.as_str(), c.draft.year, c.city.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("Provtävling", 2019, "Brostad"),
            ("Provtävling (2)", 2019, "Brostad"),
            ("Provtävling 2018", 2018, "000000000000000000000009"),
        ]
    );
    for competition in &import.competitions {
        checks::check(&competition.draft);
    }
    assert_eq!(import.competitions[1].report.notes_about(About::Changed), 2);
    assert_eq!(
        import.unplaced,
        [
            "The question \"Vilsen\" (q7) belongs to the competition 000000000000000000000099, \
             which there isn't.",
            "The team \"Vilse 8C\" (0000000000000000000000b4) belongs to the competition \
             000000000000000000000099, which there isn't.",
        ]
    );
}

#[test]
fn each_way_of_answering_has_its_type() {
    let import = import();
    let types = |competition: usize| -> Vec<Vec<QuestionType>> {
        let slides = &import.competitions[competition].draft.slides;
        slides.iter().map(|s| s.questions.iter().map(|q| q.question_type).collect()).collect()
    };
    use QuestionType::*;
    assert_eq!(
        types(0),
        [
            vec![],
            vec![Practical],
            vec![Practical, Text, Number, Multiple],
            vec![ClueLadder],
            vec![TrueFalse],
            vec![Quiz, Single, Single],
        ]
    );
    assert_eq!(types(1), [vec![Match]]);
    let slides = &import.competitions[0].draft.slides;
    assert_eq!(slides[2].questions[0].total_score, 6);
    assert!(slides[3].questions[0].alternatives.iter().all(|clue| clue.correct == "Magnet"));
}

#[test]
fn answers_and_scores_are_where_they_belong() {
    let import = import();
    let [first, second] = import.competitions[0].draft.teams.as_slice() else {
        panic!("two teams")
    };
    assert_eq!(second.name, "Brostads skola 8A (2)");
    let at = |answers: &[AnswerDraft], slide: usize, question: usize| -> Vec<String> {
        let place = QuestionPlace { slide, question };
        answers.iter().filter(|a| a.place == place).map(|a| a.answer.clone()).collect()
    };
    assert_eq!(at(&first.answers, 2, 1), ["Volta"]);
    assert_eq!(at(&first.answers, 2, 2), ["0,75 A"]);
    assert_eq!(at(&first.answers, 2, 3), ["1", "1", "0"]);
    assert_eq!(at(&first.answers, 3, 0), ["Motor", "Magnet"]);
    assert_eq!(at(&first.answers, 4, 0), ["1"]);
    assert_eq!(at(&first.answers, 5, 2), ["0", "1", "0"]);
    assert_eq!(at(&second.answers, 2, 2), ["12"]);
    assert_eq!(at(&second.answers, 4, 0), ["0", "1"]);
    let scores: Vec<_> = first.scores.iter().map(|s| (s.place.slide, s.score)).collect();
    let points = Points::from_hundredths;
    assert_eq!(scores, [(1, points(300)), (2, points(250)), (3, points(100)), (5, points(400))]);
    let pairs = &import.competitions[1].draft.teams[0].answers;
    assert_eq!(at(pairs, 0, 0), ["Spänning - Watt", "Effekt - Watt"]);

    let report = &import.competitions[0].report;
    assert_eq!((report.answers_read, report.answers_placed), (14, 11));
    assert_eq!((report.scores_read, report.scores_placed), (10, 9));
    assert_eq!(report.pictures, 7);
    let told = report.to_string();
    for note in [
        "Brostads skola 8A (2): The answer \"Ett svar för mycket\" in field 1 of \"Pappersbron\" \
         has no place.",
        "Brostads skola 8A (2): The answer \"Guld\" in field 3 of \"Ström\" has no place.",
        "Brostads skola 8A (2): The answer \"E\" in field 1 of \"Snabbquiz\" has no place.",
        "Brostads skola 8A: The answer \"0,75 A\" to \"Ström\" is no number.",
        "Brostads skola 8A: It was given no score for \"Sant eller falskt?\".",
        "Pappersbron: 2 files, not part of the export, to upload and place by hand: \
         uploads/bro.png, uploads/bro-ritning.png.",
    ] {
        assert!(told.contains(note), "{note}\nis not in\n{told}");
    }
}

/// The error after a file of the fixture was changed.
fn broken(file: &str, change: impl Fn(String) -> String) -> ReadError {
    let dir = tempfile::tempdir().expect("a directory");
    for name in ["cities.json", "competitions.json", "questions.json", "teams.json"] {
        let text = std::fs::read_to_string(data().join(name)).expect("the fixture");
        let text = if name == file { change(text) } else { text };
        std::fs::write(dir.path().join(name), text).expect("written");
    }
    read(dir.path()).expect_err("it is broken")
}

#[test]
fn a_broken_file_is_no_import() {
    let told = |file: &str, change: &dyn Fn(String) -> String| {
        let told = broken(file, change).to_string();
        told.split_once(file).map(|(_, rest)| rest.to_owned()).unwrap_or(told)
    };
    assert_eq!(
        told("teams.json", &|text| text[..text.len() - 4].to_owned()),
        ", document 4: EOF while parsing a value at byte 731 (line 4, column 125)"
    );
    assert_eq!(
        told("cities.json", &|text| text.replace("000002", "000001")),
        ", document 2 has the id 000000000000000000000001 of document 1"
    );
    assert_eq!(
        told("questions.json", &|text| text.replace("\"type\":\"number\"", "\"type\":\"slider\"")),
        ", document 2 at byte 617 (line 2, column 1): text, textarea, number or select was \
         expected as answer.subQuestions[1].type, not \"slider\""
    );
    assert_eq!(
        told("competitions.json", &|text| text.replace("2018", "\\u0000")),
        ", document 3 at byte 302 (line 3, column 1): a text without NUL characters was expected \
         as name, not one with"
    );
}

#[test]
fn a_missing_file_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let error = read(dir.path()).expect_err("there is nothing");
    assert!(error.to_string().contains("cities.json can't be read: "), "{error}");
}
