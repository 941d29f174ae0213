//! The names under which files are shown and served.
//!
//! A file has the name that it was uploaded with, which can be guessed, and a random one that can't
//! (of 122 bits or more, made by the database). Stored texts and bundles have the first; what is answered of a
//! competition with [`Views::AsShown`] has the second.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use estrad_domain::MediaId;
use estrad_domain::competition::Competition;
use estrad_domain::media::{Media, ShowsMedia};
use estrad_domain::views::Views;
use estrad_markup::{rename_uploads, uploads};

use super::text_media::shows_files;
use crate::schema::{competitions, components, media, slides, text_media};
use crate::{AnyConnection, Result};

/// Values bound to one statement, far below what either database allows.
const CHUNK: usize = 500;

/// Gives files, also those of texts, the names under which a competition of these views shows them.
pub fn give(
    connection: &mut AnyConnection,
    views: Views,
    shown: &mut impl ShowsMedia,
) -> Result<()> {
    if views == Views::Legacy {
        return Ok(());
    }
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    shown.each_media(&mut |media| {
        ids.insert(media.id.0);
    });
    shown.each_text(&mut |text| names.extend(names_in(text)));
    let by_id = random_names(connection, &ids)?;
    let by_name = renamed(connection, &names, Direction::Random)?;
    shown.each_media(&mut |media| {
        if let Some(name) = by_id.get(&media.id.0) {
            media.filename.clone_from(name);
        }
    });
    shown.each_text(&mut |text| {
        if shows_files(text) {
            *text = rename_uploads(text, |file| by_name.get(&file.filename).cloned());
        }
    });
    Ok(())
}

/// The same for competitions that say their views themselves.
pub fn give_to_competitions(
    connection: &mut AnyConnection,
    found: &mut [Competition],
) -> Result<()> {
    let mut as_shown: Vec<&mut Competition> =
        found.iter_mut().filter(|one| one.views == Views::AsShown).collect();
    give(connection, Views::AsShown, &mut as_shown)
}

/// A text as it is stored: with the names that its files were uploaded with.
pub(super) fn stored(connection: &mut AnyConnection, html: &str) -> Result<String> {
    let names = names_in(html).filter(|name| is_random(name)).collect();
    let by_name = renamed(connection, &names, Direction::Uploaded)?;
    if by_name.is_empty() {
        return Ok(html.to_owned());
    }
    Ok(rename_uploads(html, |file| by_name.get(&file.filename).cloned()))
}

/// Gives files that only competitions with [`Views::AsShown`] show the names that they are served
/// under: for lists of files, which are of no competition.
pub fn give_served(connection: &mut AnyConnection, found: &mut [Media]) -> Result<()> {
    let ids: Vec<i64> = found.iter().map(|media| media.id.0).collect();
    let hidden = shown_as_shown_only(connection, &ids)?;
    let names = random_names(connection, &hidden)?;
    for media in found {
        if let Some(name) = names.get(&media.id.0) {
            media.uploaded_as = Some(std::mem::replace(&mut media.filename, name.clone()));
        }
    }
    Ok(())
}

/// Whether only competitions with [`Views::AsShown`] show the file, and one does.
pub(super) fn is_shown_as_shown_only(connection: &mut AnyConnection, id: MediaId) -> Result<bool> {
    Ok(!shown_as_shown_only(connection, &[id.0])?.is_empty())
}

/// Those of the files that competitions with [`Views::AsShown`] show and no others.
fn shown_as_shown_only(connection: &mut AnyConnection, ids: &[i64]) -> Result<BTreeSet<i64>> {
    let as_shown = competitions::table.filter(competitions::views.eq(Views::AsShown.word()));
    if !diesel::select(diesel::dsl::exists(as_shown)).get_result::<bool>(connection)? {
        return Ok(BTreeSet::new());
    }
    let mut uses: Vec<(Option<i64>, String)> = Vec::new();
    for ids in ids.chunks(CHUNK) {
        uses.extend(
            competitions::table
                .filter(competitions::background_image_id.eq_any(ids))
                .select((competitions::background_image_id, competitions::views))
                .distinct()
                .load::<(Option<i64>, String)>(connection)?,
        );
        uses.extend(
            slides::table
                .inner_join(competitions::table)
                .filter(slides::background_image_id.eq_any(ids))
                .select((slides::background_image_id, competitions::views))
                .distinct()
                .load::<(Option<i64>, String)>(connection)?,
        );
        uses.extend(
            components::table
                .inner_join(slides::table.inner_join(competitions::table))
                .filter(components::media_id.eq_any(ids))
                .select((components::media_id, competitions::views))
                .distinct()
                .load::<(Option<i64>, String)>(connection)?,
        );
        uses.extend(
            text_media::table
                .inner_join(
                    components::table.inner_join(slides::table.inner_join(competitions::table)),
                )
                .filter(text_media::media_id.eq_any(ids))
                .select((text_media::media_id, competitions::views))
                .distinct()
                .load::<(Option<i64>, String)>(connection)?,
        );
    }
    let of = |wanted: bool| {
        let uses = uses.iter().filter(move |(_, views)| (views == Views::AsShown.word()) == wanted);
        uses.filter_map(|(id, _)| *id).collect::<BTreeSet<i64>>()
    };
    Ok(&of(true) - &of(false))
}

/// The names of the files that a text shows.
fn names_in(html: &str) -> impl Iterator<Item = String> {
    let files = if shows_files(html) { uploads(html) } else { BTreeSet::new() };
    files.into_iter().map(|file| file.filename)
}

/// Whether it looks like a random name: 32 digits to the base of 16.
fn is_random(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

/// The random names of these files.
fn random_names(
    connection: &mut AnyConnection,
    ids: &BTreeSet<i64>,
) -> Result<BTreeMap<i64, String>> {
    let (ids, mut found) = (ids.iter().copied().collect::<Vec<_>>(), BTreeMap::new());
    for ids in ids.chunks(CHUNK) {
        let rows = media::table.filter(media::id.eq_any(ids));
        let rows = rows.select((media::id, media::random_name));
        found.extend(rows.load::<(i64, String)>(connection)?);
    }
    Ok(found)
}

/// Which names are looked for.
#[derive(Clone, Copy)]
enum Direction {
    /// The random ones of those that files were uploaded with.
    Random,
    /// The other way round.
    Uploaded,
}

/// The other name of each file of these names.
fn renamed(
    connection: &mut AnyConnection,
    names: &BTreeSet<String>,
    direction: Direction,
) -> Result<BTreeMap<String, String>> {
    let (names, mut found) = (names.iter().collect::<Vec<_>>(), BTreeMap::new());
    for names in names.chunks(CHUNK) {
        let rows: Vec<(String, String)> = match direction {
            Direction::Random => media::table
                .filter(media::filename.eq_any(names))
                .select((media::filename, media::random_name))
                .load(connection)?,
            Direction::Uploaded => media::table
                .filter(media::random_name.eq_any(names))
                .select((media::random_name, media::filename))
                .load(connection)?,
        };
        found.extend(rows);
    }
    Ok(found)
}
