//! Searching by text and paging, the same on both databases.

/// How text is folded for searching, sorting and uniqueness: stored in the `*_key` columns and applied
/// to what is searched for.
pub(super) use estrad_domain::name::key;

/// A LIKE pattern for "contains" on a column of keys, in which `%` and `_` mean themselves. Escaped by
/// `\`.
pub(super) fn contains(text: &str) -> String {
    pattern(&key(text))
}

/// The same on a column of addresses.
pub(super) fn contains_address(text: &str) -> String {
    pattern(&estrad_domain::user::fold_address(text))
}

fn pattern(folded: &str) -> String {
    let mut pattern = String::with_capacity(folded.len() + 2);
    pattern.push('%');
    for c in folded.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_taken_literally_and_case_does_not_matter() {
        assert_eq!(contains("100%_Å\\"), "%100\\%\\_å\\\\%");
        assert_eq!(contains("ÖRKEL\u{ad}ljunga"), "%örkelljunga%");
        assert_eq!(contains(" ｌａｇ  1"), "%lag 1%");
        assert_eq!(contains_address("＠Test_"), "%@test\\_%");
    }
}
