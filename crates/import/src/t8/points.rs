//! Points: the most for a question, which the old system kept as a text, and what teams got.

use estrad_domain::answer::most_points;
use estrad_domain::points::Points;
use estrad_domain::question::MAX_TOTAL_SCORE;

/// The one whole number in a text such as "Totalt 5 poäng". "The sky is the limit!" has none, and
/// in "3-5 poäng" or "2,5 poäng" it is not sure which is meant.
pub(super) fn maximum(text: &str) -> Option<i32> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let number: i32 = numbers.next()?.parse().ok()?;
    let sure = numbers.next().is_none() && number <= MAX_TOTAL_SCORE;
    sure.then_some(number)
}

/// Points in hundredths for a question that is worth `total_score`, and whether that is exactly what was
/// given. None beyond the bounds.
pub(super) fn given(points: f64, total_score: i32) -> Option<(Points, bool)> {
    let hundredths = points * 100.0;
    let rounded = hundredths.round();
    if rounded.abs() > most_points(total_score).hundredths() as f64 {
        return None;
    }
    // Tenths such as 0.1 are no exact binary numbers.
    let exact = (hundredths - rounded).abs() < 1e-6;
    Some((Points::from_hundredths(rounded as i64), exact))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_most_is_the_one_number_there_is() {
        for text in ["5 poäng", "Totalt 5 poäng", "5 poäng totalt", "5p. Utslagsgivande!"] {
            assert_eq!(maximum(text), Some(5), "{text}");
        }
        for text in [
            "",
            "The sky is the limit!",
            "Totalt ? poäng",
            "3-5 p",
            "2,5 p",
            "9999999999 p",
            "1000001",
        ] {
            assert_eq!(maximum(text), None, "{text}");
        }
    }

    #[test]
    fn points_are_exact_to_the_hundredth() {
        assert_eq!(given(2.0, 5), Some((Points::whole(2), true)));
        assert_eq!(given(-1.1, 5), Some((Points::from_hundredths(-110), true)));
        assert_eq!(given(1.0 / 3.0, 5), Some((Points::from_hundredths(33), false)));
        assert_eq!(given(1e4, 0), Some((Points::whole(10_000), true)));
        assert_eq!(given(1e4 + 1.0, 0), None);
        assert_eq!(given(-20_000.0, 2_000), Some((Points::whole(-20_000), true)));
        assert_eq!(given(1e7, MAX_TOTAL_SCORE), Some((Points::MAX, true)));
        assert_eq!(given(f64::MAX, MAX_TOTAL_SCORE), None);
    }

    proptest! {
        #[test]
        fn no_text_and_no_number_makes_it_panic(text in "\\PC{0,30}", points in any::<f64>(), worth in any::<i32>()) {
            maximum(&text);
            given(points, worth);
        }
    }
}
