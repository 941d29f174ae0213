//! How the value of a field is read, type by type.
//!
//! The sentences are those that the front-ends in use know from the old server.

use estrad_auth::Password;
use estrad_domain::competition::YEARS;
use estrad_domain::text::BoundedText;
use estrad_domain::types::Role;
use estrad_domain::user::Email;
use estrad_domain::{CityId, MediaId};
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

ids!(CityId, MediaId);

impl Field for Role {
    fn read(value: Value) -> Result<Self, Sentence> {
        Self::from_id(i64::read(value)?).ok_or_else(|| "There is no such role.".to_owned())
    }
}

/// A year that a competition can be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
#[schema(value_type = i32, minimum = 1, maximum = 9999, example = 2026)]
pub(crate) struct Year(pub(crate) i32);

impl Field for Year {
    fn read(value: Value) -> Result<Self, Sentence> {
        let year = i64::read(value)?;
        match i32::try_from(year) {
            Ok(small) if YEARS.contains(&year) => Ok(Self(small)),
            _ => Err(format!(
                "Must be greater than or equal to {} and less than or equal to {}.",
                YEARS.start(),
                YEARS.end()
            )),
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
    fn years_have_bounds() {
        assert!(Year::read(json!(0)).is_err());
        assert!(Year::read(json!(10_000)).is_err());
        assert_eq!(Year::read(json!(2026)), Ok(Year(2026)));
    }
}
