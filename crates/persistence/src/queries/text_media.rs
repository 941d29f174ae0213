//! Which uploaded files the texts of components show, so that they count as used.
//!
//! Whatever stores a text records its files in the same transaction. A name that no file has is
//! recorded too: the file that gets it later is used from then on.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use estrad_domain::types::MediaType;
use estrad_domain::{CompetitionId, MediaId};
use estrad_markup::{Folder, uploads};

use super::media::lock;
use crate::connection::on_each;
use crate::schema::{components, media, slides, text_media};
use crate::{AnyConnection, Result};

/// Rows of one statement: far below what either database allows for bound values.
const CHUNK: usize = 500;
/// Texts that are looked through in one transaction.
const BATCH: i64 = 200;

/// The files that texts of the competition show, each once.
pub fn of_competition(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
) -> Result<Vec<MediaId>> {
    let ids = text_media::table
        .inner_join(components::table.inner_join(slides::table))
        .filter(slides::competition_id.eq(competition_id.0))
        .filter(text_media::media_id.is_not_null())
        .select(text_media::media_id.assume_not_null())
        .distinct()
        .order(text_media::media_id.assume_not_null())
        .load::<i64>(connection)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Whether a text could show uploaded files at all: most don't.
pub(super) fn shows_files(html: &str) -> bool {
    html.contains("static/")
}

/// Records the files of texts that were just stored, by their components.
pub(super) fn record(connection: &mut AnyConnection, texts: &[(i64, &str)]) -> Result<()> {
    let mut shown: BTreeSet<(i64, i64, String)> = BTreeSet::new();
    for (component_id, html) in texts.iter().filter(|(_, html)| shows_files(html)) {
        let files = uploads(html).into_iter();
        shown.extend(files.map(|file| (*component_id, media_type(file.folder), file.filename)));
    }
    if shown.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = shown
        .iter()
        .map(|(_, _, name)| name.as_str())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut known = find(connection, &names)?;
    let is_known = |known: &Known, (_, kind, name): &(i64, i64, String)| {
        known.get(name).is_some_and(|(of, _)| of == kind)
    };
    if !shown.iter().all(|file| is_known(&known, file)) {
        // A file that is added at this moment is waited for, or will find what is recorded here.
        lock(connection)?;
        known = find(connection, &names)?;
    }
    let rows: Vec<_> = shown
        .iter()
        .map(|(component_id, kind, name)| {
            let file = known.get(name).filter(|(of, _)| of == kind).map(|(_, id)| *id);
            (
                text_media::component_id.eq(*component_id),
                text_media::type_id.eq(*kind),
                text_media::filename.eq(name),
                text_media::media_id.eq(file),
            )
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        on_each!(connection, |inner| diesel::insert_into(text_media::table)
            .values(chunk)
            .on_conflict_do_nothing()
            .execute(inner))?;
    }
    Ok(())
}

/// Records the files of all texts on a slide.
pub(super) fn record_slide(connection: &mut AnyConnection, slide_id: i64) -> Result<()> {
    let texts = components::table
        .filter(components::slide_id.eq(slide_id))
        .filter(components::text.is_not_null())
        .select((components::id, components::text.assume_not_null()))
        .load::<(i64, String)>(connection)?;
    let texts: Vec<_> = texts.iter().map(|(id, text)| (*id, text.as_str())).collect();
    record(connection, &texts)
}

/// Records the files of a text in place of those that its component showed before.
pub(super) fn replace(connection: &mut AnyConnection, component_id: i64, html: &str) -> Result<()> {
    let before = text_media::table.filter(text_media::component_id.eq(component_id));
    let unknown = before.filter(text_media::media_id.is_null());
    if diesel::select(diesel::dsl::exists(unknown)).get_result(connection)? {
        // Whoever adds a file has the lock before these rows: so it is taken before them here, too.
        lock(connection)?;
    }
    forget(connection, &[component_id])?;
    record(connection, &[(component_id, html)])
}

fn forget(connection: &mut AnyConnection, component_ids: &[i64]) -> Result<()> {
    diesel::delete(text_media::table.filter(text_media::component_id.eq_any(component_ids)))
        .execute(connection)?;
    Ok(())
}

/// Lets the texts that say the name of a new file know of it. Call it under the [`lock`].
pub(super) fn file_added(
    connection: &mut AnyConnection,
    id: i64,
    media_type: MediaType,
    filename: &str,
) -> Result<()> {
    let waiting = text_media::table
        .filter(text_media::filename.eq(filename))
        .filter(text_media::media_id.is_null())
        .filter(text_media::type_id.eq(media_type.id()));
    diesel::update(waiting).set(text_media::media_id.eq(id)).execute(connection)?;
    Ok(())
}

/// Looks through some of the texts that nobody has looked through: those from before this was
/// recorded, and those of servers that do not know of it. Says how many there were. Run it in a
/// transaction, again and again until there are none.
pub(crate) fn index_some(connection: &mut AnyConnection) -> Result<usize> {
    let pending = || {
        components::table
            .filter(components::type_id.eq(estrad_domain::types::ComponentType::Text.id()))
            .filter(diesel::dsl::not(components::text_indexed))
    };
    let ids = pending()
        .order(components::id)
        .limit(BATCH)
        .select(components::id)
        .load::<i64>(connection)?;
    if ids.is_empty() {
        return Ok(0);
    }
    lock(connection)?;
    // Marked first, which locks them: nobody changes what is read here until it is recorded.
    let texts = diesel::update(pending().filter(components::id.eq_any(&ids)))
        .set(components::text_indexed.eq(true))
        .returning((components::id, components::text))
        .get_results::<(i64, Option<String>)>(connection)?;
    forget(connection, &ids)?;
    let texts: Vec<_> =
        texts.iter().filter_map(|(id, text)| Some((*id, text.as_deref()?))).collect();
    record(connection, &texts)?;
    Ok(ids.len())
}

/// Type and id of files by their name, which is unique.
type Known = BTreeMap<String, (i64, i64)>;

/// The files of these names. They stay until the transaction ends.
fn find(connection: &mut AnyConnection, names: &[&str]) -> Result<Known> {
    let mut known = Known::new();
    for chunk in names.chunks(CHUNK) {
        let files = media::table
            .filter(media::filename.eq_any(chunk))
            .select((media::filename, (media::type_id, media::id)));
        let rows = match connection {
            AnyConnection::Sqlite(inner) => files.load(inner)?,
            AnyConnection::Postgres(inner) => files.for_key_share().load(inner)?,
        };
        known.extend(rows);
    }
    Ok(known)
}

fn media_type(folder: Folder) -> i64 {
    match folder {
        Folder::Images => MediaType::Image.id(),
        Folder::Videos => MediaType::Video.id(),
    }
}
