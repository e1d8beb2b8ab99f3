//! The figures as one table, a part for each codec.

use super::Encoded;
use crate::columns::aligned;

const TITLES: [&str; 6] = ["CPU-s/M rows", "least", "most", "MB", "of ours", "name"];

/// A part for each codec, in the order in which they come.
pub fn of(all: &[Encoded]) -> String {
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(all.iter().map(cells));
    let mut aligned = aligned(&rows).into_iter();
    let mut lines: Vec<_> = aligned.next().into_iter().collect();
    let mut codec = "";
    for (line, one) in aligned.zip(all) {
        if one.codec != codec {
            codec = &one.codec;
            lines.push(String::new());
            lines.push(codec.to_owned());
        }
        lines.push(line);
    }
    lines.join("\n")
}

fn cells(of: &Encoded) -> [String; 6] {
    [
        format!("{:.3}", of.cpu_s),
        format!("{:.3}", of.least),
        format!("{:.3}", of.most),
        format!("{:.1}", of.file_bytes as f64 / 1e6),
        of.ratio
            .map_or(String::new(), |ratio| format!("{ratio:.2} x")),
        of.name.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::turns::{line, merge};
    use super::*;

    #[test]
    fn codecs_stand_apart_though_the_peers_come_later() {
        let turn = vec![
            line("none", "blockwrite", 0.1),
            line("snappy", "blockwrite", 0.25),
            line("none", "DuckDB", 0.2),
            line("snappy", "DuckDB", 0.3),
        ];
        let expected = [
            "CPU-s/M rows  least   most    MB  of ours  name",
            "",
            "none",
            "       0.200  0.200  0.200  80.0           blockwrite",
            "       0.400  0.400  0.400  80.0   2.00 x  DuckDB",
            "",
            "snappy",
            "       0.500  0.500  0.500  80.0           blockwrite",
            "       0.600  0.600  0.600  80.0   1.20 x  DuckDB",
        ];
        let table = of(&merge(&[turn]).unwrap());
        assert_eq!(table.lines().collect::<Vec<_>>(), expected);
    }
}
