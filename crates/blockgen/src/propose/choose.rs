//! From what was seen to a kind: what may be meant, the best first, and of that the first which
//! compiles and can be made for all rows.

use arrow::datatypes::DataType;

use super::kinds::{
    bytes, choice, constant, decimals, default_range, degrees, digits, elements, integer,
    log_normal, normal, number, sequence,
};
use super::names::{self, Trust};
use super::numbers::{Floats, Wholes};
use super::seen::{Seen, Values};
use super::texts::Texts;
use super::times;
use crate::distribution::{Bucket, Distribution};
use crate::generator::Generator;
use crate::kinds::{
    BoolOptions, ColumnKind, EmailOptions, FloatOptions, FloatType, ListOptions, MapOptions,
    PatternOptions, StructOptions, WordsOptions,
};
use crate::scalar::Scalar;
use crate::spec::{ColumnSpec, DatasetSpec, TableSpec, ValueSpec};

/// Different values that a column has at most for them to be listed, and how often each has to
/// come on average.
const MOST_CATEGORIES: usize = 50;
const MOST_NUMBERS: usize = 20;
const LEAST_TIMES: u64 = 5;

/// Rows that are made to see whether a kind works.
const TRIED_ROWS: u64 = 10;

/// A kind that may be meant, and why.
type Candidate = (ColumnKind, String);

/// Chooses kinds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chooser {
    /// Of the table.
    pub(super) rows: Option<u64>,
    /// Whether values may be listed.
    pub(super) values: bool,
}

/// What a column becomes.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) kind: ColumnKind,
    pub(super) nulls: Option<f64>,
    /// Why it is of that kind, if the kind does not say it.
    pub(super) why: String,
}

impl Choice {
    fn value(self) -> ValueSpec {
        ValueSpec {
            nulls: self.nulls,
            ..ValueSpec::new(self.kind)
        }
    }
}

impl Chooser {
    /// The kind of a column of the table.
    pub(super) fn column(&self, seen: &Seen) -> Choice {
        let keys = self.keys(seen).into_iter();
        self.first_that_works(seen, keys.chain(self.candidates(seen)), self.rows)
    }

    /// The kind of what lies inside of a column's values.
    fn inner(&self, seen: &Seen) -> Choice {
        self.first_that_works(seen, self.candidates(seen).into_iter(), None)
    }

    fn first_that_works(
        &self,
        seen: &Seen,
        candidates: impl Iterator<Item = Candidate>,
        rows: Option<u64>,
    ) -> Choice {
        let nulls = nulls(seen);
        let mut candidates = candidates;
        match candidates.find(|(kind, _)| works(kind, nulls, rows)) {
            Some((kind, why)) => Choice { kind, nulls, why },
            None => Choice {
                kind: constant(Scalar::Text(String::new())),
                nulls: Some(1.0),
                why: "no kind has values of this type".to_owned(),
            },
        }
    }

    /// Kinds that tell rows apart.
    fn keys(&self, seen: &Seen) -> Vec<Candidate> {
        let is_key = names::is_key(&seen.name) && seen.null_share() == 0.0;
        let mut kinds = Vec::new();
        match &seen.values {
            Values::Wholes(wholes) => {
                if seen.null_share() == 0.0
                    && let Some((start, step)) = wholes.sequence()
                {
                    let why = "values are evenly apart".to_owned();
                    kinds.extend(sequence(&seen.data_type, start, step).map(|kind| (kind, why)));
                }
                if is_key && wholes.count > 1 && wholes.distinct.all_differ() {
                    let unique = integer(&seen.data_type, wholes, Distribution::Uniform, true);
                    let why = "a key by its name, and all values differ".to_owned();
                    kinds.extend(unique.map(|kind| (kind, why)));
                }
            }
            Values::Texts(texts) => {
                let all_differ = texts.count > 1 && texts.distinct.all_differ();
                if is_key
                    && all_differ
                    && texts.form().is_none()
                    && let Some(pattern) = texts.pattern()
                {
                    let unique = true;
                    let why = "a key by its name, and all values differ; they have one form";
                    let kind = ColumnKind::Pattern(PatternOptions { pattern, unique });
                    kinds.push((kind, why.to_owned()));
                }
            }
            _ => {}
        }
        kinds
    }

    fn candidates(&self, seen: &Seen) -> Vec<Candidate> {
        let plain = |kind| vec![(kind, String::new())];
        match &seen.values {
            Values::Bools { trues } => {
                let values = seen.rows.saturating_sub(seen.nulls);
                let probability = match values {
                    0 => 0.5,
                    values => digits(*trues as f64 / values as f64),
                };
                plain(ColumnKind::Bool(BoolOptions { probability }))
            }
            Values::Wholes(wholes) if wholes.range.is_none() => {
                let mut anything = Wholes::default();
                let (min, max) = default_range(&seen.data_type);
                anything.reach(min);
                anything.reach(max);
                let mut kinds = self.wholes(&seen.data_type, &anything);
                for (_, why) in &mut kinds {
                    "no value was seen, so the range is invented".clone_into(why);
                }
                kinds
            }
            Values::Wholes(wholes) => self.wholes(&seen.data_type, wholes),
            Values::Floats(floats) => self.floats(seen, floats),
            Values::Texts(texts) => self.texts(&seen.name, texts),
            Values::Bytes(lengths) => plain(bytes(&seen.data_type, *lengths)),
            Values::List(lengths, item) => {
                let item = Box::new(self.inner(item).value());
                let list = |(min, max)| {
                    let item = item.clone();
                    (
                        ColumnKind::List(ListOptions { item, min, max }),
                        String::new(),
                    )
                };
                // The longest lists may be more than a column holds.
                vec![list(elements(*lengths)), list((0, 5))]
            }
            Values::Struct(fields) => {
                let fields = fields.iter().map(|field| {
                    let choice = self.inner(field);
                    ColumnSpec {
                        nulls: choice.nulls,
                        ..ColumnSpec::new(&field.name, choice.kind)
                    }
                });
                let fields = fields.collect();
                plain(ColumnKind::Struct(StructOptions { fields }))
            }
            Values::Map(lengths, key, value) => {
                let mut key = self.inner(key).value();
                key.nulls = None;
                let (key, value) = (Box::new(key), Box::new(self.inner(value).value()));
                let map = |(min, max)| {
                    let (key, value) = (key.clone(), value.clone());
                    let options = MapOptions {
                        key,
                        value,
                        min,
                        max,
                    };
                    (ColumnKind::Map(options), String::new())
                };
                vec![map(elements(*lengths)), map((0, 5))]
            }
            Values::Unknown => Vec::new(),
        }
    }

    fn wholes(&self, data_type: &DataType, seen: &Wholes) -> Vec<Candidate> {
        if !data_type.is_integer() && !matches!(data_type, DataType::Decimal128(..)) {
            return times::kinds(data_type, seen);
        }
        let scale = match data_type {
            DataType::Decimal128(_, scale) => u8::try_from(*scale).unwrap_or(0),
            _ => 0,
        };
        let mut spreads = Vec::new();
        if self.values
            && let Some(few) = seen.distinct.few(MOST_NUMBERS, LEAST_TIMES)
            && !is_even(&few, seen)
        {
            let buckets = few.iter().map(|(value, count)| Bucket {
                value: Some(number(**value, scale)),
                from: None,
                to: None,
                weight: *count as f64,
            });
            let why = "few different values, as often as they were seen";
            spreads.push((Distribution::Weights(buckets.collect()), why));
        }
        let unit = libm::pow(10.0, f64::from(scale));
        if seen.moments.is_bell() {
            let (mean, std_dev) = (seen.moments.mean() / unit, seen.moments.std_dev() / unit);
            spreads.push((normal(mean, std_dev), BELL));
        } else if seen.is_log_bell() {
            let mu = seen.logarithms.mean() - libm::log(unit);
            spreads.push((log_normal(mu, seen.logarithms.std_dev()), LOG_BELL));
        }
        spreads.push((Distribution::Uniform, ""));
        let kinds = spreads.into_iter().filter_map(|(spread, why)| {
            let kind = match data_type {
                DataType::Decimal128(precision, _) => decimals(*precision, scale, seen, spread),
                _ => integer(data_type, seen, spread, false),
            };
            Some((kind?, why.to_owned()))
        });
        kinds.collect()
    }

    fn floats(&self, seen: &Seen, floats: &Floats) -> Vec<Candidate> {
        let double = seen.data_type == DataType::Float64;
        let (min, max) = floats.range.unwrap_or((0.0, 1.0));
        let mut kinds = Vec::new();
        if double && let Some(place) = degrees(&seen.name, min, max) {
            kinds.push((place, "by its name and range".to_owned()));
        }
        if double
            && self.values
            && let Some(few) = floats.distinct.few(MOST_NUMBERS, LEAST_TIMES)
        {
            let few = few
                .iter()
                .map(|(bits, count)| (Scalar::Float(f64::from_bits(**bits)), *count));
            let why = "few different values, as often as they were seen".to_owned();
            kinds.push((choice(few), why));
        }
        let mut spreads = Vec::new();
        if floats.moments.is_bell() {
            let (mean, std_dev) = (floats.moments.mean(), floats.moments.std_dev());
            spreads.push((normal(mean, std_dev), BELL));
        } else if floats.is_log_bell() {
            let (mu, sigma) = (floats.logarithms.mean(), floats.logarithms.std_dev());
            spreads.push((log_normal(mu, sigma), LOG_BELL));
        }
        spreads.push((Distribution::Uniform, ""));
        let data_type = match double {
            true => FloatType::Float64,
            false => FloatType::Float32,
        };
        for decimals in [floats.decimals, None] {
            for (distribution, why) in &spreads {
                let kind = ColumnKind::Float(FloatOptions {
                    min: Some(min),
                    max: Some(max),
                    decimals,
                    data_type,
                    distribution: distribution.clone(),
                });
                kinds.push((kind, (*why).to_owned()));
            }
        }
        kinds
    }

    fn texts(&self, name: &str, seen: &Texts) -> Vec<Candidate> {
        let hint = names::kind(name);
        let hinted = |wanted: Trust| {
            let hint = hint.clone().filter(|(_, trust)| *trust == wanted);
            hint.map(|(kind, _)| (kind, "by its name".to_owned()))
        };
        let mut kinds = Vec::new();
        if let Some((kind, why)) = seen.form().map(|form| form.kind()) {
            kinds.push((kind, why.to_owned()));
        }
        kinds.extend(hinted(Trust::Sure));
        if seen.are_like_names() && seen.distinct.few(MOST_CATEGORIES, LEAST_TIMES).is_none() {
            kinds.extend(hinted(Trust::LikeNames));
        }
        if self.values
            && let Some(few) = seen.distinct.few(MOST_CATEGORIES, LEAST_TIMES)
        {
            let few = few
                .iter()
                .map(|(text, count)| (Scalar::Text((*text).clone()), *count));
            let why = "few different values, as often as they were seen".to_owned();
            kinds.push((choice(few), why));
        }
        kinds.extend(hinted(Trust::Perhaps));
        if let Some(pattern) = seen.pattern() {
            let unique = false;
            let kind = ColumnKind::Pattern(PatternOptions { pattern, unique });
            kinds.push((kind, "values have one form".to_owned()));
        }
        kinds.extend(filling(seen));
        for (kind, _) in &mut kinds {
            if let ColumnKind::Email(options) = kind {
                let unique = seen.count > 1 && seen.distinct.all_differ();
                *options = EmailOptions { of: None, unique };
            }
        }
        kinds
    }
}

/// Why a distribution was guessed.
const BELL: &str = "values lie like a bell";
const LOG_BELL: &str = "logarithms of the values lie like a bell";

/// Texts that mean nothing, of about the same length.
fn filling(seen: &Texts) -> Option<Candidate> {
    let (fewest, most) = seen.words.unwrap_or((3, 6));
    let (shortest, longest) = seen.lengths.unwrap_or((1, 1));
    if longest == 0 {
        return Some((
            constant(Scalar::Text(String::new())),
            "all are empty".to_owned(),
        ));
    }
    if most <= 1 && seen.count > 0 {
        let length = ((shortest + longest) / 2).clamp(1, 100);
        let pattern = format!("[a-z]{{{length}}}");
        let unique = false;
        let kind = ColumnKind::Pattern(PatternOptions { pattern, unique });
        return Some((kind, "letters of the usual length".to_owned()));
    }
    let bounded = |words: usize| u32::try_from(words.clamp(1, 1_000)).unwrap_or(1);
    let (min, max) = (bounded(fewest), bounded(most));
    let kind = ColumnKind::Words(WordsOptions { min, max });
    Some((kind, "as many words".to_owned()))
}

/// Whether a kind compiles, and its first and last rows can be made.
fn works(kind: &ColumnKind, nulls: Option<f64>, rows: Option<u64>) -> bool {
    let column = ColumnSpec {
        nulls,
        ..ColumnSpec::new("column", kind.clone())
    };
    let mut table = TableSpec::new("table", vec![column]);
    table.rows = rows;
    let spec = DatasetSpec::new(vec![table]);
    let Ok(generator) = Generator::compile(&spec, "table", 0) else {
        return false;
    };
    let all = rows.unwrap_or(TRIED_ROWS);
    let (first, last) = (0..all.min(TRIED_ROWS), all.saturating_sub(1)..all);
    generator.block(first).is_ok() && generator.block(last).is_ok()
}

/// As the data has them; a column that may have nulls and was seen with none keeps its type.
fn nulls(seen: &Seen) -> Option<f64> {
    let share = seen.null_share();
    (seen.nullable || share > 0.0).then(|| digits(share))
}

/// Whether these are all values of the range, and about as frequent.
fn is_even(few: &[(&i128, u64)], seen: &Wholes) -> bool {
    let counts = few.iter().map(|(_, count)| *count);
    let (least, most) = (counts.clone().min(), counts.max());
    let (least, most) = (least.unwrap_or(0), most.unwrap_or(0));
    let span = seen.range.and_then(|(min, max)| max.checked_sub(min));
    let all = span.is_some_and(|span| span == few.len() as i128 - 1);
    all && most < least.saturating_mul(2)
}
