//! What can be wrong with a spec.

use std::borrow::Cow;

use super::Hint;

/// A spec, or a name in it, cannot be used. Found before a row is made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The text is not TOML. The source names line and column, and what may stand there.
    #[error("cannot read the spec; correct it where the parser points")]
    Toml(#[from] toml::de::Error),

    /// The text is not JSON. The source names line and column, and what may stand there.
    #[error("cannot read the spec; correct it where the parser points")]
    Json(#[from] serde_json::Error),

    /// A file's name does not say in which format it is written.
    #[error("`{name}` is no name of a spec; name it `.toml` or `.json`, after what it holds")]
    UnknownFormat {
        /// The name of the file.
        name: String,
    },

    /// More of something than a spec may have.
    #[error("{what} is {found}; allowed is {most} at most")]
    BeyondLimit {
        /// What there is too much of, such as "the number of columns of table `people`".
        what: String,
        /// How much was found.
        found: u64,
        /// The most that is allowed.
        most: u64,
    },

    /// A number that nothing holds.
    #[error("`{number}` is no number that fits {holds}; write a smaller one")]
    BadNumber {
        /// How it begins.
        number: String,
        /// Such as "a float of 64 bits".
        holds: &'static str,
    },

    /// A key stands twice in one JSON object, of which only one value could count.
    #[error("option `{option}` is given twice in one object; take one of them out")]
    DuplicateOption {
        /// The key.
        option: String,
    },

    /// A column is of a kind that does not exist; [`catalogue`](crate::catalogue()) has all that do.
    #[error("{place} is of kind `{kind}`, which does not exist; {hint}")]
    UnknownKind {
        /// Such as "column `people.age`".
        place: String,
        /// What was found.
        kind: String,
        /// The kinds there are, and the nearest of them.
        hint: Hint,
    },

    /// An option that a spec, a table or a kind of columns does not have.
    #[error("{place} has option `{option}`, which {owner} does not have{elsewhere}; {hint}")]
    UnknownOption {
        /// Such as "the spec", "table `people`" or "column `people.age`".
        place: String,
        /// The option.
        option: String,
        /// What does not have it, such as "kind `uuid`".
        owner: String,
        /// Which kinds do have it, if any: " (kinds `float`, `integer` have it)".
        elsewhere: String,
        /// The options there are, and the nearest of them.
        hint: Hint,
    },

    /// An option that must be given is not.
    #[error("{place} lacks option `{option}`, which {owner} needs")]
    MissingOption {
        /// Such as "the spec", "table `people`" or "column `people.age`".
        place: String,
        /// The option.
        option: String,
        /// What needs it, such as "kind `email`".
        owner: String,
    },

    /// An option's value is of a type, or a whole number of a size, that it cannot have.
    #[error("{what} is {found}; {expected} is expected")]
    WrongType {
        /// Such as "option `min` of column `people.age`".
        what: String,
        /// What was found, such as "a text".
        found: String,
        /// What may stand there, such as "a number".
        expected: String,
    },

    /// An option takes one of a few words, and this is none of them.
    #[error("{what} is `{found}`, which is not one of its words; {hint}")]
    UnknownWord {
        /// Such as "option `type` of column `people.age`".
        what: String,
        /// What was found.
        found: String,
        /// The words there are, and the nearest of them.
        hint: Hint,
    },

    /// An option's value is of the right type and yet not what its type can be read from.
    #[error("{what} cannot be read: {message}")]
    Unreadable {
        /// Such as "option `from` of column `people.created_at`".
        what: String,
        /// What the option's type said.
        message: String,
    },

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
        "option `{option}` of column `{table}.{column}` names `{found}`, which is no column {}in \
         this table; {hint}",
        if wanted.is_empty() { String::new() } else { format!("of kind {wanted} ") }
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
        /// The kind that the column named must have; empty where any kind will do.
        wanted: &'static str,
        /// The columns that may be named, and the nearest of them.
        hint: Hint,
    },

    /// The spec has no tables.
    #[error("the spec has no tables; give it at least one `[[tables]]`")]
    NoTables,

    /// All tables of the spec, or all columns of a table, are hidden.
    #[error("{place} has no {what} but hidden ones; take `hidden` from one that is to be written")]
    AllHidden {
        /// The spec, or a table such as "table `people`".
        place: String,
        /// What is hidden: tables or columns.
        what: &'static str,
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

    /// A table's name holds a comma, which parts names where several are given.
    #[error("the name of table `{table}` holds a comma, which parts names of tables; take another")]
    CommaInName {
        /// The name.
        table: String,
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

    /// An option of a damage is outside of what is allowed, or the damage fits no column.
    #[error(
        "option `{option}` of damage {number} of table `{table}` is {found}; allowed is {allowed}"
    )]
    InvalidDamage {
        /// The table.
        table: String,
        /// Number of the damage in the list of the table, from 1.
        number: usize,
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

impl SpecError {
    /// Table, column and option that it is about, as far as it names them.
    pub(crate) fn place(&self) -> [Cow<'_, str>; 3] {
        let [table, column, option]: [&str; 3] = match self {
            Self::UnknownReference {
                table,
                column,
                option,
                ..
            }
            | Self::InvalidOption {
                table,
                column,
                option,
                ..
            } => [table, column, option],
            Self::DuplicateColumn { table, column }
            | Self::Cycle { table, column, .. }
            | Self::TooManySteps { table, column, .. } => [table, column, ""],
            Self::InvalidTable { table, option, .. } => [table, "", option],
            Self::InvalidDamage {
                table,
                number,
                option,
                ..
            } => {
                let path = format!("damage.{number}.{option}");
                return [table.into(), Cow::default(), path.into()];
            }
            Self::DuplicateTable { table }
            | Self::NoColumns { table }
            | Self::Canonical { table, .. } => [table, "", ""],
            _ => ["", "", ""],
        };
        [table.into(), column.into(), option.into()]
    }
}
