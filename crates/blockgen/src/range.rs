//! What the values of a column keep to.

/// The lowest and the highest value that a column may make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ValueRange {
    /// Of whole numbers; of decimals, dates and times, in units of the column's type.
    Whole { low: i128, high: i128 },
    /// Of floats that are whole numbers divided by `scale`, or any where there is none.
    Float {
        low: f64,
        high: f64,
        scale: Option<f64>,
    },
}
