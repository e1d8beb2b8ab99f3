//! Which locale a row is of: always one, or drawn by weights.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Locale;
use crate::compile::Rejected;
use crate::random::{Key, Lane};
use crate::scope::Scope;

/// Where texts come from: one locale, or several with weights, such as
/// `{ en = 0.7, fr_fr = 0.3 }`; then each row draws its own.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum LocaleChoice {
    /// The locale of every row.
    One(Locale),
    /// Locales and how often each comes, as shares of the sum of all weights.
    Weighted(BTreeMap<Locale, f64>),
}

impl Default for LocaleChoice {
    fn default() -> Self {
        Self::One(Locale::default())
    }
}

impl From<Locale> for LocaleChoice {
    fn from(locale: Locale) -> Self {
        Self::One(locale)
    }
}

/// By hand, because what serde derives for either of two forms says of a misspelt locale only
/// that it is neither.
impl<'de> Deserialize<'de> for LocaleChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Forms;

        impl<'de> Visitor<'de> for Forms {
            type Value = LocaleChoice;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a locale such as \"en\", or weights such as { en = 0.7, fr_fr = 0.3 }")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
                Locale::deserialize(StrDeserializer::new(name)).map(LocaleChoice::One)
            }

            fn visit_map<A: MapAccess<'de>>(self, weights: A) -> Result<Self::Value, A::Error> {
                let weights = BTreeMap::deserialize(MapAccessDeserializer::new(weights))?;
                Ok(LocaleChoice::Weighted(weights))
            }
        }

        deserializer.deserialize_any(Forms)
    }
}

/// As many steps as a float resolves between 0 and 1: 2^53.
const STEPS: u64 = 1 << f64::MANTISSA_DIGITS;

/// A choice, compiled for one column: that column and those that tell of its persons draw the
/// same locale for the same row.
#[derive(Clone, Debug)]
pub(crate) struct Locales {
    lane: Lane,
    locales: Box<[Locale]>,
    shares: Box<[f64]>,
    /// Draws of `0..STEPS` below the first of these are of the first locale, and so on.
    ends: Box<[u64]>,
}

impl Locales {
    /// `key` is that of the column.
    pub(crate) fn new(
        choice: &LocaleChoice,
        key: Key,
        scope: &Scope<'_>,
    ) -> Result<Self, Rejected> {
        let weights: Vec<(Locale, f64)> = match choice {
            LocaleChoice::One(locale) => vec![(*locale, 1.0)],
            LocaleChoice::Weighted(weights) => weights.iter().map(|(l, w)| (*l, *w)).collect(),
        };
        if weights.is_empty() {
            return Err(scope.invalid("locale", "without weights", "at least one locale"));
        }
        for (locale, weight) in &weights {
            if !(weight.is_finite() && *weight >= 0.0) {
                let found = format!("{} = {weight}", locale.name());
                return Err(scope.invalid("locale", found, "weights of 0 or more"));
            }
        }
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        if !(total.is_finite() && total > 0.0) {
            let found = format!("weights whose sum is {total}");
            let allowed = "weights whose sum is finite and more than 0";
            return Err(scope.invalid("locale", found, allowed));
        }
        let weights = weights.into_iter().filter(|(_, weight)| *weight > 0.0);
        let (locales, shares): (Vec<_>, Vec<f64>) = weights
            .map(|(locale, weight)| (locale, weight / total))
            .unzip();
        let mut sum = 0.0;
        let mut ends: Vec<u64> = Vec::with_capacity(shares.len());
        for share in &shares {
            sum += share;
            ends.push(((sum * STEPS as f64) as u64).min(STEPS));
        }
        // The sum may have been rounded to a little less than 1.
        if let Some(last) = ends.last_mut() {
            *last = STEPS;
        }
        Ok(Self {
            lane: key.child("locale").lane(0),
            locales: locales.into(),
            shares: shares.into(),
            ends: ends.into(),
        })
    }

    /// The locales that come at all; one or more.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Locale> {
        self.locales.iter().copied()
    }

    /// How often each comes; the sum is 1.
    pub(crate) fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// Which of them `row` is of.
    #[inline]
    pub(crate) fn of(&self, row: u64) -> usize {
        let draw = self.lane.draws(row).below(STEPS);
        // Fourteen at most, so that a sum is faster than a search that branches.
        let above = self.ends.iter().map(|end| usize::from(draw >= *end));
        above.sum()
    }
}
