//! The bounds of the domain: what is too long is cut, and there is a note about it.

use std::collections::HashMap;

use crate::report::{About, Report};

/// The most characters of a text type of the domain.
pub(super) trait Bound {
    const MAX: usize;
    const WHAT: &'static str;
}

macro_rules! bounds {
    ($($(#[$doc:meta])* $name:ident: $max:literal, $what:literal;)+) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl Bound for $name {
            const MAX: usize = $max;
            const WHAT: &'static str = $what;
        }
    )+};
}

bounds! {
    /// Of a `Name`.
    NameBound: 254, "name";
    /// Of a `Title`.
    TitleBound: 254, "title";
    /// Of a `LongText`.
    LongBound: 16_384, "text";
    /// Of `Html`.
    HtmlBound: 65_536, "formatted text";
    /// Of an `AnswerText`.
    AnswerBound: 4_096, "answer";
}

/// The text, cut to its bound if need be.
pub(super) fn fit<B: Bound>(text: &str, place: &str, report: &mut Report) -> String {
    let Some((end, _)) = text.char_indices().nth(B::MAX) else { return text.to_owned() };
    report.note(
        About::Changed,
        place,
        format!(
            "The {} \"{}…\" has {} characters and was cut to {}. The rest: \"{}\"",
            B::WHAT,
            text.chars().take(40).collect::<String>(),
            text.chars().count(),
            B::MAX,
            &text[end..]
        ),
    );
    text[..end].to_owned()
}

/// A name that may not be empty: `otherwise` stands in for an empty one.
pub(super) fn name(text: &str, otherwise: &str, place: &str, report: &mut Report) -> String {
    if text.is_empty() {
        report.note(
            About::Changed,
            place,
            format!("It had no name and is called \"{otherwise}\"."),
        );
        return otherwise.to_owned();
    }
    fit::<NameBound>(text, place, report)
}

/// Names that have to differ from each other, in the order in which they are taken.
///
/// With each goes the next number to try, so that many alike stay cheap.
#[derive(Default)]
pub(super) struct TakenNames(HashMap<String, u32>);

impl TakenNames {
    /// The name, with a number and a note if it was taken before.
    pub(super) fn take(&mut self, name: String, report: &mut Report) -> String {
        let Some(next) = self.0.get(&name) else {
            self.0.insert(name.clone(), 2);
            return name;
        };
        let free = (*next..)
            .map(|number| (number, numbered(&name, number)))
            .find(|(_, candidate)| !self.0.contains_key(candidate));
        let (number, unique) = free.unwrap_or_else(|| (0, name.clone()));
        let text = format!("The name was taken already; it is called \"{unique}\".");
        report.note(About::Changed, &name, text);
        self.0.insert(name, number + 1);
        self.0.insert(unique.clone(), 2);
        unique
    }
}

fn numbered(name: &str, number: u32) -> String {
    let suffix = format!(" ({number})");
    let room = NameBound::MAX - suffix.chars().count();
    name.chars().take(room).chain(suffix.chars()).collect()
}

#[cfg(test)]
mod tests {
    use estrad_domain::text::{Html, LongText, Name, Title};

    use super::*;

    #[test]
    fn the_bounds_are_those_of_the_domain() {
        let just = |max: usize| ("å".repeat(max), "å".repeat(max + 1));
        let (fits, long) = just(NameBound::MAX);
        assert!(Name::new(fits.as_str()).is_ok() && Name::new(long.as_str()).is_err());
        assert!(Title::new(fits).is_ok() && Title::new(long).is_err());
        assert_eq!(NameBound::MAX, TitleBound::MAX);
        let (fits, long) = just(LongBound::MAX);
        assert!(LongText::new(fits).is_ok() && LongText::new(long).is_err());
        let (fits, long) = just(HtmlBound::MAX);
        assert!(Html::new(fits).is_ok() && Html::new(long).is_err());
        let (fits, long) = just(AnswerBound::MAX);
        let answer = estrad_domain::answer::AnswerText::new;
        assert!(answer(fits).is_ok() && answer(long).is_err());
    }

    #[test]
    fn what_is_cut_is_told_in_full() {
        let mut report = Report::default();
        let long = format!("{}the rest", "å".repeat(254));
        assert_eq!(fit::<NameBound>(&long, "Q", &mut report), "å".repeat(254));
        assert!(report.notes[0].text.ends_with("The rest: \"the rest\""), "{report}");
        assert_eq!(name("", "Team 3", "", &mut report), "Team 3");
        assert_eq!(report.notes.len(), 2);
    }

    #[test]
    fn names_get_numbers_that_fit() {
        let mut report = Report::default();
        let mut taken = TakenNames::default();
        let mut take = |name: &str| taken.take(name.to_owned(), &mut report);
        assert_eq!(take("Final"), "Final");
        assert_eq!(take("Final (2)"), "Final (2)");
        assert_eq!(take("Final"), "Final (3)");
        let long = "x".repeat(254);
        take(&long);
        assert_eq!(take(&long), format!("{} (2)", "x".repeat(250)));
        assert_eq!(report.notes.len(), 2);
    }
}
