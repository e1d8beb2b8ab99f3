//! `pipeline-cli upload`: uploads files that are there already.
//!
//! ```text
//! FILE DIR PATTERN … ──select──▶ Selection ──Transfer──▶ Tally ──▶ table, events, exit code
//!                    (no S3 yet)  (by key)   (s3up)
//! ```

mod closing;
mod content_id;
mod content_type;
mod preview;
mod selection;
mod sources;
mod tally;
mod telling;
mod transfer;

use std::path::PathBuf;

use clap::Args;

use super::in_runtime;
use crate::address::S3Address;
use crate::byte_ranges;
use crate::cli::{FileArgs, OutputArgs};
use crate::console::Console;
use crate::destination::Endpoint;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::Interrupt;
use crate::settings::{Flags, Offer, Setting, load};
use crate::upload_options::upload_options;

use selection::Selection;
use transfer::Transfer;

/// Examples that work when they are pasted one after the other, and what else there is to know.
const NOTES: &str = "\
Examples:
  mkdir -p out && pipeline-cli --rows 1000 --to out/people.parquet
      something to upload
  pipeline-cli upload out/people.parquet s3://lake/raw/ --endpoint embedded
      one file into a folder, in the S3 inside the program, under data/s3
  pipeline-cli upload out/people.parquet s3://lake/a.parquet --endpoint embedded
      one file under another name
  pipeline-cli upload out s3://lake/all/ --endpoint embedded
      all that is in a folder, with the paths below it
  pipeline-cli upload --dry-run --endpoint embedded 'out/**' s3://lake/all/
      what a pattern finds and where it would go; nothing is sent

Target:
  s3:// is AWS, unless an endpoint is given or set. A bucket that is not there
  is made. Files go in one request each below the part size (--part-size), in
  parts above. The content type follows the end of the file's name.

Sources:
  A file keeps its name, unless the target names an object. A folder and a
  pattern give the paths below the folder, or below the part of the pattern
  that is fixed. In a pattern a star stays within a name, `**` stands for
  folders of any depth; it finds files only. Links are followed. Folders whose
  names begin with a dot are passed over unless they are named themselves;
  files with such names are uploaded, but for `.….blockwrite-tmp`, which this
  program is writing or has left.

Interrupted uploads:
  A file that goes in parts is noted (--state-dir). Where its upload ends too
  early, killed, or because the network was gone for too long, the parts that
  were sent stay, and the same command goes on with them: those count that S3
  still has and that hold the bytes of the file as it is now. A file that has
  changed is sent anew, and so is one with another part size. Ctrl-C takes
  back what was sent, within 5 s, unless --keep-unfinished is given. Parts are
  billed; those that nobody goes on with are thrown away by any later run to
  the bucket, 7 days after the upload began, or by `upload --fresh` at once.

Exit codes:
  0    all files are uploaded
  2    usage or configuration; nothing was sent
  3    a source is not there, can't be read, or changed while it was read
  5    S3 refuses or can't be reached
  6    whether a file is uploaded is unknown
  130  interrupted; the message says how many files are uploaded
  Of several 6 counts before 5 and 5 before 3. A source that fails does not
  keep the others from being uploaded; where S3 refuses, no further file is
  begun.";

/// Arguments of `upload`.
#[derive(Debug, Clone, Args)]
#[command(after_help = NOTES)]
pub struct UploadArgs {
    /// Files, folders, and patterns such as 'data/**/*.csv'
    #[arg(required = true, num_args = 1.., value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,

    /// s3://bucket/key for one file, s3://bucket/folder/ for any number
    #[arg(required = true, value_name = "TARGET")]
    pub target: String,

    /// Print what would go where and end: nothing is sent
    #[arg(long, help_heading = "Run")]
    pub dry_run: bool,

    /// On Ctrl-C leave the parts that were sent: the same command goes on with them
    #[arg(long, help_heading = "Run")]
    pub keep_unfinished: bool,

    /// Send whole files, and throw away what interrupted uploads left in the bucket
    #[arg(long, conflicts_with = "keep_unfinished", help_heading = "Run")]
    pub fresh: bool,

    /// Which S3.
    #[command(flatten)]
    pub settings: Flags<S3>,

    /// The file of settings.
    #[command(flatten)]
    pub file: FileArgs,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The settings of `upload` that have a flag.
pub enum S3 {}

impl Offer for S3 {
    fn offers(setting: &Setting) -> bool {
        let of_writing = [
            "integrity",
            "part_size",
            "parts_in_flight",
            "create_only",
            "storage_class",
            "encryption",
            "tags",
            "metadata",
            "acl",
            "state_dir",
        ];
        byte_ranges::S3::offers(setting) || of_writing.contains(&setting.key)
    }

    fn instead(key: &str) -> Option<&'static str> {
        byte_ranges::S3::instead(key)
    }
}

/// The same, but for the one that says which S3.
pub enum ButEndpoint {}

impl Offer for ButEndpoint {
    fn offers(setting: &Setting) -> bool {
        S3::offers(setting) && setting.key != "endpoint"
    }
}

/// Uploads files that are there already.
///
/// # Errors
///
/// What kept it from doing so, wholly or in part.
pub fn upload(args: &UploadArgs, console: &Console) -> Result<(), Failure> {
    let target = target(args)?;
    let settings = load(args.file.config.as_deref(), args.settings.layer()?)?;
    let endpoint = Endpoint::of_address(&settings)?;
    in_runtime(async |interrupt| {
        let selection = find(args.sources.clone(), target, &interrupt).await?;
        if let Some(passed_over) = selection.passed_over() {
            log::info!("passed over {passed_over}");
        }
        if args.dry_run {
            return preview::show(&selection, &endpoint, &upload_options(&settings), console);
        }
        let transfer = Transfer {
            selection: &selection,
            endpoint: &endpoint,
            settings: &settings,
            interrupt: &interrupt,
            console,
            fresh: args.fresh,
            keep_unfinished: args.keep_unfinished,
        };
        let tally = transfer.carry_out().await?;
        closing::tell(tally, &selection, &endpoint, console)
    })
}

fn target(args: &UploadArgs) -> Result<S3Address, Failure> {
    for source in &args.sources {
        if let Some(text) = source.to_str()
            && let Ok(Some(address)) = S3Address::parse(text, "")
        {
            return Err(Failure::say(
                ExitCode::Usage,
                format!("{address} stands among the sources, and only files can be uploaded"),
            )
            .advise("The one target comes last."));
        }
    }
    let advice = "The last argument is s3://bucket/key, or s3://bucket/folder/ with a slash.";
    S3Address::parse(&args.target, advice)?.ok_or_else(|| {
        let sentence = format!("the target `{}` is not in S3", args.target);
        Failure::say(ExitCode::Usage, sentence).advise(advice)
    })
}

/// A folder may be deep and its disk slow: an interrupt does not wait for them.
async fn find(
    sources: Vec<PathBuf>,
    target: S3Address,
    interrupt: &Interrupt,
) -> Result<Selection, Failure> {
    let finding = tokio::task::spawn_blocking(move || sources::select(&sources, target));
    tokio::select! {
        found = finding => found.unwrap_or_else(|error| Err(Failure::new(ExitCode::Internal, error))),
        () = interrupt.asked() => Err(Failure::interrupted("no file is uploaded")),
    }
}
