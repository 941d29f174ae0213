//! A bundle as a competition, and drafts of any other origin.

use std::collections::BTreeMap;

use estrad_auth::code_source;
use estrad_bundle::{Limits, MediaFile, ReadError, read};
use estrad_domain::audit::Change;
use estrad_domain::clock::Timestamp;
use estrad_domain::competition::Competition;
use estrad_domain::draft::CompetitionDraft;
use estrad_domain::text::Name;
use estrad_domain::types::MediaType;
use estrad_domain::{CityId, MediaId, UserId};
use estrad_media::Spooled;
use estrad_persistence::queries::codes::CodeSource;
use estrad_persistence::queries::{audit, cities, competitions, drafts, file_names};
use estrad_persistence::{AnyConnection, Error as StorageError};

use crate::files::{Added, Placed};
use crate::{Exchange, ExchangeError, blocking, make_safe, rename_files};

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
    let mut stored = competitions::get(connection, id)?;
    file_names::give_to_competitions(connection, std::slice::from_mut(&mut stored))?;
    Ok(stored)
}

impl Exchange {
    /// Brings a bundle in: its competition with new codes, and its files, of which those that
    /// are there already under the same name are used as they are.
    ///
    /// # Errors
    /// [`ExchangeError`]; then nothing was stored.
    pub async fn import(
        &self,
        bundle: impl Into<Spooled>,
        target: BundleTarget,
    ) -> Result<Competition, ExchangeError> {
        // It has its place among those that were received until all is done.
        let (bundle, _place) = bundle.into().into_parts();
        let _turn = self.turn().await?;
        let spool = self.spool.clone();
        let (mut draft, names, mut contents) = blocking(move || {
            let bundle = read(bundle, Limits::default(), || spool.file())?;
            let names = bundle.document.media().to_vec();
            // Their ids are not known yet: until then each goes by its place in the document.
            let places =
                (0..).zip(&names).map(|(place, file)| (file.filename.clone(), MediaId(place)));
            let mut draft = bundle.draft(&places.collect::<BTreeMap<_, _>>())?;
            make_safe(&mut draft)?;
            Ok((draft, names, bundle.media))
        })
        .await?;
        draft.views.get_or_insert(self.views);
        if let Some(name) = &target.name {
            draft.name = name.as_str().to_owned();
        }
        let mut added = Added::new();
        let result = match self.add_all(&names, &mut contents, target.user_id, &mut added).await {
            Ok(files) => self.store_bundle(draft, names, files, target).await,
            Err(error) => Err(error),
        };
        if result.is_err() {
            self.take_back(added).await;
        }
        result
    }

    async fn store_bundle(
        &self,
        mut draft: CompetitionDraft,
        names: Vec<MediaFile>,
        files: Vec<Placed>,
        target: BundleTarget,
    ) -> Result<Competition, ExchangeError> {
        let BundleTarget { city, mut change, .. } = target;
        let draft = blocking(move || {
            point_to_files(&mut draft, &names, &files)?;
            Ok(draft)
        })
        .await?;
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
}

/// Has a draft show the files as they are here, where they stood for their places in the document.
fn point_to_files(
    draft: &mut CompetitionDraft,
    names: &[MediaFile],
    files: &[Placed],
) -> Result<(), ExchangeError> {
    let placed = |place: MediaId| usize::try_from(place.0).ok().and_then(|at| files.get(at));
    let backgrounds = draft.slides.iter().filter_map(|slide| slide.background_image);
    for background in draft.background_image.into_iter().chain(backgrounds) {
        if let Some(file) = placed(background).filter(|f| f.media_type != MediaType::Image) {
            let problem = format!("the background {:?} is not an image", file.filename);
            return Err(ReadError::Document(problem).into());
        }
    }
    draft.map_media(|place| placed(place).map_or(place, |file| file.id));
    let new_names: BTreeMap<&str, &str> = names
        .iter()
        .map(|file| file.filename.as_str())
        .zip(files.iter().map(|file| file.filename.as_str()))
        .collect();
    Ok(rename_files(draft, &new_names)?)
}
