//! `domain` and `url`: names of machines, and pages there.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::email::RESERVED;
use super::spelling::spelt;
use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::phrase::{Phrases, around};
use crate::locale::Tables;
use crate::pool::Pool;
use crate::scope::Scope;

/// Options of [`ColumnKind::Domain`](crate::ColumnKind::Domain) and
/// [`ColumnKind::Url`](crate::ColumnKind::Url).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainOptions {
    /// Whether all names lie under `example.com`, `example.net` and `example.org`, which RFC 2606
    /// reserves, so that nobody owns them; `true` if not given. Otherwise they end in what is
    /// usual in the locale, and somebody may own them.
    #[serde(default = "yes")]
    pub reserved: bool,
}

fn yes() -> bool {
    true
}

/// A word and a family name or a reserved name, with texts around them.
fn domains(before: &str, options: &DomainOptions, behind: &str, tables: &Tables) -> Vec<Arc<Pool>> {
    let words = spelt(tables.words);
    if options.reserved {
        return vec![around(before, &words, "."), around("", RESERVED, behind)];
    }
    vec![
        around(before, &words, "-"),
        around("", &spelt(tables.last_names), "."),
        around("", tables.domain_suffixes, behind),
    ]
}

pub(in crate::kinds) fn domain(
    options: &DomainOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| {
        Phrases::new(lane, [domains("", options, "", tables)])
    })
}

/// With a path of none, one or two parts.
pub(in crate::kinds) fn url(
    options: &DomainOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| {
        let parts = around("", tables.path_segments, "/");
        let page = around("", tables.path_segments, "");
        let paths = [vec![], vec![Arc::clone(&page)], vec![parts, page]];
        let domain = domains("https://", options, "/", tables);
        let urls = paths.map(|path| [domain.clone(), path].concat());
        Phrases::new(lane, urls)
    })
}
