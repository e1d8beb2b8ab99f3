//! One line a setting: its key, its environment variables, and what a value must look like.

use crate::byte_size::ByteSize;
use crate::row_range::parse_rows;

/// A setting as every layer knows it.
pub struct Setting {
    /// Key in TOML files.
    pub key: &'static str,
    /// Variables that set it in `.env` and the environment; within a layer the first one wins.
    pub variables: &'static [Variable],
    /// Says what is wrong with a value.
    pub check: fn(&str) -> Result<(), String>,
    /// Never shown.
    pub secret: bool,
}

/// An environment variable.
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The unit of a plain number in it.
    pub unit: Unit,
}

/// What a plain number in a variable counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// The value stands as it is.
    AsWritten,
    /// Mebibytes: the Python original's `…_MB` are 2^20 bytes.
    Mebibytes,
}

const fn var(name: &'static str) -> Variable {
    Variable {
        name,
        unit: Unit::AsWritten,
    }
}

const fn mebibytes(name: &'static str) -> Variable {
    Variable {
        name,
        unit: Unit::Mebibytes,
    }
}

const fn setting(
    key: &'static str,
    variables: &'static [Variable],
    check: fn(&str) -> Result<(), String>,
) -> Setting {
    Setting {
        key,
        variables,
        check,
        secret: false,
    }
}

const fn secret(key: &'static str, variables: &'static [Variable]) -> Setting {
    Setting {
        secret: true,
        ..setting(key, variables, any)
    }
}

/// Every setting there is.
pub const SETTINGS: &[Setting] = &[
    setting("rows", &[var("PIPELINE_ROWS"), var("NUM_RECORDS")], rows),
    setting(
        "size",
        &[var("PIPELINE_SIZE"), mebibytes("TARGET_DATA_SIZE_MB")],
        size,
    ),
    setting(
        "block_size",
        &[var("PIPELINE_BLOCK_SIZE"), mebibytes("BLOCK_SIZE_MB")],
        size,
    ),
    setting("compression", &[var("PIPELINE_COMPRESSION")], compression),
    setting("seed", &[var("PIPELINE_SEED")], seed),
    setting("threads", &[var("PIPELINE_THREADS")], threads),
    setting("to", &[var("PIPELINE_TO")], any),
    setting(
        "endpoint",
        &[
            var("PIPELINE_ENDPOINT"),
            var("S3_ENDPOINT_URL"),
            var("AWS_ENDPOINT_URL_S3"),
            var("AWS_ENDPOINT_URL"),
        ],
        any,
    ),
    setting(
        "bucket",
        &[var("PIPELINE_BUCKET"), var("S3_BUCKET_NAME")],
        any,
    ),
    setting(
        "region",
        &[
            var("PIPELINE_REGION"),
            var("AWS_REGION"),
            var("AWS_DEFAULT_REGION"),
        ],
        any,
    ),
    setting("access_key_id", &[var("AWS_ACCESS_KEY_ID")], any),
    secret("secret_access_key", &[var("AWS_SECRET_ACCESS_KEY")]),
    secret("session_token", &[var("AWS_SESSION_TOKEN")]),
    setting("profile", &[var("AWS_PROFILE")], any),
    setting("allow_http", &[var("PIPELINE_ALLOW_HTTP")], yes_or_no),
];

/// The setting with a key, or the nearest key there is.
pub fn find(key: &str) -> Result<&'static Setting, &'static str> {
    SETTINGS
        .iter()
        .find(|setting| setting.key == key)
        .ok_or_else(|| {
            SETTINGS
                .iter()
                .map(|setting| setting.key)
                .max_by(|a, b| {
                    strsim::jaro_winkler(a, key).total_cmp(&strsim::jaro_winkler(b, key))
                })
                .expect("there are settings")
        })
}

fn any(_: &str) -> Result<(), String> {
    Ok(())
}

fn rows(text: &str) -> Result<(), String> {
    parse_rows(text).map(drop).map_err(str::to_owned)
}

fn size(text: &str) -> Result<(), String> {
    match text.parse::<ByteSize>() {
        Ok(ByteSize(0)) => Err("not a size to work with: it must be above zero".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn compression(text: &str) -> Result<(), String> {
    text.parse::<blockwrite::Compression>()
        .map(drop)
        .map_err(|error| error.to_string())
}

fn yes_or_no(text: &str) -> Result<(), String> {
    match text {
        "true" | "false" => Ok(()),
        _ => Err("not `true` or `false`".to_owned()),
    }
}

fn seed(text: &str) -> Result<(), String> {
    text.parse::<u64>()
        .map(drop)
        .map_err(|_| format!("not a seed: write a whole number from 0 to {}", u64::MAX))
}

fn threads(text: &str) -> Result<(), String> {
    match text.parse::<usize>() {
        Ok(1..=1024) => Ok(()),
        _ => Err("not a number of threads: write a whole number from 1 to 1024".to_owned()),
    }
}
