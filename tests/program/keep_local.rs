//! The route by a local file: written whole, then uploaded, and kept.

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use expect_test::{Expect, expect};

use crate::support::program::{Program, Ran, ended, until};
use crate::support::rows::{assert_same, people, read};
use crate::support::s3::S3;

#[track_caller]
fn check(s3: &S3, ran: &Ran, error: Expect) {
    error.assert_eq(&s3.plainly(ran.error()));
}

#[test]
fn both_routes_give_the_same_bytes() {
    let s3 = S3::embedded();
    let data = ["--size", "20MB", "--block-size", "2MiB"];
    let direct = format!("s3://{}/direct.parquet", s3.bucket);
    s3.program()
        .run(data.into_iter().chain(["--to", &direct]))
        .ok();
    let kept = format!("s3://{}/kept.parquet", s3.bucket);
    let program = s3.program();
    let args = ["--to", &kept, "--keep-local", "here.parquet", "--json"];
    let ran = program.run(data.into_iter().chain(args)).ok();

    let local = std::fs::read(program.path("here.parquet")).unwrap();
    assert!(s3.get("kept.parquet") == local, "the object is the file");
    assert!(s3.get("direct.parquet") == local, "by either route");
    let id = |key| s3.head(key).unwrap().metadata["pipeline-content-id"].clone();
    assert_eq!(id("kept.parquet"), id("direct.parquet"));
    assert_eq!(program.names(), ["here.parquet"]);
    assert!(s3.open_uploads().is_empty());

    let events = ran.events();
    assert_eq!(events[0]["plan"]["keep_local"], "here.parquet");
    let summary = &events[events.len() - 1];
    assert_eq!(summary["outcome"], "committed");
    let landed = &summary["landed"];
    assert_eq!(landed["path"], "here.parquet");
    assert_eq!(landed["receipt"]["size"], local.len());
    assert_eq!(landed["receipt"]["parts"].as_array().unwrap().len(), 4);
    assert!(landed["written_seconds"].as_f64().unwrap() > 0.0);
}

#[test]
fn the_end_names_the_file_and_the_object_with_both_times() {
    let s3 = S3::embedded();
    let program = s3.program();
    let ran = program
        .run(["--rows", "500", "--keep-local", "p.parquet"])
        .ok();
    let row = |name: &str| {
        let line = ran.stderr.lines().find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("{}", ran.stderr)).to_owned()
    };
    let local = row("  local file  ");
    assert!(
        local.contains("p.parquet, in 0.") && local.ends_with(" s"),
        "{local}"
    );
    let uploaded = row("  uploaded    ");
    assert!(uploaded.contains(" in one request in 0."), "{uploaded}");
    assert!(row("  object      ").contains("/people.parquet"));
    assert_same(&read(s3.get("people.parquet")).0, &people(42, 0..500));
}

#[test]
fn a_plan_shows_the_file_and_writes_nothing() {
    let program = Program::new();
    let ran = program
        .run(["--dry-run", "--threads", "2", "--keep-local", "k.parquet"])
        .ok();
    expect![[r#"
        Plan
          data        people, seed 42
          rows        100,000 (0..100000), 15 columns
          row groups  18 of 5,860 rows, about 1.05 MB each (1 MiB wanted)
          file        about 17.9 MB, compression snappy
          threads     2
          memory      at most about 56.6 MB in buffers
          local file  k.parquet, written first and kept
          target      s3://parquet-data-bucket/people.parquet
          S3          embedded (data/s3)
          upload      4 parts of 5 MiB
    "#]]
    .assert_eq(&ran.stderr);
    assert!(program.names().is_empty());
}

#[test]
fn what_is_no_copy_of_an_object_is_refused() {
    let program = Program::new();
    let refused = |args: &[&str], error: Expect| {
        let ran = program.run(args).failed(2);
        error.assert_eq(ran.error());
        assert!(program.names().is_empty());
    };
    refused(
        &["--keep-local", "k.parquet", "--to", "x.parquet"],
        expect![
            "--keep-local keeps a copy of what goes to S3, and `x.parquet` is not in S3. Leave it out, or name a target s3://bucket/key."
        ],
    );
    refused(
        &["--keep-local", "k.parquet", "--to", "-"],
        expect![
            "--keep-local keeps a copy of what goes to S3, and `standard output` is not in S3. Leave it out, or name a target s3://bucket/key."
        ],
    );
    refused(
        &["--keep-local", "-"],
        expect!["--keep-local: `-` is no local file. Write a path, for example people.parquet."],
    );
    refused(
        &["--keep-local", "s3://lake/k.parquet"],
        expect![
            "--keep-local: `s3://lake/k.parquet` is no local file. Write a path, for example people.parquet."
        ],
    );
}

/// What would fail at the end of a long run fails before its first row.
#[test]
fn both_places_are_tried_before_a_row_is_made() {
    let s3 = S3::embedded();
    let program = s3.program();
    let ran = program.run(["--keep-local", "no/such/k.parquet"]).failed(4);
    assert!(!ran.stderr.contains("block 1/"), "{}", ran.stderr);
    assert!(!s3.bucket_exists(), "S3 was not touched yet");

    let program = s3.program().with("AWS_SECRET_ACCESS_KEY", "wrong");
    let ran = program.run(["--keep-local", "k.parquet"]).failed(5);
    assert!(!ran.stderr.contains("block 1/"), "{}", ran.stderr);
    assert!(program.names().is_empty());
}

#[test]
fn the_file_stands_where_the_upload_fails() {
    let faults = FaultPlan::new().with(
        Rule::on(Operation::UploadPart).part(2),
        Fault::error(403, "AccessDenied"),
    );
    let s3 = S3::embedded_with(faults);
    let program = s3.program();
    let args = ["--size", "20MB", "--keep-local", "my people.parquet"];
    let ran = program.run(args.into_iter().chain(["--json"])).failed(5);
    check(
        &s3,
        &ran,
        expect![
            "cannot upload s3://BUCKET/people.parquet at ENDPOINT: these credentials are not allowed to do it; check the policy of the user and of the bucket: S3 answered 403 AccessDenied: a fault played on purpose. The local file `my people.parquet` is whole; go on with `pipeline-cli upload 'my people.parquet' s3://BUCKET/people.parquet --endpoint ENDPOINT`."
        ],
    );
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "not_committed");
    assert_eq!(summary["local_file"], "my people.parquet");
    let local = std::fs::read(program.path("my people.parquet")).unwrap();
    assert!(read(local).0.num_rows() > 100_000);
    assert_eq!(program.names(), ["my people.parquet"]);
    assert!(s3.head("people.parquet").is_none());
    assert!(s3.open_uploads().is_empty());
}

#[test]
fn a_file_that_shrinks_while_it_is_uploaded_is_not_committed() {
    let gate = Gate::closed();
    let faults = FaultPlan::new().with(
        Rule::on(Operation::CreateMultipartUpload),
        Fault::Stall(Stall::Until(gate.clone())),
    );
    let s3 = S3::embedded_with(faults);
    let program = s3.program();
    let mut child = program.start(["--size", "20MB", "--keep-local", "k.parquet"]);
    let said = until(&mut child, "uploading it");
    s3.arrived(&gate, 1);
    let file = std::fs::File::options()
        .write(true)
        .open(program.path("k.parquet"))
        .unwrap();
    file.set_len(10_000_000).unwrap();
    gate.open();
    let ran = ended(child, said).failed(5);
    // How many bytes there were is another test's affair.
    let said = ran.error();
    assert!(
        said.contains(" to 10000000 bytes") || said.contains("shrank"),
        "{said}"
    );
    assert!(said.ends_with("Run again to make the file anew."), "{said}");
    assert!(s3.head("people.parquet").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// The words that a shell makes of the command in a sentence, without the program's name.
#[cfg(unix)]
fn words(said: &str) -> Vec<String> {
    let way_on = said.split_once("go on with `pipeline-cli ");
    let (_, command) = way_on.unwrap_or_else(|| panic!("{said}"));
    let (command, _) = command.rsplit_once('`').unwrap();
    let print = format!("printf '%s\\n' {command}");
    let shell = std::process::Command::new("sh")
        .args(["-c", &print])
        .output()
        .unwrap();
    let words = String::from_utf8(shell.stdout).unwrap();
    words.lines().map(str::to_owned).collect()
}

/// What the failed run was told by flags, the command that goes on is told too.
#[cfg(unix)]
#[test]
fn the_command_to_go_on_works_as_it_is_printed() {
    let faults = FaultPlan::new().with(
        Rule::on(Operation::UploadPart).part(1).nth(1),
        Fault::error(403, "AccessDenied"),
    );
    let s3 = S3::embedded_with(faults);
    let credentials = format!(
        "[lab-1]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        s3.key_id, s3.secret
    );
    let settings = format!("endpoint = \"{}\"\n", s3.endpoint);
    let program = Program::new().with_file("my lake.toml", &settings);
    std::fs::create_dir(program.path(".aws")).unwrap();
    std::fs::write(program.path(".aws/credentials"), credentials).unwrap();
    let to = format!("s3://{}/people.parquet", s3.bucket);
    let run = [
        "--rows",
        "100000",
        "--to",
        &to,
        "--keep-local=-k.parquet",
        "--allow-http",
        "--region",
        "us-east-1",
        "--profile",
        "lab-1",
        "--config",
        "my lake.toml",
    ];
    let ran = program.run(run).failed(5);
    let words = words(ran.error());
    for flag in ["--allow-http", "--region", "--profile", "--config"] {
        assert!(words.iter().any(|word| word == flag), "{words:?}");
    }
    program.run(&words).ok();
    let local = std::fs::read(program.path("-k.parquet")).unwrap();
    assert!(s3.get("people.parquet") == local);
    // The object is marked as the one that the run would have made.
    let id = |key| s3.head(key).unwrap().metadata["pipeline-content-id"].clone();
    let made = id("people.parquet");
    program.run(run).ok();
    assert_eq!(id("people.parquet"), made);
}
