//! Teams with their answers and scores, which the export keeps by the place of the question.

use estrad_domain::draft::{AnswerDraft, QuestionPlace, ScoreDraft, SlideDraft, TeamDraft};
use serde_json::Value;

use super::answers::{is_number, read};
use super::bounds::{AnswerBound, TakenNames, fit, name};
use super::documents::Team;
use super::kind::{Entry, Slot};
use super::points;
use crate::report::{About, Report};

/// Where a question of the source went.
pub(super) struct Answerable {
    /// Its title, for notes.
    pub(super) title: String,
    /// Where its questions of the draft stand; the first is the whole, which scores are for.
    pub(super) places: Vec<QuestionPlace>,
    /// Where the fields of its form went; `question` is a place in `places`.
    pub(super) slots: Vec<Slot>,
}

/// All teams of a competition.
pub(super) fn map(
    teams: &[&Team],
    questions: &[Answerable],
    slides: &[SlideDraft],
    report: &mut Report,
) -> Vec<TeamDraft> {
    let mut taken = TakenNames::default();
    report.teams = teams.len();
    let drafts = teams.iter().enumerate().map(|(index, team)| {
        let name = name(&team.name, &format!("Team {}", index + 1), &team.name, report);
        let name = taken.take(name, report);
        for field in &team.unknown_fields {
            let text = format!("The field {field} is not known and was left out.");
            report.note(About::LeftOut, &name, text);
        }
        for (length, what) in [(team.scores.len(), "scores"), (team.answers.len(), "answers")] {
            if length != questions.len() {
                let text = format!("It has {what} for {length} of {} questions.", questions.len());
                report.note(About::Changed, &name, text);
            }
        }
        TeamDraft {
            answers: answers(team, &name, questions, slides, report),
            scores: scores(team, &name, questions, slides, report),
            name,
        }
    });
    drafts.collect()
}

fn answers(
    team: &Team,
    name: &str,
    questions: &[Answerable],
    slides: &[SlideDraft],
    report: &mut Report,
) -> Vec<AnswerDraft> {
    let mut drafts = Vec::new();
    for (index, fields) in team.answers.iter().enumerate() {
        let given = fields.iter().enumerate().filter(|(_, value)| !value.is_null());
        for (field, value) in given {
            report.answers_read += 1;
            let question = questions.get(index);
            match question.and_then(|q| place_answer(value, field, q, slides, name, report)) {
                Some(placed) => {
                    report.answers_placed += 1;
                    drafts.extend(placed);
                }
                None => {
                    let text = format!(
                        "The answer {value} in field {} of {} has no place.",
                        field + 1,
                        told(question, index)
                    );
                    report.note(About::Answer, name, text);
                }
            }
        }
    }
    drafts
}

fn place_answer(
    value: &Value,
    field: usize,
    question: &Answerable,
    slides: &[SlideDraft],
    team: &str,
    report: &mut Report,
) -> Option<Vec<AnswerDraft>> {
    let slot = question.slots.get(field)?;
    let place = *question.places.get(slot.question)?;
    let draft = slides.get(place.slide)?.questions.get(place.question)?;
    let answers = read(value, &slot.entry, draft)?;
    let drafts = answers.into_iter().map(|(alternative, answer)| {
        if matches!(slot.entry, Entry::Number(_)) && !is_number(&answer) {
            let text = format!("The answer \"{answer}\" to \"{}\" is no number.", question.title);
            report.note(About::Changed, team, text);
        }
        AnswerDraft { place, alternative, answer: fit::<AnswerBound>(&answer, team, report) }
    });
    Some(drafts.collect())
}

fn scores(
    team: &Team,
    name: &str,
    questions: &[Answerable],
    slides: &[SlideDraft],
    report: &mut Report,
) -> Vec<ScoreDraft> {
    let mut drafts = Vec::new();
    for (index, value) in team.scores.iter().enumerate() {
        report.scores_read += 1;
        let question = questions.get(index);
        let place = question.and_then(|q| q.places.first().copied());
        let worth = |place: QuestionPlace| {
            slides.get(place.slide)?.questions.get(place.question).map(|draft| draft.total_score)
        };
        let points = value.as_f64().zip(place.and_then(worth));
        let points = points.and_then(|(points, worth)| points::given(points, worth));
        let Some((place, (score, exact))) = place.zip(points) else {
            let text = match value {
                Value::Null => format!("It was given no score for {}.", told(question, index)),
                _ => format!("The score {value} for {} has no place.", told(question, index)),
            };
            report.note(About::Score, name, text);
            continue;
        };
        if !exact {
            let told = told(question, index);
            let text = format!("The score {value} for {told} was rounded to hundredths.");
            report.note(About::Changed, name, text);
        }
        report.scores_placed += 1;
        drafts.push(ScoreDraft { place, score });
    }
    drafts
}

fn told(question: Option<&Answerable>, index: usize) -> String {
    match question {
        Some(question) => format!("\"{}\"", question.title),
        None => format!("question {}, which there isn't,", index + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use estrad_domain::draft::QuestionDraft;
    use estrad_domain::points::Points;
    use estrad_domain::types::QuestionType;
    use serde_json::json;

    fn mapped(document: Value) -> (Vec<TeamDraft>, Report) {
        let number = QuestionDraft::new("N", QuestionType::Number, 2).with_alternative("", "");
        let slides = [SlideDraft { questions: vec![number], ..SlideDraft::default() }];
        let question = Answerable {
            title: "N".to_owned(),
            places: vec![QuestionPlace { slide: 0, question: 0 }],
            slots: vec![Slot { question: 0, entry: Entry::Number(0) }],
        };
        let team = Team::parse(&document).map_err(|e| e.field).expect("a team");
        let mut report = Report::default();
        let teams = map(&[&team, &team], &[question], &slides, &mut report);
        (teams, report)
    }

    #[test]
    fn whatever_has_no_place_is_told_in_full() {
        let (teams, report) = mapped(json!({
            "_id": "t", "competition": "c", "name": "Berga",
            "answers": [["12 st", "second"], [null, true]], "scores": [1.5, 3],
        }));
        assert_eq!(teams[0].answers[0].answer, "12 st");
        assert_eq!(teams[0].scores[0].score, Points::from_hundredths(150));
        assert_eq!(teams[1].name, "Berga (2)");
        let texts: Vec<_> = report.notes.iter().map(|note| note.text.as_str()).collect();
        assert_eq!(
            texts[..6],
            [
                "It has scores for 2 of 1 questions.",
                "It has answers for 2 of 1 questions.",
                "The answer \"12 st\" to \"N\" is no number.",
                "The answer \"second\" in field 2 of \"N\" has no place.",
                "The answer true in field 2 of question 2, which there isn't, has no place.",
                "The score 3 for question 2, which there isn't, has no place.",
            ]
        );
        assert_eq!((report.answers_read, report.answers_placed), (6, 2));
        assert_eq!((report.scores_read, report.scores_placed), (4, 2));
    }

    #[test]
    fn scores_that_are_none_are_told() {
        let (_, report) = mapped(json!({
            "_id": "t", "competition": "c", "name": "Berga", "answers": [[]], "scores": [null],
        }));
        assert_eq!(report.notes[0].text, "It was given no score for \"N\".");
        let (teams, report) = mapped(json!({
            "_id": "t", "competition": "c", "name": "", "answers": [null], "scores": [1e300],
        }));
        assert_eq!(teams[0].name, "Team 1");
        assert_eq!(report.notes_about(About::Score), 2);
    }
}
