//! The one thing of EXIF that says how an image looks: which way up it is.

use image::metadata::Orientation;

/// EXIF (a TIFF structure, without the head that JPEG puts before it) that says only what the given
/// one says of the orientation; none where that is the usual one, or can't be read.
pub(super) fn only_orientation(exif: &[u8]) -> Option<Vec<u8>> {
    let orientation = Orientation::from_exif_chunk(exif)?;
    if orientation == Orientation::NoTransforms {
        return None;
    }
    // TIFF 6.0: the head, then one directory with one entry: tag 0x0112, one SHORT.
    let mut minimal = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    minimal.push(orientation.to_exif());
    // The rest of the value's four bytes, and that no directory follows.
    minimal.extend([0; 6]);
    Some(minimal)
}
