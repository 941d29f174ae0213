//! Columns for people.

/// Lays rows out in columns: the first to the left, numbers to the right.
pub(crate) fn render(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let space = " ".repeat(width - cell.chars().count() + 2);
            let parts = if column == 0 { ["  ", cell, &space[2..]] } else { [&space, cell, ""] };
            text.extend(parts);
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// With four digits that count, or all those before the point.
pub(crate) fn number(value: f64) -> String {
    let whole = value.abs().max(1.0).log10() as usize + 1;
    let plain = format!("{value:.*}", 4_usize.saturating_sub(whole));
    let (digits, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        if left.is_multiple_of(3) && index > 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_long_as_they_tell_something() {
        let shown = [0.0, 0.1234, 12.345, 1234.6, 123_456.7, -1234.0].map(number);
        assert_eq!(shown, ["0.000", "0.123", "12.35", "1,235", "123,457", "-1,234"]);
    }

    #[test]
    fn numbers_stand_to_the_right() {
        let rows = [["µs", "1"], ["longer", "100"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(render(&rows), "  µs        1\n  longer  100\n");
    }
}
