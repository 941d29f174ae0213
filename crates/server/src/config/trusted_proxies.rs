//! Proxies in front of the server.

use std::net::IpAddr;

use ipnet::IpNet;

/// The addresses of proxies that are believed when they say for whom they call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Reads addresses and networks, such as `10.1.2.3` and `10.0.0.0/8`.
    ///
    /// # Errors
    /// The first entry that is neither.
    pub fn parse(entries: &[String]) -> Result<Self, &str> {
        entries
            .iter()
            .map(|entry| match entry.parse::<IpAddr>() {
                Ok(address) => Ok(IpNet::from(address.to_canonical())),
                Err(_) => entry.parse::<IpNet>().map_err(|_| entry.as_str()),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a caller at this address is one of the proxies. An IPv4 caller of an IPv6 socket
    /// (`::ffff:10.1.2.3`) is taken for the IPv4 address that it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether nobody is believed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(entries: &[&str]) -> TrustedProxies {
        let entries: Vec<_> = entries.iter().map(|&entry| entry.to_owned()).collect();
        TrustedProxies::parse(&entries).expect("proxies")
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn addresses_and_networks_contain_what_they_should() {
        let proxies = proxies(&["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);
        for inside in ["127.0.0.1", "10.255.0.1", "::ffff:10.1.2.3", "fd12::1"] {
            assert!(proxies.contains(address(inside)), "{inside}");
        }
        for outside in ["127.0.0.2", "11.0.0.1", "::1", "fe80::1", "::ffff:11.0.0.1"] {
            assert!(!proxies.contains(address(outside)), "{outside}");
        }
    }

    #[test]
    fn what_is_neither_is_named() {
        for bad in ["proxy.example.org", "10.0.0.0/33", "", "10.0.0.1:80"] {
            assert_eq!(TrustedProxies::parse(&[bad.to_owned()]), Err(bad));
        }
    }
}
