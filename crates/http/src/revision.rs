//! Which version of a competition somebody has seen: entity tags and the conditions on them
//! (RFC 9110, 8.8.3 and 13.1).
//!
//! A tag is `"competition-version-…"`. What comes after the version (whose eyes it was made for, and
//! the state of the results) matters for reading again, and not for changing: an answer that comes
//! in meanwhile makes nobody's edit stale.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, IF_MATCH, IF_NONE_MATCH};
use estrad_domain::CompetitionId;
use estrad_domain::strip::Viewer;
use estrad_persistence::queries::competitions::Head;

/// No competition has it: what is expected by those who hold a tag of something else.
const NO_VERSION: i64 = -1;

/// The tag of a part of a competition.
pub(crate) fn part_tag(id: CompetitionId, version: i64, viewer: Viewer) -> String {
    format!("\"{id}-{version}-{}\"", eyes(viewer))
}

/// The tag of the rich competition, which has the results in it.
pub(crate) fn rich_tag(id: CompetitionId, head: Head, viewer: Viewer) -> String {
    format!("\"{id}-{}-{}-r{}\"", head.version, eyes(viewer), head.results_version)
}

/// What is shown to the audience besides depends on the results' version.
fn eyes(viewer: Viewer) -> String {
    match viewer {
        Viewer::Trusted => "all".to_owned(),
        Viewer::Team(id) => format!("team{id}"),
        Viewer::Audience { .. } => "audience".to_owned(),
    }
}

/// Whether the caller has what this tag stands for already.
pub(crate) fn is_known(request: &HttpRequest, tag: &str) -> bool {
    // Reading compares weakly: a proxy that compressed the answer may have weakened the tag.
    tags(request.headers(), IF_NONE_MATCH.as_str())
        .any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == tag)
}

/// The version that a change is meant for, where the caller said so.
pub(crate) fn expected_version(request: &HttpRequest, id: CompetitionId) -> Option<i64> {
    if !request.headers().contains_key(IF_MATCH) {
        return None;
    }
    let mut expected = NO_VERSION;
    for tag in tags(request.headers(), IF_MATCH.as_str()) {
        if tag == "*" {
            return None;
        }
        // Of several tags the newest is the one that can still be the present one.
        expected = expected.max(version_of(tag, id).unwrap_or(NO_VERSION));
    }
    Some(expected)
}

fn tags<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(name)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

fn version_of(tag: &str, id: CompetitionId) -> Option<i64> {
    let mut parts = tag.strip_prefix('"')?.strip_suffix('"')?.split('-');
    let same = parts.next()?.parse() == Ok(id.0);
    let version = parts.next()?.parse().ok()?;
    same.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use estrad_domain::views::Views;

    fn expected(if_match: &str) -> Option<i64> {
        let request = TestRequest::default().insert_header((IF_MATCH, if_match)).to_http_request();
        expected_version(&request, CompetitionId(7))
    }

    #[test]
    fn every_tag_of_a_competition_says_its_version() {
        let viewer = Viewer::Trusted;
        let head =
            Head { city_id: 1.into(), version: 12, results_version: 5, views: Views::Legacy };
        assert_eq!(expected(&part_tag(7.into(), 12, viewer)), Some(12));
        assert_eq!(expected(&rich_tag(7.into(), head, Viewer::Team(3.into()))), Some(12));
        assert_eq!(expected(&format!("\"7-3-all\", {}", part_tag(7.into(), 12, viewer))), Some(12));
    }

    #[test]
    fn tags_of_something_else_match_nothing() {
        for tag in ["\"8-12-all\"", "W/\"7-12-all\"", "7-12", "", "\"\"", "\"7\"", "\"7-x\""] {
            assert_eq!(expected(tag), Some(NO_VERSION), "{tag}");
        }
        assert_eq!(expected("*"), None);
        assert_eq!(expected_version(&TestRequest::default().to_http_request(), 7.into()), None);
    }
}
