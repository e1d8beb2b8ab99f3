//! What must hold on every S3. The list at the end is run against each server.

use crate::support::program::{Program, terminate, until};
use crate::support::rows::{assert_same, people, read};
use crate::support::s3::S3;

/// Rows, types and values arrive; the bucket is made; the object carries its marks.
pub fn people_arrive(s3: &S3) {
    let args = ["--rows", "3000", "--block-size", "128KiB", "--seed", "7"];
    let ran = s3.program().run(args).ok();
    let (found, footer) = read(s3.get("people.parquet"));
    assert_same(&found, &people(7, 0..3000));
    assert!(footer.num_row_groups() > 1, "several blocks were asked for");
    assert!(
        ran.stderr.contains("Done\n  rows        3,000"),
        "{}",
        ran.stderr
    );

    let head = s3.head("people.parquet").unwrap();
    assert_eq!(
        head.content_type.as_deref(),
        Some("application/vnd.apache.parquet")
    );
    assert!(
        head.metadata.contains_key("pipeline-content-id"),
        "{:?}",
        head.metadata
    );
    assert!(s3.open_uploads().is_empty());
}

/// Several parts give the bytes that a local file has, and a second run replaces the object.
pub fn parts_are_the_local_file(s3: &S3) {
    let data = ["--size", "20MB", "--block-size", "2MiB"];
    let local = Program::new();
    local
        .run(data.into_iter().chain(["--to", "local.parquet"]))
        .ok();
    let expected = std::fs::read(local.path("local.parquet")).unwrap();

    let target = format!("s3://{}/raw/2026/", s3.bucket);
    for _ in 0..2 {
        let ran = s3
            .program()
            .run(data.into_iter().chain(["--json", "--to", target.as_str()]))
            .ok();
        let summary = ran.events().pop().unwrap();
        assert_eq!(summary["event"], "summary");
        assert_eq!(summary["outcome"], "committed");
        let parts = summary["landed"]["receipt"]["parts"]
            .as_array()
            .unwrap()
            .len();
        assert_eq!(parts, 4, "20 MB in parts of 5 MiB");
        assert!(
            s3.get("raw/2026/people.parquet") == expected,
            "the bytes differ"
        );
    }
    assert!(s3.open_uploads().is_empty());
}

/// No rows make a valid object without rows.
pub fn no_rows_are_an_object(s3: &S3) {
    s3.program().run(["--rows", "0"]).ok();
    let (found, _) = read(s3.get("people.parquet"));
    assert_same(&found, &people(42, 0..0));
}

/// What is only to be created leaves what is there: by a look before anything is sent, and for
/// whoever does not look by the server's own condition.
pub fn what_is_there_stays(s3: &S3) {
    let program = s3.program();
    program.run(["--rows", "300", "--create-only"]).ok();
    let before = s3.get("people.parquet");
    let ran = program.run(["--rows", "100", "--create-only"]).failed(5);
    let said = ran.error();
    assert!(said.contains("an object is there already"), "{said}");
    let refused = s3.create("people.parquet", b"mine").unwrap_err();
    assert_eq!(refused.code(), Some("PreconditionFailed"), "{refused}");
    assert!(s3.get("people.parquet") == before);
    s3.create("another", b"mine").unwrap();
    assert_eq!(s3.get("another"), "mine");
}

/// A SIGTERM in the middle takes everything back.
#[cfg(unix)]
pub fn a_signal_takes_everything_back(s3: &S3) {
    let program = s3.program();
    let mut child = program.start(["-v", "--rows", "100_000_000", "--block-size", "4MiB"]);
    // Far enough that a multipart upload is open: six groups at least make several parts.
    let said = until(&mut child, "block 8/");
    terminate(&child);
    let output = child.wait_with_output().unwrap();
    let said = said + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(
        said.contains("interrupted: nothing was committed"),
        "{said}"
    );
    assert!(s3.head("people.parquet").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// The `.env` of the Python original, word for word but for the server.
pub fn the_originals_env_file_works(s3: &S3) {
    let env = format!(
        "# Data\nTARGET_DATA_SIZE_MB=10\nBLOCK_SIZE_MB=1\nNUM_RECORDS=12000\n\n# S3\n\
         S3_ENDPOINT_URL={}\nAWS_REGION=us-east-1\nAWS_ACCESS_KEY_ID={}\n\
         AWS_SECRET_ACCESS_KEY={}\nS3_BUCKET_NAME={}\n",
        s3.endpoint, s3.key_id, s3.secret, s3.bucket
    );
    let program = Program::new().with_file(".env", &env);
    program.run(std::iter::empty::<&str>()).ok();
    let (found, footer) = read(s3.get("people.parquet"));
    assert_same(&found, &people(42, 0..12_000));
    let size = footer.row_group(0).compressed_size() as f64 / f64::from(1 << 20);
    assert!(
        (0.95..1.05).contains(&size),
        "a row group of {size} MiB for BLOCK_SIZE_MB=1"
    );
    assert_eq!(
        program.names(),
        [".env"],
        "nothing is left in the working folder"
    );
}

/// Files become objects under their own names, whatever those are: small ones in one request, large
/// ones in parts.
pub fn files_arrive(s3: &S3) {
    let program = s3.program();
    let large: Vec<u8> = (0..20_000_000_u32).map(|at| (at / 251) as u8).collect();
    let files = [
        ("d/large.parquet", large.as_slice()),
        ("d/e f/a+b#c%41&d=e.csv", b"odd"),
        ("d/Zo\u{eb}/empty.json", b""),
    ];
    for (name, bytes) in files {
        let path = program.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let target = format!("s3://{}/a/", s3.bucket);
    // Again: what is there is replaced.
    for _ in 0..2 {
        let ran = program.run(["upload", "d", target.as_str(), "--json"]).ok();
        let summary = ran.events().pop().unwrap();
        assert_eq!(summary["outcome"], "committed");
        assert_eq!(summary["uploaded_files"], 3);
        for (name, bytes) in files {
            let key = name.replace("d/", "a/");
            assert!(s3.get(&key) == bytes, "the bytes of {name} differ");
        }
    }
    let head = s3.head("a/large.parquet").unwrap();
    let content_type = Some("application/vnd.apache.parquet");
    assert_eq!(head.content_type.as_deref(), content_type);
    assert!(s3.open_uploads().is_empty());
}

/// One test a case, against the server that `$server` makes.
#[macro_export]
macro_rules! s3_cases {
    ($server:expr) => {
        $crate::s3_cases!($server, people_arrive);
        $crate::s3_cases!($server, parts_are_the_local_file);
        $crate::s3_cases!($server, no_rows_are_an_object);
        $crate::s3_cases!($server, what_is_there_stays);
        #[cfg(unix)]
        $crate::s3_cases!($server, a_signal_takes_everything_back);
        $crate::s3_cases!($server, the_originals_env_file_works);
        $crate::s3_cases!($server, files_arrive);
    };
    ($server:expr, $case:ident) => {
        #[test]
        fn $case() {
            $crate::support::s3_cases::$case(&$server);
        }
    };
}
