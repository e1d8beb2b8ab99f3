//! Any text as a spec: no panic and no endless loop, and what compiles makes rows.

#![no_main]

use blockgen::{DatasetSpec, Generator, SpecFormat};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for format in [SpecFormat::Toml, SpecFormat::Json] {
        let Ok(spec) = DatasetSpec::read(text, format) else {
            continue;
        };
        for table in &spec.tables {
            if let Ok(generator) = Generator::compile(&spec, &table.name, 7) {
                let _ = generator.block(0..8);
            }
        }
    }
});
