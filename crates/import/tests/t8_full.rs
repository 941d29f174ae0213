//! The whole export of 2019: everything in it is accounted for.
//!
//! The export is not part of the repository. It is looked for beside the workspace, or where
//! `ESTRAD_TEST_T8_DATA` says; without it the test says that it was skipped.

#[path = "../src/checks.rs"]
mod checks;

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use estrad_domain::draft::{CompetitionDraft, ContentDraft};
use estrad_domain::types::QuestionType;
use estrad_import::t8::{Import, read};
use estrad_import::{About, Report};
use serde_json::Value;

fn data() -> Option<PathBuf> {
    let beside =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/teknikattan-2019");
    let dir = std::env::var_os("ESTRAD_TEST_T8_DATA").map_or(beside, PathBuf::from);
    if dir.is_dir() {
        return Some(dir);
    }
    // Not with a macro: what those print is kept back when a test passes.
    let told = format!("SKIPPED: the full T8 export was not read, there is no {}\n", dir.display());
    std::io::stderr().write_all(told.as_bytes()).expect("stderr");
    None
}

/// The documents, without any of the code under test.
fn documents(dir: &Path, name: &str) -> (String, Vec<Value>) {
    let text = std::fs::read_to_string(dir.join(name)).expect("a file");
    let stream = serde_json::Deserializer::from_str(&text).into_iter();
    let documents = stream.collect::<Result<_, _>>().expect("JSON");
    (text, documents)
}

fn total(import: &Import, of: impl Fn(&Report) -> usize) -> usize {
    import.competitions.iter().map(|competition| of(&competition.report)).sum()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn texts(values: &[Value]) -> impl Iterator<Item = &str> {
    values.iter().filter_map(Value::as_str)
}

#[test]
fn everything_is_accounted_for() {
    let Some(dir) = data() else { return };
    let import = read(&dir).expect("the export is whole");
    let (_, competitions) = documents(&dir, "competitions.json");
    let (raw, questions) = documents(&dir, "questions.json");
    let (_, teams) = documents(&dir, "teams.json");

    assert_eq!((competitions.len(), questions.len(), teams.len()), (22, 172, 57));
    assert_eq!(import.competitions.len(), competitions.len());
    assert!(import.unplaced.is_empty());
    assert_eq!(total(&import, |r| r.questions_read), questions.len());
    assert_eq!(total(&import, |r| r.teams), teams.len());
    let slides: usize = questions.iter().map(|q| list(q, "slides").len()).sum();
    assert_eq!(total(&import, |r| r.slides_made), slides);

    let scores: usize = teams.iter().map(|team| list(team, "scores").len()).sum();
    assert_eq!(total(&import, |r| r.scores_read), scores);
    assert_eq!(total(&import, |r| r.scores_placed + r.notes_about(About::Score)), scores);

    let fields = teams.iter().flat_map(|team| list(team, "answers"));
    let answers: usize = fields
        .map(|fields| fields.as_array().map_or(0, |f| f.iter().filter(|a| !a.is_null()).count()))
        .sum();
    assert_eq!(total(&import, |r| r.answers_read), answers);
    assert_eq!(total(&import, |r| r.answers_placed + r.notes_about(About::Answer)), answers);

    let elsewhere = raw.matches("src=\\\"http").count();
    assert_eq!(total(&import, |r| r.pictures), raw.matches("uploads/").count() + elsewhere);

    for competition in &import.competitions {
        let (draft, report) = (&competition.draft, &competition.report);
        checks::check(draft);
        assert_eq!(report.slides_made, draft.slides.len());
        assert_eq!(report.scores_placed, draft.teams.iter().map(|t| t.scores.len()).sum::<usize>());
        let made: usize = draft.slides.iter().map(|slide| slide.questions.len()).sum();
        assert_eq!(report.questions_made, made);
    }
    let names: HashSet<_> =
        import.competitions.iter().map(|c| (&c.draft.name, c.draft.year, &c.city)).collect();
    assert_eq!(names.len(), import.competitions.len());
}

/// All texts of a draft, to look for what the source has.
fn all_texts(draft: &CompetitionDraft) -> HashSet<&str> {
    let mut all = HashSet::new();
    for slide in &draft.slides {
        all.insert(slide.title.as_str());
        for component in &slide.components {
            if let ContentDraft::Text(html) = &component.content {
                all.insert(html);
            }
        }
        for question in &slide.questions {
            all.insert(&question.name);
            all.extend(question.alternatives.iter().map(|a| a.alternative.as_str()));
        }
    }
    all
}

#[test]
fn every_text_is_in_the_draft_of_its_competition() {
    let Some(dir) = data() else { return };
    let import = read(&dir).expect("the export is whole");
    let (_, competitions) = documents(&dir, "competitions.json");
    let (_, questions) = documents(&dir, "questions.json");
    let blank = ["", "<p></p>", "<p>&nbsp;</p>"];
    for (competition, imported) in competitions.iter().zip(&import.competitions) {
        let all = all_texts(&imported.draft);
        let instructions: Vec<&str> = imported
            .draft
            .slides
            .iter()
            .flat_map(|slide| &slide.questions)
            .filter_map(|question| question.correcting_instructions.as_deref())
            .collect();
        let notes = imported.report.to_string();
        let own = questions.iter().filter(|q| q["competition"] == competition["_id"]["$oid"]);
        for question in own {
            let answer = &question["answer"];
            let mut expected = vec![question["title"].as_str().unwrap_or_default()];
            expected.extend(texts(list(question, "hints")));
            expected.extend(texts(list(question, "statements")));
            for item in list(question, "quiz") {
                expected.extend(
                    ["question", "A", "B", "C", "D"].map(|k| item[k].as_str().unwrap_or_default()),
                );
            }
            for field in list(answer, "subQuestions") {
                expected.extend(texts(list(field, "alternatives")));
            }
            for slide in list(question, "slides") {
                expected.extend(
                    ["textLeft", "textRight", "textProjector"]
                        .map(|k| slide[k].as_str().unwrap_or_default()),
                );
            }
            for text in expected.into_iter().filter(|text| !blank.contains(text)) {
                assert!(all.contains(text), "{text} is not in {}", imported.draft.name);
            }
            for text in [
                &question["timeText"],
                &question["scoringText"],
                &question["maxScoringText"],
                &answer["text"],
            ] {
                let text = text.as_str().unwrap_or_default();
                assert!(instructions.iter().any(|i| i.contains(text)), "{text}");
            }
            let image = question["image"].as_str().unwrap_or_default();
            assert!(notes.contains(image), "{image}");
            for field in list(answer, "subQuestions") {
                let label = field["label"].as_str().unwrap_or_default();
                assert!(all.iter().any(|text| text.contains(label)), "{label}");
            }
        }
    }
}

#[test]
fn the_types_are_as_expected() {
    let Some(dir) = data() else { return };
    let import = read(&dir).expect("the export is whole");
    let mut types: BTreeMap<(QuestionType, bool), usize> = BTreeMap::new();
    for competition in &import.competitions {
        for question in competition.draft.slides.iter().flat_map(|slide| &slide.questions) {
            *types.entry((question.question_type, question.parent.is_some())).or_default() += 1;
        }
    }
    let told: Vec<String> = types
        .iter()
        .map(|((kind, sub), count)| {
            format!("{}{}: {count}", kind.name(), if *sub { " (sub)" } else { "" })
        })
        .collect();
    // 73 practical ones, 7 without a field, and the wholes of 26 forms with several fields.
    assert_eq!(
        told,
        [
            "Text (sub): 44",
            "Practical: 106",
            "Multiple: 7",
            "Multiple (sub): 3",
            "Single: 26",
            "Single (sub): 71",
            "Number: 3",
            "Long text: 11",
            "True or false: 22",
            "Clue ladder: 21",
            "Quiz: 3",
        ]
    );
}

#[test]
fn the_final_of_2019_has_its_answers() {
    let Some(dir) = data() else { return };
    let import = read(&dir).expect("the export is whole");
    let of_name = import.competitions.iter().find(|c| c.draft.name == "Riksfinal 2019");
    let found = of_name.expect("the final");
    assert_eq!((found.city.as_str(), found.draft.year), ("Lund", 2019));
    let team = found.draft.teams.iter().find(|team| team.name == "Ekholmsskolan").expect("a team");
    let answered = |kind: QuestionType, nth: usize| -> Vec<&str> {
        let slides = found.draft.slides.iter().enumerate();
        let places = slides.flat_map(|(s, slide)| {
            slide.questions.iter().enumerate().map(move |(q, question)| (s, q, question))
        });
        let (slide, question, _) = places
            .filter(|(_, _, question)| question.question_type == kind)
            .nth(nth)
            .expect("a question");
        let own =
            team.answers.iter().filter(|a| a.place.slide == slide && a.place.question == question);
        own.map(|a| a.answer.as_str()).collect()
    };
    assert_eq!(answered(QuestionType::TrueFalse, 0), ["1", "0", "1", "0", "0", "0"]);
    assert_eq!(
        answered(QuestionType::ClueLadder, 0),
        ["Mac id", "Mac id", "Månlandning", "Månlandning", "Månlandning"]
    );
    assert_eq!(answered(QuestionType::Text, 0), ["Natriumdivätefosfat"]);
    // The five choices of "Månkul" come before the quiz.
    assert_eq!(answered(QuestionType::Single, 0), ["0", "1", "0", "0"]);
    assert_eq!(answered(QuestionType::Single, 5), ["0", "0", "0", "1"]);
    let total: i64 = team.scores.iter().map(|score| score.score.hundredths()).sum();
    assert_eq!(total, (8 + 2 + 3 + 3 + 2 + 7 + 5) * 100);
}
