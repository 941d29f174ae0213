//! A bundle as a competition, and drafts of any other origin.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use bytes::Bytes;
use estrad_auth::code_source;
use estrad_bundle::{Limits, MediaFile, read};
use estrad_domain::audit::Change;
use estrad_domain::clock::Timestamp;
use estrad_domain::competition::Competition;
use estrad_domain::draft::CompetitionDraft;
use estrad_domain::text::Name;
use estrad_domain::types::MediaType;
use estrad_domain::{CityId, MediaId, UserId};
use estrad_media::MediaError;
use estrad_persistence::queries::codes::CodeSource;
use estrad_persistence::queries::{audit, cities, competitions, drafts, media};
use estrad_persistence::{AnyConnection, Error as StorageError};

use crate::{Exchange, ExchangeError, blocking, make_safe};

/// How much of a file is read at a time.
const PIECE: usize = 256 * 1024;

/// Where a bundle goes.
#[derive(Debug, Clone)]
pub struct BundleTarget {
    /// The city that gets the competition.
    pub city: City,
    /// Another name than the one in the bundle.
    pub name: Option<Name>,
    /// Who uploaded its pictures, where it was somebody.
    pub user_id: Option<UserId>,
    /// For the audit log. Its pictures are part of it.
    pub change: Change,
}

/// A city that is there, or one that is to be.
#[derive(Debug, Clone)]
pub enum City {
    #[expect(missing_docs, reason = "says itself")]
    Known(CityId),
    /// By its name; made when there is none.
    Named(Name),
}

/// Stores a draft that was made safe, in a city. Run it in a transaction.
///
/// # Errors
/// As `drafts::insert`.
pub fn store(
    connection: &mut AnyConnection,
    draft: &CompetitionDraft,
    city: &City,
    source: CodeSource<'_>,
    now: Timestamp,
) -> Result<Competition, StorageError> {
    let city_id = match city {
        City::Known(id) => *id,
        City::Named(name) => cities::find_or_insert(connection, name)?,
    };
    let id = drafts::insert(connection, draft, city_id, source, now)?;
    competitions::get(connection, id)
}

impl Exchange {
    /// Brings a bundle in: its competition with new codes, and its pictures, of which those that
    /// are there already under the same name are used as they are.
    ///
    /// # Errors
    /// [`ExchangeError`]; then nothing was stored.
    pub async fn import(
        &self,
        bundle: File,
        target: BundleTarget,
    ) -> Result<Competition, ExchangeError> {
        let _turn = self.turn().await?;
        let (mut draft, names, mut contents) = blocking(move || {
            let bundle = read(bundle, Limits::default())?;
            let names = bundle.document.media().to_vec();
            // Their ids are not known yet: until then each goes by its place in the document.
            let places =
                (0..).zip(&names).map(|(place, file)| (file.filename.clone(), MediaId(place)));
            let mut draft = bundle.draft(&places.collect::<BTreeMap<_, _>>())?;
            make_safe(&mut draft)?;
            Ok((draft, names, bundle.media))
        })
        .await?;
        if let Some(name) = &target.name {
            draft.name = name.as_str().to_owned();
        }
        let mut added = Vec::new();
        let stored = self.add_all(&names, &mut contents, target.user_id, &mut added).await;
        let result = match stored {
            Ok(ids) => {
                draft.map_media(|place| {
                    usize::try_from(place.0)
                        .ok()
                        .and_then(|place| ids.get(place))
                        .copied()
                        .unwrap_or(place)
                });
                self.store_bundle(draft, target.city, target.change).await
            }
            Err(error) => Err(error),
        };
        if result.is_err() {
            self.take_back(added).await;
        }
        result
    }

    async fn store_bundle(
        &self,
        draft: CompetitionDraft,
        city: City,
        mut change: Change,
    ) -> Result<Competition, ExchangeError> {
        let (random, now) = (self.random.clone(), self.clock.now());
        Ok(self
            .database
            .write(move |connection| {
                let stored = store(connection, &draft, &city, &mut code_source(&*random), now)?;
                change.competition_id = Some(stored.id);
                audit::record(connection, &change, &[stored.id.0])?;
                Ok::<_, StorageError>(stored)
            })
            .await?)
    }

    /// The ids of the pictures, in their order; those that were not there are added, and noted.
    async fn add_all(
        &self,
        files: &[MediaFile],
        contents: &mut BTreeMap<String, File>,
        user_id: Option<UserId>,
        added: &mut Vec<MediaId>,
    ) -> Result<Vec<MediaId>, ExchangeError> {
        let mut ids = Vec::with_capacity(files.len());
        for file in files {
            let (name, hash) = (file.filename.clone(), file.sha256.clone());
            let there = self
                .database
                .read(move |connection| media::find_image(connection, &name, &hash))
                .await?;
            if let Some(id) = there {
                ids.push(id);
                continue;
            }
            let failed = |source| ExchangeError::Media { name: file.filename.clone(), source };
            // Read twice when two names stand for it: so it goes back.
            let content = contents.remove(&file.sha256).ok_or(ExchangeError::Interrupted)?;
            let (id, content) = self.add(content, &file.filename, user_id).await.map_err(failed)?;
            contents.insert(file.sha256.clone(), content);
            added.push(id);
            ids.push(id);
        }
        Ok(ids)
    }

    async fn add(
        &self,
        mut content: File,
        name: &str,
        user_id: Option<UserId>,
    ) -> Result<(MediaId, File), MediaError> {
        let mut upload = self.library.begin(MediaType::Image).await?;
        content.seek(SeekFrom::Start(0))?;
        loop {
            let (piece, file) = tokio::task::spawn_blocking(move || {
                let mut piece = Vec::with_capacity(PIECE);
                (&content).take(PIECE as u64).read_to_end(&mut piece)?;
                Ok::<_, std::io::Error>((Bytes::from(piece), content))
            })
            .await
            .map_err(|_| MediaError::Interrupted)??;
            content = file;
            if piece.is_empty() {
                break;
            }
            upload.write(piece).await?;
        }
        let media = self.library.add(upload, name, user_id, None).await?;
        Ok((media.id, content))
    }

    /// Takes back what was added for a competition that was not stored.
    async fn take_back(&self, added: Vec<MediaId>) {
        for id in added {
            if let Err(error) = self.library.delete(id, MediaType::Image, None).await {
                tracing::warn!(%error, %id, "a picture of a refused bundle stays behind");
            }
        }
    }
}
