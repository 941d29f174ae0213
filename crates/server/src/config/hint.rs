//! What somebody may have meant who wrote something else.

/// How alike two names have to be, from 0 to 1, for the one to be taken for a slip of the other.
const ALIKE: f64 = 0.85;

/// The name that is most like `written`, if one is alike enough.
pub(super) fn nearest(written: &str, names: impl IntoIterator<Item = String>) -> Option<String> {
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(written, &name), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

/// The hint as the end of a sentence: empty, or a question.
pub(super) fn question(hint: Option<&str>) -> String {
    hint.map(|hint| format!("; did you mean {hint}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(written: &str) -> Option<String> {
        let names = ["listen", "data_dir", "http.workers", "http.body_limit_bytes"];
        nearest(written, names.map(str::to_owned))
    }

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        assert_eq!(hint("lisen").as_deref(), Some("listen"));
        assert_eq!(hint("http.body_limit").as_deref(), Some("http.body_limit_bytes"));
        assert_eq!(hint("colour"), None);
    }
}
