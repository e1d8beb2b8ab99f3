//! The figures of one file, from what `inspect --json` says of it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// A row group is of the wanted size within so many hundredths …
const TOLERANCE_PERCENT: u64 = 10;
/// … and of so many row groups in a hundred that must be true. The program itself is judged more
/// strictly in its tests; this finds that something is broken.
const WITHIN_PERCENT: usize = 90;

/// What is known of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    pub file: String,
    pub file_bytes: u64,
    pub rows: u64,
    pub uncompressed_bytes: u64,
    pub compressed_bytes: u64,
    /// The sizes of the row groups, compressed.
    pub groups: Vec<u64>,
    pub target_bytes: Option<u64>,
    /// Row groups that have a target: not the last, nor any where nobody said one.
    pub judged: usize,
    /// Of those: near the target, as `inspect` judges it.
    pub in_range: usize,
    /// How many columns have an encoding.
    pub encodings: BTreeMap<String, usize>,
    /// How many columns have a codec.
    pub codecs: BTreeMap<String, usize>,
}

impl Figures {
    /// The figures in one line of `inspect --json`.
    ///
    /// # Errors
    ///
    /// Something is not there, by its name.
    pub fn of(line: &Value) -> Result<Self> {
        let number = |of: &Value, name: &str| {
            of[name]
                .as_u64()
                .with_context(|| format!("`inspect --json` gives no number `{name}`"))
        };
        let list = |name: &str| {
            line[name]
                .as_array()
                .with_context(|| format!("`inspect --json` gives no list `{name}`"))
        };
        let sizes = &line["group_sizes"];
        let columns = list("column_reports")?;
        Ok(Self {
            file: line["file"]
                .as_str()
                .context("`inspect --json` names no file")?
                .to_owned(),
            file_bytes: number(line, "file_bytes")?,
            rows: number(line, "rows")?,
            uncompressed_bytes: number(line, "uncompressed_bytes")?,
            compressed_bytes: number(line, "compressed_bytes")?,
            groups: list("row_groups")?
                .iter()
                .map(|group| number(group, "compressed_bytes"))
                .collect::<Result<_>>()?,
            target_bytes: sizes["target_bytes"].as_u64(),
            judged: usize::try_from(number(sizes, "judged")?)?,
            in_range: usize::try_from(number(sizes, "in_range")?)?,
            encodings: count(columns, "encodings")?,
            codecs: count(columns, "codecs")?,
        })
    }

    /// Bytes a row, of the whole file.
    pub fn bytes_per_row(&self) -> Option<f64> {
        (self.rows > 0).then(|| self.file_bytes as f64 / self.rows as f64)
    }

    /// How much smaller compression made it.
    pub fn ratio(&self) -> Option<f64> {
        (self.compressed_bytes > 0)
            .then(|| self.uncompressed_bytes as f64 / self.compressed_bytes as f64)
    }

    /// The sizes that count: all but the last, which takes what is left over.
    pub fn whole_groups(&self) -> &[u64] {
        match &self.groups[..] {
            [whole @ .., _] if !whole.is_empty() => whole,
            all => all,
        }
    }

    /// What is wrong with the sizes of the row groups.
    pub fn fault_in_sizes(&self) -> Option<String> {
        let Some(target) = self.target_bytes else {
            return Some("it does not say what size its row groups were wanted in".to_owned());
        };
        if self.judged == 0 {
            return None;
        }
        let groups = self.whole_groups();
        let near = |size: &&u64| size.abs_diff(target) * 100 <= target * TOLERANCE_PERCENT;
        let within = groups.iter().filter(near).count();
        (within * 100 < groups.len() * WITHIN_PERCENT).then(|| {
            format!(
                "{within} of {} row groups are within {TOLERANCE_PERCENT} % of the {target} bytes \
                 that were wanted, and nine of ten must be",
                groups.len()
            )
        })
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let groups = self.whole_groups();
        json!({
            "file": self.file,
            "file_bytes": self.file_bytes,
            "rows": self.rows,
            "bytes_per_row": self.bytes_per_row(),
            "row_groups": self.groups.len(),
            "target_bytes": self.target_bytes,
            "judged": self.judged,
            "in_range": self.in_range,
            "smallest_bytes": groups.iter().min(),
            "largest_bytes": groups.iter().max(),
            "ratio": self.ratio(),
            "codecs": self.codecs,
            "encodings": self.encodings,
        })
    }
}

/// How many columns name each of the words in a list of theirs.
fn count(columns: &[Value], list: &str) -> Result<BTreeMap<String, usize>> {
    let mut counts = BTreeMap::new();
    for column in columns {
        let words = column[list]
            .as_array()
            .with_context(|| format!("`inspect --json` gives a column no `{list}`"))?;
        for word in words.iter().filter_map(Value::as_str) {
            *counts.entry(word.to_owned()).or_default() += 1;
        }
    }
    Ok(counts)
}

/// What `inspect --json` says of a file with row groups of these sizes, ten rows each.
#[cfg(test)]
pub fn inspected(sizes: &[u64], target: Option<u64>) -> Value {
    let groups: Vec<_> = sizes
        .iter()
        .map(|size| json!({ "compressed_bytes": size }))
        .collect();
    let column = |encodings: &[&str]| json!({ "encodings": encodings, "codecs": ["SNAPPY"] });
    let whole = sizes.len().saturating_sub(1);
    json!({
        "file": "p.parquet",
        "file_bytes": sizes.iter().sum::<u64>() + 100,
        "rows": sizes.len() * 10,
        "uncompressed_bytes": sizes.iter().sum::<u64>() * 2,
        "compressed_bytes": sizes.iter().sum::<u64>(),
        "row_groups": groups,
        "group_sizes": {
            "target_bytes": target,
            "judged": if target.is_some() { whole } else { 0 },
            "in_range": if target.is_some() { whole } else { 0 },
        },
        "column_reports": [column(&["PLAIN"]), column(&["PLAIN", "RLE_DICTIONARY"])],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_follow_from_what_the_program_says() {
        let figures = Figures::of(&inspected(&[1000, 1020, 50], Some(1000))).unwrap();
        assert_eq!(
            figures.json().to_string(),
            "{\"bytes_per_row\":72.33333333333333,\
             \"codecs\":{\"SNAPPY\":2},\
             \"encodings\":{\"PLAIN\":2,\"RLE_DICTIONARY\":1},\
             \"file\":\"p.parquet\",\"file_bytes\":2170,\"in_range\":2,\"judged\":2,\
             \"largest_bytes\":1020,\"ratio\":2.0,\"row_groups\":3,\"rows\":30,\
             \"smallest_bytes\":1000,\"target_bytes\":1000}"
        );
        let empty = Figures::of(&inspected(&[], Some(1000))).unwrap();
        assert_eq!((empty.bytes_per_row(), empty.ratio()), (None, None));
        assert_eq!(empty.fault_in_sizes(), None);
    }

    #[test]
    fn what_is_not_there_is_named() {
        let mut line = inspected(&[1], None);
        line["rows"] = json!("many");
        let error = Figures::of(&line).unwrap_err().to_string();
        assert_eq!(error, "`inspect --json` gives no number `rows`");
    }
}
