//! Texts that came from outside, made safe to be shown on other people's screens.

use estrad_domain::draft::{CompetitionDraft, ContentDraft};
use estrad_markup::{MarkupError, sanitise};
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
    for (slide, slide_draft) in draft.slides.iter_mut().enumerate() {
        for (component, component_draft) in slide_draft.components.iter_mut().enumerate() {
            if let ContentDraft::Text(html) = &mut component_draft.content {
                *html = sanitise(html).map_err(|source| UnsafeText { slide, component, source })?;
            }
        }
    }
    Ok(())
}
