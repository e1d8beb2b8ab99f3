//! The one definition of every setting: its key, flag, variables, help and built-in value.
//!
//! The flags of the commands ([`super::Flags`]), the lines of `config/default.toml`
//! ([`template`](mod@super::template)), the layers and `pipeline-cli config` are all made from this table.

use super::check;
use super::setting::{
    BuiltIn, CREDENTIAL, Flag, Form, Group, NUMBER, OBJECT, SWITCH, Setting, TEXT, flag, mebibytes,
    repeated, var, without,
};
use crate::nearest_word::nearest;

/// Every setting there is, in the order in which people read of them.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "spec",
        help: "What to make: the name of a built-in spec, or a file (.toml or .json)",
        more: "A name wins over a file that is called the same; ./NAME.toml is the file.",
        word: Some("SPEC"),
        variables: &[var("PIPELINE_SPEC")],
        built_in: BuiltIn::Value("people"),
        check: check::named,
        ..TEXT
    },
    Setting {
        key: "rows",
        help: "Rows of the one table, or of tables by name: orders=1000,customers=50",
        more: "The highest layer that names rows, a size or a scale decides which of them counts; within one layer rows win, then the size.",
        flag: Some(Flag {
            value_name: Some("N|TABLE=N"),
            excludes: &["size", "scale"],
            repeats: true,
        }),
        variables: &[var("PIPELINE_ROWS"), var("NUM_RECORDS")],
        built_in: without("those of the spec, or 100000", "100000"),
        check: check::rows,
        ..NUMBER
    },
    Setting {
        key: "size",
        help: "Make as many rows as give a file of this size",
        more: "MB is 10^6 bytes, MiB is 2^20.",
        flag: Some(Flag {
            value_name: Some("SIZE"),
            excludes: &["scale"],
            repeats: false,
        }),
        variables: &[var("PIPELINE_SIZE"), mebibytes("TARGET_DATA_SIZE_MB")],
        built_in: without("rows decide", "50MB"),
        check: check::size,
        ..TEXT
    },
    Setting {
        key: "scale",
        help: "Multiply the rows of all tables by this",
        more: "Tables of children follow their parents.",
        flag: flag("FACTOR"),
        variables: &[var("PIPELINE_SCALE")],
        built_in: without("rows decide", "0.1"),
        check: check::scale,
        ..NUMBER
    },
    Setting {
        key: "seed",
        help: "Seed: the same one gives the same rows",
        flag: flag("N"),
        variables: &[var("PIPELINE_SEED")],
        built_in: without("the seed of the spec, or 42", "42"),
        check: check::seed,
        ..NUMBER
    },
    Setting {
        key: "block_size",
        help: "Size of a row group in the file",
        flag: flag("SIZE"),
        variables: &[var("PIPELINE_BLOCK_SIZE"), mebibytes("BLOCK_SIZE_MB")],
        built_in: BuiltIn::Value("1MiB"),
        check: check::size,
        group: Group::File,
        ..TEXT
    },
    Setting {
        key: "compression",
        help: "none, snappy, lz4, gzip[:0-9], zstd[:1-22] or brotli[:0-11]",
        flag: flag("CODEC[:LEVEL]"),
        variables: &[var("PIPELINE_COMPRESSION")],
        built_in: BuiltIn::Value("snappy"),
        check: check::compression,
        group: Group::File,
        ..TEXT
    },
    Setting {
        key: "compatibility",
        help: "For which readers: standard, or legacy for older Spark and Athena",
        more: "Legacy files have no unsigned integers, timestamps in µs at the finest, and pages that every reader has; a value that has no exact form there is an error.",
        flag: flag("READERS"),
        variables: &[var("PIPELINE_COMPATIBILITY")],
        built_in: BuiltIn::Value("standard"),
        check: check::compatibility,
        group: Group::File,
        ..TEXT
    },
    Setting {
        key: "write_options",
        help: "Encodings, filters, order and pages: a file (.toml or .json), or {JSON}",
        more: "The options are those of blockwrite's WriteOptions. What a setting says of compression or compatibility wins over them.",
        flag: flag("FILE"),
        variables: &[var("PIPELINE_WRITE_OPTIONS")],
        built_in: without("the built-in ones", "write-options.toml"),
        check: check::named,
        group: Group::File,
        ..TEXT
    },
    Setting {
        key: "files",
        help: "Make N files of each table, TARGET/part-00000.parquet and so on",
        more: "The rows are spread evenly, in their order; with --size, it is the size of all files together. A table with fewer rows than that becomes a file a row. The target is a folder, which ends with `/`, or a name with {part} in it. A data set of several tables has a folder for each in it, unless the target has {table} in it. Files are made one after the other, and each appears whole. The highest layer that names a number or a size of files decides which of them counts; within one layer the number wins.",
        flag: Some(Flag {
            value_name: Some("N"),
            excludes: &["file_size"],
            repeats: false,
        }),
        variables: &[var("PIPELINE_FILES")],
        built_in: without("one file", "16"),
        check: check::files,
        group: Group::File,
        ..NUMBER
    },
    Setting {
        key: "file_size",
        help: "Make files of about this size, all equally large",
        more: "Their number is rounded, so that no small file is left over: ten files are off by a twentieth at most, more of them by less, and what is less than a file and a half is one. Files have equally many rows: where rows grow or shrink along the table, so do its files. Of rows that are read (--from), and in partitions, each file ends at the row group that brings it nearest to the size, and the last one may be smaller.",
        flag: flag("SIZE"),
        variables: &[var("PIPELINE_FILE_SIZE")],
        built_in: without("one file", "128MiB"),
        check: check::size,
        group: Group::File,
        ..TEXT
    },
    Setting {
        key: "only_files",
        help: "Make files A to B-1 of them only, counted from 0",
        more: "They come out as they do in a run that makes all of them.",
        flag: flag("A..B"),
        variables: &[var("PIPELINE_ONLY_FILES")],
        built_in: without("all of them", "0..8"),
        check: check::only_files,
        group: Group::File,
        ..TEXT
    },
    Setting {
        key: "partition_by",
        help: "A folder for each value of these columns, TARGET/country=FR/part-00000.parquet",
        more: "Of several columns the first one is the outermost folder. Names are those that Hive and Spark write and readers know; null and empty text are __HIVE_DEFAULT_PARTITION__. Columns may be text, whole numbers, decimals, dates and booleans. With --file-size a partition becomes several files, the last of which may be smaller, and each appears when it is full; otherwise all appear when all rows are made. What another run left in the same folder stays, and readers take it for rows of this one.",
        flag: Some(Flag {
            value_name: Some("COLUMN,…"),
            excludes: &[],
            repeats: true,
        }),
        variables: &[var("PIPELINE_PARTITION_BY")],
        built_in: without("no partitions", "country"),
        check: check::columns,
        group: Group::File,
        ..TEXT
    },
    Setting {
        key: "keep_partition_columns",
        help: "Keep the partition columns in the files as well",
        more: "Most readers take their values from the folders and expect files without them.",
        flag: Some(Flag {
            value_name: None,
            excludes: &[],
            repeats: false,
        }),
        variables: &[var("PIPELINE_KEEP_PARTITION_COLUMNS")],
        built_in: BuiltIn::Value("false"),
        check: check::yes_or_no,
        group: Group::File,
        ..NUMBER
    },
    Setting {
        key: "max_partitions",
        help: "So many partitions at most: each is a file or an upload that is open to the end",
        flag: flag("N"),
        variables: &[var("PIPELINE_MAX_PARTITIONS")],
        built_in: BuiltIn::Value("256"),
        check: check::partitions,
        group: Group::File,
        ..NUMBER
    },
    Setting {
        key: "partition_buffer",
        help: "So much memory for rows that wait until their partition has a row group of them",
        more: "Where it is full, the partition with the most rows gets a smaller row group.",
        flag: flag("SIZE"),
        variables: &[var("PIPELINE_PARTITION_BUFFER")],
        built_in: BuiltIn::Value("256MiB"),
        check: check::size,
        group: Group::File,
        ..TEXT
    },
    Setting {
        key: "to",
        help: "Where to: a path, `-` for standard output, s3://bucket/key, or s3://bucket/folder/",
        more: "A path is a local file, and no S3 is needed. Several tables want a folder, which ends with `/`, or a name with {table} in it; local folders are then made.",
        flag: flag("TARGET"),
        variables: &[var("PIPELINE_TO")],
        built_in: without("{table}.parquet in the bucket", "{table}.parquet"),
        group: Group::Target,
        check: check::named,
        ..TEXT
    },
    Setting {
        key: "keep_local",
        help: "Write this local file first, then upload it and keep it",
        more: "The bytes are those that a run without it sends straight to S3. Several tables want a folder or a name with {table} in it.",
        flag: flag("PATH"),
        variables: &[var("PIPELINE_KEEP_LOCAL")],
        built_in: without("no local file", "people.parquet"),
        group: Group::Target,
        check: check::named,
        ..TEXT
    },
    Setting {
        key: "bucket",
        help: "Bucket, where the target names none; it is made if it is not there",
        flag: flag("NAME"),
        variables: &[var("PIPELINE_BUCKET"), var("S3_BUCKET_NAME")],
        built_in: BuiltIn::Value("parquet-data-bucket"),
        group: Group::Target,
        check: check::named,
        ..TEXT
    },
    Setting {
        key: "endpoint",
        help: "Which S3: a URL, `aws`, or `embedded` (a server of our own over data/s3)",
        flag: flag("URL|aws|embedded"),
        variables: &[
            var("PIPELINE_ENDPOINT"),
            var("S3_ENDPOINT_URL"),
            var("AWS_ENDPOINT_URL_S3"),
            var("AWS_ENDPOINT_URL"),
        ],
        built_in: without(
            "embedded, or aws where the target begins with s3://",
            "http://127.0.0.1:4566",
        ),
        group: Group::Target,
        check: check::named,
        ..TEXT
    },
    Setting {
        key: "region",
        help: "Region of requests and of a bucket that is created",
        flag: flag("REGION"),
        variables: &[
            var("PIPELINE_REGION"),
            var("AWS_REGION"),
            var("AWS_DEFAULT_REGION"),
        ],
        built_in: BuiltIn::Value("us-east-1"),
        group: Group::Target,
        check: check::named,
        ..TEXT
    },
    Setting {
        key: "allow_http",
        help: "Allow plain http to an endpoint on another machine",
        more: "Data and session tokens can be read on the way. To this machine it is always allowed.",
        flag: Some(Flag {
            value_name: None,
            excludes: &[],
            repeats: false,
        }),
        variables: &[var("PIPELINE_ALLOW_HTTP")],
        built_in: BuiltIn::Value("false"),
        check: check::yes_or_no,
        group: Group::Target,
        ..NUMBER
    },
    Setting {
        key: "s3_client",
        help: "Which client asks S3: rusoto, or aws-sdk where that is built in",
        more: "Both sign, send and check alike; aws-sdk is in programs that were built with the feature `aws-sdk`.",
        flag: flag("CLIENT"),
        variables: &[var("PIPELINE_S3_CLIENT")],
        built_in: BuiltIn::Value("rusoto"),
        check: check::s3_client,
        group: Group::Target,
        ..TEXT
    },
    Setting {
        key: "integrity",
        help: "How S3 checks what arrives: auto, md5, crc64nvme or off",
        more: "Every S3 checks MD5; CRC64NVME costs less and covers the whole object, and some stores do not know it. auto is md5 with rusoto and crc64nvme with aws-sdk. With off, what is damaged on the way is stored.",
        flag: flag("CHECKSUM"),
        variables: &[var("PIPELINE_INTEGRITY")],
        built_in: BuiltIn::Value("auto"),
        check: check::integrity,
        group: Group::Target,
        ..TEXT
    },
    Setting {
        key: "part_size",
        help: "Size of the parts of an upload, from 5 MiB to 5 GiB; what is smaller goes in one request",
        more: "An object of more than 5,000 parts gets larger ones. One upload takes the memory of the parts on their way and of one more.",
        flag: flag("SIZE"),
        variables: &[var("PIPELINE_PART_SIZE")],
        built_in: without("5 MiB, or more for very large objects", "16MiB"),
        check: check::part_size,
        group: Group::Target,
        ..TEXT
    },
    Setting {
        key: "parts_in_flight",
        help: "Parts of an upload that are on their way at once",
        more: "More of them fill a network that is fast and far away.",
        flag: flag("N"),
        variables: &[var("PIPELINE_PARTS_IN_FLIGHT")],
        built_in: without("8, and fewer where many partitions are open", "4"),
        check: check::parts_in_flight,
        group: Group::Target,
        ..NUMBER
    },
    Setting {
        key: "addressing",
        help: "Where the bucket stands in addresses: path, or virtual-host",
        flag: flag("WHERE"),
        variables: &[var("PIPELINE_ADDRESSING")],
        built_in: BuiltIn::Value("path"),
        check: check::addressing,
        group: Group::Target,
        ..TEXT
    },
    Setting {
        key: "ca_bundle",
        help: "Certificates (PEM) of authorities to trust beside the system's",
        flag: flag("FILE"),
        variables: &[var("PIPELINE_CA_BUNDLE"), var("AWS_CA_BUNDLE")],
        built_in: without("those of the system", "/etc/ssl/lab.pem"),
        check: check::named,
        group: Group::Target,
        ..TEXT
    },
    Setting {
        key: "https_proxy",
        help: "Proxy to https endpoints",
        variables: &[var("HTTPS_PROXY"), var("https_proxy")],
        built_in: without("none", "http://proxy.example.org:3128"),
        // Looked at where it is used: it is often there for other programs, of kinds that we do
        // not know. Many hold a password.
        secret: true,
        group: Group::Target,
        ..TEXT
    },
    Setting {
        key: "no_proxy",
        help: "Hosts reached without the proxy, parted by commas",
        variables: &[var("NO_PROXY"), var("no_proxy")],
        built_in: without("none", "localhost,.example.org"),
        group: Group::Target,
        ..TEXT
    },
    Setting {
        key: "requester_pays",
        help: "Agree to pay for requests to buckets whose owner does not",
        flag: SWITCH,
        variables: &[var("PIPELINE_REQUESTER_PAYS")],
        built_in: BuiltIn::Value("false"),
        check: check::yes_or_no,
        group: Group::Target,
        ..NUMBER
    },
    Setting {
        key: "bucket_owner",
        help: "Account (12 digits) that the bucket has to belong to",
        flag: flag("ACCOUNT"),
        variables: &[var("PIPELINE_BUCKET_OWNER")],
        built_in: without("any account", "123456789012"),
        check: check::account,
        group: Group::Target,
        ..TEXT
    },
    Setting {
        key: "create_only",
        help: "Write only where no object is: what is there stays, and is an error",
        more: "Looked for when an upload begins, and decided by S3 when it ends (If-None-Match). Stores that do not know the condition refuse it, or replace what came in between. Where S3 refuses a small object at the end, nobody can tell whether it was there for a moment: exit code 6.",
        flag: SWITCH,
        variables: &[var("PIPELINE_CREATE_ONLY")],
        built_in: BuiltIn::Value("false"),
        check: check::yes_or_no,
        form: Form::Plain,
        ..OBJECT
    },
    Setting {
        key: "storage_class",
        help: "Storage class of objects, such as STANDARD_IA",
        flag: flag("CLASS"),
        variables: &[var("PIPELINE_STORAGE_CLASS")],
        built_in: without("that of the bucket", "STANDARD_IA"),
        check: check::storage_class,
        ..OBJECT
    },
    Setting {
        key: "encryption",
        help: "Encryption where objects lie: s3, kms, or kms:KEY",
        more: "KEY is the id, ARN or alias of a key of the Key Management Service.",
        flag: flag("HOW"),
        variables: &[var("PIPELINE_ENCRYPTION")],
        built_in: without("as the bucket says", "kms:alias/lake"),
        check: check::encryption,
        ..OBJECT
    },
    Setting {
        key: "tags",
        help: "Tags of objects: team=data,stage=test",
        flag: repeated("NAME=VALUE"),
        variables: &[var("PIPELINE_TAGS")],
        built_in: without("none", "team=data"),
        check: check::tags,
        ..OBJECT
    },
    Setting {
        key: "metadata",
        help: "User metadata of objects: source=test,run=7",
        more: "Names of lower-case letters, digits and hyphens; values without commas.",
        flag: repeated("NAME=VALUE"),
        variables: &[var("PIPELINE_METADATA")],
        built_in: without("the program's own alone", "source=test"),
        check: check::metadata,
        ..OBJECT
    },
    Setting {
        key: "acl",
        help: "Canned access control list of objects",
        flag: flag("ACL"),
        variables: &[var("PIPELINE_ACL")],
        built_in: without("that of the bucket", "bucket-owner-full-control"),
        check: check::acl,
        ..OBJECT
    },
    Setting {
        key: "profile",
        help: "Profile of the shared credentials and config files",
        more: "Credentials count as one setting: the highest layer that names any part of them gives all of them. They are better kept in a profile, in `.env` or in the environment than in a file of settings.",
        flag: flag("NAME"),
        variables: &[var("AWS_PROFILE")],
        built_in: without("the profile `default`, where no key is set", "lab"),
        group: Group::Credentials,
        check: check::named,
        ..TEXT
    },
    Setting {
        key: "access_key_id",
        help: "Key id of the credentials",
        variables: &[var("AWS_ACCESS_KEY_ID")],
        ..CREDENTIAL
    },
    Setting {
        key: "secret_access_key",
        help: "Secret that belongs to the key id",
        variables: &[var("AWS_SECRET_ACCESS_KEY")],
        secret: true,
        ..CREDENTIAL
    },
    Setting {
        key: "session_token",
        help: "Session token, where the credentials are temporary ones",
        variables: &[var("AWS_SESSION_TOKEN")],
        secret: true,
        ..CREDENTIAL
    },
    Setting {
        key: "threads",
        help: "Worker threads",
        flag: flag("N"),
        variables: &[var("PIPELINE_THREADS")],
        built_in: without("one a core", "4"),
        check: check::threads,
        group: Group::Run,
        ..NUMBER
    },
    Setting {
        key: "state_dir",
        help: "Folder in which open uploads are noted, so that a run that is killed can be cleared up by the next",
        flag: flag("FOLDER"),
        variables: &[var("PIPELINE_STATE_DIR")],
        built_in: without(
            "pipeline-cli in XDG_STATE_HOME or ~/.local/state",
            "/var/lib/pipeline-cli",
        ),
        group: Group::Run,
        check: check::named,
        ..TEXT
    },
];

/// The settings that the command line does not take: the variable that sets each, and its help.
pub fn without_flag() -> impl Iterator<Item = (&'static str, &'static str)> {
    SETTINGS
        .iter()
        .filter(|setting| setting.flag.is_none() && setting.word.is_none())
        .flat_map(|setting| {
            let first = setting.variables.first();
            first.map(|variable| (variable.name, setting.help))
        })
}

/// The setting with a key.
pub fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// The key that is nearest to a word that is none, if any is near.
pub fn nearest_key(word: &str) -> Option<&'static str> {
    nearest(word, SETTINGS.iter().map(|setting| setting.key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_values_and_examples_are_values_that_a_layer_takes() {
        for setting in SETTINGS {
            let text = match setting.built_in {
                BuiltIn::Value(text) => text,
                BuiltIn::Nothing { example, .. } => example,
            };
            assert_eq!((setting.check)(text), Ok(()), "{}", setting.key);
            assert!(
                !text.is_empty() && !setting.help.is_empty(),
                "{}",
                setting.key
            );
        }
    }

    #[test]
    fn keys_and_variables_are_used_once_and_secrets_have_no_flag() {
        let keys: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
        let variables = SETTINGS.iter().flat_map(|setting| setting.variables);
        let variables: Vec<_> = variables.map(|variable| variable.name).collect();
        for mut names in [keys, variables] {
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all);
        }
        assert!(SETTINGS.iter().all(|s| !(s.secret && s.flag.is_some())));
    }
}
