//! A number at the question's one alternative, right within a tolerance.
//!
//! Numbers are compared as decimals, not as binary fractions: 0.76 is within 0.01 of 0.75, whatever
//! a processor makes of them. An answer that can't be read as a number (as in an import, with its
//! unit) is for a judge; so is every one while the right number is unknown.

use super::error::{AlternativeError, AnswerError};
use super::grade::{Grade, Sheet};
use super::kind::any_part;
use super::{Alternative, Kind};
use crate::answer::AnswerText;
use crate::types::QuestionType;

/// The most digits before the point, and after it. Zeros at either end don't count.
pub(super) const MAX_DIGITS: usize = 18;

const ONE: i128 = 10i128.pow(MAX_DIGITS as u32);

pub(super) struct Number;

/// A number of at most 18 digits before the point and 18 after it, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i128);

impl Decimal {
    /// Reads a number as people write it: a comma or a point before the decimals, a sign (also the
    /// long minus), and spaces between digits and around it. A point or comma is never taken for a
    /// separator of thousands: "1,000" is one. Digits on one side of the point are enough, as "1,"
    /// is on the way to "1,5".
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = match text.strip_prefix(['-', '−', '\u{2013}']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let text = text.trim_start();
        let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let (whole, decimals) = (digits(whole)?, digits(decimals)?);
        if whole.is_empty() && decimals.is_empty() {
            return None;
        }
        let (whole, decimals) = (whole.trim_start_matches('0'), decimals.trim_end_matches('0'));
        if whole.len() > MAX_DIGITS || decimals.len() > MAX_DIGITS {
            return None;
        }
        let padded = format!("0{whole}{decimals:0<MAX_DIGITS$}");
        let value: i128 = padded.parse().ok()?;
        Some(Self(if negative { -value } else { value }))
    }

    /// The number as its shortest decimal form has it. Nothing if it is none, or has too many
    /// digits.
    pub fn from_f64(number: f64) -> Option<Self> {
        // Without an exponent, whatever the size: the longest has some hundred characters.
        Self::parse(&number.to_string())
    }

    /// Whether the other number is at most `tolerance` away, the bounds included.
    pub fn is_within(self, tolerance: Self, other: Self) -> bool {
        // Each is below 10^36, and their difference far below what an i128 holds.
        (self.0 - other.0).abs() <= tolerance.0
    }

    /// Whether it is below 0.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// The digits without the spaces between them; nothing if there is anything else.
fn digits(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    kept.bytes().all(|b| b.is_ascii_digit()).then_some(kept)
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, value) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, rest) = (value / ONE.unsigned_abs(), value % ONE.unsigned_abs());
        let decimals = format!("{rest:0>MAX_DIGITS$}");
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            decimals => write!(f, "{sign}{whole}.{decimals}"),
        }
    }
}

impl Kind for Number {
    fn starting_alternatives(&self) -> usize {
        1
    }

    fn most_alternatives(&self) -> i64 {
        1
    }

    fn takes_tolerance(&self) -> bool {
        true
    }

    fn takes_sub_question(&self, of: QuestionType) -> bool {
        any_part(of)
    }

    fn check_correct(&self, correct: &str) -> Result<(), AlternativeError> {
        let known = correct.is_empty() || Decimal::parse(correct).is_some();
        known.then_some(()).ok_or(AlternativeError::NotANumber)
    }

    fn check_answer(
        &self,
        _row: &Alternative,
        _rows: &[Alternative],
        answer: &AnswerText,
    ) -> Result<(), AnswerError> {
        Decimal::parse(answer.as_str()).map(|_| ()).ok_or(AnswerError::NotANumber)
    }

    fn grade(&self, sheet: &Sheet<'_>) -> Grade {
        let right = sheet.only_row().and_then(|row| Some((row, Decimal::parse(&row.correct)?)));
        let tolerance = Decimal::from_f64(sheet.question.tolerance.unwrap_or(0.0));
        let (Some((row, right)), Some(tolerance)) = (right, tolerance) else {
            return Grade::NeedsJudge;
        };
        let answer = sheet.answer(row);
        if answer.trim().is_empty() {
            return sheet.all_if(false);
        }
        match Decimal::parse(answer) {
            Some(answer) => sheet.all_if(answer.is_within(tolerance, right)),
            None => Grade::NeedsJudge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::testing::{self, answered, points, rows};
    use proptest::prelude::*;

    fn given(correct: &str, tolerance: Option<f64>, answer: &str) -> Grade {
        let question =
            crate::question::Question { tolerance, ..testing::question(QuestionType::Number, 3) };
        let rows = rows(&[("", correct)]);
        crate::question::grade(&question, &rows, &|_| Some(answer))
    }

    #[test]
    fn the_bounds_of_the_tolerance_are_right() {
        for right in ["0.74", "0,75", " 0.76 ", "+,75", "0.7500000"] {
            assert_eq!(given("0.75", Some(0.01), right), points(300), "{right}");
        }
        for wrong in ["0.73", "0.760000000000000001", "-0.75", "75", ""] {
            assert_eq!(given("0.75", Some(0.01), wrong), points(0), "{wrong}");
        }
        // As binary fractions they would be further apart than the tolerance.
        assert_eq!(given("0.3", Some(0.1), "0.4"), points(300));
        assert_eq!(given("1,1", Some(0.1), "1"), points(300));
    }

    #[test]
    fn without_a_tolerance_it_is_that_number() {
        assert_eq!(given("12", None, "12,0"), points(300));
        assert_eq!(given("12", None, "12,1"), points(0));
    }

    #[test]
    fn what_can_not_be_compared_is_judged() {
        assert_eq!(given("", None, "12"), Grade::NeedsJudge);
        assert_eq!(given("0.75", None, "0,75 A"), Grade::NeedsJudge);
        assert_eq!(given("0.75", Some(f64::NAN), "0,75"), Grade::NeedsJudge);
        assert_eq!(given("0.75", Some(1e300), "0,75"), Grade::NeedsJudge);
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let read = |text: &str| Decimal::parse(text).map(|number| number.to_string());
        for (text, number) in [
            ("1,5", "1.5"),
            (" 1.50", "1.5"),
            ("26 799,9", "26799.9"),
            ("26\u{a0}799\u{202f}000", "26799000"),
            ("−3", "-3"),
            ("- 3", "-3"),
            ("1,000", "1"),
            ("1,", "1"),
            (",5", "0.5"),
            ("-0", "0"),
            ("0000000000000000000000012.5000000000000000000000000", "12.5"),
            ("999999999999999999.999999999999999999", "999999999999999999.999999999999999999"),
        ] {
            assert_eq!(read(text).as_deref(), Some(number), "{text}");
        }
        for text in [
            "",
            " ",
            "-",
            ",",
            "1.000,5",
            "1,2,3",
            "1e5",
            "0x10",
            "inf",
            "NaN",
            "12 st",
            "½",
            "١",
            "--1",
            "1-",
            "1000000000000000000",
            "0.0000000000000000001",
        ] {
            assert_eq!(read(text), None, "{text}");
            let answer = answered(QuestionType::Number, &rows(&[("", "")]), 0, text);
            let expected = if text.is_empty() { Ok(()) } else { Err(AnswerError::NotANumber) };
            assert_eq!(answer, expected, "{text}");
        }
    }

    #[test]
    fn what_is_right_is_a_number_or_unknown() {
        for good in ["", "0.75", "0,75", "-12"] {
            assert_eq!(Number.check_correct(good), Ok(()));
        }
        assert_eq!(Number.check_correct("about 3"), Err(AlternativeError::NotANumber));
    }

    proptest! {
        #[test]
        fn spellings_of_a_number_are_graded_alike(
            whole in 0u32..100_000, decimals in 0u32..1000, negative: bool, right in 0u32..200_000,
            tolerance in 0u32..1000,
        ) {
            let sign = if negative { "-" } else { "" };
            let canonical = format!("{sign}{whole}.{decimals:03}");
            let spellings = [
                format!("{sign}{whole},{decimals:03}"),
                format!(" {sign}00{whole}.{decimals:03}000 "),
                format!("{} {whole} , {decimals:03}", if negative { "−" } else { "+" }),
            ];
            let tolerance = Some(f64::from(tolerance) / 100.0);
            let expected = given(&right.to_string(), tolerance, &canonical);
            for spelling in spellings {
                prop_assert_eq!(given(&right.to_string(), tolerance, &spelling), expected);
            }
        }

        #[test]
        fn a_number_reads_back_as_itself(value in -ONE * (ONE - 1)..ONE * (ONE - 1)) {
            let number = Decimal(value);
            prop_assert_eq!(Decimal::parse(&number.to_string()), Some(number));
        }

        #[test]
        fn every_tolerance_is_read_or_refused(number: f64) {
            if let Some(decimal) = Decimal::from_f64(number) {
                let back: f64 = decimal.to_string().parse().expect("a number");
                prop_assert_eq!(back, number);
            }
        }
    }
}
