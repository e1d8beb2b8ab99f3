//! All that `--help` says.

use expect_test::expect;

use crate::support::program::Program;

#[test]
fn the_help_reads_well() {
    let help = Program::new().run(["--help"]).ok();
    // Between paragraphs there are lines of nothing but spaces, which no snapshot keeps.
    let help = String::from_utf8(help.stdout).unwrap();
    let help: String = help
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect();
    expect![[r#"
        Fills a data lake with realistic test data: generates rows, writes Parquet, uploads to S3

        Rows follow from a seed: the same request gives the same bytes, on any machine and with any number
        of threads. They go to S3 by multipart, in bounded memory and without a local copy. Without
        arguments: 100,000 people into an S3 that runs inside the program.

        Usage: pipeline-cli [OPTIONS]
               pipeline-cli <COMMAND>

        Commands:
          run          Generate, write and upload (the default)
          upload       Upload files that are there already
          verify       Check that objects are still as they were uploaded
          serve        Keep the embedded S3 up, and print how to reach it
          inspect      Show what is in Parquet files: schema, row groups, columns, statistics
          head         Show the first rows of a Parquet file
          spec         Help to write specs: kinds of columns, examples, checks, proposals
          config       Show every setting, its value, and where it comes from
          completions  Print a completion script for a shell
          man          Print the manual page, or write those of all commands into a folder
          help         Print this message or the help of the given subcommand(s)

        Options:
          -h, --help
                  Print help (see a summary with '-h')

          -V, --version
                  Print version

        Data:
              --rows <N|TABLE=N>
                  Rows of the one table, or of tables by name: orders=1000,customers=50 [default: those of
                  the spec, or 100000]

                  The highest layer that names rows, a size or a scale decides which of them counts; within
                  one layer rows win, then the size.

                  Variables: PIPELINE_ROWS, NUM_RECORDS

              --size <SIZE>
                  Make as many rows as give a file of this size [default: rows decide]

                  MB is 10^6 bytes, MiB is 2^20.

                  Variables: PIPELINE_SIZE, TARGET_DATA_SIZE_MB (in MiB)

              --scale <FACTOR>
                  Multiply the rows of all tables by this [default: rows decide]

                  Tables of children follow their parents.

                  Variable: PIPELINE_SCALE

              --seed <N>
                  Seed: the same one gives the same rows [default: the seed of the spec, or 42]

                  Variable: PIPELINE_SEED

              --rows-range <A..B>
                  Make rows A to B-1 of the table only

              --table <NAME,…>
                  Make these tables of the spec only [default: all]

        File:
              --block-size <SIZE>
                  Size of a row group in the file [default: 1MiB]

                  Variables: PIPELINE_BLOCK_SIZE, BLOCK_SIZE_MB (in MiB)

              --compression <CODEC[:LEVEL]>
                  none, snappy, lz4, gzip[:0-9], zstd[:1-22] or brotli[:0-11] [default: snappy]

                  Variable: PIPELINE_COMPRESSION

              --compatibility <READERS>
                  For which readers: standard, or legacy for older Spark and Athena [default: standard]

                  Legacy files have no unsigned integers, timestamps in µs at the finest, and pages that
                  every reader has; a value that has no exact form there is an error.

                  Variable: PIPELINE_COMPATIBILITY

              --write-options <FILE>
                  Encodings, filters, order and pages: a file (.toml or .json), or {JSON} [default: the
                  built-in ones]

                  The options are those of blockwrite's WriteOptions. What a setting says of compression or
                  compatibility wins over them.

                  Variable: PIPELINE_WRITE_OPTIONS

              --files <N>
                  Make N files of each table, TARGET/part-00000.parquet and so on [default: one file]

                  The rows are spread evenly, in their order; with --size, it is the size of all files
                  together. A table with fewer rows than that becomes a file a row. The target is a folder,
                  which ends with `/`, or a name with {part} in it. A data set of several tables has a
                  folder for each in it, unless the target has {table} in it. Files are made one after the
                  other, and each appears whole. The highest layer that names a number or a size of files
                  decides which of them counts; within one layer the number wins.

                  Variable: PIPELINE_FILES

              --file-size <SIZE>
                  Make files of about this size, all equally large [default: one file]

                  Their number is rounded, so that no small file is left over: ten files are off by a
                  twentieth at most, more of them by less, and what is less than a file and a half is one.
                  Files have equally many rows: where rows grow or shrink along the table, so do its files.
                  Of rows that are read (--from), and in partitions, each file ends at the row group that
                  brings it nearest to the size, and the last one may be smaller.

                  Variable: PIPELINE_FILE_SIZE

              --only-files <A..B>
                  Make files A to B-1 of them only, counted from 0 [default: all of them]

                  They come out as they do in a run that makes all of them.

                  Variable: PIPELINE_ONLY_FILES

              --partition-by <COLUMN,…>
                  A folder for each value of these columns, TARGET/country=FR/part-00000.parquet [default:
                  no partitions]

                  Of several columns the first one is the outermost folder. Names are those that Hive and
                  Spark write and readers know; null and empty text are __HIVE_DEFAULT_PARTITION__. Columns
                  may be text, whole numbers, decimals, dates and booleans. With --file-size a partition
                  becomes several files, the last of which may be smaller, and each appears when it is full;
                  otherwise all appear when all rows are made. What another run left in the same folder
                  stays, and readers take it for rows of this one.

                  Variable: PIPELINE_PARTITION_BY

              --keep-partition-columns
                  Keep the partition columns in the files as well

                  Most readers take their values from the folders and expect files without them.

                  Variable: PIPELINE_KEEP_PARTITION_COLUMNS

              --max-partitions <N>
                  So many partitions at most: each is a file or an upload that is open to the end [default:
                  256]

                  Variable: PIPELINE_MAX_PARTITIONS

              --partition-buffer <SIZE>
                  So much memory for rows that wait until their partition has a row group of them [default:
                  256MiB]

                  Where it is full, the partition with the most rows gets a smaller row group.

                  Variable: PIPELINE_PARTITION_BUFFER

        Target:
              --to <TARGET>
                  Where to: a path, `-` for standard output, s3://bucket/key, or s3://bucket/folder/
                  [default: {table}.parquet in the bucket]

                  A path is a local file, and no S3 is needed. Several tables want a folder, which ends with
                  `/`, or a name with {table} in it; local folders are then made.

                  Variable: PIPELINE_TO

              --keep-local <PATH>
                  Write this local file first, then upload it and keep it [default: no local file]

                  The bytes are those that a run without it sends straight to S3. Several tables want a
                  folder or a name with {table} in it.

                  Variable: PIPELINE_KEEP_LOCAL

              --bucket <NAME>
                  Bucket, where the target names none; it is made if it is not there [default:
                  parquet-data-bucket]

                  Variables: PIPELINE_BUCKET, S3_BUCKET_NAME

              --endpoint <URL|aws|embedded>
                  Which S3: a URL, `aws`, or `embedded` (a server of our own over data/s3) [default:
                  embedded, or aws where the target begins with s3://]

                  Variables: PIPELINE_ENDPOINT, S3_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL

              --region <REGION>
                  Region of requests and of a bucket that is created [default: us-east-1]

                  Variables: PIPELINE_REGION, AWS_REGION, AWS_DEFAULT_REGION

              --allow-http
                  Allow plain http to an endpoint on another machine

                  Data and session tokens can be read on the way. To this machine it is always allowed.

                  Variable: PIPELINE_ALLOW_HTTP

              --s3-client <CLIENT>
                  Which client asks S3: rusoto, or aws-sdk where that is built in [default: rusoto]

                  Both sign, send and check alike; aws-sdk is in programs that were built with the feature
                  `aws-sdk`.

                  Variable: PIPELINE_S3_CLIENT

              --integrity <CHECKSUM>
                  How S3 checks what arrives: auto, md5, crc64nvme or off [default: auto]

                  Every S3 checks MD5; CRC64NVME costs less and covers the whole object, and some stores do
                  not know it. auto is md5 with rusoto and crc64nvme with aws-sdk. With off, what is damaged
                  on the way is stored.

                  Variable: PIPELINE_INTEGRITY

              --part-size <SIZE>
                  Size of the parts of an upload, from 5 MiB to 5 GiB; what is smaller goes in one request
                  [default: 5 MiB, or more for very large objects]

                  An object of more than 5,000 parts gets larger ones. One upload takes the memory of the
                  parts on their way and of one more.

                  Variable: PIPELINE_PART_SIZE

              --parts-in-flight <N>
                  Parts of an upload that are on their way at once [default: 8, and fewer where many
                  partitions are open]

                  More of them fill a network that is fast and far away.

                  Variable: PIPELINE_PARTS_IN_FLIGHT

              --addressing <WHERE>
                  Where the bucket stands in addresses: path, or virtual-host [default: path]

                  Variable: PIPELINE_ADDRESSING

              --ca-bundle <FILE>
                  Certificates (PEM) of authorities to trust beside the system's [default: those of the
                  system]

                  Variables: PIPELINE_CA_BUNDLE, AWS_CA_BUNDLE

              --requester-pays
                  Agree to pay for requests to buckets whose owner does not

                  Variable: PIPELINE_REQUESTER_PAYS

              --bucket-owner <ACCOUNT>
                  Account (12 digits) that the bucket has to belong to [default: any account]

                  Variable: PIPELINE_BUCKET_OWNER

              --ledger <PATH>
                  List the damaged values of a damaged table in this file, .csv or .parquet; of several
                  tables in a folder, which ends with `/`

        Object:
              --create-only
                  Write only where no object is: what is there stays, and is an error

                  Looked for when an upload begins, and decided by S3 when it ends (If-None-Match). Stores
                  that do not know the condition refuse it, or replace what came in between. Where S3
                  refuses a small object at the end, nobody can tell whether it was there for a moment: exit
                  code 6.

                  Variable: PIPELINE_CREATE_ONLY

              --storage-class <CLASS>
                  Storage class of objects, such as STANDARD_IA [default: that of the bucket]

                  Variable: PIPELINE_STORAGE_CLASS

              --encryption <HOW>
                  Encryption where objects lie: s3, kms, or kms:KEY [default: as the bucket says]

                  KEY is the id, ARN or alias of a key of the Key Management Service.

                  Variable: PIPELINE_ENCRYPTION

              --tags <NAME=VALUE>
                  Tags of objects: team=data,stage=test [default: none]

                  Variable: PIPELINE_TAGS

              --metadata <NAME=VALUE>
                  User metadata of objects: source=test,run=7 [default: the program's own alone]

                  Names of lower-case letters, digits and hyphens; values without commas.

                  Variable: PIPELINE_METADATA

              --acl <ACL>
                  Canned access control list of objects [default: that of the bucket]

                  Variable: PIPELINE_ACL

        Credentials:
              --profile <NAME>
                  Profile of the shared credentials and config files [default: the profile `default`, where
                  no key is set]

                  Credentials count as one setting: the highest layer that names any part of them gives all
                  of them. They are better kept in a profile, in `.env` or in the environment than in a file
                  of settings.

                  Variable: AWS_PROFILE

        Run:
              --threads <N>
                  Worker threads [default: one a core]

                  Variable: PIPELINE_THREADS

              --state-dir <FOLDER>
                  Folder in which open uploads are noted, so that a run that is killed can be cleared up by
                  the next [default: pipeline-cli in XDG_STATE_HOME or ~/.local/state]

                  Variable: PIPELINE_STATE_DIR

              --config <FILE>
                  Read settings from a TOML file [variable: PIPELINE_CONFIG]

              --dry-run
                  Print the plan and end: nothing is written or sent

        Source:
              --from <FILE|GLOB|->
                  Read rows in place of making them: CSV, JSON, Parquet or Arrow, packed or not; may be
                  given several times

              --from-format <FORMAT>
                  Format of the source [default: what its name or its first bytes tell]

                  [possible values: csv, json, parquet, ipc]

              --delimiter <CHAR>
                  What divides the fields of a CSV: one character, or \t [default: a comma; in .tsv a tab]

              --no-header
                  The first line of a CSV is a row; columns are named column_1, column_2, …

              --null-word <WORD>
                  A word that means null in a CSV, beside an empty field; may be given several times

              --types <COLUMN=TYPE,…>
                  Types of columns of CSV and JSON: id=int64,price=decimal(9,2) [default: inferred]

              --infer-rows <N>
                  Rows of CSV and JSON from which columns and types are inferred [default: 10000]

        Output:
              --json
                  Print one JSON event a line on standard output, the last of them `summary`

          -v, --verbose...
                  Say more (-vv: everything); RUST_LOG has the last word

          -q, --quiet
                  Say only what went wrong

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
          pipeline-cli --rows 1000 --to few.parquet && duckdb -c "FROM 'few.parquet'"
              make a file and look at it

        Settings:
          Each has a flag, a key in TOML files and variables. The highest layer that
          names it wins; from lowest to highest: built-in values, the file of --config
          or PIPELINE_CONFIG, .env of the working folder, environment variables, flags.
          `pipeline-cli config` shows every value and where it comes from.

        Settings without a flag:
          HTTPS_PROXY            Proxy to https endpoints
          NO_PROXY               Hosts reached without the proxy, parted by commas
          AWS_ACCESS_KEY_ID      Key id of the credentials
          AWS_SECRET_ACCESS_KEY  Secret that belongs to the key id
          AWS_SESSION_TOKEN      Session token, where the credentials are temporary ones

        Exit codes:
          0    done
          1    internal error: please report it
          2    usage or configuration
          3    the data can't be made, or a source can't be read
          4    a local file or standard output can't be written
          5    S3 refuses or can't be reached; what is not told as done is not there
          6    whether the object was committed is unknown
          7    `verify` found something else than what was uploaded
          130  interrupted; the last sentence says what stands

        Files:
          .env     variables of the working folder; the environment wins over them
          data/s3  objects of the S3 inside the program, as plain files
    "#]].assert_eq(&help);
}
