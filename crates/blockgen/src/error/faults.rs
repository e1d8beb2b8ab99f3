//! Everything that is wrong with a spec, each with its line.

use std::fmt;

use super::SpecError;
use crate::spec::Lines;

/// Beyond so many, only their number is told.
const MOST_SHOWN: usize = 100;

/// Something that is wrong with a spec, and where.
#[derive(Debug)]
pub struct SpecFault {
    line: Option<u32>,
    /// Boxed, so that a fault stays small enough to be returned by value.
    error: Box<SpecError>,
}

impl SpecFault {
    pub(crate) fn new(line: Option<u32>, error: SpecError) -> Self {
        let error = Box::new(error);
        Self { line, error }
    }

    /// What is wrong.
    pub fn error(&self) -> &SpecError {
        &self.error
    }

    /// The line in the text of the spec, counted from 1; none if the spec was made in code, or
    /// if the error is not about one line.
    pub fn line(&self) -> Option<u32> {
        self.line
    }
}

impl fmt::Display for SpecFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        self.error.fmt(f)
    }
}

/// All that is wrong with a spec: at least one error.
#[derive(Debug)]
pub struct SpecErrors(Vec<SpecFault>);

impl SpecErrors {
    /// No error for no errors; others with the lines at which their tables and columns stand.
    pub(crate) fn check(errors: Vec<SpecError>, lines: &Lines) -> Result<(), Self> {
        if errors.is_empty() {
            return Ok(());
        }
        let located = errors.into_iter().map(|error| lines.locate(error));
        Err(Self::of(located.collect()))
    }

    /// These faults, of which there must be one.
    pub(crate) fn of(mut faults: Vec<SpecFault>) -> Self {
        // Stable, so that what stands in no line comes first, and one line keeps its order.
        faults.sort_by_key(SpecFault::line);
        Self(faults)
    }

    /// The errors, in the order of the spec, each with its line.
    pub fn faults(&self) -> &[SpecFault] {
        &self.0
    }

    /// The errors without their lines, in the order of the spec.
    pub fn errors(&self) -> Vec<&SpecError> {
        self.0.iter().map(SpecFault::error).collect()
    }

    pub(crate) fn into_faults(self) -> Vec<SpecFault> {
        self.0
    }
}

impl From<SpecError> for SpecErrors {
    fn from(error: SpecError) -> Self {
        SpecFault::new(None, error).into()
    }
}

impl From<SpecFault> for SpecErrors {
    fn from(fault: SpecFault) -> Self {
        Self(vec![fault])
    }
}

/// One error as it is; several one a line.
impl fmt::Display for SpecErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [one] = self.0.as_slice() {
            return one.fmt(f);
        }
        write!(f, "{} things are wrong with the spec:", self.0.len())?;
        for fault in self.0.iter().take(MOST_SHOWN) {
            write!(f, "\n  {fault}")?;
        }
        match self.0.len().saturating_sub(MOST_SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

impl std::error::Error for SpecErrors {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.0.as_slice() {
            [one] => one.error.source(),
            _ => None,
        }
    }
}
