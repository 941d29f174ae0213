//! Searching by text and paging, the same on both databases.

/// How text is folded for searching and sorting: stored in the `*_key` columns and applied to
/// what is searched for.
pub(super) fn key(text: &str) -> String {
    text.to_lowercase()
}

/// A LIKE pattern for "contains", in which `%` and `_` mean themselves. Escaped by `\`.
pub(super) fn contains(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars().flat_map(char::to_lowercase) {
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
        assert_eq!(key("Örkelljunga"), "örkelljunga");
    }
}
