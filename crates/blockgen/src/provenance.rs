//! What it takes to make a table again.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::SpecError;
use crate::spec::{DatasetSpec, TableSpec};

/// Version of the rule by which values follow from spec, seed and row. It goes up whenever a
/// value changes anywhere, for whatever reason; the same version makes the same values.
pub const ALGORITHM_VERSION: u32 = 2;

/// Where a table's rows come from: with the spec that has this hash, and a version of this crate
/// with this algorithm, any row can be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Provenance {
    /// [`ALGORITHM_VERSION`] of the crate that made the rows.
    pub algorithm_version: u32,
    /// SHA-256, in lower-case hexadecimal, of the table's spec in canonical form: defaults
    /// written out, and layout, comments and the order of keys of no importance. The specs of the
    /// tables that it refers to are part of it, with their rows, over any number of steps; its own
    /// rows are not, unless it refers to itself.
    pub spec_hash: String,
    /// The seed.
    pub seed: u64,
    /// The table's name.
    pub table: String,
    /// The tables that it refers to, over any number of steps, with their rows: as the spec says
    /// or was told, so those whose rows follow from others' are not among them. Without them, a
    /// spec that was scaled could not be told from the one it was made of.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parent_rows: BTreeMap<String, u64>,
}

/// What a table's values follow from, but for the seed.
#[derive(Serialize)]
struct Canonical<'a> {
    #[serde(flatten)]
    table: &'a TableSpec,
    /// By name, so that the order of the spec doesn't matter.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    needs: BTreeMap<String, TableSpec>,
}

impl Provenance {
    /// `needs` are the tables that the values of the table depend on.
    pub(crate) fn new(
        spec: &DatasetSpec,
        table: usize,
        needs: &BTreeSet<usize>,
        seed: u64,
    ) -> Result<Self, SpecError> {
        // What a table has from its data set decides its values as if it stood in the table.
        let alone = |table: usize| {
            let table = &spec.tables[table];
            TableSpec {
                locale: table.locale.as_ref().or(spec.locale.as_ref()).cloned(),
                // Whether a table is written where nobody asks for it decides no value.
                hidden: false,
                ..table.clone()
            }
        };
        let own = TableSpec {
            rows: None,
            ..alone(table)
        };
        // Damage is done to a table's own rows last: none of it is in what others see of them.
        let needs = needs.iter().map(|need| TableSpec {
            damage: Vec::new(),
            ..alone(*need)
        });
        let needs: BTreeMap<_, _> = needs.map(|need| (need.name.clone(), need)).collect();
        let parent_rows = needs.values();
        let parent_rows = parent_rows.filter_map(|need| Some((need.name.clone(), need.rows?)));
        let parent_rows = parent_rows.collect();
        let canonical = Canonical { table: &own, needs };
        // The canonical form is the JSON of the parsed spec: its keys come in the order in
        // which the types declare them.
        let canonical = serde_json::to_vec(&canonical).map_err(|source| SpecError::Canonical {
            table: own.name.clone(),
            source,
        })?;
        let digest = Sha256::digest(canonical);
        Ok(Self {
            algorithm_version: ALGORITHM_VERSION,
            spec_hash: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            seed,
            table: own.name,
            parent_rows,
        })
    }
}
