//! Columns that line up: numbers to the right, and the name last, so that a long one moves nothing.

/// A line for each row, of cells that are as wide as the widest of their column.
pub fn aligned<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; N]| {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
            if at + 1 == N {
                line += cell;
            } else {
                line += &format!("{cell:>width$}  ");
            }
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_and_names_begin_at_the_same_place() {
        let rows = [["B", "name"], ["1000", "a"], ["5", ""]];
        let rows = rows.map(|row| row.map(str::to_owned));
        assert_eq!(aligned(&rows), ["   B  name", "1000  a", "   5"]);
    }
}
