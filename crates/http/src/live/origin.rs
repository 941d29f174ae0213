//! Which pages may connect. Browsers open websockets to anywhere without asking first.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use actix_http::RequestHead;
use actix_web::http::header;
use ipnet::IpNet;

use crate::client_address;

/// The name by which a proxy was called, where it calls by another one.
const FORWARDED_HOST: &str = "x-forwarded-host";
/// The most origins that are told of in the log.
const MAX_LOGGED: usize = 100;
/// The most characters of an origin that are logged.
const MAX_SHOWN: usize = 200;

/// Which origins may connect, and which were refused so far.
#[derive(Debug)]
pub(crate) struct Origins {
    known: Vec<String>,
    trusted_proxies: Vec<IpNet>,
    refused: Mutex<HashSet<String>>,
}

impl Origins {
    pub(crate) fn new(known: &[String], trusted_proxies: &[IpNet]) -> Self {
        Self {
            known: known.to_vec(),
            trusted_proxies: trusted_proxies.to_vec(),
            refused: Mutex::default(),
        }
    }

    /// Whether the request comes from no page, from one of this server, or from one of the known origins. A
    /// refusal is logged, once for each origin.
    pub(super) fn allow(&self, head: &RequestHead) -> bool {
        let Some(origin) = head.headers().get(header::ORIGIN) else { return true };
        let Ok(origin) = origin.to_str() else { return false };
        let allowed = self.known.iter().any(|known| known == origin) || self.is_own(head, origin);
        if !allowed {
            self.log(head, origin);
        }
        allowed
    }

    /// Whether it names the host that was called, with its port. The scheme is not compared: a proxy in front
    /// may have taken TLS off.
    fn is_own(&self, head: &RequestHead, origin: &str) -> bool {
        let page = origin.strip_prefix("https://").map(|page| (page, ":443"));
        let page = page.or_else(|| origin.strip_prefix("http://").map(|page| (page, ":80")));
        let Some((page, usual)) = page else { return false };
        let names = |host: &str| {
            let host = host.strip_suffix(usual).unwrap_or(host);
            !host.is_empty() && host.eq_ignore_ascii_case(page)
        };
        let of = |name: &str| head.headers().get(name).and_then(|value| value.to_str().ok());
        of("host").is_some_and(names)
            || client_address::is_proxied(head, &self.trusted_proxies)
                && (of(FORWARDED_HOST).is_some_and(|hosts| names(first(hosts)))
                    || of("forwarded").and_then(forwarded_host).is_some_and(names))
    }

    fn log(&self, head: &RequestHead, origin: &str) {
        let origin: String = origin.chars().take(MAX_SHOWN).collect();
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() < MAX_LOGGED && refused.insert(origin.clone()) {
            let host = head.headers().get(header::HOST).and_then(|host| host.to_str().ok());
            let host: String = host.unwrap_or_default().chars().take(MAX_SHOWN).collect();
            tracing::warn!(
                origin,
                host,
                "a page of another origin was refused: name it in http.cors_origins, or have the proxy hand on \
                 the host with its port"
            );
        }
    }
}

/// What the outermost proxy wrote.
fn first(values: &str) -> &str {
    values.split(',').next().unwrap_or_default().trim()
}

/// The `host` of the outermost proxy's part of `Forwarded` (RFC 7239).
fn forwarded_host(value: &str) -> Option<&str> {
    first(value).split(';').find_map(|pair| {
        let (name, host) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("host").then(|| host.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    const HOST: (&str, &str) = ("host", "estrad.example:8080");

    fn allowed_with(headers: &[(&str, &str)]) -> bool {
        let mut request = TestRequest::default().peer_addr(([10, 0, 0, 1], 1234).into());
        for header in headers {
            request = request.insert_header(*header);
        }
        let proxy = "10.0.0.1/32".parse().expect("a network");
        let origins = Origins::new(&["https://show.example".to_owned()], &[proxy]);
        origins.allow(request.to_http_request().head())
    }

    fn allowed(origin: Option<&str>) -> bool {
        let headers: Vec<_> = [HOST].into_iter().chain(origin.map(|o| ("origin", o))).collect();
        allowed_with(&headers)
    }

    #[test]
    fn own_pages_known_ones_and_programs() {
        assert!(allowed(None));
        assert!(allowed(Some("http://estrad.example:8080")));
        assert!(allowed(Some("https://ESTRAD.example:8080")));
        assert!(allowed(Some("https://show.example")));
    }

    #[test]
    fn a_trusted_proxy_says_what_it_was_called() {
        let origin = ("origin", "https://quiz.example:8443");
        for (name, value, own) in [
            ("x-forwarded-host", "quiz.example:8443", true),
            ("x-forwarded-host", "quiz.example:8443, inner.example", true),
            ("x-forwarded-host", "quiz.example", false),
            (
                "forwarded",
                "for=192.0.2.1;proto=https;Host=\"quiz.example:8443\", for=10.0.0.2",
                true,
            ),
            ("forwarded", "for=192.0.2.1;host=other.example", false),
            ("host", "quiz.example:8443", true),
        ] {
            assert_eq!(allowed_with(&[HOST, origin, (name, value)]), own, "{name}: {value}");
        }
        let usual = ("origin", "https://quiz.example");
        assert!(allowed_with(&[("host", "quiz.example:443"), usual]));
        assert!(!allowed_with(&[("host", "quiz.example:80"), usual]));
        // Nobody else is believed.
        let mut request = TestRequest::default().peer_addr(([192, 0, 2, 1], 1234).into());
        for header in [HOST, origin, ("x-forwarded-host", "quiz.example:8443")] {
            request = request.insert_header(header);
        }
        assert!(!Origins::new(&[], &[]).allow(request.to_http_request().head()));
    }

    #[test]
    fn a_refusal_is_noted_once_for_each_origin_and_not_without_end() {
        let origins = Origins::new(&[], &[]);
        for n in (0..3 * MAX_LOGGED).chain(0..3) {
            let origin = format!("https://{n}.example/{}", "x".repeat(500));
            let request =
                TestRequest::default().insert_header(HOST).insert_header(("origin", origin));
            assert!(!origins.allow(request.to_http_request().head()));
        }
        let refused = origins.refused.lock().expect("not poisoned");
        assert_eq!(refused.len(), MAX_LOGGED);
        assert!(refused.iter().all(|origin| origin.len() == MAX_SHOWN));
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
