//! Parts of a file (RFC 9110, 14).

use actix_web::HttpRequest;
use actix_web::http::header::{Header as _, IF_RANGE, RANGE, Range};

/// What of a file is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it. Also when several parts are asked for, which nobody does for an image or a video;
    /// or in a way that is not understood.
    Whole,
    /// One part: the first byte and the last.
    Part(u64, u64),
    /// A part that it does not have.
    Nothing,
}

/// What a request wants of a file of this size and tag.
pub(super) fn wanted(request: &HttpRequest, size: u64, tag: &str) -> Wanted {
    let headers = request.headers();
    // A part of what the caller has the other parts of, or else all.
    let same = headers.get(IF_RANGE).is_none_or(|wanted| wanted.as_bytes() == tag.as_bytes());
    if !same || !headers.contains_key(RANGE) {
        return Wanted::Whole;
    }
    match Range::parse(request) {
        Ok(Range::Bytes(ranges)) => match ranges.as_slice() {
            [range] => range
                .to_satisfiable_range(size)
                .map_or(Wanted::Nothing, |(first, last)| Wanted::Part(first, last)),
            _ => Wanted::Whole,
        },
        _ => Wanted::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn of(range: &str) -> Wanted {
        let request = TestRequest::default().insert_header((RANGE, range)).to_http_request();
        wanted(&request, 10, "\"tag\"")
    }

    #[test]
    fn one_range_is_answered_and_whatever_else_is_the_whole() {
        assert_eq!(of("bytes=0-3"), Wanted::Part(0, 3));
        assert_eq!(of("bytes=8-"), Wanted::Part(8, 9));
        assert_eq!(of("bytes=-4"), Wanted::Part(6, 9));
        assert_eq!(of("bytes=-400"), Wanted::Part(0, 9));
        assert_eq!(of("bytes=5-500"), Wanted::Part(5, 9));
        assert_eq!(of("bytes=10-"), Wanted::Nothing);
        assert_eq!(of("bytes=-0"), Wanted::Nothing);
        for range in ["bytes=3-1", "bytes=0-1,4-5", "bytes=x", "lines=1-2", "bytes=", ""] {
            assert_eq!(of(range), Wanted::Whole, "{range}");
        }
    }

    #[test]
    fn a_range_of_something_else_is_not_given() {
        for (tag, expected) in [("\"tag\"", Wanted::Part(0, 3)), ("\"old\"", Wanted::Whole)] {
            let request = TestRequest::default()
                .insert_header((RANGE, "bytes=0-3"))
                .insert_header((IF_RANGE, tag))
                .to_http_request();
            assert_eq!(wanted(&request, 10, "\"tag\""), expected);
        }
    }
}
