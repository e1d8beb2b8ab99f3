//! A schedule of faults, and a count of what was called.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Call, Fault, Faults};
use crate::operation::Operation;

/// A schedule of faults that also counts the calls it sees.
///
/// The first rule that wants a call gets it. Rules may be added while a server runs.
///
/// ```
/// use embedded_s3::{Fault, FaultPlan, Operation, Rule};
///
/// let plan = FaultPlan::new()
///     .with(Rule::on(Operation::UploadPart).part(3).nth(1), Fault::slow_down())
///     .with(Rule::on(Operation::CompleteMultipartUpload).first(2), Fault::lose_reply());
/// assert_eq!(plan.calls(Operation::UploadPart), 0);
/// ```
#[derive(Debug, Default)]
pub struct FaultPlan {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Scheduled>,
    calls: BTreeMap<Operation, u64>,
    played: u64,
}

#[derive(Debug)]
struct Scheduled {
    rule: Rule,
    fault: Fault,
    /// Calls that met the rule's filters so far.
    met: u64,
}

/// Which calls a fault is for: an operation, filters, and which of the calls that meet them.
#[derive(Debug, Clone)]
pub struct Rule {
    operation: Operation,
    bucket: Option<String>,
    key: Option<String>,
    part_number: Option<u32>,
    /// Of the calls that meet the filters, counted from 1.
    from: u64,
    to: u64,
}

impl Rule {
    /// Every call of this operation.
    #[must_use]
    pub fn on(operation: Operation) -> Self {
        Self {
            operation,
            bucket: None,
            key: None,
            part_number: None,
            from: 1,
            to: u64::MAX,
        }
    }

    /// Only calls on this bucket.
    #[must_use]
    pub fn bucket(mut self, bucket: impl Into<String>) -> Self {
        self.bucket = Some(bucket.into());
        self
    }

    /// Only calls on this key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Only calls that carry this part.
    #[must_use]
    pub fn part(mut self, part_number: u32) -> Self {
        self.part_number = Some(part_number);
        self
    }

    /// Only the `n`th of the calls that meet the filters, counted from 1.
    #[must_use]
    pub fn nth(mut self, n: u64) -> Self {
        (self.from, self.to) = (n, n);
        self
    }

    /// Only the first `n` of the calls that meet the filters.
    #[must_use]
    pub fn first(mut self, n: u64) -> Self {
        (self.from, self.to) = (1, n);
        self
    }

    fn matches(&self, call: &Call<'_>) -> bool {
        fn wanted<T: PartialEq>(filter: Option<T>, value: Option<T>) -> bool {
            filter.is_none() || filter == value
        }
        self.operation == call.operation
            && wanted(self.bucket.as_deref(), call.bucket)
            && wanted(self.key.as_deref(), call.key)
            && wanted(self.part_number, call.part_number)
    }
}

impl FaultPlan {
    /// A plan without faults, which only counts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule and its fault.
    #[must_use]
    pub fn with(self, rule: Rule, fault: Fault) -> Self {
        self.add(rule, fault);
        self
    }

    /// Adds a rule and its fault to a plan that may be in use. Its calls are counted from now.
    pub fn add(&self, rule: Rule, fault: Fault) {
        self.state().rules.push(Scheduled {
            rule,
            fault,
            met: 0,
        });
    }

    /// How many authenticated calls of this operation have come.
    #[must_use]
    pub fn calls(&self, operation: Operation) -> u64 {
        self.state().calls.get(&operation).copied().unwrap_or(0)
    }

    /// How many faults have been played.
    #[must_use]
    pub fn played(&self) -> u64 {
        self.state().played
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Faults for FaultPlan {
    fn next(&self, call: &Call<'_>) -> Option<Fault> {
        let mut state = self.state();
        *state.calls.entry(call.operation).or_insert(0) += 1;
        let mut chosen = None;
        for scheduled in &mut state.rules {
            if !scheduled.rule.matches(call) {
                continue;
            }
            // Every rule counts every call it matches, also one that another rule takes: the
            // numbers of one rule do not depend on the others.
            scheduled.met += 1;
            let due = (scheduled.rule.from..=scheduled.rule.to).contains(&scheduled.met);
            if due && chosen.is_none() {
                chosen = Some(scheduled.fault.clone());
            }
        }
        state.played += u64::from(chosen.is_some());
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(number: u32) -> Call<'static> {
        Call {
            operation: Operation::UploadPart,
            bucket: Some("b"),
            key: Some("k"),
            part_number: Some(number),
        }
    }

    #[test]
    fn rules_count_only_the_calls_they_match() {
        let plan = FaultPlan::new().with(
            Rule::on(Operation::UploadPart).part(2).nth(2),
            Fault::slow_down(),
        );
        let hit: Vec<bool> = [1, 2, 1, 2, 2]
            .into_iter()
            .map(|number| plan.next(&part(number)).is_some())
            .collect();
        assert_eq!(hit, [false, false, false, true, false]);
        assert_eq!(plan.calls(Operation::UploadPart), 5);
        assert_eq!(plan.played(), 1);
    }

    #[test]
    fn filters_and_windows() {
        let plan = FaultPlan::new().with(
            Rule::on(Operation::UploadPart)
                .bucket("b")
                .key("k")
                .first(1),
            Fault::slow_down(),
        );
        assert!(
            plan.next(&Call {
                key: Some("other"),
                ..part(1)
            })
            .is_none()
        );
        assert!(plan.next(&part(1)).is_some());
        assert!(plan.next(&part(1)).is_none());
    }
}
