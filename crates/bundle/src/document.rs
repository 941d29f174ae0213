//! The document of a bundle. Its form is documented in docs/bundles.md.

use std::collections::BTreeMap;

use estrad_domain::MediaId;
use estrad_domain::draft::{
    AlternativeDraft, AnswerDraft, CompetitionDraft, ComponentDraft, ContentDraft, QuestionDraft,
    QuestionPlace, ScoreDraft, SlideDraft, TeamDraft,
};
use estrad_domain::points::Points;
use estrad_domain::presentation::TimerRestart;
use estrad_domain::types::{QuestionType, View};
use estrad_domain::views::Views;
use serde::{Deserialize, Serialize};

use crate::error::{ReadError, WriteError};

/// What the document says it is.
pub(crate) const FORMAT: &str = "estrad-competition";
/// The version of the form: rises when an older reader would misunderstand.
pub(crate) const VERSION: u32 = 1;

/// A competition without ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub(crate) format: String,
    pub(crate) version: u32,
    name: String,
    year: i32,
    background_image: Option<String>,
    /// Left out where it is not so, as in bundles from before there was such a thing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fractions_allowed: bool,
    /// Left out where it is `allowed`.
    #[serde(default, skip_serializing_if = "is_default")]
    timer_restart: TimerRestart,
    /// Left out in bundles from before there was such a thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    views: Option<Views>,
    /// Left out where it is not so. Bundles from before there was such a thing may have points below 0
    /// all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    negative_allowed: bool,
    slides: Vec<Slide>,
    teams: Vec<Team>,
    pub(crate) media: Vec<MediaFile>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A picture of the competition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaFile {
    /// What it is called, and how slides refer to it.
    pub filename: String,
    /// Of its content, in lower-case hexadecimal.
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slide {
    title: String,
    timer: Option<i32>,
    background_image: Option<String>,
    questions: Vec<Question>,
    components: Vec<Component>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    total_score: i32,
    correcting_instructions: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tolerance: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<usize>,
    alternatives: Vec<Alternative>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Alternative {
    alternative: String,
    alternative_order: i32,
    correct: String,
    correct_order: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Component {
    view: String,
    x: i32,
    y: i32,
    w: i32,
    h: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    question: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Team {
    name: String,
    answers: Vec<Answer>,
    scores: Vec<Score>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    slide: usize,
    question: usize,
    alternative: usize,
    answer: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Score {
    slide: usize,
    question: usize,
    score_hundredths: i64,
}

impl Document {
    /// The document of a draft, whose pictures are these.
    ///
    /// # Errors
    /// [`WriteError::MissingMedia`].
    pub fn new(
        draft: &CompetitionDraft,
        media: &BTreeMap<MediaId, MediaFile>,
    ) -> Result<Self, WriteError> {
        let filename = |id: MediaId| {
            media.get(&id).map(|file| file.filename.clone()).ok_or(WriteError::MissingMedia(id.0))
        };
        let image = |id: Option<MediaId>| id.map(filename).transpose();
        let mut files: Vec<MediaFile> = media.values().cloned().collect();
        // By name, as ids differ from server to server.
        files.sort_by(|a, b| a.filename.cmp(&b.filename));
        Ok(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            name: draft.name.clone(),
            year: draft.year,
            background_image: image(draft.background_image)?,
            fractions_allowed: draft.fractions_allowed,
            timer_restart: draft.timer_restart,
            views: draft.views,
            negative_allowed: draft.negative_allowed,
            slides: draft
                .slides
                .iter()
                .map(|slide| {
                    Ok(Slide {
                        title: slide.title.clone(),
                        timer: slide.timer,
                        background_image: image(slide.background_image)?,
                        questions: slide.questions.iter().map(Question::from).collect(),
                        components: slide
                            .components
                            .iter()
                            .map(|component| Component::new(component, filename))
                            .collect::<Result<_, WriteError>>()?,
                    })
                })
                .collect::<Result<_, WriteError>>()?,
            teams: draft.teams.iter().map(Team::from).collect(),
            media: files,
        })
    }

    /// The pictures that it needs.
    pub fn media(&self) -> &[MediaFile] {
        &self.media
    }

    /// The draft, whose pictures are known by these ids here.
    ///
    /// # Errors
    /// [`ReadError::Document`] for a type, a view or a picture that there is not.
    pub fn to_draft(
        &self,
        media: &BTreeMap<String, MediaId>,
    ) -> Result<CompetitionDraft, ReadError> {
        let picture = |name: &String| {
            media
                .get(name)
                .copied()
                .ok_or_else(|| ReadError::Document(format!("there is no media {name:?}")))
        };
        let slides = self.slides.iter().map(|slide| {
            Ok(SlideDraft {
                title: slide.title.clone(),
                timer: slide.timer,
                background_image: slide.background_image.as_ref().map(picture).transpose()?,
                questions: slide
                    .questions
                    .iter()
                    .map(Question::to_draft)
                    .collect::<Result<_, ReadError>>()?,
                components: slide
                    .components
                    .iter()
                    .map(|component| component.to_draft(picture))
                    .collect::<Result<_, ReadError>>()?,
            })
        });
        Ok(CompetitionDraft {
            name: self.name.clone(),
            year: self.year,
            background_image: self.background_image.as_ref().map(picture).transpose()?,
            fractions_allowed: self.fractions_allowed,
            timer_restart: self.timer_restart,
            views: self.views,
            negative_allowed: self.negative_allowed,
            slides: slides.collect::<Result<_, ReadError>>()?,
            teams: self.teams.iter().map(Team::to_draft).collect(),
        })
    }
}

impl From<&QuestionDraft> for Question {
    fn from(draft: &QuestionDraft) -> Self {
        Self {
            name: draft.name.clone(),
            kind: draft.question_type.name().to_owned(),
            total_score: draft.total_score,
            correcting_instructions: draft.correcting_instructions.clone(),
            tolerance: draft.tolerance,
            parent: draft.parent,
            alternatives: draft
                .alternatives
                .iter()
                .map(|a| Alternative {
                    alternative: a.alternative.clone(),
                    alternative_order: a.alternative_order,
                    correct: a.correct.clone(),
                    correct_order: a.correct_order,
                })
                .collect(),
        }
    }
}

impl Question {
    fn to_draft(&self) -> Result<QuestionDraft, ReadError> {
        Ok(QuestionDraft {
            name: self.name.clone(),
            question_type: QuestionType::from_name(&self.kind).ok_or_else(|| {
                ReadError::Document(format!("there is no question type {:?}", self.kind))
            })?,
            total_score: self.total_score,
            correcting_instructions: self.correcting_instructions.clone(),
            tolerance: self.tolerance,
            parent: self.parent,
            alternatives: self
                .alternatives
                .iter()
                .map(|a| AlternativeDraft {
                    alternative: a.alternative.clone(),
                    alternative_order: a.alternative_order,
                    correct: a.correct.clone(),
                    correct_order: a.correct_order,
                })
                .collect(),
        })
    }
}

impl Component {
    fn new(
        draft: &ComponentDraft,
        filename: impl Fn(MediaId) -> Result<String, WriteError>,
    ) -> Result<Self, WriteError> {
        let mut component = Self {
            view: draft.view.name().to_owned(),
            x: draft.x,
            y: draft.y,
            w: draft.w,
            h: draft.h,
            text: None,
            image: None,
            question: None,
        };
        match &draft.content {
            ContentDraft::Text(html) => component.text = Some(html.clone()),
            ContentDraft::Image(id) => component.image = Some(filename(*id)?),
            ContentDraft::Question(place) => component.question = Some(*place),
        }
        Ok(component)
    }

    fn to_draft(
        &self,
        picture: impl Fn(&String) -> Result<MediaId, ReadError>,
    ) -> Result<ComponentDraft, ReadError> {
        let content = match (&self.text, &self.image, self.question) {
            (Some(html), None, None) => ContentDraft::Text(html.clone()),
            (None, Some(name), None) => ContentDraft::Image(picture(name)?),
            (None, None, Some(place)) => ContentDraft::Question(place),
            _ => {
                return Err(ReadError::Document(
                    "a component has one of text, image and question".to_owned(),
                ));
            }
        };
        let view = View::from_name(&self.view)
            .ok_or_else(|| ReadError::Document(format!("there is no view {:?}", self.view)))?;
        Ok(ComponentDraft { view, x: self.x, y: self.y, w: self.w, h: self.h, content })
    }
}

impl From<&TeamDraft> for Team {
    fn from(draft: &TeamDraft) -> Self {
        let mut answers: Vec<Answer> = draft
            .answers
            .iter()
            .map(|a| Answer {
                slide: a.place.slide,
                question: a.place.question,
                alternative: a.alternative,
                answer: a.answer.clone(),
            })
            .collect();
        // By their place, as the order in which they came is that of their ids.
        answers.sort_by_key(|a| (a.slide, a.question, a.alternative));
        let mut scores: Vec<Score> = draft
            .scores
            .iter()
            .map(|s| Score {
                slide: s.place.slide,
                question: s.place.question,
                score_hundredths: s.score.hundredths(),
            })
            .collect();
        scores.sort_by_key(|s| (s.slide, s.question));
        Self { name: draft.name.clone(), answers, scores }
    }
}

impl Team {
    fn to_draft(&self) -> TeamDraft {
        TeamDraft {
            name: self.name.clone(),
            answers: self
                .answers
                .iter()
                .map(|a| AnswerDraft {
                    place: QuestionPlace { slide: a.slide, question: a.question },
                    alternative: a.alternative,
                    answer: a.answer.clone(),
                })
                .collect(),
            scores: self
                .scores
                .iter()
                .map(|s| ScoreDraft {
                    place: QuestionPlace { slide: s.slide, question: s.question },
                    score: Points::from_hundredths(s.score_hundredths),
                })
                .collect(),
        }
    }
}
