//! A competition with its slides, question after question, and its teams.

use estrad_domain::component::MAX_COMPONENTS;
use estrad_domain::draft::{CompetitionDraft, QuestionDraft, QuestionPlace, SlideDraft};
use estrad_domain::question::MAX_ALTERNATIVES;
use estrad_domain::slide::{MAX_SLIDES, MAX_TIMER_SECONDS};
use estrad_domain::team::MAX_TEAMS;

use super::bounds::{LongBound, TitleBound, fit, name};
use super::documents::{Competition, Question, Team};
use super::error::ReadError;
use super::html::is_blank;
use super::kind::{self, Mapped};
use super::layout::{self, Form};
use super::source::Slide;
use super::teams::{self, Answerable};
use super::{instructions, pictures, points};
use crate::report::{About, Report, count};

/// Makes the draft of a competition out of what belongs to it, in the order of the files: the
/// teams' answers and scores go by that order.
pub(super) fn map(
    competition: &Competition,
    questions: &[&Question],
    teams: &[&Team],
) -> Result<(CompetitionDraft, Report), ReadError> {
    let mut report = Report { questions_read: questions.len(), ..Report::default() };
    note_unknown(&competition.unknown_fields, "", &mut report);
    let mut draft = CompetitionDraft {
        name: name(&competition.name, "T8", "", &mut report),
        year: competition.year,
        ..CompetitionDraft::default()
    };
    let answerable: Vec<Answerable> = questions
        .iter()
        .enumerate()
        .map(|(index, question)| add_question(question, index + 1, &mut draft, &mut report))
        .collect();
    note_shown_answers(questions, &mut report);
    draft.teams = teams::map(teams, &answerable, &draft.slides, &mut report);
    report.slides_made = draft.slides.len();
    report.questions_made = draft.slides.iter().map(|slide| slide.questions.len()).sum();
    check_numbers(&draft)?;
    Ok((draft, report))
}

/// Each slide of the question becomes a slide.
fn add_question(
    question: &Question,
    number: usize,
    draft: &mut CompetitionDraft,
    report: &mut Report,
) -> Answerable {
    let place = match question.title.as_str() {
        "" => format!("Question {number}"),
        title => title.chars().take(TITLE_IN_NOTES).collect(),
    };
    note_unknown_of_parts(question, &place, report);
    pictures::note(question, &place, report);
    let mut mapped = kind::map(question, &place, report);
    finish_whole(&mut mapped, question, &place, report);

    let first = draft.slides.len();
    let no_slide = [Slide::default()];
    let slides = if question.slides.is_empty() { &no_slide } else { question.slides.as_slice() };
    if question.slides.is_empty() {
        report.note(About::Changed, &place, "It had no slide and got an empty one.");
    }
    let title = fit::<TitleBound>(&question.title, &place, report);
    for slide in slides {
        let timer = slide.seconds.and_then(|seconds| timer(seconds, &place, report));
        draft.slides.push(SlideDraft { title: title.clone(), timer, ..SlideDraft::default() });
    }

    let whole_at = mapped.questions.first().map(|whole| whole.slide);
    let mut forms: Vec<Vec<Form>> = slides.iter().map(|_| Vec::new()).collect();
    let mut places: Vec<QuestionPlace> = Vec::with_capacity(mapped.questions.len());
    for placed in mapped.questions {
        let questions = &mut draft.slides[first + placed.slide].questions;
        let place = QuestionPlace { slide: first + placed.slide, question: questions.len() };
        if placed.draft.parent.is_none() {
            forms[placed.slide].push(Form { question: place.question, caption: placed.caption });
        }
        let parent = placed.draft.parent.map(|whole| places[whole].question);
        questions.push(QuestionDraft { parent, ..placed.draft });
        places.push(place);
    }
    for (index, (slide, forms)) in slides.iter().zip(&forms).enumerate() {
        let right = if whole_at == Some(index) { question.answer_text.as_str() } else { "" };
        draft.slides[first + index].components =
            layout::components(slide, forms, right, &place, report);
    }
    Answerable { title: place, places, slots: mapped.slots }
}

/// A title in a note is to find the question by.
const TITLE_IN_NOTES: usize = 80;

/// What the question as a whole has, however it is answered.
fn finish_whole(mapped: &mut Mapped, question: &Question, place: &str, report: &mut Report) {
    let Some(whole) = mapped.questions.first_mut() else { return };
    let text = &question.max_scoring_text;
    whole.draft.total_score = points::maximum(text).unwrap_or_else(|| {
        let text = format!("\"{text}\" says no number of points; its most is 0 points.");
        report.note(About::Changed, place, text);
        0
    });
    let instructions = instructions::of(question);
    whole.draft.correcting_instructions =
        instructions.map(|text| fit::<LongBound>(&text, place, report));
}

/// A timer of no time is none, and fractions of seconds don't count.
fn timer(seconds: f64, place: &str, report: &mut Report) -> Option<i32> {
    let fitting = seconds.round().clamp(0.0, f64::from(MAX_TIMER_SECONDS));
    let timer = Some(fitting as i32).filter(|seconds| *seconds > 0);
    if fitting != seconds || timer.is_none() {
        let told = timer.map_or_else(|| "no timer".to_owned(), |s| format!("{s} seconds"));
        report.note(
            About::Changed,
            place,
            format!("Its timer of {seconds} seconds became {told}."),
        );
    }
    timer
}

/// The right answers were shown on the projector after the question. Whatever is placed for the
/// audience can be read from the start by whoever opens the view, so they are not placed there.
fn note_shown_answers(questions: &[&Question], report: &mut Report) {
    let shown = questions.iter().filter(|q| q.answer_shown && !is_blank(&q.answer_text)).count();
    if shown > 0 {
        let text = format!(
            "The right answers to {} were shown on the projector afterwards; only judges see them now.",
            count(shown, "question")
        );
        report.note(About::Changed, "", text);
    }
}

fn note_unknown_of_parts(question: &Question, place: &str, report: &mut Report) {
    note_unknown(&question.unknown_fields, place, report);
    question.slides.iter().for_each(|part| note_unknown(&part.unknown_fields, place, report));
    question.quiz.iter().for_each(|part| note_unknown(&part.unknown_fields, place, report));
    question
        .sub_questions
        .iter()
        .for_each(|part| note_unknown(&part.unknown_fields, place, report));
}

fn note_unknown(fields: &[String], place: &str, report: &mut Report) {
    for field in fields {
        let text = format!("The field {field} is not known and was left out.");
        report.note(About::LeftOut, place, text);
    }
}

/// More than the domain has room for can't be cut without losing what belongs together.
fn check_numbers(draft: &CompetitionDraft) -> Result<(), ReadError> {
    let most = |of: &dyn Fn(&SlideDraft) -> usize| draft.slides.iter().map(of).max().unwrap_or(0);
    let alternatives = most(&|slide| {
        slide.questions.iter().map(|question| question.alternatives.len()).max().unwrap_or(0)
    });
    let numbers = [
        ("slides", draft.slides.len(), MAX_SLIDES),
        ("teams", draft.teams.len(), MAX_TEAMS),
        ("alternatives in one question", alternatives, MAX_ALTERNATIVES),
        ("components on one slide", most(&|slide| slide.components.len()), MAX_COMPONENTS),
    ];
    for (what, count, max) in numbers {
        let max = usize::try_from(max).unwrap_or(0);
        if count > max {
            let competition = draft.name.clone();
            return Err(ReadError::TooMany { competition, what, count, max });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::t8::testing;
    use estrad_domain::draft::ContentDraft;
    use estrad_domain::types::{QuestionType, View};
    use serde_json::json;

    fn mapped(questions: &[Question]) -> Result<(CompetitionDraft, Report), ReadError> {
        let competition = json!({"_id": "c", "name": "Final 2019", "city": "x"});
        let competition = Competition::parse(&competition).map_err(|e| e.field).expect("parses");
        map(&competition, &questions.iter().collect::<Vec<_>>(), &[])
    }

    #[test]
    fn slides_follow_and_the_question_stands_where_it_is_answered() {
        let scene = testing::question(json!({
            "title": "Bridge", "maxScoringText": "6 p", "answer": {"type": "multi", "text": "42", "show": true,
                "subQuestions": [{"type": "text", "label": "A", "show": [true, true]},
                                 {"type": "text", "label": "B", "show": [true, true]}]},
            "slides": [{"textProjector": "Look"}, {"hasTimer": true, "time": 90, "textLeft": "Think"}],
        }));
        let practical = testing::question(json!({
            "title": "Tower", "maxScoringText": "The sky is the limit!", "answer": {"type": "practical"},
        }));
        let (draft, report) = mapped(&[scene, practical]).expect("maps");
        assert_eq!((draft.name.as_str(), draft.year), ("Final 2019", 2019));
        let slides: Vec<_> =
            draft.slides.iter().map(|s| (s.title.as_str(), s.timer, s.questions.len())).collect();
        assert_eq!(slides, [("Bridge", None, 0), ("Bridge", Some(90), 3), ("Tower", None, 1)]);
        let questions = &draft.slides[1].questions;
        assert_eq!(questions[0].question_type, QuestionType::Practical);
        assert_eq!((questions[0].total_score, questions[2].total_score), (6, 0));
        assert_eq!((questions[1].parent, questions[2].parent), (Some(0), Some(0)));
        let forms: Vec<_> = draft.slides[1]
            .components
            .iter()
            .filter_map(|c| match c.content {
                ContentDraft::Question(place) => Some((c.view, place)),
                _ => None,
            })
            .collect();
        assert_eq!(forms, [(View::Team, 0), (View::Judge, 0)]);
        let for_audience =
            draft.slides.iter().flat_map(|s| &s.components).filter(|c| c.view == View::Audience);
        assert!(for_audience.into_iter().all(|c| c.content != ContentDraft::Text("42".to_owned())));
        assert_eq!((report.slides_made, report.questions_made), (3, 4));
        assert!(report.to_string().contains("Tower: It had no slide"), "{report}");
        assert!(
            report.to_string().contains("Tower: \"The sky is the limit!\" says no"),
            "{report}"
        );
        assert!(report.to_string().contains("answers to 1 question were shown"), "{report}");
    }

    #[test]
    fn timers_are_within_their_bounds() {
        let mut report = Report::default();
        let mut timer = |seconds| timer(seconds, "Q", &mut report);
        assert_eq!(timer(90.0), Some(90));
        assert_eq!(timer(0.0), None);
        assert_eq!(timer(-5.0), None);
        assert_eq!(timer(1e9), Some(86_400));
        assert_eq!(timer(10.4), Some(10));
        assert_eq!(report.notes.len(), 4);
    }

    #[test]
    fn more_than_there_is_room_for_is_refused() {
        let statements: Vec<String> = (0..201).map(|n| n.to_string()).collect();
        let question = testing::question(json!({
            "type": "truefalse", "statements": statements, "answer": {"type": "multi"},
        }));
        let error = mapped(&[question]).expect_err("too many");
        assert_eq!(
            error.to_string(),
            "the competition \"Final 2019\" has 201 alternatives in one question, and 200 is the most"
        );
    }
}
