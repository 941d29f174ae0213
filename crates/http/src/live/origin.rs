//! Which pages may connect. Browsers open websockets to anywhere without asking first.

use actix_http::RequestHead;
use actix_web::http::header;

/// Whether the request comes from no page, from one of this server, or from one of these origins.
pub(super) fn is_allowed(head: &RequestHead, origins: &[String]) -> bool {
    let Some(origin) = head.headers().get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    origins.iter().any(|known| known == origin) || is_own(head, origin)
}

/// Whether it names the host that was called. The scheme is not compared: a proxy in front may
/// have taken TLS off.
fn is_own(head: &RequestHead, origin: &str) -> bool {
    let host = head.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let page = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.zip(page).is_some_and(|(host, page)| !host.is_empty() && host.eq_ignore_ascii_case(page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn allowed(origin: Option<&str>) -> bool {
        let mut request = TestRequest::default().insert_header(("host", "estrad.example:8080"));
        if let Some(origin) = origin {
            request = request.insert_header(("origin", origin));
        }
        is_allowed(request.to_http_request().head(), &["https://show.example".to_owned()])
    }

    #[test]
    fn own_pages_known_ones_and_programs() {
        assert!(allowed(None));
        assert!(allowed(Some("http://estrad.example:8080")));
        assert!(allowed(Some("https://ESTRAD.example:8080")));
        assert!(allowed(Some("https://show.example")));
    }

    #[test]
    fn nobody_else() {
        for origin in [
            "https://evil.example",
            "http://estrad.example",
            "http://estrad.example:8080.evil.example",
            "https://show.example.evil.example",
            "http://show.example",
            "null",
            "",
        ] {
            assert!(!allowed(Some(origin)), "{origin}");
        }
    }
}
