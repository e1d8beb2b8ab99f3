//! The figures of files as one table.

use std::collections::BTreeMap;

use super::figures::Figures;
use crate::columns::aligned;

const TITLES: [&str; 7] = [
    "size", "rows", "B/row", "groups", "in range", "ratio", "file",
];

/// Two lines a file: the figures, and below them what they are made of.
pub fn of(figures: &[Figures]) -> String {
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(figures.iter().map(cells));
    let mut aligned = aligned(&rows).into_iter();
    let mut lines: Vec<_> = aligned.next().into_iter().collect();
    for (line, figures) in aligned.zip(figures) {
        lines.push(line);
        lines.push(format!("  {}", below(figures)));
    }
    lines.push(String::new());
    lines.push(
        "In range: within 5 % of the wanted size; a file's last group does not count.".to_owned(),
    );
    lines.join("\n")
}

fn cells(figures: &Figures) -> [String; 7] {
    let or_nothing = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let judged = (figures.judged > 0).then(|| format!("{}/{}", figures.in_range, figures.judged));
    [
        size(figures.file_bytes),
        grouped(figures.rows),
        or_nothing(figures.bytes_per_row().map(|bytes| format!("{bytes:.1}"))),
        figures.groups.len().to_string(),
        or_nothing(judged),
        or_nothing(figures.ratio().map(|ratio| format!("{ratio:.2}"))),
        figures.file.clone(),
    ]
}

fn below(figures: &Figures) -> String {
    let groups = figures.whole_groups();
    let sizes = match (groups.iter().min(), groups.iter().max()) {
        (Some(smallest), Some(largest)) => {
            format!("{} to {}", size(*smallest), size(*largest))
        }
        _ => "no row groups".to_owned(),
    };
    let wanted = figures
        .target_bytes
        .map_or(String::new(), |target| format!(" for {}", size(target)));
    let codecs: Vec<_> = figures.codecs.keys().map(String::as_str).collect();
    format!(
        "{sizes}{wanted}; {}; {}",
        codecs.join(", "),
        counts(&figures.encodings)
    )
}

/// `PLAIN 15, RLE_DICTIONARY 3`: so many columns have it.
fn counts(of: &BTreeMap<String, usize>) -> String {
    let counts: Vec<_> = of
        .iter()
        .map(|(word, count)| format!("{word} {count}"))
        .collect();
    counts.join(", ")
}

pub fn size(bytes: u64) -> String {
    for (unit, factor) in [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] {
        let value = bytes as f64 / factor;
        if value >= 0.9995 {
            let digits = match value {
                ..9.995 => 2,
                ..99.95 => 1,
                _ => 0,
            };
            return format!("{value:.digits$} {unit}");
        }
    }
    format!("{bytes} B")
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::figures::inspected;
    use super::*;

    #[test]
    fn columns_line_up() {
        let files = [
            inspected(&[1_040_000, 1_060_000, 50], Some(1 << 20)),
            inspected(&[], None),
        ];
        let files = files.map(|file| Figures::of(&file).unwrap());
        let expected = [
            "   size  rows    B/row  groups  in range  ratio  file",
            "2.10 MB    30  70005.0       3       2/2   2.00  p.parquet",
            "  1.04 MB to 1.06 MB for 1.05 MB; SNAPPY; PLAIN 2, RLE_DICTIONARY 1",
            "  100 B     0        -       0         -      -  p.parquet",
            "  no row groups; SNAPPY; PLAIN 2, RLE_DICTIONARY 1",
            "",
            "In range: within 5 % of the wanted size; a file's last group does not count.",
        ];
        assert_eq!(of(&files), expected.join("\n"));
    }
}
