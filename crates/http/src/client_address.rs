//! Which address a request comes from, also behind a proxy.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_http::RequestHead;
use actix_http::header::USER_AGENT;
use estrad_auth::Source;
use ipnet::IpNet;

/// Proxies add the address they were called from at the end.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the client: the peer's own, or, where the peer is a trusted proxy, the last
/// forwarded one that is not a trusted proxy itself. What a client wrote there before is never
/// believed.
pub(crate) fn of(request: &RequestHead, trusted: &[IpNet]) -> IpAddr {
    let peer = peer(request);
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let forwarded = request
        .headers()
        .get_all(FORWARDED_FOR)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(address);
    let mut client = peer;
    for address in forwarded.collect::<Vec<_>>().into_iter().rev() {
        // What is not an address was not written by a proxy: whoever came before it is unknown.
        let Some(address) = address else { break };
        client = address.to_canonical();
        if !is_trusted(client, trusted) {
            break;
        }
    }
    client
}

/// An address as proxies write it: `192.0.2.1`, `2001:db8::1`, `[2001:db8::1]`, and with a port behind it.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port).or_else(bracketed)
}

/// Whether the request came by a proxy that is believed.
pub(crate) fn is_proxied(request: &RequestHead, trusted: &[IpNet]) -> bool {
    is_trusted(peer(request), trusted)
}

/// Where a try of a code or a password comes from. Clients of one address are told apart by their
/// connections; behind a proxy, which has connections of its own, by what the browser calls itself.
pub(crate) fn source(request: &RequestHead, trusted: &[IpNet]) -> Source {
    let address = of(request, trusted);
    let mut client = DefaultHasher::new();
    if is_trusted(peer(request), trusted) {
        request.headers().get(USER_AGENT).map(|name| name.as_bytes()).hash(&mut client);
    } else {
        request.peer_addr.hash(&mut client);
    }
    Source { address, client: client.finish() }
}

/// Whether the request was made on this machine, by a client and not by a proxy for one.
pub(crate) fn is_local(request: &RequestHead) -> bool {
    let proxied = [FORWARDED_FOR, "forwarded", "x-real-ip", "via"]
        .iter()
        .any(|name| request.headers().contains_key(*name));
    peer(request).is_loopback() && !proxied
}

fn peer(request: &RequestHead) -> IpAddr {
    // Without a peer there is no TCP connection, which happens in tests of actix only.
    request.peer_addr.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.ip().to_canonical())
}

pub(crate) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn client(peer: &str, forwarded: Option<&str>, trusted: &[&str]) -> String {
        let mut request =
            TestRequest::default().peer_addr(format!("{peer}:1234").parse().expect("an address"));
        if let Some(forwarded) = forwarded {
            request = request.insert_header((FORWARDED_FOR, forwarded));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().expect("a net")).collect();
        of(request.to_http_request().head(), &trusted).to_string()
    }

    #[test]
    fn nobody_is_believed_but_trusted_proxies() {
        assert_eq!(client("192.0.2.9", Some("198.51.100.1"), &[]), "192.0.2.9");
        assert_eq!(client("10.0.0.1", Some("198.51.100.1"), &["10.0.0.0/8"]), "198.51.100.1");
    }

    #[test]
    fn a_proxy_may_write_the_port_too() {
        let trusted = &["10.0.0.0/8", "2001:db8:1::/48"];
        for (forwarded, address) in [
            ("198.51.100.1:5678", "198.51.100.1"),
            ("[2001:db8::1]:5678", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("198.51.100.1:5678, 10.0.0.2:80, [2001:db8:1::2]:443", "198.51.100.1"),
            ("198.51.100.1:port", "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.1", Some(forwarded), trusted), address, "{forwarded}");
        }
    }

    #[test]
    fn what_the_client_wrote_itself_is_passed_over() {
        let forwarded = Some("1.1.1.1, 198.51.100.1, 10.0.0.2");
        assert_eq!(client("10.0.0.1", forwarded, &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", Some("nonsense"), &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", None, &["10.0.0.0/8"]), "10.0.0.1");
    }
}
