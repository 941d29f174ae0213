//! Uploaded images and videos.

use serde::Serialize;
use utoipa::ToSchema;

use crate::competition::Competition;
use crate::component::{Component, ComponentContent};
use crate::rich::RichCompetition;
use crate::slide::Slide;
use crate::types::MediaType;
use crate::{MediaId, UserId};

/// A file that competitions can show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Media {
    #[expect(missing_docs, reason = "says itself")]
    pub id: MediaId,
    /// Under which it is served: unique, and usable in a URL as it is. A random one where what shows
    /// it is read only as it is shown.
    #[schema(example = "bild.png")]
    pub filename: String,
    #[expect(missing_docs, reason = "says itself")]
    #[serde(rename = "type_id")]
    #[schema(rename = "type_id")]
    pub media_type: MediaType,
    /// Who uploaded it; null when that user is gone.
    pub upload_by_id: Option<UserId>,
    /// The name that it was uploaded with, where it is not served under that; in lists of files only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uploaded_as: Option<String>,
}

/// Something that shows files, as parts of a competition do.
pub trait ShowsMedia {
    /// Calls it with each file.
    fn each_media(&mut self, each: &mut dyn FnMut(&mut Media));

    /// Calls it with each text, which may show files by their addresses.
    fn each_text(&mut self, each: &mut dyn FnMut(&mut String));
}

impl<T: ShowsMedia> ShowsMedia for Vec<T> {
    fn each_media(&mut self, each: &mut dyn FnMut(&mut Media)) {
        self.iter_mut().for_each(|one| one.each_media(each));
    }

    fn each_text(&mut self, each: &mut dyn FnMut(&mut String)) {
        self.iter_mut().for_each(|one| one.each_text(each));
    }
}

impl<T: ShowsMedia + ?Sized> ShowsMedia for &mut T {
    fn each_media(&mut self, each: &mut dyn FnMut(&mut Media)) {
        (**self).each_media(each);
    }

    fn each_text(&mut self, each: &mut dyn FnMut(&mut String)) {
        (**self).each_text(each);
    }
}

impl ShowsMedia for Media {
    fn each_media(&mut self, each: &mut dyn FnMut(&mut Media)) {
        each(self);
    }

    fn each_text(&mut self, _: &mut dyn FnMut(&mut String)) {}
}

impl ShowsMedia for Competition {
    fn each_media(&mut self, each: &mut dyn FnMut(&mut Media)) {
        self.background_image.iter_mut().for_each(each);
    }

    fn each_text(&mut self, _: &mut dyn FnMut(&mut String)) {}
}

impl ShowsMedia for Slide {
    fn each_media(&mut self, each: &mut dyn FnMut(&mut Media)) {
        self.background_image.iter_mut().for_each(each);
    }

    fn each_text(&mut self, _: &mut dyn FnMut(&mut String)) {}
}

impl ShowsMedia for Component {
    fn each_media(&mut self, each: &mut dyn FnMut(&mut Media)) {
        if let ComponentContent::Image(media) = &mut self.content {
            each(media);
        }
    }

    fn each_text(&mut self, each: &mut dyn FnMut(&mut String)) {
        if let ComponentContent::Text(text) = &mut self.content {
            each(text);
        }
    }
}

impl ShowsMedia for RichCompetition {
    fn each_media(&mut self, each: &mut dyn FnMut(&mut Media)) {
        self.competition.each_media(each);
        for slide in &mut self.slides {
            slide.slide.each_media(each);
            slide.components.each_media(each);
        }
    }

    fn each_text(&mut self, each: &mut dyn FnMut(&mut String)) {
        self.slides.iter_mut().for_each(|slide| slide.components.each_text(each));
    }
}
