//! Of which year a competition is.

/// The first number of four digits that can be meant as a year.
pub(super) fn in_name(name: &str) -> Option<i32> {
    let numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    numbers.filter_map(|digits| digits.parse().ok()).find(|year| (1900..2100).contains(year))
}

/// The year that a date starts with.
pub(super) fn of_date(date: &str) -> Option<i32> {
    let (year, _) = date.split_once('-')?;
    year.parse().ok().filter(|year| (1..=9999).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_four_digits_of_our_time() {
        assert_eq!(in_name("Riksfinal v1 2018"), Some(2018));
        assert_eq!(in_name("[REP] Regionfinal2019 (2020)"), Some(2019));
        assert_eq!(in_name("Regionfinal 20190403, sal 1234"), None);
        assert_eq!(of_date("2019-03-28T12:07:25.105Z"), Some(2019));
        assert_eq!(of_date("0000-01-01"), None);
        assert_eq!(of_date("-2019"), None);
        assert_eq!(of_date("today"), None);
    }
}
