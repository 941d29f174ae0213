//! Decoding images, within bounds, and making thumbnails of them.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult};

use crate::format::Format;

/// The most pixels that an image is wide or high.
pub const MAX_SIDE: u32 = 8_192;
/// The most pixels that an image has.
pub const MAX_PIXELS: u64 = 40_000_000;
/// The most pixels that a thumbnail is wide or high.
pub const THUMBNAIL_SIDE: u32 = 120;

/// The most bytes that the pixels of an image take: 40 million of four bytes, with room to spare.
const MAX_DECODED: u64 = 192 * 1024 * 1024;
/// The most bytes that a decoder may use, the pixels included, as far as it keeps count.
const MAX_MEMORY: u64 = 320 * 1024 * 1024;
/// What thumbnails of photographs are saved with, of 100.
const JPEG_QUALITY: u8 = 85;
/// From 1 (best colours) to 30 (fastest).
const GIF_SPEED: i32 = 10;

/// Why an image could not be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PictureError {
    /// It would take more than the bounds allow. It was not decoded.
    TooLarge,
    /// It is broken.
    Broken,
}

impl From<ImageError> for PictureError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooLarge,
            _ => Self::Broken,
        }
    }
}

/// An image that is within bounds, as far as its head says, but not decoded yet.
pub(crate) struct Head<'a> {
    decoder: Box<dyn ImageDecoder + 'a>,
    format: Format,
    orientation: Orientation,
}

impl<'a> Head<'a> {
    /// Reads the head. No memory is taken for pixels yet.
    pub(crate) fn read(bytes: &'a [u8], format: Format) -> Result<Self, PictureError> {
        let mut limits = image::Limits::no_limits();
        limits.max_alloc = Some(MAX_MEMORY);
        let mut reader = ImageReader::with_format(Cursor::new(bytes), image_format(format)?);
        reader.limits(limits);
        let mut decoder = reader.into_decoder()?;
        let (width, height) = decoder.dimensions();
        if width == 0 || height == 0 {
            return Err(PictureError::Broken);
        }
        if width > MAX_SIDE
            || height > MAX_SIDE
            || u64::from(width) * u64::from(height) > MAX_PIXELS
            || decoder.total_bytes() > MAX_DECODED
        {
            return Err(PictureError::TooLarge);
        }
        // Broken metadata is no reason to refuse an image that browsers show.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        Ok(Self { decoder: Box::new(decoder), format, orientation })
    }

    /// Width and height in pixels as browsers show it: turned as the camera says.
    pub(crate) fn dimensions(&self) -> (u32, u32) {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        let (width, height) = self.decoder.dimensions();
        match self.orientation {
            Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => (height, width),
            _ => (width, height),
        }
    }

    /// Decodes the image (of an animation, the first one) and gives a thumbnail of it in the same
    /// format, turned as the camera says. Takes a second or two at the most.
    pub(crate) fn thumbnail(self) -> Result<Vec<u8>, PictureError> {
        let (width, height) = self.decoder.dimensions();
        let image = DynamicImage::from_decoder(self.decoder)?;
        let mut small = if width <= THUMBNAIL_SIDE && height <= THUMBNAIL_SIDE {
            image
        } else {
            image.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE)
        };
        small.apply_orientation(self.orientation);
        Ok(encode(&small, self.format)?)
    }
}

fn image_format(format: Format) -> Result<ImageFormat, PictureError> {
    match format {
        Format::Png => Ok(ImageFormat::Png),
        Format::Jpeg => Ok(ImageFormat::Jpeg),
        Format::Gif => Ok(ImageFormat::Gif),
        Format::WebP => Ok(ImageFormat::WebP),
        Format::Mp4 | Format::WebM => Err(PictureError::Broken),
    }
}

/// With eight bits a colour, and transparency where there is some.
fn encode(image: &DynamicImage, format: Format) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let transparent = image.color().has_alpha() && format != Format::Jpeg;
    let image: DynamicImage =
        if transparent { image.to_rgba8().into() } else { image.to_rgb8().into() };
    match format {
        Format::Jpeg => {
            image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?
        }
        Format::Gif => GifEncoder::new_with_speed(&mut bytes, GIF_SPEED).encode(
            image.as_bytes(),
            image.width(),
            image.height(),
            image.color().into(),
        )?,
        Format::WebP => image.write_with_encoder(WebPEncoder::new_lossless(&mut bytes))?,
        _ => image.write_with_encoder(PngEncoder::new(&mut bytes))?,
    }
    Ok(bytes)
}
