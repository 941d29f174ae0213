//! How the value of a field is read, type by type.
//!
//! The sentences are those that the front-ends in use know from the old server.

use chrono::{DateTime, Datelike as _};
use estrad_auth::Password;
use estrad_domain::clock::Timestamp;
use estrad_domain::competition::YEARS;
use estrad_domain::component::MAX_COORDINATE;
use estrad_domain::name::CleanText;
use estrad_domain::points::Points;
use estrad_domain::presentation::TimerRestart;
use estrad_domain::question::MAX_TOTAL_SCORE;
use estrad_domain::slide::MAX_TIMER_SECONDS;
use estrad_domain::text::BoundedText;
use estrad_domain::types::{ComponentType, QuestionType, Role, View};
use estrad_domain::user::Email;
use estrad_domain::views::Views;
use estrad_domain::{
    AlternativeId, CityId, CompetitionId, MediaId, PresentationId, QuestionId, TeamId, UserId,
};
use serde_json::Value;

/// Why a value was not taken, as a sentence.
type Sentence = String;

const NULL: &str = "Field may not be null.";

/// A type that fields can have.
pub(crate) trait Field: Sized {
    /// Reads the value.
    fn read(value: Value) -> Result<Self, Sentence>;

    /// What the field is when it is not there.
    fn absent() -> Result<Self, Sentence> {
        Err("Missing data for required field.".to_owned())
    }
}

/// May be left out, or null.
impl<T: Field> Field for Option<T> {
    fn read(value: Value) -> Result<Self, Sentence> {
        if value.is_null() { Ok(None) } else { T::read(value).map(Some) }
    }

    fn absent() -> Result<Self, Sentence> {
        Ok(None)
    }
}

/// Left out: stays. Null: is taken away. Else: is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clearable<T>(pub(crate) Option<Option<T>>);

impl<T: Field> Field for Clearable<T> {
    fn read(value: Value) -> Result<Self, Sentence> {
        Option::<T>::read(value).map(|value| Self(Some(value)))
    }

    fn absent() -> Result<Self, Sentence> {
        Ok(Self(None))
    }
}

impl Field for String {
    fn read(value: Value) -> Result<Self, Sentence> {
        match value {
            Value::String(text) => Ok(text),
            Value::Null => Err(NULL.to_owned()),
            _ => Err("Not a valid string.".to_owned()),
        }
    }
}

/// A text that is only looked at, such as one to search for or a password to check: of bounded
/// length, without NUL.
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = String, max_length = 1024)]
pub(crate) struct PlainText(pub(crate) String);

impl Field for PlainText {
    fn read(value: Value) -> Result<Self, Sentence> {
        BoundedText::<0, 1024>::read(value).map(|text| Self(text.into_string()))
    }
}

impl<const MIN: usize, const MAX: usize> Field for BoundedText<MIN, MAX> {
    fn read(value: Value) -> Result<Self, Sentence> {
        Self::new(String::read(value)?).map_err(|error| error.to_string())
    }
}

impl<const MIN: usize, const MAX: usize> Field for CleanText<MIN, MAX> {
    fn read(value: Value) -> Result<Self, Sentence> {
        Self::new(String::read(value)?).map_err(|error| error.to_string())
    }
}

/// One of its two words.
impl Field for TimerRestart {
    fn read(value: Value) -> Result<Self, Sentence> {
        let word = String::read(value)?;
        Self::from_word(&word).ok_or_else(|| "Must be one of: allowed, confirm.".to_owned())
    }
}

impl Field for Email {
    fn read(value: Value) -> Result<Self, Sentence> {
        match value {
            Value::String(text) => Self::new(&text).map_err(|error| error.to_string()),
            Value::Null => Err(NULL.to_owned()),
            _ => Err("Not a valid email address.".to_owned()),
        }
    }
}

impl Field for Password {
    fn read(value: Value) -> Result<Self, Sentence> {
        Self::new(String::read(value)?)
    }
}

/// A whole number, also as a string of digits: forms and queries send it so.
impl Field for i64 {
    fn read(value: Value) -> Result<Self, Sentence> {
        let number = match &value {
            Value::Number(number) => {
                // 3.0 is a whole number in JSON.
                number.as_i64().or_else(|| whole(number.as_f64()?))
            }
            Value::String(text) => text.trim().parse().ok(),
            Value::Null => return Err(NULL.to_owned()),
            _ => None,
        };
        number.ok_or_else(|| "Not a valid integer.".to_owned())
    }
}

fn whole(number: f64) -> Option<i64> {
    // Beyond 2^53 a float no longer says which number is meant.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

macro_rules! ids {
    ($($name:ident),+) => {$(
        impl Field for $name {
            fn read(value: Value) -> Result<Self, Sentence> {
                i64::read(value).map(Self)
            }
        }
    )+};
}

ids!(AlternativeId, CityId, CompetitionId, MediaId, PresentationId, QuestionId, TeamId, UserId);

/// A place in a log: the number of its entry, or 0 for the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seq(pub(crate) i64);

impl Field for Seq {
    fn read(value: Value) -> Result<Self, Sentence> {
        match i64::read(value)? {
            number if number >= 0 => Ok(Self(number)),
            _ => Err("Must be greater than or equal to 0.".to_owned()),
        }
    }
}

/// A moment: RFC 3339, or milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant(pub(crate) Timestamp);

impl Field for Instant {
    fn read(value: Value) -> Result<Self, Sentence> {
        let moment = match i64::read(value.clone()) {
            Ok(milliseconds) => Timestamp::from_timestamp_millis(milliseconds),
            // In a query a plus sign is a space, unless somebody thought of that.
            Err(_) => DateTime::parse_from_rfc3339(&String::read(value)?.replace(' ', "+"))
                .ok()
                .map(|moment| moment.to_utc()),
        };
        // What both databases can compare with.
        let moment = moment.filter(|moment| (0..=9_999).contains(&moment.year()));
        moment.map(Self).ok_or_else(|| "Not a valid datetime.".to_owned())
    }
}

/// Yes or no, as queries say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flag(pub(crate) bool);

impl Field for Flag {
    fn read(value: Value) -> Result<Self, Sentence> {
        match value {
            Value::Bool(flag) => Ok(Self(flag)),
            Value::String(text) if matches!(text.as_str(), "true" | "1") => Ok(Self(true)),
            Value::String(text) if matches!(text.as_str(), "false" | "0") => Ok(Self(false)),
            Value::Null => Err(NULL.to_owned()),
            _ => Err("Not a valid boolean.".to_owned()),
        }
    }
}

impl Field for Views {
    fn read(value: Value) -> Result<Self, Sentence> {
        Self::from_word(&String::read(value)?)
            .ok_or_else(|| "Must be one of: legacy, as_shown.".to_owned())
    }
}

/// A list of at most 100 different things.
impl<T: Field + PartialEq> Field for Vec<T> {
    fn read(value: Value) -> Result<Self, Sentence> {
        const MOST: usize = 100;
        let values = match value {
            Value::Array(values) => values,
            Value::Null => return Err(NULL.to_owned()),
            _ => return Err("Not a valid list.".to_owned()),
        };
        if values.is_empty() {
            return Err("Shorter than minimum length 1.".to_owned());
        }
        if values.len() > MOST {
            return Err(format!("Longer than maximum length {MOST}."));
        }
        let mut items = Self::with_capacity(values.len());
        for value in values {
            let item = T::read(value)?;
            if items.contains(&item) {
                return Err("Contains the same value twice.".to_owned());
            }
            items.push(item);
        }
        Ok(items)
    }
}

macro_rules! fixed_ids {
    ($($name:ident: $sentence:literal),+ $(,)?) => {$(
        impl Field for $name {
            fn read(value: Value) -> Result<Self, Sentence> {
                Self::from_id(i64::read(value)?).ok_or_else(|| $sentence.to_owned())
            }
        }
    )+};
}

fixed_ids! {
    Role: "There is no such role.",
    View: "There is no such view.",
    ComponentType: "There is no such component type.",
    QuestionType: "There is no such question type.",
}

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whole<const MIN: i32, const MAX: i32>(pub(crate) i32);

impl<const MIN: i32, const MAX: i32> Whole<MIN, MAX> {
    fn within(number: i64) -> Result<Self, Sentence> {
        match i32::try_from(number) {
            Ok(small) if (MIN..=MAX).contains(&small) => Ok(Self(small)),
            _ => Err(format!(
                "Must be greater than or equal to {MIN} and less than or equal to {MAX}."
            )),
        }
    }
}

impl<const MIN: i32, const MAX: i32> Field for Whole<MIN, MAX> {
    fn read(value: Value) -> Result<Self, Sentence> {
        Self::within(i64::read(value)?)
    }
}

/// A year that a competition can be of.
pub(crate) type Year = Whole<{ *YEARS.start() }, { *YEARS.end() }>;
/// A think time in seconds.
pub(crate) type Seconds = Whole<0, MAX_TIMER_SECONDS>;
/// What a question is worth.
pub(crate) type TotalScore = Whole<0, MAX_TOTAL_SCORE>;

/// Points that are given for a question, to the hundredth; also as a string, as forms send them. How
/// many and whether in fractions is the competition's to say.
impl Field for Points {
    fn read(value: Value) -> Result<Self, Sentence> {
        let number = match &value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null => return Err(NULL.to_owned()),
            _ => None,
        };
        let number = number.ok_or_else(|| "Not a valid number.".to_owned())?;
        Self::exactly(number).ok_or_else(|| "Not a number of hundredths.".to_owned())
    }
}

/// A coordinate or size in pixels from `MIN` on. Fractions are cut off, as front-ends that drag and
/// scale send them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pixels<const MIN: i32>(pub(crate) i32);

/// A coordinate, which may lie outside of the slide.
pub(crate) type Coordinate = Pixels<{ -MAX_COORDINATE }>;
/// A width or height.
pub(crate) type Size = Pixels<0>;

impl<const MIN: i32> Field for Pixels<MIN> {
    fn read(value: Value) -> Result<Self, Sentence> {
        let whole = match value.as_f64() {
            // Casting saturates: what is far outside stays outside.
            Some(number) => number.trunc() as i64,
            None => i64::read(value)?,
        };
        Whole::<MIN, MAX_COORDINATE>::within(whole).map(|whole| Self(whole.0))
    }
}

/// A finite number from 0 on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tolerance(pub(crate) f64);

impl Field for Tolerance {
    fn read(value: Value) -> Result<Self, Sentence> {
        match value.as_f64() {
            Some(number) if number >= 0.0 && number.is_finite() => Ok(Self(number)),
            Some(_) => Err("Must be greater than or equal to 0.".to_owned()),
            None if value.is_null() => Err(NULL.to_owned()),
            None => Err("Not a valid number.".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_numbers_come_in_several_dresses() {
        for value in [json!(3), json!(3.0), json!("3"), json!(" 3 ")] {
            assert_eq!(i64::read(value.clone()), Ok(3), "{value}");
        }
        for value in [
            json!(3.5),
            json!("x"),
            json!(true),
            json!([3]),
            json!(1e300),
            json!("9223372036854775808"),
        ] {
            assert_eq!(i64::read(value.clone()), Err("Not a valid integer.".to_owned()), "{value}");
        }
    }

    #[test]
    fn left_out_and_null_are_two_things_where_it_matters() {
        assert_eq!(Clearable::<i64>::absent(), Ok(Clearable(None)));
        assert_eq!(Clearable::<i64>::read(json!(null)), Ok(Clearable(Some(None))));
        assert_eq!(Clearable::<i64>::read(json!(7)), Ok(Clearable(Some(Some(7)))));
        assert_eq!(Option::<i64>::read(json!(null)), Ok(None));
        assert!(i64::read(json!(null)).is_err());
    }

    #[test]
    fn moments_come_in_two_dresses() {
        let noon = Timestamp::from_timestamp(1_795_348_800, 0).map(Instant);
        for value in [
            json!(1_795_348_800_000_i64),
            json!("1795348800000"),
            json!("2026-11-22T12:00:00Z"),
            json!("2026-11-22T13:00:00+01:00"),
            json!("2026-11-22T13:00:00 01:00"),
        ] {
            assert_eq!(Instant::read(value.clone()).ok(), noon, "{value}");
        }
        for value in [json!("noon"), json!("2026-11-22"), json!(i64::MAX), json!(-1e15), json!([])]
        {
            assert!(Instant::read(value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn years_have_bounds() {
        assert!(Year::read(json!(0)).is_err());
        assert!(Year::read(json!(10_000)).is_err());
        assert_eq!(Year::read(json!(2026)), Ok(Whole(2026)));
    }

    #[test]
    fn pixels_lose_their_fractions_and_keep_their_bounds() {
        assert_eq!(Coordinate::read(json!(-12.7)), Ok(Pixels(-12)));
        assert_eq!(Coordinate::read(json!("34")), Ok(Pixels(34)));
        assert!(Size::read(json!(-1)).is_err());
        assert!(Size::read(json!(1e300)).is_err());
        assert!(Size::read(json!(null)).is_err());
    }
}
