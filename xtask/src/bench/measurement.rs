//! One line of a bench or of a peer.

use anyhow::{Context as _, Result};
use serde_json::Value;

/// What was measured, and how fast it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// What it belongs to, such as `kinds`.
    pub group: String,
    pub name: String,
    /// Columns that were made with it.
    pub beside: Vec<String>,
    /// Median, slowest and fastest of the blocks.
    pub rows_per_s: f64,
    pub lowest: f64,
    pub highest: f64,
    pub bytes_per_row: f64,
    /// How many times as fast ours is, where it is somebody else's.
    pub ratio: Option<f64>,
    /// The line as it came, which holds more than is shown.
    line: Value,
}

impl Measurement {
    /// The measurements in what a bench printed.
    ///
    /// # Errors
    ///
    /// What is no JSON, or has something left out, by its name.
    pub fn all(printed: &str) -> Result<Vec<Self>> {
        let lines = printed.lines().filter(|line| !line.trim().is_empty());
        lines
            .map(|line| {
                let line = serde_json::from_str(line)
                    .with_context(|| format!("a bench printed no JSON: {line}"))?;
                Self::of(line)
            })
            .collect()
    }

    fn of(line: Value) -> Result<Self> {
        let text = |name: &str| {
            let text = line[name].as_str().map(str::to_owned);
            text.with_context(|| format!("a bench gives no text `{name}`"))
        };
        let number = |name: &str| {
            let number = line[name].as_f64();
            number.with_context(|| format!("a bench gives no number `{name}`"))
        };
        let beside = line["beside"].as_array().into_iter().flatten();
        Ok(Self {
            group: text("group")?,
            name: text("name")?,
            beside: beside
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            rows_per_s: number("rows_per_s")?,
            lowest: number("rows_per_s_lowest")?,
            highest: number("rows_per_s_highest")?,
            bytes_per_row: number("arrow_bytes_per_row")?,
            ratio: line["ratio"].as_f64(),
            line,
        })
    }

    /// The same, compared with ours.
    pub fn beside_ours(mut self, ours: &Self) -> Self {
        let ratio = ours.rows_per_s / self.rows_per_s;
        self.line["ratio"] = ratio.into();
        self.ratio = Some(ratio);
        self
    }

    /// For machines.
    pub fn json(&self) -> &Value {
        &self.line
    }
}

#[cfg(test)]
pub fn line(group: &str, name: &str, rows_per_s: u64) -> String {
    serde_json::json!({
        "bench": "gen",
        "group": group,
        "name": name,
        "beside": ["a", "b"],
        "rows_per_s": rows_per_s,
        "rows_per_s_lowest": rows_per_s / 2,
        "rows_per_s_highest": rows_per_s * 2,
        "arrow_bytes_per_row": 10.5,
        "ratio": null,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_bench_leaves_out_is_named() {
        let without = line("kinds", "email", 7).replace("rows_per_s_lowest", "least");
        let error = Measurement::all(&without).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a bench gives no number `rows_per_s_lowest`"
        );
        let error = Measurement::all("warning: hot").unwrap_err();
        assert_eq!(error.to_string(), "a bench printed no JSON: warning: hot");
    }

    #[test]
    fn a_ratio_is_seen_by_people_and_by_machines() {
        let lines = format!("{}\n{}\n", line("t", "ours", 600), line("p", "theirs", 200));
        let all = Measurement::all(&lines).unwrap();
        let theirs = all[1].clone().beside_ours(&all[0]);
        assert_eq!(theirs.ratio, Some(3.0));
        assert_eq!(theirs.json()["ratio"], 3.0);
    }
}
