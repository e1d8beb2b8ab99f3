//! The command line: what can be said, checked, and turned into the highest layer of settings.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::row_range::RowRange;
use crate::settings::{Layer, LayerError};

/// Fills a data lake with realistic test data: generates rows, writes Parquet, uploads to S3.
#[derive(Debug, Parser)]
#[command(
    name = "pipeline-cli",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = EXAMPLES,
    max_term_width = 100,
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    run: RunArgs,
}

const EXAMPLES: &str = "\
Examples:
  pipeline-cli                                     100,000 people into the embedded S3 (data/s3)
  pipeline-cli --rows 5_000_000 --block-size 16MiB
  pipeline-cli --size 50MB --to people.parquet     a local file of 50 MB, no S3
  pipeline-cli --to s3://lake/raw/ --endpoint http://127.0.0.1:4566
  pipeline-cli --to s3://lake/raw/people.parquet   AWS, with the credentials of the environment
  pipeline-cli --rows 1000 --to - | duckdb -c \"FROM read_parquet('/dev/stdin')\"

Settings come from, lowest to highest: built-in values, --config FILE, .env of the working folder,
environment variables, flags. `config/default.toml` lists them all.

Exit codes: 0 done, 1 internal error, 2 usage or configuration, 3 the data can't be made,
4 a local file can't be written, 5 S3 refuses or can't be reached (nothing committed),
6 outcome unknown, 130 interrupted.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate, write and upload (the default)
    #[command(after_help = EXAMPLES)]
    Run(Box<RunArgs>),
}

/// Arguments of `run`.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// Rows to make [default: 100000]
    #[arg(
        long,
        allow_negative_numbers = true,
        value_name = "N",
        conflicts_with = "size",
        help_heading = "Data"
    )]
    rows: Option<String>,

    /// Make as many rows as give a file of this size
    #[arg(long, value_name = "SIZE", help_heading = "Data")]
    size: Option<String>,

    /// Make rows A to B-1 of the table only
    #[arg(long, value_name = "A..B", conflicts_with_all = ["rows", "size"], help_heading = "Data")]
    pub rows_range: Option<RowRange>,

    /// Seed: the same one gives the same rows [default: 42]
    #[arg(
        long,
        allow_negative_numbers = true,
        value_name = "N",
        help_heading = "Data"
    )]
    seed: Option<String>,

    /// Size of a row group in the file [default: 1MiB]
    #[arg(long, value_name = "SIZE", help_heading = "File")]
    block_size: Option<String>,

    /// none, snappy, lz4, gzip[:0-9], zstd[:1-22] or brotli[:0-11] [default: snappy]
    #[arg(long, value_name = "CODEC[:LEVEL]", help_heading = "File")]
    compression: Option<String>,

    /// Where to: a path, `-` for standard output, s3://bucket/key, or s3://bucket/folder/
    #[arg(long, value_name = "TARGET", help_heading = "Target")]
    to: Option<String>,

    /// Which S3: a URL, `aws`, or `embedded` (a server of our own over data/s3)
    #[arg(long, value_name = "URL|aws|embedded", help_heading = "Target")]
    endpoint: Option<String>,

    /// Region of requests and of a bucket that is created [default: us-east-1]
    #[arg(long, value_name = "REGION", help_heading = "Target")]
    region: Option<String>,

    /// Allow plain http to an endpoint on another machine
    #[arg(long, help_heading = "Target")]
    allow_http: bool,

    /// Worker threads [default: one a core]
    #[arg(
        long,
        allow_negative_numbers = true,
        value_name = "N",
        help_heading = "Run"
    )]
    threads: Option<String>,

    /// Read settings from a TOML file [variable: PIPELINE_CONFIG]
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub config: Option<PathBuf>,

    /// Print the plan and end: nothing is written or sent
    #[arg(long, help_heading = "Run")]
    pub dry_run: bool,

    /// Print one JSON event a line on standard output, the last of them `summary`
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Say more (-vv: everything); RUST_LOG has the last word
    #[arg(short, long, action = ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,

    /// Say only what went wrong
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
}

impl Cli {
    /// The arguments of the run, whichever way it was asked for.
    pub fn into_run(self) -> RunArgs {
        match self.command {
            Some(Command::Run(args)) => *args,
            None => self.run,
        }
    }
}

impl RunArgs {
    /// The flags that set something, as a layer.
    ///
    /// # Errors
    ///
    /// A bad value.
    pub fn layer(&self) -> Result<Layer, LayerError> {
        let mut layer = Layer::default();
        for (key, flag, value) in [
            ("rows", "--rows", &self.rows),
            ("size", "--size", &self.size),
            ("seed", "--seed", &self.seed),
            ("block_size", "--block-size", &self.block_size),
            ("compression", "--compression", &self.compression),
            ("to", "--to", &self.to),
            ("endpoint", "--endpoint", &self.endpoint),
            ("region", "--region", &self.region),
            ("threads", "--threads", &self.threads),
        ] {
            if let Some(text) = value {
                layer.set(key, text.clone(), flag.to_owned())?;
            }
        }
        if self.allow_http {
            layer.set("allow_http", "true".to_owned(), "--allow-http".to_owned())?;
        }
        Ok(layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
