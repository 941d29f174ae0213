//! Uploaded files: what is known of them. The files themselves are `estrad_media`'s.

use diesel::prelude::*;
use estrad_domain::clock::Timestamp;
use estrad_domain::media::Media;
use estrad_domain::page::{Page, PageRequest, Pagination};
use estrad_domain::types::MediaType;
use estrad_domain::{MediaId, UserId};

use super::{file_names, known, search, text_media};
use crate::schema::{media, media_names, users};
use crate::{AnyConnection, Error, Result};

pub(super) type MediaRow = (i64, String, i64, Option<i64>);

pub(super) const COLUMNS: (media::id, media::filename, media::type_id, media::upload_by_id) =
    (media::id, media::filename, media::type_id, media::upload_by_id);

pub(super) fn media_of((id, filename, type_id, upload_by_id): MediaRow) -> Result<Media> {
    Ok(Media {
        id: id.into(),
        filename,
        media_type: known(MediaType::try_from(type_id))?,
        upload_by_id: upload_by_id.map(Into::into),
        uploaded_as: None,
    })
}

/// An uploaded file to be.
#[derive(Debug, Clone)]
pub struct NewMedia {
    #[expect(missing_docs, reason = "as in Media")]
    pub media_type: MediaType,
    /// The name without its ending: ASCII, at most 80 characters.
    pub stem: String,
    /// The ending without its dot: ASCII, in lower case.
    pub extension: &'static str,
    #[expect(missing_docs, reason = "as in Media")]
    pub upload_by_id: Option<UserId>,
    /// The media type of the content, such as `image/png`.
    pub content_type: &'static str,
    /// SHA-256 of the content, in lower-case hexadecimal.
    pub content_hash: String,
    /// The size of the content.
    pub byte_size: i64,
    /// Width and height in pixels as shown, of images.
    pub dimensions: Option<(i32, i32)>,
}

/// How a file is found and served by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// The media type of the content, such as `image/png`.
    pub content_type: String,
    /// SHA-256 of the content, in lower-case hexadecimal.
    pub content_hash: String,
}

/// Any number that nothing else locks.
const ADVISORY_LOCK: i64 = 0x0065_7374_7261_6401;

/// Takes turns with everybody who adds rows or removes files, until the transaction ends: between
/// looking whether a file is there (or still needed) and acting upon it, nobody else acts.
pub fn lock(connection: &mut AnyConnection) -> Result<()> {
    // A writer of SQLite is alone already.
    if let AnyConnection::Postgres(inner) = connection {
        diesel::sql_query(format!("SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
            .execute(inner)?;
    }
    Ok(())
}

/// The file of that id and type.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(connection: &mut AnyConnection, id: MediaId, media_type: MediaType) -> Result<Media> {
    let row = media::table
        .find(id.0)
        .filter(media::type_id.eq(media_type.id()))
        .select(COLUMNS)
        .first(connection)?;
    media_of(row)
}

/// The file of that name and type, to be served. Its random name is always good; the one that it was
/// uploaded with is, unless it is shown only as presentations show it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_file(
    connection: &mut AnyConnection,
    filename: &str,
    media_type: MediaType,
) -> Result<StoredFile> {
    let (id, random_name, content_type, content_hash) = media::table
        .filter(media::filename.eq(filename).or(media::random_name.eq(filename)))
        .filter(media::type_id.eq(media_type.id()))
        .select((media::id, media::random_name, media::content_type, media::content_hash))
        .first::<(i64, String, String, String)>(connection)?;
    if random_name != filename && file_names::is_shown_as_shown_only(connection, id.into())? {
        return Err(Error::NotFound);
    }
    Ok(StoredFile { content_type, content_hash })
}

/// What a file is called and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in NewMedia")]
pub struct Content {
    pub id: MediaId,
    pub filename: String,
    pub content_hash: String,
}

/// What these files are called and what is in them, by id. Ids that there are not are passed over.
pub fn contents(connection: &mut AnyConnection, ids: &[MediaId]) -> Result<Vec<Content>> {
    let rows = media::table
        .filter(media::id.eq_any(ids.iter().map(|id| id.0).collect::<Vec<_>>()))
        .order(media::id)
        .select((media::id, media::filename, media::content_hash))
        .load::<(i64, String, String)>(connection)?;
    Ok(rows
        .into_iter()
        .map(|(id, filename, content_hash)| Content { id: id.into(), filename, content_hash })
        .collect())
}

/// The file of that name and content, if there is one, and its type.
pub fn find_content(
    connection: &mut AnyConnection,
    filename: &str,
    content_hash: &str,
) -> Result<Option<(MediaId, MediaType)>> {
    let found = media::table
        .filter(media::filename.eq(filename))
        .filter(media::content_hash.eq(content_hash))
        .select((media::id, media::type_id))
        .first::<(i64, i64)>(connection)
        .optional()?;
    let Some((id, type_id)) = found else { return Ok(None) };
    Ok(Some((id.into(), known(MediaType::try_from(type_id))?)))
}

/// Width and height in pixels, as it is shown; of videos they are not known.
///
/// # Errors
/// [`Error::NotFound`] when there is no such file.
pub fn dimensions(connection: &mut AnyConnection, id: MediaId) -> Result<Option<(i32, i32)>> {
    let (type_id, width, height) = media::table
        .find(id.0)
        .select((media::type_id, media::width, media::height))
        .first::<(i64, Option<i32>, Option<i32>)>(connection)?;
    match (known(MediaType::try_from(type_id))?, width.zip(height)) {
        (MediaType::Image, None) => Err(Error::UnknownValue("an image without a size".to_owned())),
        (_, dimensions) => Ok(dimensions),
    }
}

/// Files of a type by id, whose names contain a text in any case.
pub fn search(
    connection: &mut AnyConnection,
    media_type: MediaType,
    filename: Option<&str>,
    request: PageRequest,
) -> Result<Page<Media>> {
    let filtered = || {
        let mut query = media::table.filter(media::type_id.eq(media_type.id())).into_boxed();
        if let Some(filename) = filename {
            // Names are ASCII: the database folds them as the pattern is folded.
            query =
                query.filter(lower(media::filename).like(search::contains(filename)).escape('\\'));
        }
        query
    };
    let total = filtered().count().get_result::<i64>(connection)?;
    let pagination = Pagination::new(request, total);
    let rows = filtered()
        .order(media::id)
        .offset(pagination.offset(request))
        .limit(request.page_size)
        .select(COLUMNS)
        .load::<MediaRow>(connection)?;
    let items = rows.into_iter().map(media_of).collect::<Result<_>>()?;
    Ok(Page { items, pagination })
}

/// Adds a file under its name, or under `stem_1.extension` and so on when that was ever given out.
/// Call it under the [`lock`].
///
/// # Errors
/// [`Error::Duplicate`] when another one took the name at the same moment: try again.
pub fn insert(connection: &mut AnyConnection, new: &NewMedia, now: Timestamp) -> Result<Media> {
    let filename = free_name(connection, &new.stem, new.extension)?;
    let city_id = match new.upload_by_id {
        Some(id) => {
            let user = users::table.find(id.0).select(users::city_id);
            user.first::<i64>(connection).optional()?
        }
        None => None,
    };
    diesel::insert_into(media_names::table)
        .values(media_names::name_key.eq(search::key(&filename)))
        .execute(connection)?;
    let row = diesel::insert_into(media::table)
        .values((
            media::filename.eq(filename),
            media::type_id.eq(new.media_type.id()),
            media::upload_by_id.eq(new.upload_by_id.map(|id| id.0)),
            media::content_type.eq(new.content_type),
            media::content_hash.eq(&new.content_hash),
            media::byte_size.eq(new.byte_size),
            media::width.eq(new.dimensions.map(|(width, _)| width)),
            media::height.eq(new.dimensions.map(|(_, height)| height)),
            media::created_at.eq(now.naive_utc()),
            media::city_id.eq(city_id),
        ))
        .returning(COLUMNS)
        .get_result::<MediaRow>(connection)?;
    let media = media_of(row)?;
    text_media::file_added(connection, media.id.0, media.media_type, &media.filename)?;
    Ok(media)
}

/// Deletes the row of a file and gives its content hash.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::InUse`] while a competition, slide, component or text shows it.
pub fn delete(
    connection: &mut AnyConnection,
    id: MediaId,
    media_type: MediaType,
) -> Result<String> {
    let row = media::table.find(id.0).filter(media::type_id.eq(media_type.id()));
    Ok(diesel::delete(row).returning(media::content_hash).get_result(connection)?)
}

/// A content that rows refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredContent {
    /// SHA-256 of the content, in lower-case hexadecimal.
    pub content_hash: String,
    /// What it was taken for.
    pub media_type: MediaType,
}

/// The contents that rows refer to, by their hashes, after one of them; at most `limit`.
pub fn contents_after(
    connection: &mut AnyConnection,
    after: &str,
    limit: i64,
) -> Result<Vec<StoredContent>> {
    let rows = media::table
        .filter(media::content_hash.gt(after))
        .order(media::content_hash)
        .limit(limit)
        .select((media::content_hash, media::type_id))
        .distinct()
        .load::<(String, i64)>(connection)?;
    let content = |(content_hash, type_id)| {
        Ok(StoredContent { content_hash, media_type: known(MediaType::try_from(type_id))? })
    };
    rows.into_iter().map(content).collect()
}

/// Lets all rows of a content refer to another one, which is there. Call it under the [`lock`].
pub fn replace_content(
    connection: &mut AnyConnection,
    from: &str,
    to: &str,
    byte_size: i64,
) -> Result<usize> {
    let rows = media::table.filter(media::content_hash.eq(from));
    let to = (media::content_hash.eq(to), media::byte_size.eq(byte_size));
    Ok(diesel::update(rows).set(to).execute(connection)?)
}

/// Those of the hashes that rows refer to. At most a thousand are asked for at once.
pub fn referenced(connection: &mut AnyConnection, hashes: &[String]) -> Result<Vec<String>> {
    Ok(media::table
        .filter(media::content_hash.eq_any(hashes))
        .select(media::content_hash)
        .distinct()
        .load(connection)?)
}

/// Checks that there is such an image, for rows that are about to refer to it.
pub(super) fn require_image(
    connection: &mut AnyConnection,
    id: MediaId,
    field: &'static str,
) -> Result<()> {
    let image = media::table.find(id.0).filter(media::type_id.eq(MediaType::Image.id()));
    let found = diesel::select(diesel::dsl::exists(image)).get_result::<bool>(connection)?;
    if found { Ok(()) } else { Err(Error::MissingReference(field)) }
}

/// Checks that there is such a file of whatever type, as [`require_image`] does.
pub(super) fn require(
    connection: &mut AnyConnection,
    id: MediaId,
    field: &'static str,
) -> Result<()> {
    let file = media::table.find(id.0);
    let found = diesel::select(diesel::dsl::exists(file)).get_result::<bool>(connection)?;
    if found { Ok(()) } else { Err(Error::MissingReference(field)) }
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Folds ASCII letters to lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// The name, or the next numbered one. A name is free when neither it nor one that differs by case
/// only was ever given out.
fn free_name(connection: &mut AnyConnection, stem: &str, extension: &str) -> Result<String> {
    let numbered = |n: u64| match n {
        0 => format!("{stem}.{extension}"),
        n => format!("{stem}_{n}.{extension}"),
    };
    let mut is_taken = |n: u64| -> Result<bool> {
        let name = media_names::table.find(search::key(&numbered(n)));
        Ok(diesel::select(diesel::dsl::exists(name)).get_result(connection)?)
    };
    if !is_taken(0)? {
        return Ok(numbered(0));
    }
    // Numbers are given out in order. So the first free one is found in a few steps, also after
    // ten thousand files of the same name.
    let (mut taken, mut free) = (0, 1);
    while is_taken(free)? {
        taken = free;
        free *= 2;
    }
    while free - taken > 1 {
        let middle = taken + (free - taken) / 2;
        if is_taken(middle)? { taken = middle } else { free = middle }
    }
    Ok(numbered(free))
}
