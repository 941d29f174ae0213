//! Origins of web pages, as browsers send them.

use thiserror::Error;

/// `scheme://host[:port]` in the form in which browsers send it: lower case, and without the port
/// that the scheme has anyway.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebOrigin(String);

/// Why an origin was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WebOriginError {
    /// `*`.
    #[error(
        "\"*\" would let every web page call the server with its visitor's token; name the origins"
    )]
    Everyone,
    /// Browsers send `null` for pages without an origin, which anybody can make.
    #[error("\"null\" is the origin of any page that hides its own")]
    Null,
    /// No `scheme://` in front.
    #[error("it does not start with a scheme such as https://")]
    Scheme,
    /// A path, query or fragment, even if only a slash.
    #[error("an origin ends after the host and port, without a slash")]
    Path,
    /// A host that browsers would not send.
    #[error("the host is not one that browsers send; write other letters than a-z in punycode")]
    Host,
    /// Not a port.
    #[error("the port is not a number from 1 to 65535")]
    Port,
}

impl WebOrigin {
    /// Reads an origin in any case.
    ///
    /// # Errors
    /// [`WebOriginError`].
    pub fn parse(text: &str) -> Result<Self, WebOriginError> {
        match text {
            "*" => return Err(WebOriginError::Everyone),
            "null" => return Err(WebOriginError::Null),
            _ => {}
        }
        let text = text.to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://").ok_or(WebOriginError::Scheme)?;
        if !is_scheme(scheme) {
            return Err(WebOriginError::Scheme);
        }
        if authority.contains(['/', '?', '#']) {
            return Err(WebOriginError::Path);
        }
        let (host, port) = match authority.rsplit_once(':') {
            // The last colon of `[::1]` is not in front of a port.
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        if !is_host(host) {
            return Err(WebOriginError::Host);
        }
        let Some(port) = port else { return Ok(Self(text)) };
        let number: u16 = match port.parse() {
            Ok(number) if number > 0 && !port.starts_with('+') => number,
            _ => return Err(WebOriginError::Port),
        };
        Ok(Self(match (scheme, number) {
            ("http", 80) | ("https", 443) => format!("{scheme}://{host}"),
            _ => format!("{scheme}://{host}:{number}"),
        }))
    }

    /// The origin as browsers send it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c))
}

fn is_host(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_kept_as_browsers_send_them() {
        for (text, origin) in [
            ("https://quiz.example.org", "https://quiz.example.org"),
            ("HTTPS://Quiz.Example.org:443", "https://quiz.example.org"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://[::1]:80", "http://[::1]"),
            ("http://[::1]", "http://[::1]"),
            ("capacitor://localhost", "capacitor://localhost"),
        ] {
            assert_eq!(WebOrigin::parse(text).as_ref().map(WebOrigin::as_str), Ok(origin));
        }
    }

    #[test]
    fn what_no_browser_sends_is_refused_with_the_reason() {
        for (text, why) in [
            ("*", WebOriginError::Everyone),
            ("null", WebOriginError::Null),
            ("quiz.example.org", WebOriginError::Scheme),
            ("://quiz.example.org", WebOriginError::Scheme),
            ("https://quiz.example.org/", WebOriginError::Path),
            ("https://", WebOriginError::Host),
            ("https://*.example.org", WebOriginError::Host),
            ("https://me@example.org", WebOriginError::Host),
            ("https://tävling.se", WebOriginError::Host),
            ("http://[::1", WebOriginError::Host),
            ("http://localhost:", WebOriginError::Port),
            ("http://localhost:0", WebOriginError::Port),
            ("http://localhost:+80", WebOriginError::Port),
            ("http://localhost:99999", WebOriginError::Port),
        ] {
            assert_eq!(WebOrigin::parse(text), Err(why), "{text:?}");
        }
    }
}
