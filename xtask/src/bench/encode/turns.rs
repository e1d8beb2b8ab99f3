//! Several turns, merged: medians, and ratios between those who ran in the same turn.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// Whom the others are compared with.
const OURS: &str = "blockwrite";

/// One contestant with one codec, over all turns.
#[derive(Debug, PartialEq)]
pub struct Encoded {
    pub codec: String,
    pub name: String,
    /// Seconds of a core for a million rows: median, least and most of the turns.
    pub cpu_s: f64,
    pub least: f64,
    pub most: f64,
    pub file_bytes: u64,
    rows: u64,
    turns: usize,
    /// How many times as long as ours it took: the median of the turns' ratios.
    pub ratio: Option<f64>,
}

impl Encoded {
    /// For machines.
    pub fn json(&self) -> Value {
        json!({
            "bench": "encode",
            "group": self.codec,
            "name": self.name,
            "rows": self.rows,
            "turns": self.turns,
            "cpu_s_per_million_rows": self.cpu_s,
            "cpu_s_lowest": self.least,
            "cpu_s_highest": self.most,
            "file_bytes": self.file_bytes,
            "ratio": self.ratio,
        })
    }
}

/// What a bench printed, a JSON object a line.
pub fn lines(printed: &str) -> Result<Vec<Value>> {
    let lines = printed.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            serde_json::from_str(line).with_context(|| format!("a bench printed no JSON: {line}"))
        })
        .collect()
}

/// One entry for each codec and name, in the order of the first turn.
pub fn merge(turns: &[Vec<Value>]) -> Result<Vec<Encoded>> {
    let first = turns.first().context("nothing was measured")?;
    // Peers come after all codecs of ours; here each codec stands together.
    let mut codecs: Vec<&str> = Vec::new();
    for line in first {
        let codec = text(line, "group")?;
        if !codecs.contains(&codec) {
            codecs.push(codec);
        }
    }
    let mut all = Vec::new();
    for codec in codecs {
        for line in first {
            if text(line, "group")? == codec {
                all.push(one(turns, codec, text(line, "name")?)?);
            }
        }
    }
    Ok(all)
}

fn one(turns: &[Vec<Value>], codec: &str, name: &str) -> Result<Encoded> {
    let theirs: Vec<_> = find_all(turns, codec, name)?;
    let ours: Vec<_> = find_all(turns, codec, OURS)?;
    let line = theirs.first().context("nothing was measured")?;
    let rows = number(line, "rows")?;
    ensure!(rows > 0.0, "a bench measured no rows");
    let seconds = |lines: &[&Value]| -> Result<Vec<f64>> {
        lines.iter().map(|line| number(line, "cpu_s")).collect()
    };
    let (took, ours_took) = (seconds(&theirs)?, seconds(&ours)?);
    let ratios = took
        .iter()
        .zip(&ours_took)
        .map(|(theirs, ours)| theirs / ours);
    let ratio = (name != OURS).then(|| spread(ratios.collect())[1]);
    let per_million = took.iter().map(|took| took / rows * 1e6).collect();
    let [least, cpu_s, most] = spread(per_million);
    Ok(Encoded {
        codec: codec.to_owned(),
        name: name.to_owned(),
        cpu_s,
        least,
        most,
        file_bytes: number(line, "file_bytes")? as u64,
        rows: rows as u64,
        turns: theirs.len(),
        ratio,
    })
}

/// The line of each turn.
fn find_all<'a>(turns: &'a [Vec<Value>], codec: &str, name: &str) -> Result<Vec<&'a Value>> {
    let fits = |line: &&Value| line["group"] == codec && line["name"] == name;
    turns
        .iter()
        .map(|lines| {
            lines
                .iter()
                .find(fits)
                .with_context(|| format!("a turn has not measured `{name}` with {codec}"))
        })
        .collect()
}

/// The lowest, the median and the highest.
pub fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
    [
        at(0),
        at(values.len() / 2),
        at(values.len().saturating_sub(1)),
    ]
}

fn text<'a>(line: &'a Value, name: &str) -> Result<&'a str> {
    line[name]
        .as_str()
        .with_context(|| format!("a bench gives no text `{name}`"))
}

fn number(line: &Value, name: &str) -> Result<f64> {
    line[name]
        .as_f64()
        .with_context(|| format!("a bench gives no number `{name}`"))
}

#[cfg(test)]
pub fn line(codec: &str, name: &str, cpu_s: f64) -> Value {
    json!({
        "group": codec, "name": name, "rows": 500_000, "cpu_s": cpu_s, "file_bytes": 80_000_000,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_those_of_the_same_turn() {
        // The machine is three times as slow in the second turn, for both.
        let turns = [[0.2, 0.4], [0.6, 1.8], [0.3, 0.6]]
            .map(|[ours, theirs]| vec![line("lz4", OURS, ours), line("lz4", "theirs", theirs)]);
        let merged = merge(&turns).unwrap();
        let seen: Vec<_> = merged
            .iter()
            .map(|one| (one.name.as_str(), one.cpu_s, one.least, one.most, one.ratio))
            .collect();
        assert_eq!(
            seen,
            [
                (OURS, 0.6, 0.4, 1.2, None),
                ("theirs", 1.2, 0.8, 3.6, Some(2.0)),
            ]
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let turns = [vec![line("lz4", OURS, 1.0)], vec![line("none", OURS, 1.0)]];
        assert_eq!(
            merge(&turns).unwrap_err().to_string(),
            "a turn has not measured `blockwrite` with lz4"
        );
        let error = merge(&[vec![json!({ "group": "lz4", "name": OURS })]]).unwrap_err();
        assert_eq!(error.to_string(), "a bench gives no number `rows`");
        let error = lines("warning: hot").unwrap_err();
        assert_eq!(error.to_string(), "a bench printed no JSON: warning: hot");
    }
}
