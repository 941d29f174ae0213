//! Dense orders: 0, 1, 2, … without gaps, whatever is moved, added or taken away.

use thiserror::Error;

/// A place outside 0 to the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an order from 0 to {last} was expected, not {given}")]
pub struct OrderOutOfRange {
    /// What was asked for.
    pub given: i64,
    /// The last place there is.
    pub last: i64,
}

/// One item's move to another place, checked against how many there are.
///
/// The database carries it out as two updates of the range between the two places, and
/// [`Move::place_of`] is the rule for both of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Where the item stands.
    pub from: i32,
    /// Where it shall stand.
    pub to: i32,
}

impl Move {
    /// A move among `count` items.
    ///
    /// # Errors
    /// [`OrderOutOfRange`] when `to` is not one of the places.
    pub fn new(from: i32, to: i64, count: i64) -> Result<Self, OrderOutOfRange> {
        match i32::try_from(to) {
            Ok(place) if (0..count).contains(&to) => Ok(Self { from, to: place }),
            _ => Err(OrderOutOfRange { given: to, last: count - 1 }),
        }
    }

    /// Whether nothing moves at all.
    pub fn is_noop(self) -> bool {
        self.from == self.to
    }

    /// The places that change, from the lowest to the highest.
    pub fn touched(self) -> std::ops::RangeInclusive<i32> {
        self.from.min(self.to)..=self.from.max(self.to)
    }

    /// By how much the items between the two places step aside: -1 or 1.
    pub fn step(self) -> i32 {
        if self.from < self.to { -1 } else { 1 }
    }

    /// Where the item that stands at `place` stands afterwards.
    pub fn place_of(self, place: i32) -> i32 {
        if place == self.from {
            self.to
        } else if self.touched().contains(&place) {
            place + self.step()
        } else {
            place
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_place_outside_is_refused() {
        assert_eq!(Move::new(0, 3, 3), Err(OrderOutOfRange { given: 3, last: 2 }));
        assert_eq!(Move::new(0, -1, 3), Err(OrderOutOfRange { given: -1, last: 2 }));
        assert!(Move::new(0, i64::MAX, 3).is_err());
    }

    proptest! {
        #[test]
        fn moves_keep_the_order_dense_and_put_the_item_where_it_was_sent(
            count in 1usize..40,
            moves in prop::collection::vec((0usize..40, 0usize..40), 0..30),
        ) {
            let mut list: Vec<usize> = (0..count).collect();
            let mut places: Vec<i32> = (0..count as i32).collect();
            for (item, to) in moves {
                let (item, to) = (item % count, to % count);
                let change = Move::new(places[item], to as i64, count as i64).expect("in range");
                for place in &mut places {
                    *place = change.place_of(*place);
                }
                // The plain rule that it must agree with: take out, put in.
                let at = list.iter().position(|&x| x == item).expect("in the list");
                list.remove(at);
                list.insert(to, item);
                for (place, item) in list.iter().enumerate() {
                    prop_assert_eq!(places[*item], place as i32);
                }
            }
        }
    }
}
