//! Settings: every value with the layer it comes from.
//!
//! ```text
//! built-in ◀ file (--config) ◀ .env of the working folder ◀ environment ◀ flags
//! ```
//!
//! A higher layer wins setting by setting, except for the amount of data: the highest layer that
//! names rows, a size or a scale decides which of them counts, and within a layer rows win, then
//! the size. Credentials are one thing, too: the highest layer that names any part of them gives
//! all of them.

mod amount;
mod check;
mod dotenv;
mod error;
mod files;
mod flags;
mod in_force;
mod layer;
mod misspelt;
mod setting;
mod sources;
mod table;
mod template;
mod toml_file;

pub use amount::Amount;
pub use error::LayerError;
pub use flags::{Flags, Offer, long};
pub use in_force::{Standing, State, standings};
pub use layer::Layer;
pub use setting::{BuiltIn, Setting, Unit, Variable};
pub use sources::{gather, load, variable};
pub use table::{SETTINGS, without_flag};
pub use template::template;
pub(crate) use toml_file::line_at;

use std::ops::Range;
use std::path::PathBuf;

use blockwrite::{Compatibility, Compression};
use serde::Deserialize;

use crate::byte_size::ByteSize;
use crate::file_count::FileCount;
use crate::partition_columns::PartitionColumns;

/// The resolved settings of a run.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which data set: a built-in name or a file.
    pub spec: String,
    /// Which tables of it; none: all.
    #[serde(skip)]
    pub tables: Vec<String>,
    /// Where ledgers of damaged tables go, where one was asked for.
    #[serde(skip)]
    pub ledger: Option<PathBuf>,
    /// How many files a table becomes.
    #[serde(skip)]
    pub files: FileCount,
    /// Which of several files are made, counted from 0; `None`: all.
    #[serde(skip)]
    pub only_files: Option<Range<u64>>,
    /// The columns whose values name folders, where rows are partitioned.
    pub partition_by: Option<PartitionColumns>,
    /// Whether files have these columns, too.
    pub keep_partition_columns: bool,
    /// Partitions at most.
    pub max_partitions: u64,
    /// Memory for rows that wait until their partition has a row group of them.
    pub partition_buffer: ByteSize,
    /// How much data; filled from the layers, see [`Amount`].
    #[serde(skip)]
    pub amount: Amount,
    /// Where the amount was asked for, in words.
    #[serde(skip)]
    pub amount_origin: String,
    /// Seed of every value; `None`: the spec's own.
    pub seed: Option<u64>,
    /// Wanted size of a row group in the file.
    pub block_size: ByteSize,
    /// Codec and level.
    pub compression: Compression,
    /// Whether more than what is built in says so.
    #[serde(skip)]
    pub compression_asked: bool,
    /// For which readers.
    pub compatibility: Compatibility,
    /// Whether more than what is built in says so.
    #[serde(skip)]
    pub compatibility_asked: bool,
    /// Every other option of the files: a file, or JSON itself.
    pub write_options: Option<String>,
    /// Worker threads; `None`: one a core.
    pub threads: Option<usize>,
    /// Target as given: a path, `-`, or `s3://bucket/key`.
    pub to: Option<String>,
    /// A local file that is written before the upload, and kept.
    pub keep_local: Option<PathBuf>,
    /// Endpoint as given: a URL, `aws` or `embedded`.
    pub endpoint: Option<String>,
    /// Bucket, where `to` names none.
    pub bucket: String,
    /// Region that requests are signed for and buckets are created in.
    pub region: String,
    /// Key id of the credentials.
    pub access_key_id: Option<String>,
    /// Secret of the credentials.
    pub secret_access_key: Option<String>,
    /// Session token of temporary credentials.
    pub session_token: Option<String>,
    /// Profile of the shared credentials file.
    pub profile: Option<String>,
    /// Folder of the notes on open uploads, where one was named.
    pub state_dir: Option<PathBuf>,
    /// Which client asks S3: `rusoto` or `aws-sdk`.
    pub s3_client: String,
    /// How S3 checks what arrives: `auto`, `md5`, `crc64nvme` or `off`.
    pub integrity: String,
    /// Bytes in a part of an upload; `None`: what suits.
    pub part_size: Option<ByteSize>,
    /// Parts of an upload that are on their way at once; `None`: what suits.
    pub parts_in_flight: Option<usize>,
    /// Where the bucket stands in addresses: `path` or `virtual-host`.
    pub addressing: String,
    /// A file of authorities to trust beside the system's.
    pub ca_bundle: Option<PathBuf>,
    /// The proxy to https endpoints; may hold a password.
    pub https_proxy: Option<String>,
    /// Hosts that are reached without it.
    pub no_proxy: Option<String>,
    /// Whether objects that are there stay.
    pub create_only: bool,
    /// Storage class of objects.
    pub storage_class: Option<String>,
    /// Their encryption where they lie: `s3`, `kms` or `kms:KEY`.
    pub encryption: Option<String>,
    /// Their tags, as given.
    pub tags: Option<String>,
    /// Their user metadata, as given.
    pub metadata: Option<String>,
    /// Their canned access control list.
    pub acl: Option<String>,
    /// Whether this program's account pays for requests.
    pub requester_pays: bool,
    /// The account that the bucket has to belong to.
    pub bucket_owner: Option<String>,
    /// Plain http to other machines too, where data and tokens can be read on the way.
    pub allow_http: bool,
    /// The flags, but for the endpoint, by which `upload` meets the same S3 with the same
    /// credentials; a word each.
    #[serde(skip)]
    pub for_upload: Vec<String>,
}

impl Settings {
    /// Merges layers, lowest first.
    ///
    /// # Errors
    ///
    /// A value that can't be read, named with its origin.
    pub fn merge(layers: &[Layer]) -> Result<Self, LayerError> {
        let mut builder = config::Config::builder();
        for layer in with_credentials_of_one(layers) {
            builder = builder.add_source(layer);
        }
        let mut settings: Self = builder.build()?.try_deserialize()?;
        (settings.amount, settings.amount_origin) = Amount::of(layers)?;
        let asked = |key| {
            let mut origins = layers.iter().filter_map(|layer| layer.origin(key));
            origins.any(|origin| origin != Layer::BUILT_IN)
        };
        settings.files = files::count(layers)?;
        settings.only_files = files::only(layers)?;
        settings.compression_asked = asked("compression");
        settings.compatibility_asked = asked("compatibility");
        Ok(settings)
    }
}

/// The keys of what is a secret only together.
const CREDENTIALS: &[&str] = &[
    "access_key_id",
    "secret_access_key",
    "session_token",
    "profile",
];

/// The layers without any credentials below the highest layer that has some: a key id of one
/// layer with the secret or token of another would be nobody's.
fn with_credentials_of_one(layers: &[Layer]) -> Vec<Layer> {
    let mut kept = layers.to_vec();
    if let Some(deciding) = credentials_layer(layers) {
        for layer in &mut kept[..deciding] {
            layer.forget(CREDENTIALS);
        }
    }
    kept
}

/// Index of the highest layer that has some credentials.
fn credentials_layer(layers: &[Layer]) -> Option<usize> {
    layers
        .iter()
        .rposition(|layer| CREDENTIALS.iter().any(|key| layer.get(key).is_some()))
}

// By hand: a derived one would print the secrets.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("spec", &self.spec)
            .field("amount", &self.amount)
            .field("seed", &self.seed)
            .field("to", &self.to)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
