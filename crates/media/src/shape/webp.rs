//! WebP (RFC 9649, 2.3): one RIFF chunk, whose size is said at its start.

pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let size = bytes.get(4..8)?.try_into().ok().map(u32::from_le_bytes)?;
    // An odd size is filled up with a byte that does not count.
    usize::try_from(size).ok()?.checked_next_multiple_of(2)?.checked_add(8)
}
