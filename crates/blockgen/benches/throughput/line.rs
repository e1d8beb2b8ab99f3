//! One measurement, for people and for machines.

use super::rates::Rates;

/// What was measured.
pub struct Line<'a> {
    /// Such as `kinds`.
    pub group: &'a str,
    /// The table or kind.
    pub name: &'a str,
    /// Columns that were made beside it because it is made from them.
    pub beside: &'a [String],
    /// Rows in a block.
    pub block_rows: u64,
    /// Rows a second of each block.
    pub rates: &'a Rates,
    /// Arrow data in a row, on average.
    pub bytes_per_row: f64,
    /// How many times as fast the generator is, where something else was measured beside it.
    pub ratio: Option<f64>,
}

impl Line<'_> {
    /// The line, without its end.
    pub fn text(&self, json: bool) -> String {
        if json { self.json() } else { self.plain() }
    }

    fn json(&self) -> String {
        let [lowest, median, highest] = self.rates.spread().map(f64::round);
        let line = serde_json::json!({
            "bench": "gen",
            "group": self.group,
            "name": self.name,
            "beside": self.beside,
            "block_rows": self.block_rows,
            "blocks": self.rates.len(),
            "rows_per_s": median,
            "rows_per_s_lowest": lowest,
            "rows_per_s_highest": highest,
            "arrow_bytes_per_row": self.bytes_per_row,
            "ratio": self.ratio,
        });
        line.to_string()
    }

    fn plain(&self) -> String {
        let millions = self.rates.spread().map(|rate| format!("{:.2}", rate / 1e6));
        let [lowest, median, highest] = millions;
        let mut line = format!(
            "{:8} {:20} {median:>8} million rows/s ({lowest} to {highest})",
            self.group, self.name
        );
        if let Some(ratio) = self.ratio {
            line += &format!(", ours is {ratio:.1} times as fast");
        }
        if !self.beside.is_empty() {
            line += &format!(", with {}", self.beside.join(" and "));
        }
        line
    }
}
