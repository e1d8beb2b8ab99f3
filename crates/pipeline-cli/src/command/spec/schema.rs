//! `pipeline-cli spec schema`: the JSON Schema of specs.

use blockgen::DatasetSpec;
use clap::Args;

use crate::failure::{ExitCode, Failure};
use crate::standard_output::print;

/// Examples that work when they are pasted, and how editors come to it.
const NOTES: &str = "\
Examples:
  pipeline-cli spec schema > spec.schema.json
      keep it beside your specs

Editors:
  With the extension Even Better TOML (VS Code), or taplo anywhere, the first
  line of a spec says where its schema lies, and then keys are completed,
  explained and checked:
      #:schema ./spec.schema.json
  In JSON, the key \"$schema\" says it:
      { \"$schema\": \"./spec.schema.json\", \"tables\": [] }";

/// Arguments of `spec schema`.
#[derive(Debug, Clone, Args)]
#[command(after_help = NOTES)]
pub struct SchemaArgs {}

/// Prints the schema.
///
/// # Errors
///
/// Standard output can't be written.
pub fn schema() -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(&DatasetSpec::json_schema());
    let text = text.map_err(|error| Failure::new(ExitCode::Internal, error))?;
    print(text + "\n").map(drop)
}
