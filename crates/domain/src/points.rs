//! Points, exact to the hundredth.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number of points in hundredths, so that sums of fractions stay exact.
///
/// Serialises as a whole number where it is one, else as a decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Points(i64);

impl Points {
    /// The most points that one score can have, either way: those for a question that is worth the most,
    /// see [`crate::answer::most_points`].
    pub const MAX: Self = Self(1_000_000_000);

    /// Whole points.
    pub const fn whole(points: i32) -> Self {
        Self(points as i64 * 100)
    }

    /// From hundredths of a point, as stored.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// From a number of points, if it is one of hundredths. What is not finite is none.
    pub fn exactly(points: f64) -> Option<Self> {
        let hundredths = points * 100.0;
        let nearest = hundredths.round();
        // A decimal is not exact as a float: 0.29 is a little less than 29 hundredths.
        let near = (hundredths - nearest).abs() <= 1e-6;
        (near && nearest.abs() <= 1e13).then_some(Self(nearest as i64))
    }

    /// Whether there is no part of a point in it.
    pub const fn is_whole(self) -> bool {
        self.0 % 100 == 0
    }

    /// In hundredths of a point.
    pub const fn hundredths(self) -> i64 {
        self.0
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        Self(points.map(|p| p.0).sum())
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_whole() {
            serializer.serialize_i64(self.0 / 100)
        } else {
            serializer.serialize_f64(self.0 as f64 / 100.0)
        }
    }
}

/// As it is serialised; what is finer than a hundredth is rounded. Sums may be more than
/// [`Points::MAX`].
impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hundredths = (f64::deserialize(deserializer)? * 100.0).round();
        // Beyond 2^53 a float no longer says which number is meant.
        if hundredths.abs() > 9_007_199_254_740_992.0 {
            return Err(D::Error::custom("too many points"));
        }
        Ok(Self(hundredths as i64))
    }
}

impl utoipa::PartialSchema for Points {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new().schema_type(Type::Number).into()
    }
}

impl utoipa::ToSchema for Points {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_points_serialise_as_integers() {
        let json = |p: Points| serde_json::to_string(&p).expect("serialises");
        assert_eq!(json(Points::whole(2)), "2");
        assert_eq!(json(Points::from_hundredths(150)), "1.5");
        assert_eq!(json(Points::from_hundredths(-25)), "-0.25");
    }

    #[test]
    fn only_hundredths_are_points() {
        let points = |hundredths| Some(Points::from_hundredths(hundredths));
        for (number, expected) in [
            (0.29, points(29)),
            (-1.5, points(-150)),
            (9999.99, points(999_999)),
            (1e4, points(1_000_000)),
            (0.001, None),
            (1.005, None),
            (1.0 / 3.0, None),
            (1e300, None),
            (f64::NAN, None),
            (f64::NEG_INFINITY, None),
        ] {
            assert_eq!(Points::exactly(number), expected, "{number}");
        }
    }

    #[test]
    fn tenths_add_up_exactly() {
        let sum: Points = std::iter::repeat_n(Points::from_hundredths(10), 10).sum();
        assert_eq!(sum, Points::whole(1));
    }
}
