//! The command line.

use std::time::Duration;

use super::Outcome;

/// What is measured, for how long, and how it is told.
pub struct Arguments {
    /// One JSON object a line in place of text.
    pub json: bool,
    /// Time for each measurement.
    pub budget: Duration,
    /// Groups, tables and kinds; everything if there are none.
    names: Vec<String>,
}

impl Arguments {
    /// Reads the arguments behind the program's name.
    pub fn parse(mut given: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut arguments = Self {
            json: false,
            budget: Duration::from_millis(500),
            names: Vec::new(),
        };
        while let Some(argument) = given.next() {
            match argument.as_str() {
                // Cargo's own.
                "--bench" => {}
                "--json" => arguments.json = true,
                "--seconds" => {
                    let seconds = given.next().ok_or("--seconds needs a number")?;
                    arguments.budget = Duration::try_from_secs_f64(seconds.parse()?)?;
                }
                option if option.starts_with('-') => {
                    return Err(format!("unknown option `{option}`").into());
                }
                _ => arguments.names.push(argument),
            }
        }
        Ok(arguments)
    }

    /// Whether a subject is to be measured.
    pub fn picks(&self, group: &str, subject: &str) -> bool {
        let named = |name: &String| name == group || name == subject;
        self.names.is_empty() || self.names.iter().any(named)
    }
}
