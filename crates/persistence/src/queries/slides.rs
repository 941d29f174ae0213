//! Slides, and their order.

use diesel::prelude::*;
use estrad_domain::draft::SlideDraft;
use estrad_domain::order::Move;
use estrad_domain::slide::{MAX_SLIDES, Slide};
use estrad_domain::text::Title;
use estrad_domain::{CompetitionId, MediaId, SlideId};

use super::media::{self, MediaRow};
use super::{drafts, order, rich};
use crate::schema::slides;
use crate::{AnyConnection, Error, Result};

/// What changes of a slide; what is `None` stays.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "as in Slide")]
pub struct SlideChange {
    pub title: Option<Title>,
    /// `Some(None)` takes the think time away.
    pub timer: Option<Option<i32>>,
    /// `Some(None)` takes the image away.
    pub background_image_id: Option<Option<MediaId>>,
    /// Where it shall stand.
    pub order: Option<i64>,
}

type SlideRow = (i64, i64, i32, String, Option<i32>);

fn slide(
    ((id, competition_id, order, title, timer), background): (SlideRow, Option<MediaRow>),
) -> Result<Slide> {
    Ok(Slide {
        id: id.into(),
        competition_id: competition_id.into(),
        order,
        title,
        timer,
        background_image: background.map(media::media_of).transpose()?,
    })
}

macro_rules! select_slides {
    () => {
        slides::table.left_join(crate::schema::media::table).select((
            (
                slides::id,
                slides::competition_id,
                slides::position,
                slides::title,
                slides::timer_seconds,
            ),
            media::COLUMNS.nullable(),
        ))
    };
}

/// The slides of a competition, in their order.
pub fn all(connection: &mut AnyConnection, competition_id: CompetitionId) -> Result<Vec<Slide>> {
    let rows = select_slides!()
        .filter(slides::competition_id.eq(competition_id.0))
        .order(slides::position)
        .load(connection)?;
    rows.into_iter().map(slide).collect()
}

/// A slide of the competition.
///
/// # Errors
/// [`Error::NotFound`], also for a slide of another competition.
pub fn get(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: SlideId,
) -> Result<Slide> {
    let row = select_slides!()
        .filter(slides::id.eq(id.0))
        .filter(slides::competition_id.eq(competition_id.0))
        .first(connection)?;
    slide(row)
}

/// Checks that the slide is there, and of this competition.
pub(super) fn require(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: SlideId,
) -> Result<()> {
    place_of(connection, competition_id, id).map(|_| ())
}

fn place_of(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: SlideId,
) -> Result<i32> {
    let place = slides::table
        .find(id.0)
        .filter(slides::competition_id.eq(competition_id.0))
        .select(slides::position);
    Ok(place.first(connection)?)
}

fn count(connection: &mut AnyConnection, competition_id: CompetitionId) -> Result<i64> {
    let all = slides::table.filter(slides::competition_id.eq(competition_id.0));
    Ok(all.count().get_result(connection)?)
}

/// The number of slides, if another one fits.
fn count_with_room(connection: &mut AnyConnection, competition_id: CompetitionId) -> Result<i64> {
    let count = count(connection, competition_id)?;
    if count < MAX_SLIDES {
        Ok(count)
    } else {
        Err(Error::TooMany { what: "slides", limit: MAX_SLIDES })
    }
}

/// Adds a slide after the others.
///
/// # Errors
/// [`Error::TooMany`].
pub fn append(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    draft: &SlideDraft,
) -> Result<Slide> {
    let place = count_with_room(connection, competition_id)? as i32;
    let id = drafts::insert_slide(connection, competition_id, place, draft)?.id;
    get(connection, competition_id, id.into())
}

/// Copies a slide with everything on it, right after the original.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::TooMany`].
pub fn copy(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: SlideId,
) -> Result<Slide> {
    count_with_room(connection, competition_id)?;
    let original = rich::slide(connection, competition_id, id)?;
    let place = original.slide.order + 1;
    order::slides::shift(connection, competition_id.0, place, order::END, 1)?;
    let draft = SlideDraft::from(&original);
    let copy = drafts::insert_slide(connection, competition_id, place, &draft)?.id;
    get(connection, competition_id, copy.into())
}

/// Changes a slide, and its place.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Order`]; [`Error::MissingReference`] for the image.
pub fn update(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: SlideId,
    change: &SlideChange,
) -> Result<Slide> {
    #[derive(AsChangeset)]
    #[diesel(table_name = slides)]
    struct Row {
        title: Option<String>,
        timer_seconds: Option<Option<i32>>,
        background_image_id: Option<Option<i64>>,
    }

    let from = place_of(connection, competition_id, id)?;
    if let Some(Some(image)) = change.background_image_id {
        media::require_image(connection, image, "background_image_id")?;
    }
    if let Some(to) = change.order {
        let to = Move::new(from, to, count(connection, competition_id)?)
            .map_err(|error| Error::Order("order", error))?;
        order::slides::relocate(connection, competition_id.0, id.0, to)?;
    }
    let row = Row {
        title: change.title.as_ref().map(|title| title.as_str().to_owned()),
        timer_seconds: change.timer,
        background_image_id: change.background_image_id.map(|image| image.map(|id| id.0)),
    };
    // A changeset without changes is an error to diesel.
    if row.title.is_some() || row.timer_seconds.is_some() || row.background_image_id.is_some() {
        diesel::update(slides::table.find(id.0)).set(row).execute(connection)?;
    }
    get(connection, competition_id, id)
}

/// Deletes a slide with everything on it; those after it move up.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: SlideId,
) -> Result<()> {
    let place = place_of(connection, competition_id, id)?;
    diesel::delete(slides::table.find(id.0)).execute(connection)?;
    order::slides::close_gap(connection, competition_id.0, place)
}
