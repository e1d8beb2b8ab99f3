//! What a process takes: time by the clock, time of the cores, memory.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::{self, Interrupt};
use crate::python;

/// Only the parent of a process learns the most memory it had, by a call of C: Python has it.
const TIMED: &str = include_str!("timed.py");

/// A file takes seconds.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// What one process took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Took {
    pub seconds: f64,
    /// Of all cores, the system's calls included.
    pub cpu_s: f64,
    /// Most resident memory at once.
    pub peak_bytes: u64,
}

/// Runs a command to its end.
///
/// # Errors
///
/// It fails; Python 3 is not there.
pub fn time(name: &str, command: &mut Command, interrupt: &Interrupt) -> Result<Took> {
    let mut timed = python::python_command("python3");
    timed
        .args(["-c", TIMED])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => timed.env(name, value),
            None => timed.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    let printed = process::capture(name, &mut timed, interrupt, LIMIT)?;
    if !printed.status.success() {
        bail!("{name} failed: {}", printed.err.trim());
    }
    took(&printed.out)
}

/// The last line is the stopwatch's. A peer that knows better, because its start is not to count,
/// prints a line before it.
fn took(printed: &str) -> Result<Took> {
    let mut lines = printed.lines().rev();
    let last = lines.next().context("nothing was measured")?;
    let whole: Value =
        serde_json::from_str(last).with_context(|| format!("this is no JSON: {last}"))?;
    let own: Option<Value> = lines
        .next()
        .and_then(|line| serde_json::from_str(line).ok());
    let number = |name: &str| {
        let own = own.as_ref().and_then(|own| own[name].as_f64());
        own.or_else(|| whole[name].as_f64())
            .with_context(|| format!("the stopwatch gives no number `{name}`"))
    };
    let took = Took {
        seconds: number("seconds")?,
        cpu_s: number("cpu_s")?,
        peak_bytes: number("peak_bytes")? as u64,
    };
    if took.seconds <= 0.0 {
        bail!("it took no time");
    }
    Ok(took)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_timed_and_its_failure_told() {
        let interrupt = Interrupt::default();
        let mut command = Command::new("sh");
        command.args(["-c", "test \"$WHO\" = me"]).env("WHO", "me");
        let took = time("sh", &mut command, &interrupt).unwrap();
        assert!(took.seconds > 0.0 && took.peak_bytes > 100_000, "{took:?}");
        let mut command = Command::new("sh");
        command.args(["-c", "echo broken >&2; exit 3"]);
        let error = time("sh", &mut command, &interrupt).unwrap_err();
        assert_eq!(error.to_string(), "sh failed: broken");
    }

    #[test]
    fn a_peer_may_know_its_time_better() {
        let stopwatch = r#"{"seconds": 3.0, "cpu_s": 4.0, "peak_bytes": 5}"#;
        assert_eq!(took(stopwatch).unwrap().seconds, 3.0);
        let own = format!("{{\"seconds\": 2.0, \"cpu_s\": 2.5}}\n{stopwatch}\n");
        let expected = Took {
            seconds: 2.0,
            cpu_s: 2.5,
            peak_bytes: 5,
        };
        assert_eq!(took(&own).unwrap(), expected);
        took("hello").unwrap_err();
    }
}
