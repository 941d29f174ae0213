//! A competition that is not stored yet: what importers, the demo, copies and bundles hand over.
//!
//! Parts refer to each other by their place in the lists here, as they have no ids yet.

mod check;

use std::collections::HashMap;

pub use check::{DraftError, check};

use crate::MediaId;
use crate::component::ComponentContent;
use crate::name::{CleanText, MAX_NAME};
use crate::points::Points;
use crate::presentation::TimerRestart;
use crate::question::{contradicts_itself, kind};
use crate::rich::{RichCompetition, RichQuestion, RichSlide};
use crate::types::{QuestionType, View};
use crate::views::Views;

/// A competition with all of its parts, without ids.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CompetitionDraft {
    /// Unique together with year and city.
    pub name: String,
    #[expect(missing_docs, reason = "says itself")]
    pub year: i32,
    #[expect(missing_docs, reason = "says itself")]
    pub background_image: Option<MediaId>,
    /// Whether judges may give parts of a point.
    pub fractions_allowed: bool,
    /// Whether a timer that ran out has to be restarted on purpose.
    pub timer_restart: TimerRestart,
    /// When teams and the audience may read its slides; where it does not say, what the server's
    /// setting says.
    pub views: Option<Views>,
    /// Whether judges may give points below 0.
    pub negative_allowed: bool,
    /// In their order.
    pub slides: Vec<SlideDraft>,
    /// Each gets a code of its own.
    pub teams: Vec<TeamDraft>,
}

impl CompetitionDraft {
    /// Cleans every name in it, as those are that people type. One that is none stays as it is, for
    /// [`check`] to refuse.
    pub fn clean_names(&mut self) {
        fn clean<const MIN: usize>(name: &mut String) {
            if let Ok(cleaned) = CleanText::<MIN, MAX_NAME>::new(&*name) {
                *name = cleaned.into_string();
            }
        }
        clean::<1>(&mut self.name);
        for slide in &mut self.slides {
            clean::<0>(&mut slide.title);
            slide.questions.iter_mut().for_each(|question| clean::<0>(&mut question.name));
        }
        self.teams.iter_mut().for_each(|team| clean::<1>(&mut team.name));
    }
}

/// A slide with what is on it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SlideDraft {
    /// May be empty.
    pub title: String,
    /// The think time in seconds.
    pub timer: Option<i32>,
    #[expect(missing_docs, reason = "says itself")]
    pub background_image: Option<MediaId>,
    /// A sub-question comes after the question that it belongs to.
    pub questions: Vec<QuestionDraft>,
    #[expect(missing_docs, reason = "says itself")]
    pub components: Vec<ComponentDraft>,
}

/// A question with its alternatives.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionDraft {
    #[expect(missing_docs, reason = "says itself")]
    pub name: String,
    #[expect(missing_docs, reason = "says itself")]
    pub question_type: QuestionType,
    #[expect(missing_docs, reason = "says itself")]
    pub total_score: i32,
    /// For the judges.
    pub correcting_instructions: Option<String>,
    /// For numbers only.
    pub tolerance: Option<f64>,
    /// For a sub-question: the place of its question on the same slide, before its own.
    pub parent: Option<usize>,
    #[expect(missing_docs, reason = "says itself")]
    pub alternatives: Vec<AlternativeDraft>,
}

impl QuestionDraft {
    /// A question without alternatives, instructions or parent.
    pub fn new(name: impl Into<String>, question_type: QuestionType, total_score: i32) -> Self {
        Self {
            name: name.into(),
            question_type,
            total_score,
            correcting_instructions: None,
            tolerance: None,
            parent: None,
            alternatives: Vec::new(),
        }
    }

    /// Whether what is right in it contradicts itself: then a judge grades it.
    pub fn contradicts_itself(&self) -> bool {
        let correct = self.alternatives.iter().map(|alternative| alternative.correct.as_str());
        contradicts_itself(self.question_type, correct)
    }

    /// Adds an alternative after the others, in both orders.
    pub fn with_alternative(
        mut self,
        alternative: impl Into<String>,
        correct: impl Into<String>,
    ) -> Self {
        let order = self.alternatives.len() as i32;
        self.alternatives.push(AlternativeDraft {
            alternative: alternative.into(),
            alternative_order: order,
            correct: correct.into(),
            correct_order: order,
        });
        self
    }
}

/// An alternative; both orders are dense within its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlternativeDraft {
    #[expect(missing_docs, reason = "says itself")]
    pub alternative: String,
    #[expect(missing_docs, reason = "says itself")]
    pub alternative_order: i32,
    #[expect(missing_docs, reason = "says itself")]
    pub correct: String,
    #[expect(missing_docs, reason = "says itself")]
    pub correct_order: i32,
}

/// Something placed on a slide; coordinates and sizes in pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Component")]
pub struct ComponentDraft {
    pub view: View,
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
    pub content: ContentDraft,
}

/// What a component shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentDraft {
    /// HTML.
    Text(String),
    /// An uploaded picture.
    Image(MediaId),
    /// The place of a question on the same slide.
    Question(usize),
}

/// A team with what it answered and was given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TeamDraft {
    /// Unique in its competition.
    pub name: String,
    #[expect(missing_docs, reason = "says itself")]
    pub answers: Vec<AnswerDraft>,
    #[expect(missing_docs, reason = "says itself")]
    pub scores: Vec<ScoreDraft>,
}

/// The place of a question: of its slide, and on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "says itself")]
pub struct QuestionPlace {
    pub slide: usize,
    pub question: usize,
}

/// An answer at one alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "says itself")]
pub struct AnswerDraft {
    pub place: QuestionPlace,
    /// The place of the alternative in its question.
    pub alternative: usize,
    pub answer: String,
}

/// The points for one question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "says itself")]
pub struct ScoreDraft {
    pub place: QuestionPlace,
    pub score: Points,
}

impl From<&RichCompetition> for CompetitionDraft {
    /// The same competition without its teams, as a copy starts.
    fn from(rich: &RichCompetition) -> Self {
        Self {
            name: rich.competition.name.clone(),
            year: rich.competition.year,
            background_image: rich.competition.background_image.as_ref().map(|m| m.id),
            fractions_allowed: rich.competition.fractions_allowed,
            timer_restart: rich.competition.timer_restart,
            views: Some(rich.competition.views),
            negative_allowed: rich.competition.negative_allowed,
            slides: rich.slides.iter().map(SlideDraft::from).collect(),
            teams: Vec::new(),
        }
    }
}

impl CompetitionDraft {
    /// The media that it shows; one that it shows twice comes twice.
    pub fn media(&self) -> impl Iterator<Item = MediaId> + '_ {
        let on_slides = self.slides.iter().flat_map(|slide| {
            let placed = slide.components.iter().filter_map(|component| match component.content {
                ContentDraft::Image(id) => Some(id),
                ContentDraft::Text(_) | ContentDraft::Question(_) => None,
            });
            slide.background_image.into_iter().chain(placed)
        });
        self.background_image.into_iter().chain(on_slides)
    }

    /// Whether a team has points below 0 for something.
    pub fn has_negative_scores(&self) -> bool {
        let scores = self.teams.iter().flat_map(|team| &team.scores);
        scores.map(|score| score.score).any(|score| score < Points::default())
    }

    /// The answers of one of its teams as they can stand together: of two that can't, the later one in the
    /// list stays, as if the team had given them in that order.
    pub fn settled_answers(&self, team: &TeamDraft) -> Vec<AnswerDraft> {
        let mut settled: Vec<AnswerDraft> = Vec::with_capacity(team.answers.len());
        let mut at: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
        for answer in &team.answers {
            let QuestionPlace { slide, question } = answer.place;
            let asked = self.slides.get(slide).and_then(|slide| slide.questions.get(question));
            let before = at.entry((slide, question)).or_default();
            if let Some(asked) = asked {
                let kind = kind(asked.question_type);
                for &other in before.iter() {
                    let other = &mut settled[other].answer;
                    if let Some(text) = kind.displaced(&answer.answer, other) {
                        text.clone_into(other);
                    }
                }
            }
            before.push(settled.len());
            settled.push(answer.clone());
        }
        settled
    }

    /// Puts other media in the places of those that it shows.
    pub fn map_media(&mut self, other: impl Fn(MediaId) -> MediaId) {
        let map = |id: &mut MediaId| *id = other(*id);
        self.background_image.iter_mut().for_each(map);
        for slide in &mut self.slides {
            slide.background_image.iter_mut().for_each(map);
            for component in &mut slide.components {
                if let ContentDraft::Image(id) = &mut component.content {
                    map(id);
                }
            }
        }
    }

    /// The same competition with its teams, and with what these answered and were given if that is
    /// asked for.
    pub fn with_teams(rich: &RichCompetition, with_results: bool) -> Self {
        let mut alternatives = HashMap::new();
        let mut questions = HashMap::new();
        for (slide, rich_slide) in rich.slides.iter().enumerate() {
            for (question, rich_question) in rich_slide.questions.iter().enumerate() {
                let place = QuestionPlace { slide, question };
                questions.insert(rich_question.question.id, place);
                for (row, alternative) in rich_question.alternatives.iter().enumerate() {
                    alternatives.insert(alternative.id, (place, row));
                }
            }
        }
        let teams = rich.teams.iter().map(|team| {
            let answers = team.question_alternative_answers.iter().filter_map(|answer| {
                let (place, alternative) = *alternatives.get(&answer.question_alternative_id)?;
                Some(AnswerDraft { place, alternative, answer: answer.answer.clone() })
            });
            let scores = team.question_scores.iter().filter_map(|score| {
                let place = *questions.get(&score.question_id)?;
                Some(ScoreDraft { place, score: score.score })
            });
            TeamDraft {
                name: team.team.name.clone(),
                answers: if with_results { answers.collect() } else { Vec::new() },
                scores: if with_results { scores.collect() } else { Vec::new() },
            }
        });
        Self { teams: teams.collect(), ..Self::from(rich) }
    }
}

impl From<&RichSlide> for SlideDraft {
    fn from(rich: &RichSlide) -> Self {
        let place_of = |id| rich.questions.iter().position(|q| q.question.id == id);
        let components = rich.components.iter().filter_map(|component| {
            let content = match &component.content {
                ComponentContent::Text(text) => ContentDraft::Text(text.clone()),
                ComponentContent::Image(media) => ContentDraft::Image(media.id),
                // A question of another slide can't be shown by the copy; foreign keys and checks
                // on the way in see to it that there are none.
                ComponentContent::Question(id) => ContentDraft::Question(place_of(*id)?),
            };
            let (view, x, y, w, h) =
                (component.view, component.x, component.y, component.w, component.h);
            Some(ComponentDraft { view, x, y, w, h, content })
        });
        Self {
            title: rich.slide.title.clone(),
            timer: rich.slide.timer,
            background_image: rich.slide.background_image.as_ref().map(|m| m.id),
            components: components.collect(),
            questions: rich
                .questions
                .iter()
                .map(|question| QuestionDraft {
                    parent: question.question.parent_id.and_then(place_of),
                    ..QuestionDraft::from(question)
                })
                .collect(),
        }
    }
}

impl From<&RichQuestion> for QuestionDraft {
    fn from(rich: &RichQuestion) -> Self {
        let question = &rich.question;
        Self {
            name: question.name.clone(),
            question_type: question.question_type,
            total_score: question.total_score,
            correcting_instructions: question.correcting_instructions.clone(),
            tolerance: question.tolerance,
            parent: None,
            alternatives: rich
                .alternatives
                .iter()
                .map(|a| AlternativeDraft {
                    alternative: a.alternative.clone(),
                    alternative_order: a.alternative_order,
                    correct: a.correct.clone(),
                    correct_order: a.correct_order,
                })
                .collect(),
        }
    }
}
