//! `license_plate`: numbers of cars in the countries of which their form is known.

use std::sync::Arc;

use super::format::Formatted;
use super::localised;
use crate::column::Column;
use crate::compile::Rejected;
use crate::locale::Locale;
use crate::scope::Scope;

/// `#` is a digit, `$` a letter. As the `fake` crate has them, which writes `ABC` for any letters
/// in Persian and Turkish.
fn formats(locale: Locale) -> &'static [&'static str] {
    match locale {
        Locale::FrFr | Locale::ItIt => &["$$-###-$$"],
        Locale::NlNl => &["$$-###-$", "$-###-$$", "$$$-##-$"],
        Locale::PtPt => &[
            "$$-##-##", "##-##-$$", "##-$$-##", "## ## $$", "## $$ ##", "$$ ## $$",
        ],
        Locale::FaIr | Locale::TrTr => &["## $$$ ###", "## $$ ####"],
        _ => &[],
    }
}

pub(super) fn license_plate(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let locales = scope.locales()?;
    if let Some(unknown) = locales.iter().find(|locale| formats(*locale).is_empty()) {
        let known = Locale::ALL.into_iter().filter(|l| !formats(*l).is_empty());
        let known: Vec<_> = known.map(Locale::name).collect();
        let allowed = format!("one of {}, or a mixture of them", known.join(", "));
        return Err(scope.invalid("locale", unknown.name(), allowed));
    }
    let key = scope.key();
    Ok(localised::compile_in(locales, |tables| {
        Formatted::new(key, formats(tables.locale))
    }))
}
