//! Tables for people: columns line up and fit a width; what is too long is cut with `…`.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Between two columns.
const GAP: &str = "  ";

/// On which side of its column a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A column: its title, and how it gives way where the table is too wide.
#[derive(Clone, Debug)]
pub struct Column {
    title: String,
    align: Align,
    /// It is not cut to fewer columns of the terminal than these.
    least: usize,
}

impl Column {
    /// A column of words, which may be cut.
    pub fn words(title: &str) -> Self {
        Self {
            title: printable(title),
            align: Align::Left,
            least: 8,
        }
    }

    /// A column of numbers, which are never cut: half a number is a wrong one.
    pub fn numbers(title: &str) -> Self {
        Self {
            title: printable(title),
            align: Align::Right,
            least: usize::MAX,
        }
    }

    /// The same on another side.
    pub fn aligned(mut self, align: Align) -> Self {
        self.align = align;
        self
    }

    /// The same, never cut below so many columns of the terminal.
    pub fn at_least(mut self, least: usize) -> Self {
        self.least = least;
        self
    }
}

/// Rows of cells under titles.
#[derive(Clone, Debug)]
pub struct TextTable {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// A table without rows.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self {
            columns: columns.into_iter().collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row: a cell a column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        let cells = cells.into_iter().map(|cell| printable(cell.as_ref()));
        self.rows.push(cells.collect());
    }

    /// Takes the rows away and keeps the columns.
    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// How wide each column becomes, so that a line takes at most `width` columns of the terminal
    /// behind `indent` spaces. Columns for which there is no room at all are left out, the last
    /// ones first, but never the first of all.
    pub fn layout(&self, indent: usize, width: Option<usize>) -> Layout {
        let natural = self.columns.iter().enumerate().map(|(at, column)| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells
                .map(|cell| cell.width())
                .fold(column.title.width(), usize::max)
        });
        let mut widths: Vec<usize> = natural.collect();
        if let Some(width) = width {
            let least = widths.iter().zip(&self.columns);
            let least: Vec<usize> = least
                .map(|(width, column)| column.least.min(*width))
                .collect();
            let mut taken = indent;
            let fitting = least.iter().take_while(|least| {
                taken += *least + GAP.len();
                taken - GAP.len() <= width
            });
            widths.truncate(fitting.count().max(1));
            shrink(&mut widths, &least, width.saturating_sub(indent));
        }
        Layout { indent, widths }
    }

    /// Whether all rows fit into a layout that was made of others: numbers are not cut.
    pub fn fits(&self, layout: &Layout) -> bool {
        let whole = |at: &usize| self.columns[*at].least == usize::MAX;
        let mut numbers = (0..layout.widths.len()).filter(whole);
        let fits = |at: usize, row: &Vec<String>| {
            row.get(at)
                .is_none_or(|cell| cell.width() <= layout.widths[at])
        };
        numbers.all(|at| self.rows.iter().all(|row| fits(at, row)))
    }

    /// The line of the titles.
    pub fn titles(&self, layout: &Layout) -> String {
        self.line(layout, self.columns.iter().map(|column| &column.title))
    }

    /// A line that parts titles from rows.
    pub fn rule(&self, layout: &Layout) -> String {
        let rules: Vec<_> = layout
            .widths
            .iter()
            .map(|width| "─".repeat(*width))
            .collect();
        self.line(layout, &rules)
    }

    /// A line for each row.
    pub fn lines(&self, layout: &Layout) -> String {
        self.rows.iter().map(|row| self.line(layout, row)).collect()
    }

    /// Titles and rows behind `indent` spaces, within `width` columns of the terminal if that is
    /// given.
    pub fn render(&self, indent: usize, width: Option<usize>) -> String {
        let layout = self.layout(indent, width);
        self.titles(&layout) + &self.lines(&layout)
    }

    fn line<'a>(&self, layout: &Layout, cells: impl IntoIterator<Item = &'a String>) -> String {
        let mut line = " ".repeat(layout.indent);
        let columns = cells.into_iter().zip(&self.columns).zip(&layout.widths);
        for (at, ((cell, column), width)) in columns.enumerate() {
            if at > 0 {
                line.push_str(GAP);
            }
            let cell = cut(cell, *width);
            let space = " ".repeat(width.saturating_sub(cell.width()));
            match column.align {
                Align::Left => line.extend([cell.as_str(), &space]),
                Align::Right => line.extend([space.as_str(), &cell]),
            }
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        line
    }
}

/// How wide the columns of a table are.
#[derive(Clone, Debug)]
pub struct Layout {
    indent: usize,
    widths: Vec<usize>,
}

impl Layout {
    /// How many columns of the table are shown.
    pub fn shown(&self) -> usize {
        self.widths.len()
    }
}

/// Takes from the widest column that may give, until all fit or none may.
fn shrink(widths: &mut [usize], least: &[usize], room: usize) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    let mut over = (widths.iter().sum::<usize>() + gaps).saturating_sub(room);
    while over > 0 {
        let giving = widths.iter_mut().zip(least);
        let Some((widest, _)) = giving
            .filter(|(width, least)| **width > **least)
            .max_by_key(|(width, _)| **width)
        else {
            return;
        };
        *widest -= 1;
        over -= 1;
    }
}

/// The text, or as much of it as fits with `…` at its end.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut taken = 1;
    for c in text.chars() {
        taken += c.width().unwrap_or(0);
        if taken > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// The text with what would move the cursor, change colours or turn the direction of writing
/// made visible: values of a file must not draw on a terminal.
pub fn printable(text: &str) -> String {
    escaped(text, draws)
}

/// The same for a paragraph, whose ends of lines stay.
pub fn printable_lines(text: &str) -> String {
    escaped(text, |c| c != '\n' && draws(c))
}

fn draws(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escaped(text: &str, draws: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if draws(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use proptest::prelude::*;

    fn table() -> TextTable {
        let mut table = TextTable::new([
            Column::words("name"),
            Column::numbers("bytes"),
            Column::words("what it says"),
        ]);
        table.row(["id", "1,234,567", "short"]);
        table.row([
            "a_rather_long_name",
            "8",
            "many words that go on and on\nand on",
        ]);
        table
    }

    #[test]
    fn columns_line_up_and_give_way() {
        expect![[r#"
            Files
              name                    bytes  what it says
              id                  1,234,567  short
              a_rather_long_name          8  many words that go on and on\nand on
        "#]]
        .assert_eq(&format!("Files\n{}", table().render(2, None)));
        expect![[r#"
            name               bytes  what it says
            id             1,234,567  short
            a_rather_lon…          8  many words t…
        "#]]
        .assert_eq(&table().render(0, Some(39)));
    }

    #[test]
    fn columns_without_room_are_left_out() {
        let layout = table().layout(0, Some(20));
        assert_eq!(layout.shown(), 2);
        expect![[r#"
            name           bytes
            ─────────  ─────────
        "#]]
        .assert_eq(&(table().titles(&layout) + &table().rule(&layout)));
        assert_eq!(table().layout(0, Some(1)).shown(), 1);
    }

    #[test]
    fn a_number_without_room_is_told() {
        let (mut table, layout) = (table(), table().layout(0, Some(39)));
        table.clear();
        table.row(["a name that is longer than the others", "7,654,321", ""]);
        assert!(table.fits(&layout));
        table.row(["", "87,654,321", ""]);
        assert!(!table.fits(&layout));
    }

    #[test]
    fn a_value_draws_nothing_on_a_terminal() {
        assert_eq!(
            printable("a\u{1b}[31mb\r\u{202e}c"),
            r"a\u{1b}[31mb\r\u{202e}c"
        );
        assert_eq!(printable("Zoë 山田"), "Zoë 山田");
        assert_eq!(printable_lines("a\nb\r\u{1b}"), "a\nb\\r\\u{1b}");
    }

    #[test]
    fn wide_letters_count_twice() {
        assert_eq!(cut("山田太郎", 8), "山田太郎");
        assert_eq!(cut("山田太郎", 7), "山田太…");
        assert_eq!(cut("山田太郎", 6), "山田…");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_for(
            cells in proptest::collection::vec(("\\PC{0,40}", "\\PC{0,40}"), 0..6),
            width in 18_usize..60,
        ) {
            let mut table = TextTable::new([Column::words("one"), Column::words("two")]);
            for (one, two) in &cells {
                table.row([one, two]);
            }
            for line in table.render(0, Some(width)).lines() {
                prop_assert!(line.width() <= width, "{line}");
            }
        }
    }
}
