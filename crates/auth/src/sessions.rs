//! Sessions of users: what is kept of a login, and when each was last used.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Mutex;

/// Sessions that were used and not noted yet; those of more are noted the next time.
const MAX_USED: usize = 10_000;
/// Characters of what a browser calls itself that are kept.
const MAX_USER_AGENT: usize = 200;

/// Which sessions were used lately. They are noted in the database together, now and then: a request
/// never waits for it.
#[derive(Debug, Default)]
pub(crate) struct Used(Mutex<HashSet<String>>);

impl Used {
    /// Remembers that the session of a token was used.
    pub(crate) fn remember(&self, jti: &str) {
        // Whoever panicked with it left a set that is good all the same.
        let mut used = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if used.len() < MAX_USED && !used.contains(jti) {
            used.insert(jti.to_owned());
        }
    }

    /// Gives what was remembered, and forgets it.
    pub(crate) fn take(&self) -> Vec<String> {
        let mut used = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::take(&mut *used).into_iter().collect()
    }
}

/// The network of an address: enough to know a place again, and no machine or household.
pub(crate) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

/// What a browser calls itself, as far as it is kept.
pub(crate) fn user_agent(sent: &str) -> String {
    sent.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address_the_network_is_kept() {
        for (address, kept) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:12:3456::1", "2001:db8:12::/48"),
        ] {
            assert_eq!(network(address.parse().expect("an address")), kept);
        }
    }

    #[test]
    fn of_a_browser_the_beginning_is_kept() {
        assert_eq!(user_agent("Mozilla/5.0\u{1b}[31m\n"), "Mozilla/5.0[31m");
        assert_eq!(user_agent(&"å".repeat(1_000)).chars().count(), MAX_USER_AGENT);
    }

    #[test]
    fn uses_are_remembered_once_and_no_more_than_fit() {
        let used = Used::default();
        used.remember("a");
        used.remember("a");
        assert_eq!(used.take(), ["a"]);
        for number in 0..=MAX_USED {
            used.remember(&number.to_string());
        }
        assert_eq!(used.take().len(), MAX_USED);
        assert!(used.take().is_empty());
    }
}
