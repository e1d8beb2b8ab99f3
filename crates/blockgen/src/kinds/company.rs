//! Companies, what they say of themselves, and jobs in them.

use std::sync::Arc;

use super::localised;
use super::phrase::Phrases;
use crate::column::Column;
use crate::compile::Rejected;
use crate::scope::Scope;

/// `company`: after one or two of their founders.
pub(super) fn company(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| {
        let templates = tables.companies.iter().copied();
        Phrases::of_templates(lane, templates, |slot| match slot {
            "Suffix" => tables.company_suffixes,
            _ => tables.last_names,
        })
    })
}

/// `catch_phrase`: three buzzwords.
pub(super) fn catch_phrase(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| {
        Phrases::of_templates(lane, [tables.catch_phrase], |slot| match slot {
            "Head" => tables.buzzwords,
            "Middle" => tables.buzzwords_middle,
            _ => tables.buzzwords_tail,
        })
    })
}

/// `bs`: what a company claims to do.
pub(super) fn bs(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| {
        Phrases::of_templates(lane, [tables.bs], |slot| match slot {
            "Verb" => tables.bs_verbs,
            "Adj" => tables.bs_adjectives,
            _ => tables.bs_nouns,
        })
    })
}

/// `job`: seniority, field and position.
pub(super) fn job(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| {
        Phrases::of_templates(lane, [tables.job], |slot| match slot {
            "Seniority" => tables.job_seniorities,
            "Field" => tables.job_fields,
            _ => tables.job_positions,
        })
    })
}
