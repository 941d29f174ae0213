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

    /// Their networks.
    pub fn networks(&self) -> &[IpNet] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(entries: &[&str]) -> TrustedProxies {
        let entries: Vec<_> = entries.iter().map(|&entry| entry.to_owned()).collect();
        TrustedProxies::parse(&entries).expect("proxies")
    }

    #[test]
    fn an_address_is_a_network_of_one() {
        let read = proxies(&["127.0.0.1", "10.0.0.0/8", "::ffff:10.1.2.3", "fd00::/8"]);
        let shown: Vec<String> = read.networks().iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["127.0.0.1/32", "10.0.0.0/8", "10.1.2.3/32", "fd00::/8"]);
    }

    #[test]
    fn what_is_neither_is_named() {
        for bad in ["proxy.example.org", "10.0.0.0/33", "", "10.0.0.1:80"] {
            assert_eq!(TrustedProxies::parse(&[bad.to_owned()]), Err(bad));
        }
    }
}
