//! From tree to something that can be computed: columns are found, types and units made to fit.

use arrow::datatypes::{DataType, TimeUnit};
use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};

use super::arithmetic::power_of_ten;
use super::condition::{Compared, Condition, Words};
use super::evaluate::{Binary, Float, Step};
use super::tree::{Comparison, Node, Operator, Tree};
use super::{Mistake, QUOTIENT_SCALE};
use crate::compile::Rejected;
use crate::error::Hint;
use crate::scope::Scope;
use crate::temporal::{CalendarDate, UtcMicros, fraction_digits};

/// Digits behind the point that a product may have.
const MAX_SCALE: u8 = 30;

/// A compiled expression, by its type.
#[derive(Debug)]
pub(crate) enum Value {
    Exact(Exact),
    Float(Float),
    Condition(Condition),
    Words(Words),
}

/// What is computed in whole numbers of a unit.
#[derive(Debug)]
pub(crate) struct Exact {
    pub(super) step: Step,
    /// Digits behind the point.
    pub(crate) scale: u8,
    pub(crate) unit: Unit,
}

/// What an exact value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Number,
    /// Days since 1970-01-01.
    Date,
    /// Seconds since 1970-01-01 in UTC.
    Moment,
}

impl Unit {
    fn describe(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Moment => "a timestamp",
        }
    }
}

impl Value {
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Exact(exact) => exact.unit.describe(),
            Self::Float(_) => "a float",
            Self::Condition(_) => "a condition",
            Self::Words(_) => "a text",
        }
    }
}

pub(super) fn check(
    tree: &Tree,
    text: &str,
    option: &'static str,
    digits: Digits,
    scope: &Scope<'_>,
) -> Result<Value, Rejected> {
    let checker = Checker {
        text,
        option,
        scope,
    };
    checker.value(tree, digits)
}

/// How many digits behind the point a quotient is rounded to, if it is exact.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Digits {
    /// So many and no others, whatever those of the dividend: rounded once, where the value is
    /// rounded to them anyway.
    Exactly(u8),
    /// So many, or as many as the dividend has.
    AtLeast(u8),
}

impl Digits {
    /// Those of quotients inside of an expression.
    fn inside(self) -> Self {
        let (Self::Exactly(scale) | Self::AtLeast(scale)) = self;
        Self::AtLeast(scale.max(QUOTIENT_SCALE))
    }

    /// Those of a quotient whose dividend has so many.
    fn of(self, dividend: u8) -> u8 {
        match self {
            Self::Exactly(scale) => scale,
            Self::AtLeast(scale) => scale.max(dividend),
        }
    }
}

struct Checker<'a> {
    text: &'a str,
    option: &'static str,
    scope: &'a Scope<'a>,
}

impl Checker<'_> {
    fn refuse(&self, at: usize, found: impl Into<String>, allowed: impl Into<String>) -> Rejected {
        let mistake = Mistake {
            at,
            found: found.into(),
            allowed: allowed.into(),
        };
        mistake.note(self.text, self.option, self.scope)
    }

    /// Where it is a quotient, it is rounded to `digits`. Quotients inside of it are rounded by
    /// themselves, to as many digits as are wanted and to `QUOTIENT_SCALE` at least, before
    /// anything is made of them.
    fn value(&self, tree: &Tree, digits: Digits) -> Result<Value, Rejected> {
        let at = tree.at;
        let inner = |tree: &Tree| self.value(tree, digits.inside());
        Ok(match &tree.node {
            Node::Column(name) => self.column(at, name)?,
            Node::Number(digits) => self.number(at, digits)?,
            Node::Text(text) => Value::Words(Words::Constant(text.clone())),
            Node::Bool(value) => Value::Condition(Condition::Constant(*value)),
            Node::Date(text) => self.date(at, text)?,
            Node::Moment(text) => self.moment(at, text)?,
            Node::Rows(table) => self.rows(at, table)?,
            Node::Negated(of) => {
                let zero = Value::Exact(whole(0));
                // Rounding knows no sign: what is negated is rounded as if it stood alone.
                match self.value(of, digits)? {
                    Value::Exact(exact) if exact.unit == Unit::Number => {
                        self.binary(at, Operator::Subtract, zero, Value::Exact(exact), digits)?
                    }
                    Value::Float(float) => {
                        self.binary(at, Operator::Subtract, zero, Value::Float(float), digits)?
                    }
                    other => {
                        let found = format!("`-` before {}", other.describe());
                        return Err(self.refuse(at, found, "a number behind it"));
                    }
                }
            }
            Node::Binary(operator, left, right) => {
                let (left, right) = (inner(left), inner(right));
                self.binary(at, *operator, left?, right?, digits)?
            }
            Node::Compared(comparison, left, right) => {
                let (left, right) = (inner(left), inner(right));
                self.compared(at, *comparison, left?, right?)?
            }
            Node::IsNull(name, negated) => {
                let column = self.scope.sibling(self.option, name)?;
                Value::Condition(Condition::IsNull(column, *negated))
            }
            Node::Not(of) => {
                let condition = self.condition(of, inner(of)?)?;
                Value::Condition(Condition::Not(Box::new(condition)))
            }
            Node::Joined(join, left, right) => {
                let found = (inner(left), inner(right));
                let left = self.condition(left, found.0?)?;
                let right = self.condition(right, found.1?)?;
                Value::Condition(Condition::Joined(*join, Box::new(left), Box::new(right)))
            }
        })
    }

    fn compared(
        &self,
        at: usize,
        comparison: Comparison,
        left: Value,
        right: Value,
    ) -> Result<Value, Rejected> {
        let (left, right) = match (left, right) {
            (Value::Words(left), Value::Words(right)) => {
                return Ok(Value::Condition(Condition::Words(comparison, left, right)));
            }
            numbers => numbers,
        };
        let ((left, left_is), (right, right_is)) =
            (self.operand(at, left)?, self.operand(at, right)?);
        if left_is.unit != right_is.unit {
            let (left, right) = (left_is.unit.describe(), right_is.unit.describe());
            let found = format!("a comparison of {left} with {right}");
            return Err(self.refuse(at, found, "two of one type"));
        }
        let factors = self.aligned(at, left_is.scale, right_is.scale)?;
        let floats = left_is.is_float || right_is.is_float;
        Ok(Value::Condition(Condition::Compared(Box::new(Compared {
            comparison,
            left,
            right,
            factors,
            floats,
        }))))
    }

    fn condition(&self, tree: &Tree, value: Value) -> Result<Condition, Rejected> {
        match value {
            Value::Condition(condition) => Ok(condition),
            other => Err(self.refuse(tree.at, other.describe(), "a condition")),
        }
    }

    fn column(&self, at: usize, name: &str) -> Result<Value, Rejected> {
        let column = self.scope.sibling(self.option, name)?;
        let (unit, scale) = match column.data_type() {
            DataType::Boolean => return Ok(Value::Condition(Condition::Column(column))),
            DataType::Utf8 => return Ok(Value::Words(Words::Column(column))),
            DataType::Float32 | DataType::Float64 => {
                let step = Step::Column { column, scale: 0 };
                return Ok(Value::Float(Float { step }));
            }
            found if found.is_integer() => (Unit::Number, 0),
            // No kind makes decimals with fewer than no digits behind the point.
            DataType::Decimal128(_, scale) => (Unit::Number, scale.unsigned_abs()),
            DataType::Date32 => (Unit::Date, 0),
            DataType::Timestamp(unit, _) => (Unit::Moment, fraction_digits(unit)),
            other => {
                let found = format!("`{name}`, which is of type {other}");
                let allowed = "numbers, decimals, booleans, texts, dates and timestamps";
                return Err(self.refuse(at, found, allowed));
            }
        };
        let step = Step::Column { column, scale };
        Ok(Value::Exact(Exact { step, scale, unit }))
    }

    fn number(&self, at: usize, digits: &str) -> Result<Value, Rejected> {
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let scale = u8::try_from(fraction.len()).ok();
        let scale = scale.filter(|scale| *scale <= MAX_SCALE);
        let units = format!("0{whole}{fraction}").parse::<i128>().ok();
        let (Some(units), Some(scale)) = (units, scale) else {
            let allowed = format!("at most 38 digits, {MAX_SCALE} of them behind the point");
            return Err(self.refuse(at, "a longer number", allowed));
        };
        let step = Step::Constant { units, scale };
        let unit = Unit::Number;
        Ok(Value::Exact(Exact { step, scale, unit }))
    }

    fn date(&self, at: usize, text: &str) -> Result<Value, Rejected> {
        let read = CalendarDate::deserialize(StrDeserializer::<Error>::new(text));
        let days = read.map_err(|_| {
            let found = format!("the text '{text}'");
            self.refuse(at, found, "a date such as date '2024-05-01'")
        })?;
        Ok(Value::Exact(Exact {
            unit: Unit::Date,
            ..whole(days.0.into())
        }))
    }

    fn moment(&self, at: usize, text: &str) -> Result<Value, Rejected> {
        let read = UtcMicros::deserialize(StrDeserializer::<Error>::new(text));
        let micros = read.map_err(|_| {
            let found = format!("the text '{text}'");
            self.refuse(
                at,
                found,
                "a moment such as timestamp '2024-05-01T12:00:00Z'",
            )
        })?;
        let (units, scale) = (micros.0.into(), fraction_digits(TimeUnit::Microsecond));
        let step = Step::Constant { units, scale };
        let unit = Unit::Moment;
        Ok(Value::Exact(Exact { step, scale, unit }))
    }

    fn rows(&self, at: usize, name: &str) -> Result<Value, Rejected> {
        let compiler = self.scope.compiler();
        let tables = || compiler.spec.tables.iter();
        let Some(table) = tables().position(|table| table.name == name) else {
            if compiler.unread.has_table(name) {
                return Err(Rejected);
            }
            let hint = Hint::new(name, tables().map(|table| table.name.as_str()));
            let allowed = format!("the name of a table; {hint}");
            return Err(self.refuse(at, format!("`rows({name})`"), allowed));
        };
        let rows = compiler.rows_for(self.scope.table_index(), table, &self.scope.place())?;
        Ok(Value::Exact(whole(rows.into())))
    }

    fn binary(
        &self,
        at: usize,
        operator: Operator,
        left: Value,
        right: Value,
        digits: Digits,
    ) -> Result<Value, Rejected> {
        let ((left, left_is), (right, right_is)) =
            (self.operand(at, left)?, self.operand(at, right)?);
        let Some(unit) = unit(operator, left_is, right_is) else {
            let (left, right) = (left_is.unit.describe(), right_is.unit.describe());
            let found = format!("`{}` between {left} and {right}", operator.sign());
            let allowed = "two numbers; a date and whole days, or a timestamp and exact seconds; two dates \
                           or two timestamps with `-`";
            return Err(self.refuse(at, found, allowed));
        };
        let is_float = left_is.is_float || right_is.is_float;
        let (factors, scale) = match operator {
            _ if is_float => ((1, 1), 0),
            Operator::Multiply => ((1, 1), left_is.scale + right_is.scale),
            Operator::Divide => {
                let scale = digits.of(left_is.scale);
                // The dividend counts units of its own scale, the divisor of its own, and the
                // quotient shall count those of `scale`.
                let (more, less) = (scale + right_is.scale, left_is.scale);
                let dividend = self.power(at, more.saturating_sub(less))?;
                let divisor = self.power(at, less.saturating_sub(more))?;
                ((dividend, divisor), scale)
            }
            Operator::DivideWhole => (self.aligned(at, left_is.scale, right_is.scale)?, 0),
            Operator::Add | Operator::Subtract | Operator::Remainder => {
                let factors = self.aligned(at, left_is.scale, right_is.scale)?;
                (factors, left_is.scale.max(right_is.scale))
            }
        };
        if scale > MAX_SCALE.max(left_is.scale).max(right_is.scale) {
            let found = format!("{scale} digits behind the point");
            return Err(self.refuse(at, found, format!("at most {MAX_SCALE}")));
        }
        let step = Step::Binary(Box::new(Binary {
            operator,
            left,
            right,
            factors,
        }));
        Ok(match is_float {
            true => Value::Float(Float { step }),
            false => Value::Exact(Exact { step, scale, unit }),
        })
    }

    fn operand(&self, at: usize, value: Value) -> Result<(Step, Operand), Rejected> {
        match value {
            Value::Exact(Exact { step, scale, unit }) => {
                let is_float = false;
                Ok((
                    step,
                    Operand {
                        scale,
                        unit,
                        is_float,
                    },
                ))
            }
            Value::Float(float) => {
                let (scale, unit, is_float) = (0, Unit::Number, true);
                Ok((
                    float.step,
                    Operand {
                        scale,
                        unit,
                        is_float,
                    },
                ))
            }
            other @ (Value::Condition(_) | Value::Words(_)) => {
                let found = format!("an operator beside {}", other.describe());
                let allowed = "numbers, dates and timestamps; two texts can be compared, and conditions \
                               be joined by `and` and `or`";
                Err(self.refuse(at, found, allowed))
            }
        }
    }

    /// Factors by which both sides come to count the finer units.
    fn aligned(&self, at: usize, left: u8, right: u8) -> Result<(i128, i128), Rejected> {
        let finer = left.max(right);
        Ok((
            self.power(at, finer - left)?,
            self.power(at, finer - right)?,
        ))
    }

    fn power(&self, at: usize, exponent: u8) -> Result<i128, Rejected> {
        power_of_ten(exponent).ok_or_else(|| {
            let found = format!("{exponent} more digits behind the point");
            self.refuse(at, found, "as many as 128 bits hold, 38")
        })
    }
}

#[derive(Clone, Copy)]
struct Operand {
    scale: u8,
    unit: Unit,
    is_float: bool,
}

/// What comes out of an operation, if it makes sense.
fn unit(operator: Operator, left: Operand, right: Operand) -> Option<Unit> {
    use Operator::{Add, Subtract};
    use Unit::{Date, Moment, Number};
    let whole = |days: Operand| days.scale == 0 && !days.is_float;
    match (operator, left.unit, right.unit) {
        (_, Number, Number) | (Subtract, Date, Date) | (Subtract, Moment, Moment) => Some(Number),
        (Add | Subtract, Date, Number) if whole(right) => Some(Date),
        (Add, Number, Date) if whole(left) => Some(Date),
        (Add | Subtract, Moment, Number) if !right.is_float => Some(Moment),
        (Add, Number, Moment) if !left.is_float => Some(Moment),
        _ => None,
    }
}

fn whole(units: i128) -> Exact {
    let (scale, unit) = (0, Unit::Number);
    Exact {
        step: Step::Constant { units, scale },
        scale,
        unit,
    }
}
