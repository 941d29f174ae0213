//! The HTML of text components, made safe to show on other people's screens.
//!
//! Editors write it in a rich text editor, or bring it with an import; every screen of a competition
//! shows it as it is. What is kept is what such editors make: formatting, headings, lists, tables,
//! links, pictures and videos, with inline styles. Everything else goes, and so do `id` and `class`,
//! which would reach into the page around it.
//!
//! **Architecture invariant:** HTML is stored only as [`sanitise`] gave it back. It is idempotent, so
//! that cleaning again what was stored (a copy, a bundle) changes nothing.

mod measure;
mod policy;
mod style;
mod uploads;
mod url;

use thiserror::Error;

pub use policy::{ELEMENTS, attributes};
pub use uploads::{Folder, Upload, rename_uploads, uploads};

/// The most characters, before and after: those of the domain's `Html`.
pub const MAX_CHARACTERS: usize = 65_536;
/// How deep elements may be nested. Editors stay below 20.
pub const MAX_DEPTH: usize = 200;
/// The most elements, those counted that a parser makes up. It bounds the work: a text of a few
/// kilobytes can be written so that a browser makes millions of elements of it.
pub const MAX_ELEMENTS: usize = 10_000;
/// The most characters that may have to be escaped: `&`, `<`, `>`, quotes, hard spaces and their like.
/// Writing each of them takes as long as all of the text after it.
pub const MAX_ESCAPED: usize = 10_000;
/// How often it is cleaned until nothing changes any more. Once for what an editor writes.
const MAX_PASSES: usize = 6;

/// Why HTML was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MarkupError {
    /// Longer than [`MAX_CHARACTERS`], as it came or as it would be stored: `&` becomes `&amp;`.
    #[error("Longer than maximum length {MAX_CHARACTERS}.")]
    TooLong,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("Elements are nested deeper than {MAX_DEPTH}.")]
    TooDeep,
    /// More elements than [`MAX_ELEMENTS`].
    #[error("More than {MAX_ELEMENTS} elements.")]
    TooManyElements,
    /// More of them than [`MAX_ESCAPED`].
    #[error("More than {MAX_ESCAPED} characters that have to be escaped.")]
    TooManyEscaped,
    /// Read differently each time it is written: only broken HTML is, and what hides in it.
    #[error("The HTML is broken.")]
    Unstable,
}

/// Takes everything from HTML that may not be shown on another's screen.
///
/// HTML that holds only what is allowed keeps its meaning and, written as rich text editors write
/// it, its wording too. What changes are spellings: attributes get double quotes, void elements lose
/// their slash, entities become the characters they stand for (but `&nbsp;`, `&amp;`, `&lt;` and
/// `&gt;`), elements that were left open are closed, links get a `rel`, and styles one space after
/// each colon and a semicolon after each value.
///
/// # Errors
/// [`MarkupError`], for HTML that is too large or that no editor writes.
pub fn sanitise(html: &str) -> Result<String, MarkupError> {
    let mut current = clean(html)?;
    for _ in 1..MAX_PASSES {
        let next = clean(&current)?;
        if next == current {
            return Ok(current);
        }
        current = next;
    }
    Err(MarkupError::Unstable)
}

fn clean(html: &str) -> Result<String, MarkupError> {
    // A character takes four bytes at most: no need to count those of a text that is far too long.
    if html.len() > MAX_CHARACTERS * 4 || html.chars().count() > MAX_CHARACTERS {
        return Err(MarkupError::TooLong);
    }
    measure::check(html)?;
    let cleaned = policy::cleaner().clean(html).to_string();
    if cleaned.chars().count() > MAX_CHARACTERS { Err(MarkupError::TooLong) } else { Ok(cleaned) }
}
