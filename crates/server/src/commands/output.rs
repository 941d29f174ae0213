//! What commands print, which is their product: on the standard output, apart from the log.

use std::io::{self, Write as _};

use super::CommandError;

/// Prints a text as it is. A reader that went away (`| head`) has read what it wanted.
pub(super) fn print(text: &str) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(CommandError::Output),
    }
}

/// Lays rows out in columns under their titles.
pub(super) fn table<const COLUMNS: usize>(
    titles: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> String {
    let mut widths = titles.map(|title| title.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; COLUMNS]| {
        let mut line = String::from(" ");
        for (cell, width) in cells.iter().zip(widths) {
            line.push(' ');
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.chars().count() + 1));
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        line
    };
    let mut text = line(titles);
    for row in rows {
        text.push_str(&line(row.each_ref().map(String::as_str)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["Åsa".to_owned(), "x".to_owned()], ["Al".to_owned(), "yy".to_owned()]];
        assert_eq!(table(["Name", "C"], &rows), "  Name  C\n  Åsa   x\n  Al    yy\n");
    }
}
