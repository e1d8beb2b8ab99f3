//! What can go wrong: a spec that cannot be used, and a block that cannot be made.

use std::fmt;

use arrow::error::ArrowError;

use crate::generator::{MAX_BLOCK_ROWS, MAX_ROWS};

/// A spec, or a name in it, cannot be used. Found before a row is made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The text is not TOML, or holds a key, a kind or a type that a spec does not have. The
    /// source names line and column, and what may stand there.
    #[error("cannot read the spec; correct it where the parser points")]
    Toml(#[from] toml::de::Error),

    /// No built-in data set has this name.
    #[error("there is no built-in data set `{name}`; {hint}")]
    UnknownBuiltin {
        /// The name that was asked for.
        name: String,
        /// The names there are, and the nearest of them.
        hint: Hint,
    },

    /// The spec has no table of this name.
    #[error("the spec has no table `{table}`; {hint}")]
    UnknownTable {
        /// The name that was asked for.
        table: String,
        /// The names there are, and the nearest of them.
        hint: Hint,
    },

    /// A column refers to one that its table does not have, or that is of another kind.
    #[error(
        "option `{option}` of column `{table}.{column}` names `{found}`, which is no column of \
         kind {wanted} in this table; {hint}"
    )]
    UnknownReference {
        /// Table of the column that refers.
        table: String,
        /// The column that refers.
        column: String,
        /// Its option, such as `of`.
        option: &'static str,
        /// The name that was found there.
        found: String,
        /// The kind that the column named must have.
        wanted: &'static str,
        /// The columns that may be named, and the nearest of them.
        hint: Hint,
    },

    /// Two tables have one name.
    #[error("the spec names table `{table}` twice; each table needs a name of its own")]
    DuplicateTable {
        /// The name.
        table: String,
    },

    /// Two columns of a table have one name.
    #[error("table `{table}` names column `{column}` twice; each column needs a name of its own")]
    DuplicateColumn {
        /// The table.
        table: String,
        /// The name.
        column: String,
    },

    /// A table or a column has an empty name.
    #[error("{place} has an empty name; names are what values are derived from, so give it one")]
    EmptyName {
        /// Such as "table 2" or "column 3 of table `people`".
        place: String,
    },

    /// A table has no columns.
    #[error("table `{table}` has no columns; give it at least one `[[tables.columns]]`")]
    NoColumns {
        /// The table.
        table: String,
    },

    /// An option's value is outside of what is allowed.
    #[error("option `{option}` of column `{table}.{column}` is {found}; allowed is {allowed}")]
    InvalidOption {
        /// Table of the column.
        table: String,
        /// The column.
        column: String,
        /// The option.
        option: &'static str,
        /// What was found.
        found: String,
        /// What is allowed.
        allowed: String,
    },

    /// An option of a table, `children.max` for instance, is outside of what is allowed.
    #[error("option `{option}` of table `{table}` is {found}; allowed is {allowed}")]
    InvalidTable {
        /// The table.
        table: String,
        /// The option.
        option: &'static str,
        /// What was found.
        found: String,
        /// What is allowed.
        allowed: String,
    },

    /// The tables of a spec cannot be scaled by this.
    #[error("the rows of all tables cannot be multiplied by {found}; allowed is {allowed}")]
    InvalidScale {
        /// The factor.
        found: String,
        /// What is allowed.
        allowed: String,
    },

    /// A column is made from others that are made from others, too many in all.
    #[error(
        "column `{table}.{column}` is made from {found} other columns, over all steps; allowed is \
         {most} at most"
    )]
    TooManySteps {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The columns, each as often as it is needed.
        found: u64,
        /// The most that is allowed.
        most: u64,
    },

    /// Columns are made from one another in a circle, so that none can be made first.
    #[error("column `{table}.{column}` needs itself: {way}; take one of these steps out")]
    Cycle {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The columns from this one back to itself.
        way: String,
    },

    /// The spec could not be brought into the form that its hash is taken from.
    #[error("table `{table}` cannot be put into canonical form; please report this")]
    Canonical {
        /// The table.
        table: String,
        /// What the serialiser said.
        source: serde_json::Error,
    },
}

/// All that is wrong with a spec: at least one error.
#[derive(Debug)]
pub struct SpecErrors(Vec<SpecError>);

impl SpecErrors {
    /// No error for no errors.
    pub(crate) fn check(errors: Vec<SpecError>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self(errors))
        }
    }

    /// The errors, in the order of the spec.
    pub fn errors(&self) -> &[SpecError] {
        &self.0
    }
}

impl From<SpecError> for SpecErrors {
    fn from(error: SpecError) -> Self {
        Self(vec![error])
    }
}

/// One error as it is; several one a line.
impl fmt::Display for SpecErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [one] = self.0.as_slice() {
            return one.fmt(f);
        }
        write!(f, "{} things are wrong with the spec:", self.0.len())?;
        for error in &self.0 {
            write!(f, "\n  {error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SpecErrors {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.0.as_slice() {
            [one] => one.source(),
            _ => None,
        }
    }
}

/// The names that would have been right, and the one that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint(Box<Names>);

/// Boxed, so that an error with a hint stays small enough to be returned by value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Names {
    nearest: Option<String>,
    known: Vec<String>,
}

impl Hint {
    pub(crate) fn new<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
        // One slip in three letters, begun ones counted, is still a slip; beyond that, or where
        // no letter is left of a short name, another word was meant.
        let near = |slips: usize, letters: usize| slips <= letters.div_ceil(3) && slips < letters;
        let nearest = known
            .iter()
            .map(|name| (strsim::damerau_levenshtein(found, name), name))
            .filter(|(slips, name)| near(*slips, name.chars().count()))
            .min_by_key(|(slips, _)| *slips)
            .map(|(_, name)| name.clone());
        Self(Box::new(Names { nearest, known }))
    }

    /// The name that was probably meant, if one is near enough.
    pub fn nearest(&self) -> Option<&str> {
        self.0.nearest.as_deref()
    }

    /// All names that would have been right.
    pub fn known(&self) -> &[String] {
        &self.0.known
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nearest) = self.nearest() {
            write!(f, "did you mean `{nearest}`? ")?;
        }
        match self.known().join("`, `") {
            names if names.is_empty() => write!(f, "there is none to name"),
            names => write!(f, "known: `{names}`"),
        }
    }
}

/// A block cannot be made. All but [`GenerateError::Arrow`] are questions of the range asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The range ends before it starts.
    #[error(
        "cannot make rows {start}..{end} of table `{table}`: the range ends before it starts; \
         ranges are half-open, the first row is 0"
    )]
    ReversedRange {
        /// The table.
        table: String,
        /// First row asked for.
        start: u64,
        /// Row before which the range ends.
        end: u64,
    },

    /// The range goes past the last row that a table can have.
    #[error(
        "cannot make rows up to {end} of table `{table}`: a table ends at row {MAX_ROWS}; \
         ask for lower rows"
    )]
    RowBeyondLimit {
        /// The table.
        table: String,
        /// Row before which the range ends.
        end: u64,
    },

    /// More rows in one block than [`MAX_BLOCK_ROWS`].
    #[error(
        "cannot make {rows} rows of table `{table}` in one block: the most is {MAX_BLOCK_ROWS}; \
         ask for several smaller blocks"
    )]
    BlockTooLarge {
        /// The table.
        table: String,
        /// Rows asked for.
        rows: u64,
    },

    /// The texts of one column would not fit into one array.
    #[error(
        "cannot make {rows} rows of column `{table}.{column}` in one block: its texts exceed \
         the {max_bytes} bytes of an Arrow string array; ask for smaller blocks"
    )]
    TextTooLong {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Rows asked for.
        rows: u64,
        /// Most bytes that one array holds.
        max_bytes: usize,
    },

    /// The bytes of one column would not fit into one array.
    #[error(
        "cannot make {rows} rows of column `{table}.{column}` in one block: its values exceed \
         the {max_bytes} bytes of an Arrow binary array; ask for smaller blocks"
    )]
    BytesTooLong {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Rows asked for.
        rows: u64,
        /// Most bytes that one array holds.
        max_bytes: usize,
    },

    /// A sequence would leave the range of its type.
    #[error(
        "cannot make row {row} of column `{table}.{column}`: a sequence that starts at {start} \
         leaves the range of {data_type} there; start it {} or ask for lower rows",
        if *step < 0 { "higher" } else { "lower" }
    )]
    SequenceOverflow {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The sequence's value at row 0.
        start: i64,
        /// From one row to the next.
        step: i64,
        /// The highest row asked for.
        row: u64,
        /// The type, as a spec names it.
        data_type: &'static str,
    },

    /// Times that grow with the row have no room for so many rows.
    #[error(
        "cannot make row {row} of column `{table}.{column}`: its times grow with the row, and \
         {room} rows fit {end}; let them grow more slowly, set a later end or ask for lower rows"
    )]
    PastEnd {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The highest row asked for.
        row: u64,
        /// How many rows fit.
        room: u64,
        /// What they fit, such as "before 2024-05-01".
        end: Box<str>,
    },

    /// The range goes past the last child of a table's parents.
    #[error(
        "cannot make rows up to {end} of table `{table}`: its parents have {rows} children in all; \
         ask for lower rows, or give the parents' table more"
    )]
    BeyondLastChild {
        /// The table.
        table: String,
        /// Row before which the range ends.
        end: u64,
        /// The rows that the table has.
        rows: u64,
    },

    /// Each parent is referred to once, and there are more rows than parents.
    #[error(
        "cannot make row {row} of column `{table}.{column}`: it refers to each of {parents} parents \
         once; ask for lower rows, or give the parents' table more"
    )]
    ParentsUsedUp {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// How many parents there are.
        parents: u64,
        /// A row for which there is none.
        row: u64,
    },

    /// Arrow refused what was generated: a defect of this crate.
    #[error("column `{table}.{column}` made values that Arrow refuses; please report this")]
    Arrow {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What Arrow said.
        source: ArrowError,
    },
}
