//! Colours, as style sheets write them, all of them equally often; `hex_color` is with the other
//! hexadecimal texts.

use std::sync::Arc;

use super::phrase::{around, everywhere, numbers};
use crate::column::Column;
use crate::pool::Pool;
use crate::scope::Scope;

/// `rgb_color`: red, green and blue, 0 to 255 each.
pub(super) fn rgb(scope: &Scope<'_>) -> Arc<dyn Column> {
    let [red, green] = [numbers("rgb(", 0..=255, ", "), numbers("", 0..=255, ", ")];
    everywhere(scope, [vec![red, green, numbers("", 0..=255, ")")]])
}

/// `rgba_color`: with an opacity of 0 to 1.
pub(super) fn rgba(scope: &Scope<'_>) -> Arc<dyn Column> {
    let red = numbers("rgba(", 0..=255, ", ");
    let other = numbers("", 0..=255, ", ");
    everywhere(scope, [vec![red, Arc::clone(&other), other, opacity()]])
}

/// `hsl_color`: hue in degrees, saturation and lightness in per cent.
pub(super) fn hsl(scope: &Scope<'_>) -> Arc<dyn Column> {
    let [hue, saturation] = [numbers("hsl(", 0..=359, ", "), numbers("", 0..=100, "%, ")];
    everywhere(scope, [vec![hue, saturation, numbers("", 0..=100, "%)")]])
}

/// `hsla_color`: with an opacity of 0 to 1.
pub(super) fn hsla(scope: &Scope<'_>) -> Arc<dyn Column> {
    let hue = numbers("hsla(", 0..=359, ", ");
    let other = numbers("", 0..=100, "%, ");
    everywhere(scope, [vec![hue, Arc::clone(&other), other, opacity()]])
}

/// In hundredths.
fn opacity() -> Arc<Pool> {
    let hundredths: Vec<_> = (0..=100)
        .map(|n| format!("{}.{:02}", n / 100, n % 100))
        .collect();
    around("", &hundredths, ")")
}
