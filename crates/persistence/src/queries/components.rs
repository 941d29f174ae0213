//! Components: what is placed where on a slide, for each view.

use diesel::prelude::*;
use estrad_domain::component::{Component, ComponentContent, MAX_COMPONENTS};
use estrad_domain::draft::{ComponentDraft, ContentDraft};
use estrad_domain::types::{ComponentType, View};
use estrad_domain::{CompetitionId, ComponentId, MediaId, QuestionId, SlideId};

use super::media::{self, MediaRow};
use super::{file_names, known, slides, text_media};
use crate::schema::{components, questions};
use crate::{AnyConnection, Error, Result};

/// What a component to be shows.
#[derive(Debug, Clone)]
pub enum NewContent {
    /// HTML that is safe to show.
    Text(String),
    /// An uploaded picture or video.
    Image(MediaId),
    /// A question of the same slide.
    Question(QuestionId),
}

/// A component to be.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "as in Component")]
pub struct NewComponent {
    pub view: View,
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
    pub content: NewContent,
}

/// What changes of a component; what is `None` stays.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "as in Component")]
pub struct ComponentChange {
    pub x: Option<i32>,
    pub y: Option<i32>,
    pub w: Option<i32>,
    pub h: Option<i32>,
    /// Other content of the same type.
    pub content: Option<NewContent>,
}

#[derive(Queryable)]
pub(super) struct ComponentRow {
    id: i64,
    slide_id: i64,
    view: i64,
    kind: i64,
    x: i32,
    y: i32,
    w: i32,
    h: i32,
    text: Option<String>,
    _media_id: Option<i64>,
    question_id: Option<i64>,
    _text_indexed: bool,
}

pub(super) fn component((row, image): (ComponentRow, Option<MediaRow>)) -> Result<Component> {
    // The table's check sees to it that the content of the type is there.
    let missing = || Error::UnknownValue(format!("component {} without content", row.id));
    let content = match known(ComponentType::try_from(row.kind))? {
        ComponentType::Text => ComponentContent::Text(row.text.ok_or_else(missing)?),
        ComponentType::Image => {
            ComponentContent::Image(media::media_of(image.ok_or_else(missing)?)?)
        }
        ComponentType::Question => {
            ComponentContent::Question(row.question_id.ok_or_else(missing)?.into())
        }
    };
    Ok(Component {
        id: row.id.into(),
        slide_id: row.slide_id.into(),
        view: known(View::try_from(row.view))?,
        x: row.x,
        y: row.y,
        w: row.w,
        h: row.h,
        content,
    })
}

macro_rules! select_components {
    () => {
        components::table
            .left_join(crate::schema::media::table)
            .select((components::all_columns, media::COLUMNS.nullable()))
    };
}

/// The components of a slide, by id.
///
/// # Errors
/// [`Error::NotFound`] when there is no such slide in the competition.
pub fn all(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    slide_id: SlideId,
) -> Result<Vec<Component>> {
    slides::require(connection, competition_id, slide_id)?;
    let rows = select_components!()
        .filter(components::slide_id.eq(slide_id.0))
        .order(components::id)
        .load(connection)?;
    rows.into_iter().map(component).collect()
}

/// A component of the slide.
///
/// # Errors
/// [`Error::NotFound`], also when an id belongs to something else.
pub fn get(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    slide_id: SlideId,
    id: ComponentId,
) -> Result<Component> {
    slides::require(connection, competition_id, slide_id)?;
    let row = select_components!()
        .filter(components::id.eq(id.0))
        .filter(components::slide_id.eq(slide_id.0))
        .first(connection)?;
    component(row)
}

/// Places a component on a slide.
///
/// # Errors
/// [`Error::NotFound`] for the slide; [`Error::MissingReference`] for the picture, or for a
/// question that is not on this slide; [`Error::TooMany`].
pub fn insert(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    slide_id: SlideId,
    new: &NewComponent,
) -> Result<Component> {
    slides::require(connection, competition_id, slide_id)?;
    let all = components::table.filter(components::slide_id.eq(slide_id.0));
    if all.count().get_result::<i64>(connection)? >= MAX_COMPONENTS {
        return Err(Error::TooMany { what: "components", limit: MAX_COMPONENTS });
    }
    let stored = stored(connection, &new.content)?;
    let content = columns(connection, slide_id, &stored)?;
    let id = diesel::insert_into(components::table)
        .values((
            components::slide_id.eq(slide_id.0),
            components::view_type_id.eq(new.view.id()),
            components::type_id.eq(content.kind.id()),
            (components::x.eq(new.x), components::y.eq(new.y)),
            (components::w.eq(new.w), components::h.eq(new.h)),
            components::text.eq(content.text),
            components::media_id.eq(content.media_id),
            components::question_id.eq(content.question_id),
            components::text_indexed.eq(true),
        ))
        .returning(components::id)
        .get_result::<i64>(connection)?;
    if let Some(text) = content.text {
        text_media::record(connection, &[(id, text)])?;
    }
    get(connection, competition_id, slide_id, id.into())
}

/// Changes a component.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::MissingReference`] as for [`insert`], and for content of another
/// type than the component's.
pub fn update(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    slide_id: SlideId,
    id: ComponentId,
    change: &ComponentChange,
) -> Result<Component> {
    let before = get(connection, competition_id, slide_id, id)?;
    diesel::update(components::table.find(id.0))
        .set((
            components::x.eq(change.x.unwrap_or(before.x)),
            components::y.eq(change.y.unwrap_or(before.y)),
            components::w.eq(change.w.unwrap_or(before.w)),
            components::h.eq(change.h.unwrap_or(before.h)),
        ))
        .execute(connection)?;
    if let Some(content) = &change.content {
        let stored = stored(connection, content)?;
        let content = columns(connection, slide_id, &stored)?;
        if content.kind != before.content.component_type() {
            return Err(Error::MissingReference(content.field));
        }
        diesel::update(components::table.find(id.0))
            .set((
                components::text.eq(content.text),
                components::media_id.eq(content.media_id),
                components::question_id.eq(content.question_id),
                components::text_indexed.eq(true),
            ))
            .execute(connection)?;
        if let Some(text) = content.text {
            text_media::replace(connection, id.0, text)?;
        }
    }
    get(connection, competition_id, slide_id, id)
}

/// Copies a component to a view, where it stands at the same place.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::TooMany`].
pub fn copy(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    slide_id: SlideId,
    id: ComponentId,
    view: View,
) -> Result<Component> {
    let original = get(connection, competition_id, slide_id, id)?;
    let content = match original.content {
        ComponentContent::Text(text) => NewContent::Text(text),
        ComponentContent::Image(media) => NewContent::Image(media.id),
        ComponentContent::Question(id) => NewContent::Question(id),
    };
    let (x, y, w, h) = (original.x, original.y, original.w, original.h);
    insert(connection, competition_id, slide_id, &NewComponent { view, x, y, w, h, content })
}

/// Deletes a component.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    slide_id: SlideId,
    id: ComponentId,
) -> Result<()> {
    slides::require(connection, competition_id, slide_id)?;
    let row = components::table.find(id.0).filter(components::slide_id.eq(slide_id.0));
    let deleted = diesel::delete(row).execute(connection)?;
    if deleted == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// The content as it is kept: whatever names a text has for files, by those they were uploaded with.
fn stored(connection: &mut AnyConnection, content: &NewContent) -> Result<NewContent> {
    Ok(match content {
        NewContent::Text(html) => NewContent::Text(file_names::stored(connection, html)?),
        other => other.clone(),
    })
}

/// The columns of a content, of which each type has its own.
pub(super) struct ContentColumns<'a> {
    pub(super) kind: ComponentType,
    pub(super) field: &'static str,
    pub(super) text: Option<&'a str>,
    pub(super) media_id: Option<i64>,
    pub(super) question_id: Option<i64>,
}

impl<'a> ContentColumns<'a> {
    fn new(kind: ComponentType, field: &'static str) -> Self {
        Self { kind, field, text: None, media_id: None, question_id: None }
    }

    pub(super) fn text(text: &'a str) -> Self {
        Self { text: Some(text), ..Self::new(ComponentType::Text, "text") }
    }

    pub(super) fn image(id: MediaId) -> Self {
        Self { media_id: Some(id.0), ..Self::new(ComponentType::Image, "media_id") }
    }

    pub(super) fn question(id: i64) -> Self {
        Self { question_id: Some(id), ..Self::new(ComponentType::Question, "question_id") }
    }
}

/// The columns of a content whose references were checked.
fn columns<'a>(
    connection: &mut AnyConnection,
    slide_id: SlideId,
    content: &'a NewContent,
) -> Result<ContentColumns<'a>> {
    Ok(match content {
        NewContent::Text(text) => ContentColumns::text(text),
        NewContent::Image(id) => {
            media::require(connection, *id, "media_id")?;
            ContentColumns::image(*id)
        }
        NewContent::Question(id) => {
            let question = questions::table.find(id.0).filter(questions::slide_id.eq(slide_id.0));
            let here = diesel::select(diesel::dsl::exists(question));
            if !here.get_result::<bool>(connection)? {
                return Err(Error::MissingReference("question_id"));
            }
            ContentColumns::question(id.0)
        }
    })
}

/// The columns of a drafted content, whose questions were just stored.
pub(super) fn draft_columns<'a>(
    draft: &'a ComponentDraft,
    question_ids: impl Fn(usize) -> Option<i64>,
) -> Result<ContentColumns<'a>> {
    Ok(match &draft.content {
        ContentDraft::Text(text) => ContentColumns::text(text),
        ContentDraft::Image(id) => ContentColumns::image(*id),
        ContentDraft::Question(place) => ContentColumns::question(
            question_ids(*place).ok_or(Error::MissingReference("question_id"))?,
        ),
    })
}
