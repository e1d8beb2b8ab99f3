//! How many files a table becomes, decided by the highest layer that names a number or a size.

use std::ops::Range;

use super::{Layer, LayerError, amount};
use crate::file_count::{FileCount, parse_file_size, parse_files, parse_only_files};

/// The keys of the settings that say how many. Within a layer the first one wins.
pub(super) const KEYS: [&str; 2] = ["files", "file_size"];

/// The key of the one that says which of them are made.
pub(super) const ONLY: &str = "only_files";

/// What layers, lowest first, ask for.
pub(super) fn count(layers: &[Layer]) -> Result<FileCount, LayerError> {
    let Some((key, layer)) = amount::first_of(&KEYS, layers) else {
        return Ok(FileCount::One);
    };
    read(layer, key, |text| match key {
        "files" => parse_files(text).map(FileCount::Exactly),
        _ => parse_file_size(text).map(FileCount::OfSize),
    })
}

/// The files that layers, lowest first, ask for alone.
pub(super) fn only(layers: &[Layer]) -> Result<Option<Range<u64>>, LayerError> {
    match amount::first_of(&[ONLY], layers) {
        Some((key, layer)) => read(layer, key, parse_only_files).map(Some),
        None => Ok(None),
    }
}

fn read<T>(
    layer: &Layer,
    key: &'static str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, LayerError> {
    let text = layer.get(key).unwrap_or_default();
    parse(text).map_err(|reason| LayerError::Value {
        origin: layer.origin(key).unwrap_or_default().to_owned(),
        shown: format!("`{text}` is "),
        reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::byte_size::ByteSize;

    fn layer(entries: &[(&'static str, &str)]) -> Layer {
        let mut layer = Layer::default();
        for (key, text) in entries {
            let (text, origin) = ((*text).to_owned(), "a test".to_owned());
            layer.set(key, text, origin).unwrap();
        }
        layer
    }

    #[test]
    fn the_highest_layer_that_names_files_decides() {
        let (number, size) = (layer(&[("files", "4")]), layer(&[("file_size", "1MB")]));
        let of = |layers: &[Layer]| count(layers).unwrap();
        assert_eq!(of(&[]), FileCount::One);
        let low = FileCount::OfSize(ByteSize(1_000_000));
        assert_eq!(of(&[number.clone(), size.clone()]), low);
        assert_eq!(of(&[size, number]), FileCount::Exactly(4));
        let both = layer(&[("file_size", "1MB"), ("files", "4")]);
        assert_eq!(of(&[both]), FileCount::Exactly(4));
        assert_eq!(
            only(&[layer(&[("only_files", "1..3")])]).unwrap(),
            Some(1..3)
        );
    }
}
