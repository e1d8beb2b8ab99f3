//! What help and manual pages say beside the flags: examples, layers, exit codes, files.
//!
//! Blocks of these texts begin with a line that ends in a colon; what follows it is indented. The
//! manual pages make a section of each such block, see [`super::man`].

use std::fmt::Write as _;

use crate::settings::without_flag;

/// Examples that work when they are pasted: a command on a line of its own, what it does below.
pub const EXAMPLES: &str = "\
Examples:
  pipeline-cli
      100,000 people into the S3 inside the program, under data/s3
  pipeline-cli --rows 5_000_000 --block-size 16MiB
      more rows, in larger row groups
  pipeline-cli --size 50MB --to people.parquet
      a local file of 50 MB; no S3 is needed
  pipeline-cli --to s3://lake/raw/ --endpoint http://127.0.0.1:4566
      LocalStack, or another S3 with a URL of its own
  pipeline-cli --to s3://lake/raw/people.parquet
      AWS, with the credentials of the environment or of a profile
  pipeline-cli --size 1GB --dry-run
      the plan, and nothing else
  pipeline-cli --rows 1000 --to - | sha256sum
      standard output; the same request gives the same bytes
  pipeline-cli --rows 1000 --to few.parquet && duckdb -c \"FROM 'few.parquet'\"
      make a file and look at it";

/// Examples of `run` with a spec, likewise.
pub const RUN_EXAMPLES: &str = "\
Examples:
  pipeline-cli run
      100,000 people into the S3 inside the program, under data/s3
  pipeline-cli run shop --scale 0.1 --to out/
      four tables that refer to one another, a local file each
  pipeline-cli run shop --rows orders=1000,customers=50 --to s3://lake/shop/
      some tables smaller; the lines of orders follow from the orders
  pipeline-cli run shop --table orders --size 10MB --dry-run
      one table of them; the plan, and nothing else
  pipeline-cli run shop --scale 0.01 --to 'lake/{table}/0.parquet'
      a folder a table
  pipeline-cli run --size 20MB --file-size 5MB --to people/
      several files of one size, people/part-00000.parquet and so on
  pipeline-cli run shop --table orders --partition-by status --to orders/
      a folder a value, orders/status=paid/part-00000.parquet and so on
  pipeline-cli run ./my.toml --seed 7 --to s3://lake/
      tables that a file of your own describes, to AWS
  pipeline-cli run ./damaged.toml --to out/ --ledger out/
      tables with deliberate damage, and a list of every damaged value
  pipeline-cli run --from 'raw/*.csv.gz' --to s3://lake/raw/
      rows that are there already: CSV, JSON, Parquet or Arrow files
  pipeline-cli run --from old.parquet --compression zstd --to new.parquet
      a file with another codec and other row groups
  pipeline-cli run --from old.parquet --partition-by country --to new/
      a table in folders of partitions";

const LAYERS: &str = "\
Settings:
  Each has a flag, a key in TOML files and variables. The highest layer that
  names it wins; from lowest to highest: built-in values, the file of --config
  or PIPELINE_CONFIG, .env of the working folder, environment variables, flags.
  `pipeline-cli config` shows every value and where it comes from.";

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    internal error: please report it
  2    usage or configuration
  3    the data can't be made, or a source can't be read
  4    a local file or standard output can't be written
  5    S3 refuses or can't be reached; what is not told as done is not there
  6    whether the object was committed is unknown
  7    `verify` found something else than what was uploaded
  130  interrupted; the last sentence says what stands";

const FILES: &str = "\
Files:
  .env     variables of the working folder; the environment wins over them
  data/s3  objects of the S3 inside the program, as plain files";

/// All of it, for `--help` and the manual.
pub fn everything() -> String {
    below(EXAMPLES)
}

/// The same of `run`.
pub fn everything_of_run() -> String {
    below(RUN_EXAMPLES)
}

fn below(examples: &str) -> String {
    let mut secrets = "Settings without a flag:\n".to_owned();
    for (variable, help) in without_flag() {
        let _ = writeln!(secrets, "  {variable:21}  {help}");
    }
    [examples, LAYERS, secrets.trim_end(), EXIT_CODES, FILES].join("\n\n")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use crate::cli;

    /// The example lines of a text: a shell command each.
    fn examples(text: &str) -> Vec<&str> {
        let lines = text.lines().map(str::trim_start);
        lines
            .filter(|line| *line == "pipeline-cli" || line.starts_with("pipeline-cli "))
            .collect()
    }

    /// A command and all below it.
    fn with_those_below(command: &clap::Command) -> Vec<&clap::Command> {
        let below = command.get_subcommands().flat_map(with_those_below);
        std::iter::once(command).chain(below).collect()
    }

    /// The arguments of the first program of a shell command. Where a comment stands beside a
    /// command, two spaces part them.
    fn arguments(line: &str) -> Vec<OsString> {
        let end = ["  ", " | ", " > ", " && "]
            .iter()
            .filter_map(|mark| line.find(mark))
            .min();
        let words = line[..end.unwrap_or(line.len())].split(' ');
        words
            .map(|word| word.trim_matches(['\'', '"']).into())
            .collect()
    }

    #[test]
    fn every_command_has_examples_and_their_arguments_are_understood() {
        let program = cli::command();
        for command in with_those_below(&program) {
            let name = command.get_name();
            let long = command.get_after_long_help().map(ToString::to_string);
            let text = command.get_after_help().map(ToString::to_string);
            let text = text.unwrap_or_default();
            // On a terminal of 80 columns a longer line is broken, and then it can't be pasted.
            for line in text
                .lines()
                .chain(long.iter().flat_map(|text| text.lines()))
            {
                assert!(line.chars().count() <= 80, "{name}: {line}");
            }
            let examples = examples(&text);
            assert!(!examples.is_empty(), "`{name}` has no examples");
            for line in examples {
                let read = cli::parse(&arguments(line));
                assert!(read.is_ok(), "{name}: {line}: {}", read.unwrap_err());
            }
        }
    }
}
