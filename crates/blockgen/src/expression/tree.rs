//! An expression as it is written.

/// A part of an expression, and the byte at which it starts or its operator stands.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) at: usize,
    pub(super) node: Node,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Column(String),
    /// Digits, and perhaps a point.
    Number(String),
    Text(String),
    Bool(bool),
    /// `date '2024-05-01'`
    Date(String),
    /// `timestamp '2024-05-01T12:00:00Z'`
    Moment(String),
    /// `rows(table)`
    Rows(String),
    Negated(Box<Tree>),
    Binary(Operator, Box<Tree>, Box<Tree>),
    Compared(Comparison, Box<Tree>, Box<Tree>),
    /// `column is null`, or `is not null`.
    IsNull(String, bool),
    Not(Box<Tree>),
    /// Whether both or one of two.
    Joined(Join, Box<Tree>, Box<Tree>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    /// `/`: rounded to the digits that are wanted.
    Divide,
    /// `div`: without what is left.
    DivideWhole,
    /// `%`: what is left, with the sign of the dividend.
    Remainder,
}

impl Operator {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::DivideWhole => "div",
            Self::Remainder => "%",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    And,
    Or,
}
