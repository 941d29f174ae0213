//! Percentiles.

/// The least value that `percent` of all values do not exceed; of no values, 0.
pub(crate) fn percentile(values: &mut [u32], percent: f64) -> u32 {
    if values.is_empty() {
        return 0;
    }
    let rank = (percent / 100.0 * values.len() as f64).ceil() as usize;
    let index = rank.clamp(1, values.len()) - 1;
    *values.select_nth_unstable(index).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let mut values: Vec<u32> = (1..=200).rev().collect();
        assert_eq!(percentile(&mut values, 50.0), 100);
        assert_eq!(percentile(&mut values, 99.0), 198);
        assert_eq!(percentile(&mut values, 100.0), 200);
        assert_eq!(percentile(&mut values, 0.0), 1);
    }

    #[test]
    fn few_values_have_percentiles_too() {
        assert_eq!(percentile(&mut [7], 99.0), 7);
        assert_eq!(percentile(&mut [9, 7], 50.0), 7);
        assert_eq!(percentile(&mut [], 50.0), 0);
    }
}
