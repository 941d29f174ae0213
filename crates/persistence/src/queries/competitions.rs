//! Competitions themselves, without their parts.

use diesel::prelude::*;
use estrad_domain::answer::ScoreRules;
use estrad_domain::clock::Timestamp;
use estrad_domain::competition::Competition;
use estrad_domain::draft::CompetitionDraft;
use estrad_domain::page::{Page, PageRequest, Pagination};
use estrad_domain::presentation::TimerRestart;
use estrad_domain::text::Name;
use estrad_domain::views::Views;
use estrad_domain::{CityId, CompetitionId, MediaId};

use super::{cities, media, search};
use crate::schema::competitions;
use crate::{AnyConnection, Error, Result};

/// What changes of a competition; what is `None` stays.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "as in Competition")]
pub struct CompetitionChange {
    pub name: Option<Name>,
    pub year: Option<i32>,
    pub city_id: Option<CityId>,
    /// `Some(None)` takes the image away.
    pub background_image_id: Option<Option<MediaId>>,
    pub fractions_allowed: Option<bool>,
    pub timer_restart: Option<TimerRestart>,
    pub views: Option<Views>,
    pub negative_allowed: Option<bool>,
}

/// What is searched for; what is `None` does not narrow the search.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "as in Competition")]
pub struct CompetitionFilter {
    /// Part of the name, in any case.
    pub name: Option<String>,
    pub year: Option<i64>,
    pub city_id: Option<CityId>,
    /// A limit that the caller's rights set, beside what they ask for.
    pub only_city: Option<CityId>,
}

type CompetitionRow = (i64, String, i32, i64, i64, bool, String, String, bool);

const COLUMNS: (
    competitions::id,
    competitions::name,
    competitions::year,
    competitions::city_id,
    competitions::version,
    competitions::fractions_allowed,
    competitions::timer_restart,
    competitions::views,
    competitions::negative_allowed,
) = (
    competitions::id,
    competitions::name,
    competitions::year,
    competitions::city_id,
    competitions::version,
    competitions::fractions_allowed,
    competitions::timer_restart,
    competitions::views,
    competitions::negative_allowed,
);

fn competition(
    (row, background): (CompetitionRow, Option<media::MediaRow>),
) -> Result<Competition> {
    let (id, name, year, city_id, version, fractions_allowed, restart, views, negative_allowed) =
        row;
    Ok(Competition {
        id: id.into(),
        name,
        year,
        city_id: city_id.into(),
        background_image: background.map(media::media_of).transpose()?,
        fractions_allowed,
        timer_restart: restart_of(&restart)?,
        views: views_of(views)?,
        negative_allowed,
        version,
    })
}

fn restart_of(word: &str) -> Result<TimerRestart> {
    TimerRestart::from_word(word).ok_or_else(|| Error::UnknownValue(word.to_owned()))
}

/// What the competition says about starting a timer again that has run out.
///
/// # Errors
/// [`Error::NotFound`].
pub fn timer_restart(connection: &mut AnyConnection, id: CompetitionId) -> Result<TimerRestart> {
    let word = competitions::table
        .find(id.0)
        .select(competitions::timer_restart)
        .first::<String>(connection)?;
    restart_of(&word)
}

fn views_of(word: String) -> Result<Views> {
    Views::from_word(&word).ok_or(Error::UnknownValue(word))
}

/// The competition of that id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(connection: &mut AnyConnection, id: CompetitionId) -> Result<Competition> {
    let row = competitions::table
        .left_join(crate::schema::media::table)
        .filter(competitions::id.eq(id.0))
        .select((COLUMNS, media::COLUMNS.nullable()))
        .first(connection)?;
    competition(row)
}

/// What rights and caches depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    #[expect(missing_docs, reason = "says itself")]
    pub city_id: CityId,
    /// Of the competition and its parts.
    pub version: i64,
    /// Of the answers, the scores and whether these are shown; with [`Views::AsShown`] also of what
    /// has been shown.
    pub results_version: i64,
    /// When teams and the audience may read the slides.
    pub views: Views,
}

/// The head of a competition: one row.
///
/// # Errors
/// [`Error::NotFound`].
pub fn head(connection: &mut AnyConnection, id: CompetitionId) -> Result<Head> {
    let (city_id, version, results_version, views) = competitions::table
        .find(id.0)
        .select((
            competitions::city_id,
            competitions::version,
            competitions::results_version,
            competitions::views,
        ))
        .first::<(i64, i64, i64, String)>(connection)?;
    Ok(Head { city_id: city_id.into(), version, results_version, views: views_of(views)? })
}

/// Narrows a boxed query of competitions, with or without their images, by a filter.
macro_rules! narrow {
    ($query:ident, $filter:ident) => {
        if let Some(name) = &$filter.name {
            $query =
                $query.filter(competitions::name_key.like(search::contains(name)).escape('\\'));
        }
        if let Some(year) = $filter.year {
            // A year that no competition can have is not found, rather than refused.
            let year = i32::try_from(year).unwrap_or(0);
            $query = $query.filter(competitions::year.eq(year));
        }
        for city_id in [$filter.city_id, $filter.only_city].into_iter().flatten() {
            $query = $query.filter(competitions::city_id.eq(city_id.0));
        }
    };
}

/// Competitions, the newest year first, then by name.
pub fn search(
    connection: &mut AnyConnection,
    filter: &CompetitionFilter,
    request: PageRequest,
) -> Result<Page<Competition>> {
    let total = {
        let mut query = competitions::table.into_boxed();
        narrow!(query, filter);
        query.count().get_result::<i64>(connection)?
    };
    let pagination = Pagination::new(request, total);
    let mut query = competitions::table.left_join(crate::schema::media::table).into_boxed();
    narrow!(query, filter);
    let rows = query
        .order((competitions::year.desc(), competitions::name_key, competitions::id))
        .offset(pagination.offset(request))
        .limit(request.page_size)
        .select((COLUMNS, media::COLUMNS.nullable()))
        .load::<(CompetitionRow, Option<media::MediaRow>)>(connection)?;
    let items = rows.into_iter().map(competition).collect::<Result<_>>()?;
    Ok(Page { items, pagination })
}

/// Adds a competition without any parts: what a draft says of the competition itself.
pub(super) fn insert(
    connection: &mut AnyConnection,
    draft: &CompetitionDraft,
    city_id: CityId,
    now: Timestamp,
) -> Result<CompetitionId> {
    cities::require(connection, city_id)?;
    require_free(connection, &search::key(&draft.name), draft.year, city_id)?;
    let id = diesel::insert_into(competitions::table)
        .values((
            competitions::name.eq(&draft.name),
            competitions::name_key.eq(search::key(&draft.name)),
            competitions::year.eq(draft.year),
            competitions::city_id.eq(city_id.0),
            competitions::background_image_id.eq(draft.background_image.map(|id| id.0)),
            competitions::fractions_allowed.eq(draft.fractions_allowed),
            competitions::timer_restart.eq(draft.timer_restart.word()),
            competitions::views.eq(draft.views.unwrap_or_default().word()),
            // What stands below 0 already was given where that was allowed.
            competitions::negative_allowed
                .eq(draft.negative_allowed || draft.has_negative_scores()),
            competitions::created_at.eq(now.naive_utc()),
            competitions::updated_at.eq(now.naive_utc()),
        ))
        .returning(competitions::id)
        .get_result::<i64>(connection)?;
    Ok(id.into())
}

/// A change that is about to happen.
#[derive(Debug, Clone, Copy)]
pub struct Edit {
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    /// The version that the editor saw, where they said so: the change is made to no other.
    pub expected_version: Option<i64>,
    #[expect(missing_docs, reason = "says itself")]
    pub at: Timestamp,
}

/// Notes that something of the competition changes, before it does, and gives its new version.
///
/// This says whether the competition is there at all, and locks it: changes of one competition
/// come one after another, on PostgreSQL too, so that orders stay dense whoever moves what.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::OtherVersion`] when it is not the expected one.
pub fn touch(connection: &mut AnyConnection, edit: Edit) -> Result<i64> {
    let version = diesel::update(competitions::table.find(edit.competition_id.0))
        .set((
            competitions::version.eq(competitions::version + 1),
            competitions::updated_at.eq(edit.at.naive_utc()),
        ))
        .returning(competitions::version)
        .get_result::<i64>(connection)?;
    match edit.expected_version {
        Some(expected) if expected + 1 != version => Err(Error::OtherVersion),
        _ => Ok(version),
    }
}

/// Notes that a result of the competition changes (an answer, a score, or whether these are shown),
/// before it does, and gives the new version of its results.
///
/// Like [`touch`] it says whether the competition is there, and locks it: results come one after
/// another, and none comes for a part that is being deleted. Unlike it, it makes no edit stale.
///
/// # Errors
/// [`Error::NotFound`].
pub fn touch_results(connection: &mut AnyConnection, id: CompetitionId) -> Result<i64> {
    Ok(diesel::update(competitions::table.find(id.0))
        .set(competitions::results_version.eq(competitions::results_version + 1))
        .returning(competitions::results_version)
        .get_result::<i64>(connection)?)
}

/// Keeps others from changing the competition, its parts or its results until the transaction ends.
/// Whoever also locks a presentation of it does this first.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(connection: &mut AnyConnection, id: CompetitionId) -> Result<()> {
    lock_for_results(connection, id).map(drop)
}

/// What results are judged by.
pub(super) struct Rules {
    pub(super) version: i64,
    /// Which points may be given.
    pub(super) scores: ScoreRules,
    pub(super) views: Views,
}

/// [Locks](lock) a competition, and gives what its results are judged by.
pub(super) fn lock_for_results(connection: &mut AnyConnection, id: CompetitionId) -> Result<Rules> {
    let (version, fractions_allowed, negative_allowed, views) =
        diesel::update(competitions::table.find(id.0))
            .set(competitions::version.eq(competitions::version))
            .returning((
                competitions::version,
                competitions::fractions_allowed,
                competitions::negative_allowed,
                competitions::views,
            ))
            .get_result(connection)?;
    let scores = ScoreRules { fractions_allowed, negative_allowed };
    Ok(Rules { version, scores, views: views_of(views)? })
}

/// When teams and the audience may read the slides of a competition.
///
/// # Errors
/// [`Error::NotFound`].
pub fn views(connection: &mut AnyConnection, id: CompetitionId) -> Result<Views> {
    let word = competitions::table.find(id.0).select(competitions::views).first(connection)?;
    views_of(word)
}

/// Changes a competition, which was [touched](touch) before.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Duplicate`] when there is another one of that name, year and
/// city; [`Error::MissingReference`] for the city or the image.
pub fn update(
    connection: &mut AnyConnection,
    id: CompetitionId,
    change: &CompetitionChange,
) -> Result<Competition> {
    #[derive(AsChangeset)]
    #[diesel(table_name = competitions)]
    struct Row {
        name: Option<String>,
        name_key: Option<String>,
        name_twin: Option<i64>,
        year: Option<i32>,
        city_id: Option<i64>,
        background_image_id: Option<Option<i64>>,
        fractions_allowed: Option<bool>,
        timer_restart: Option<&'static str>,
        views: Option<&'static str>,
        negative_allowed: Option<bool>,
    }

    if let Some(city_id) = change.city_id {
        cities::require(connection, city_id)?;
    }
    if let Some(Some(image)) = change.background_image_id {
        media::require_image(connection, image, "background_image_id")?;
    }
    let is_other = distinguish(connection, id, change)?;
    let row = Row {
        name_twin: is_other.then_some(0),
        name: change.name.as_ref().map(|name| name.as_str().to_owned()),
        name_key: change.name.as_ref().map(|name| search::key(name.as_str())),
        year: change.year,
        city_id: change.city_id.map(|id| id.0),
        background_image_id: change.background_image_id.map(|image| image.map(|id| id.0)),
        fractions_allowed: change.fractions_allowed,
        timer_restart: change.timer_restart.map(TimerRestart::word),
        views: change.views.map(Views::word),
        negative_allowed: change.negative_allowed,
    };
    // A changeset without changes is an error to diesel.
    if row.name.is_some()
        || row.year.is_some()
        || row.city_id.is_some()
        || row.background_image_id.is_some()
        || row.fractions_allowed.is_some()
        || row.timer_restart.is_some()
        || row.views.is_some()
        || row.negative_allowed.is_some()
    {
        diesel::update(competitions::table.find(id.0)).set(row).execute(connection)?;
    }
    get(connection, id)
}

/// Whether the change makes the competition another one, as far as name, year and city say: a name that
/// is only spelt another way does not, and collides with nothing that it did not collide with before.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Duplicate`] when there is such another one already.
fn distinguish(
    connection: &mut AnyConnection,
    id: CompetitionId,
    change: &CompetitionChange,
) -> Result<bool> {
    if change.name.is_none() && change.year.is_none() && change.city_id.is_none() {
        return Ok(false);
    }
    let (key, year, city_id) = competitions::table
        .find(id.0)
        .select((competitions::name_key, competitions::year, competitions::city_id))
        .first::<(String, i32, i64)>(connection)?;
    let new_key = change.name.as_ref().map_or_else(|| key.clone(), Name::key);
    let new_year = change.year.unwrap_or(year);
    let new_city = change.city_id.unwrap_or(CityId(city_id));
    let is_other = new_key != key || new_year != year || new_city.0 != city_id;
    if is_other {
        require_free(connection, &new_key, new_year, new_city)?;
    }
    Ok(is_other)
}

/// The index sees to those who come at the same moment; this to the twins of earlier names.
fn require_free(
    connection: &mut AnyConnection,
    key: &str,
    year: i32,
    city_id: CityId,
) -> Result<()> {
    if is_taken(connection, key, year, city_id)? { Err(Error::Duplicate) } else { Ok(()) }
}

/// Deletes a competition with all of its parts.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(connection: &mut AnyConnection, id: CompetitionId) -> Result<()> {
    let deleted = diesel::delete(competitions::table.find(id.0)).execute(connection)?;
    if deleted == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Whether the key of a name is taken, in that year and city.
pub(super) fn is_taken(
    connection: &mut AnyConnection,
    key: &str,
    year: i32,
    city_id: CityId,
) -> Result<bool> {
    let same = competitions::table
        .filter(competitions::name_key.eq(key))
        .filter(competitions::year.eq(year))
        .filter(competitions::city_id.eq(city_id.0));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(connection)?)
}
