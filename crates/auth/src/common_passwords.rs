//! The passwords that are tried first by whoever guesses. Where they are from is in the README beside the
//! list.

use estrad_domain::name::key;

/// Those of at least 8 characters, one a line, in lower case and sorted by bytes.
const LIST: &str = include_str!("common_passwords/list.txt");

/// Whether the password is one of them, in any case and width.
pub(crate) fn contains(password: &str) -> bool {
    let password = key(password);
    // Each probe finds the line that it landed in: the list needs no index.
    let (mut from, mut to) = (0, LIST.len());
    while from < to {
        let middle = from + (to - from) / 2;
        let start = LIST.as_bytes()[from..middle].iter().rposition(|byte| *byte == b'\n');
        let start = start.map_or(from, |at| from + at + 1);
        let end = LIST.as_bytes()[middle..to].iter().position(|byte| *byte == b'\n');
        let end = end.map_or(to, |at| middle + at);
        match LIST.as_bytes()[start..end].cmp(password.as_bytes()) {
            std::cmp::Ordering::Less => from = end + 1,
            std::cmp::Ordering::Greater => to = start,
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_what_is_between_them_is_not() {
        let lines: Vec<&str> = LIST.lines().collect();
        assert!(lines.len() > 10_000 && lines.is_sorted());
        for line in &lines {
            assert!(contains(line), "{line}");
            assert!(line.len() >= 8 && key(line) == *line, "{line}");
        }
        for other in ["", "~~~~~~~~~", "0", "correct horse", "zzzzzzzzzzzzzz"] {
            assert!(!contains(other), "{other:?}");
        }
    }
}
