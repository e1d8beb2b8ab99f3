//! The columns by whose values rows are put into folders.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// So many partitions at most may be asked for: each is a file or an upload that is open.
pub const MAX_PARTITIONS: u64 = 10_000;

/// Names of columns, the first one that of the outermost folder; at least one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PartitionColumns(Vec<String>);

impl PartitionColumns {
    /// Their names.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

/// As `--partition-by` takes them: `country,city`.
impl FromStr for PartitionColumns {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names: Vec<_> = text.split(',').map(|name| name.trim().to_owned()).collect();
        match names.iter().any(String::is_empty) {
            true => Err("not a list of columns: write COLUMN,…, for example country,city".into()),
            false => Ok(Self(names)),
        }
    }
}

impl TryFrom<String> for PartitionColumns {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for PartitionColumns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_parted_by_commas() {
        let columns: PartitionColumns = "country, city".parse().unwrap();
        assert_eq!(columns.names(), ["country", "city"]);
        assert_eq!(columns.to_string(), "country,city");
        for bad in ["", " ", "a,", ",a", "a,,b"] {
            assert!(bad.parse::<PartitionColumns>().is_err(), "{bad}");
        }
    }
}
