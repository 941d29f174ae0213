//! Texts that came from outside, made safe to be shown on other people's screens.

use std::collections::BTreeMap;

use estrad_domain::draft::{CompetitionDraft, ContentDraft};
use estrad_markup::{MAX_CHARACTERS, MarkupError, rename_uploads, sanitise};
use thiserror::Error;

/// A text that can't be made safe.
#[derive(Debug, Error)]
#[error("the text of component {} on slide {}", component + 1, slide + 1)]
pub struct UnsafeText {
    /// The slide's place, from 0.
    pub slide: usize,
    /// The component's place on it, from 0.
    pub component: usize,
    #[expect(missing_docs, reason = "says itself")]
    pub source: MarkupError,
}

/// Sanitises every text of a draft, and cleans its names. Blocks.
///
/// # Errors
/// [`UnsafeText`] for the first text that is too much to be looked at.
pub fn make_safe(draft: &mut CompetitionDraft) -> Result<(), UnsafeText> {
    draft.clean_names();
    each_text(draft, sanitise)
}

/// Has texts that were made safe show files by the names that these have now. Blocks.
///
/// # Errors
/// [`UnsafeText`] for the first text that gets too long by it.
pub(crate) fn rename_files(
    draft: &mut CompetitionDraft,
    new_names: &BTreeMap<&str, &str>,
) -> Result<(), UnsafeText> {
    each_text(draft, |html| {
        let new_name = |old: &str| new_names.get(old).map(|new| (*new).to_owned());
        let renamed = rename_uploads(html, |upload| new_name(&upload.filename));
        let too_long = renamed.chars().count() > MAX_CHARACTERS;
        if too_long { Err(MarkupError::TooLong) } else { Ok(renamed) }
    })
}

fn each_text(
    draft: &mut CompetitionDraft,
    change: impl Fn(&str) -> Result<String, MarkupError>,
) -> Result<(), UnsafeText> {
    for (slide, slide_draft) in draft.slides.iter_mut().enumerate() {
        for (component, component_draft) in slide_draft.components.iter_mut().enumerate() {
            if let ContentDraft::Text(html) = &mut component_draft.content {
                *html = change(html).map_err(|source| UnsafeText { slide, component, source })?;
            }
        }
    }
    Ok(())
}
