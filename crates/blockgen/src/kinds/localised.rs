//! Texts of one locale, or of several that the rows draw.

use std::sync::Arc;

use crate::column::Column;
use crate::compile::Rejected;
use crate::locale::{Locales, Tables};
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer, TextColumn};

/// A column of texts in the locales of its scope; `text` makes them for one locale.
pub(super) fn compile<T: Text>(
    scope: &Scope<'_>,
    text: impl Fn(&'static Tables) -> T,
) -> Result<Arc<dyn Column>, Rejected> {
    Ok(compile_in(scope.locales()?, text))
}

/// The same in other locales: those of the persons that another column tells of.
pub(super) fn compile_in<T: Text>(
    locales: Locales,
    text: impl Fn(&'static Tables) -> T,
) -> Arc<dyn Column> {
    let mut texts: Vec<T> = locales.iter().map(|l| text(l.tables())).collect();
    if texts.len() == 1
        && let Some(only) = texts.pop()
    {
        return Arc::new(TextColumn::new(only));
    }
    let texts = texts.into();
    Arc::new(TextColumn::new(Mixed { locales, texts }))
}

#[derive(Debug)]
struct Mixed<T> {
    locales: Locales,
    /// In the order of the locales.
    texts: Box<[T]>,
}

impl<T: Text> Text for Mixed<T> {
    fn lengths(&self) -> Lengths {
        let lengths = self.texts.iter().map(Text::lengths);
        Lengths::weighted(lengths.zip(self.locales.shares().iter().copied()))
    }

    fn distinct(&self) -> Option<u64> {
        let mut texts = self.texts.iter().map(Text::distinct);
        texts.try_fold(0_u64, |sum, texts| sum.checked_add(texts?))
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        self.texts[self.locales.of(row)].write(row, out);
    }
}
