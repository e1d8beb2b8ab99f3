//! What stands of several tables when a run ends before its end.

use serde_json::{Map, Value, json};

use crate::failure::{ExitCode, Failure};
use crate::plan::Plan;
use crate::report::FinishedTable;

/// The tables of a run, and those that are in place: always the first ones.
pub(super) struct Stands<'a> {
    pub(super) plan: &'a Plan,
    pub(super) done: &'a [FinishedTable],
}

impl Stands<'_> {
    /// A failure of the table behind those that are in place, with what became of the others.
    pub(super) fn after(&self, failure: Failure) -> Failure {
        // A table of several files may stand in part.
        let partly = failure.facts().get("outcome").and_then(Value::as_str);
        let outcome = match partly {
            Some("partly_committed") => "partly_committed",
            _ => failure.outcome(),
        };
        let facts = self.facts(Some(outcome));
        let failing = self.plan.tables.get(self.done.len());
        let failure = match (failure.code, failing) {
            // What stands is its first word, and names the target.
            (ExitCode::Interrupted, _) | (_, None) => failure,
            (_, Some(table)) => failure.of_table(&table.numbers.table),
        };
        let unknown = failure.code == ExitCode::Unknown;
        failure.advise(self.sentence(unknown)).with_facts(facts)
    }

    /// The end between two tables, or behind the last one.
    pub(super) fn after_interrupt(&self) -> Failure {
        if self.done.len() == self.plan.tables.len() {
            let stands = format!(
                "all {} tables were in place before the interrupt was heard",
                self.done.len()
            );
            let facts = self.facts(None);
            return Failure::interrupted(stands)
                .but_committed()
                .with_facts(facts);
        }
        let clause = format!("{} of {} tables", self.done.len(), self.plan.tables.len());
        Failure::interrupted(format!("{clause} are made"))
            .advise(self.sentence(false))
            .with_facts(self.facts(None))
    }

    /// What is in place, and how to go on. Of the table that failed it may be `unknown` whether
    /// it is: then it is not for this sentence to say that it must be made again.
    fn sentence(&self, unknown: bool) -> String {
        let tables = self.plan.tables.iter().skip(self.done.len());
        let rest: Vec<_> = tables
            .skip(usize::from(unknown))
            .map(|table| table.numbers.table.as_str())
            .collect();
        let done: Vec<_> = self.done.iter().map(|done| done.table.as_str()).collect();
        let in_place = match done.as_slice() {
            [] => "No other table was begun".to_owned(),
            [one] => format!("Table {one} is in place"),
            several => format!("Tables {} are in place", several.join(", ")),
        };
        if rest.is_empty() || done.is_empty() && !unknown {
            return format!("{in_place}.");
        }
        format!(
            "{in_place}; the same command with `--table {}` makes the rest.",
            rest.join(",")
        )
    }

    /// What programs are told: each table, and all together. `failed` is the outcome of the table
    /// behind those that are in place, where it was begun.
    fn facts(&self, failed: Option<&'static str>) -> Map<String, Value> {
        let done = self
            .done
            .iter()
            .map(|done| Value::from(done.facts().clone()));
        let rest = self.plan.tables.iter().skip(self.done.len()).enumerate();
        let rest = rest.map(|(at, table)| {
            let outcome = failed.filter(|_| at == 0).unwrap_or("not_begun");
            json!({
                "table": table.numbers.table,
                "outcome": outcome,
                "target": table.destination.to_string(),
            })
        });
        let mut facts = Map::new();
        facts.insert("tables".to_owned(), done.chain(rest).collect());
        let all = self.done.len() == self.plan.tables.len();
        if !self.done.is_empty() && !all && failed != Some("unknown") {
            facts.insert("outcome".to_owned(), "partly_committed".into());
        }
        facts
    }
}
