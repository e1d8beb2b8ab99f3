//! `upload`: what files become which objects, and what is said when some do not.

use std::fs;
use std::path::Path;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use expect_test::{Expect, expect};

use crate::support::program::{Program, Ran, terminate, until};
use crate::support::s3::S3;

/// Writes files, each with its own name as its bytes.
fn files(program: &Program, names: &[&str]) {
    for name in names {
        let path = program.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
}

/// `upload` with sources and a target in the bucket of `s3`.
fn upload(s3: &S3, program: &Program, sources: &[&str], key: &str) -> Ran {
    let target = format!("s3://{}/{key}", s3.bucket);
    let args = [&["upload"], sources, &[target.as_str(), "--json"]].concat();
    program.run(args)
}

/// The keys that files were uploaded to, with the files.
fn uploaded(ran: &Ran, s3: &S3) -> String {
    let prefix = format!("s3://{}/", s3.bucket);
    let mut lines: Vec<_> = ran
        .events()
        .iter()
        .filter(|event| event["event"] == "uploaded")
        .map(|event| {
            let target = event["target"].as_str().unwrap();
            let key = target.strip_prefix(&prefix).unwrap();
            format!("{} -> {key}\n", event["path"].as_str().unwrap())
        })
        .collect();
    lines.sort();
    lines.concat()
}

#[test]
fn files_folders_and_patterns_become_keys() {
    let s3 = S3::embedded();
    let program = s3.program();
    files(
        &program,
        &[
            "a.csv",
            "d/b.csv",
            "d/e/c.csv",
            "d/e/f.txt",
            "d/.note",
            "d/.git/config",
            "d/.b.csv.abcdefghijkl.blockwrite-tmp",
        ],
    );
    let check = |sources: &[&str], key: &str, expect: Expect| {
        let ran = upload(&s3, &program, sources, key).ok();
        expect.assert_eq(&uploaded(&ran, &s3));
        for event in ran
            .events()
            .iter()
            .filter(|event| event["event"] == "uploaded")
        {
            let key = event["receipt"]["key"].as_str().unwrap();
            let path = event["path"].as_str().unwrap();
            assert!(
                path.ends_with(std::str::from_utf8(&s3.get(key)).unwrap()),
                "{path}"
            );
        }
    };
    check(
        &["a.csv"],
        "x/y",
        expect![[r#"
        a.csv -> x/y
    "#]],
    );
    check(
        &["a.csv"],
        "x/",
        expect![[r#"
        a.csv -> x/a.csv
    "#]],
    );
    check(
        &["./d/../a.csv", "d/b.csv"],
        "",
        expect![[r#"
        ./d/../a.csv -> a.csv
        d/b.csv -> b.csv
    "#]],
    );
    check(
        &["d"],
        "all/",
        expect![[r#"
        d/.note -> all/.note
        d/b.csv -> all/b.csv
        d/e/c.csv -> all/e/c.csv
        d/e/f.txt -> all/e/f.txt
    "#]],
    );
    check(
        &["d/.git"],
        "git/",
        expect![[r#"
        d/.git/config -> git/config
    "#]],
    );
    check(
        &["d/*.csv"],
        "p/",
        expect![[r#"
        d/b.csv -> p/b.csv
    "#]],
    );
    check(
        &["d/**/*.csv"],
        "p/",
        expect![[r#"
        d/b.csv -> p/b.csv
        d/e/c.csv -> p/e/c.csv
    "#]],
    );
    check(
        &["*/e/{c.csv,f.*}", "a.csv"],
        "p/",
        expect![[r#"
        a.csv -> p/a.csv
        d/e/c.csv -> p/d/e/c.csv
        d/e/f.txt -> p/d/e/f.txt
    "#]],
    );
}

#[cfg(unix)]
#[test]
fn a_key_is_the_name_to_the_letter() {
    let s3 = S3::embedded();
    let program = s3.program();
    let names = [
        "d/with space.csv",
        "d/a+b#c%41?d&e=f.csv",
        "d/..two dots",
        "d/Zoë 山田/naïve.csv",
        "d/*[x]{y}\\z.csv",
        "d/'quoted\".csv",
    ];
    files(&program, &names);
    let ran = upload(&s3, &program, &["d"], "a/../b//").ok();
    assert_eq!(ran.events().len(), names.len() + 1);
    for name in names {
        let below = name.strip_prefix("d/").unwrap();
        assert_eq!(
            s3.get(&format!("a/../b//{below}")),
            name.as_bytes(),
            "{name}"
        );
    }
    // A name that looks like a pattern is a name where there is such a file.
    let ran = upload(&s3, &program, &["d/*[x]{y}\\z.csv"], "one/").ok();
    expect![[r#"
        d/*[x]{y}\z.csv -> one/*[x]{y}\z.csv
    "#]]
    .assert_eq(&uploaded(&ran, &s3));
}

#[test]
fn large_files_go_in_parts_and_types_follow_names() {
    let s3 = S3::embedded();
    let program = s3.program();
    let large: Vec<u8> = (0..20_000_000_u32).map(|at| (at / 251) as u8).collect();
    fs::write(program.path("large.parquet"), &large).unwrap();
    files(&program, &["small.CSV", "none"]);
    let ran = upload(&s3, &program, &["large.parquet", "small.CSV", "none"], "x/").ok();
    assert!(s3.get("x/large.parquet") == large, "the bytes differ");
    for (name, content_type) in [
        ("large.parquet", "application/vnd.apache.parquet"),
        ("small.CSV", "text/csv"),
        ("none", "application/octet-stream"),
    ] {
        let head = s3.head(&format!("x/{name}")).unwrap();
        assert_eq!(head.content_type.as_deref(), Some(content_type), "{name}");
    }
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["outcome"], "committed");
    assert_eq!(summary["exit_code"], 0);
    assert_eq!(summary["uploaded_files"], 3);
    assert_eq!(summary["uploaded_bytes"], 20_000_013);
    let parts = |name: &str| {
        let events = ran.events();
        let event = events.iter().find(|event| event["path"] == name).unwrap();
        event["receipt"]["parts"].as_array().unwrap().len()
    };
    assert_eq!((parts("large.parquet"), parts("none")), (3, 0));
}

/// What is refused before anything is sent.
#[test]
fn sources_that_cannot_work_are_refused() {
    let s3 = S3::embedded();
    let program = s3.program();
    files(&program, &["a/x.csv", "b/x.csv", "empty/sub/.keep/x"]);
    let check = |sources: &[&str], key: &str, code: i32, expect: Expect| {
        let ran = upload(&s3, &program, sources, key).failed(code);
        expect.assert_eq(&ran.error().replace(&s3.bucket, "BUCKET"));
        let summary = ran.events().pop().unwrap();
        assert_eq!(summary["event"], "summary");
        assert_eq!(summary["exit_code"], code);
    };
    check(
        &["a/x.csv", "b"],
        "k",
        2,
        expect![
            "several sources can't become one object: s3://BUCKET/k is no folder. End it with a slash: s3://BUCKET/k/"
        ],
    );
    check(
        &["a"],
        "k",
        2,
        expect![
            "`a` is a folder, and can't become one object: s3://BUCKET/k is no folder. End it with a slash: s3://BUCKET/k/"
        ],
    );
    check(
        &["a/*"],
        "k",
        2,
        expect![
            "`a/*` is a pattern, and can't become one object: s3://BUCKET/k is no folder. End it with a slash: s3://BUCKET/k/"
        ],
    );
    check(
        &["a/x.csv", "b/x.csv"],
        "k/",
        2,
        expect![
            "`a/x.csv` and `b/x.csv` would both become s3://BUCKET/k/x.csv. Upload them into different folders, one after the other."
        ],
    );
    check(
        &["a/x.csv", "a"],
        "k/",
        2,
        expect!["`a/x.csv` is named twice. Name each file once, by itself or by its folder."],
    );
    check(
        &["s3://other/key", "a"],
        "k/",
        2,
        expect![
            "s3://other/key stands among the sources, and only files can be uploaded. The one target comes last."
        ],
    );
    check(
        &["nothing.csv"],
        "k/",
        3,
        expect!["there is no file or folder `nothing.csv`"],
    );
    check(
        &["nowhere/*.csv"],
        "k/",
        3,
        expect!["no file matches `nowhere/*.csv`: there is no folder `nowhere/`"],
    );
    check(
        &["a/*.parquet"],
        "k/",
        3,
        expect![
            "no file matches `a/*.parquet`. A star stays within a name; `**` stands for folders of any depth."
        ],
    );
    check(
        &["a/[x"],
        "k/",
        2,
        expect![
            "there is no file `a/[x`, and it is no pattern either: unclosed character class; missing ']'"
        ],
    );
    check(
        &["empty"],
        "k/",
        3,
        expect!["there is no file in the folder `empty`"],
    );
    let long = "ü".repeat(510) + "/";
    check(
        &["a"],
        &long,
        2,
        expect![
            "the key of `a/x.csv` would be 1026 bytes long, and S3 takes 1024. Upload it into a folder with a shorter name, or rename it."
        ],
    );
    assert!(!s3.bucket_exists());

    let ran = program.run(["upload", "a/x.csv", "b/x.csv"]).failed(2);
    expect!["the target `b/x.csv` is not in S3. The last argument is s3://bucket/key, or s3://bucket/folder/ with a slash."].assert_eq(ran.error());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;

    let s3 = S3::embedded();
    let check = |make: &dyn Fn(&Path), source: &str, expect: Expect| {
        let program = s3.program();
        files(&program, &["d/x.csv"]);
        make(&program.path("d"));
        let ran = upload(&s3, &program, &[source], "k/").failed(3);
        expect.assert_eq(ran.error());
    };
    let cycle = |d: &Path| {
        fs::create_dir(d.join("e")).unwrap();
        symlink("..", d.join("e/up")).unwrap();
    };
    check(
        &cycle,
        "d",
        expect![
            "the link `d/e/up` leads back to `d`: this folder has no end. Remove the link, or name the folders below it one by one."
        ],
    );
    let dangling = |d: &Path| symlink("gone", d.join("y.csv")).unwrap();
    check(
        &dangling,
        "d",
        expect!["`d/y.csv` is a link to something that is not there. Mend the link, or remove it."],
    );
    check(
        &dangling,
        "d/y.csv",
        expect!["`d/y.csv` is a link to something that is not there. Mend the link, or remove it."],
    );
    let socket = |d: &Path| drop(std::os::unix::net::UnixListener::bind(d.join("s")).unwrap());
    check(
        &socket,
        "d",
        expect!["`d/s` is a socket, and only files can be uploaded"],
    );
    check(
        &socket,
        "d/s",
        expect!["`d/s` is a socket, and only files can be uploaded"],
    );
    check(
        &|_| (),
        "/dev/null",
        expect!["`/dev/null` is a device, and only files can be uploaded"],
    );
    let latin_1 = |d: &Path| {
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.csv");
        fs::write(d.join(name), "x").unwrap();
    };
    check(
        &latin_1,
        "d",
        expect![[r#"the name "d/caf\xE9.csv" is not UTF-8, and a key in S3 must be. Rename it."#]],
    );
    check(
        &latin_1,
        "d/c*",
        expect![[r#"the name "d/caf\xE9.csv" is not UTF-8, and a key in S3 must be. Rename it."#]],
    );
    assert!(!s3.bucket_exists());

    // What a pattern does not ask for is in nobody's way.
    let program = s3.program();
    files(&program, &["d/x.csv", "far/z.csv"]);
    dangling(&program.path("d"));
    socket(&program.path("d"));
    latin_1(&program.path("d"));
    symlink("../far", program.path("d/near")).unwrap();
    symlink("x.csv", program.path("d/link.csv")).unwrap();
    let ran = upload(&s3, &program, &["d/**/[lxz]*.csv"], "k/").ok();
    expect![[r#"
        d/link.csv -> k/link.csv
        d/near/z.csv -> k/near/z.csv
        d/x.csv -> k/x.csv
    "#]]
    .assert_eq(&uploaded(&ran, &s3));
}

/// A file that can't be read is told, and the others are uploaded.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_does_not_keep_the_others() {
    let s3 = S3::embedded();
    let program = s3.program();
    files(&program, &["d/a.csv", "d/c.csv"]);
    // A file that can be opened and not read, whoever asks.
    std::os::unix::fs::symlink("/proc/self/mem", program.path("d/b.csv")).unwrap();
    let ran = upload(&s3, &program, &["d"], "k/").failed(3);
    let said = ran
        .error()
        .replace(&s3.bucket, "BUCKET")
        .replace(&s3.endpoint, "ENDPOINT");
    expect!["2 of 3 files are uploaded, 1 is not: cannot upload s3://BUCKET/k/b.csv at ENDPOINT: d/b.csv cannot be read; check that it is a file, and that you may read it: Input/output error (os error 5)"].assert_eq(&said);
    expect![[r#"
        d/a.csv -> k/a.csv
        d/c.csv -> k/c.csv
    "#]]
    .assert_eq(&uploaded(&ran, &s3));
    let failed = ran
        .events()
        .into_iter()
        .find(|event| event["event"] == "failed")
        .unwrap();
    assert_eq!(failed["path"], "d/b.csv");
    assert_eq!(failed["outcome"], "not_committed");
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "partly_committed");
    assert_eq!(summary["uploaded_files"], 2);
    assert_eq!(summary["failed_files"], 1);
}

#[test]
fn a_file_that_shrinks_on_the_way_is_not_uploaded() {
    let gate = Gate::closed();
    let hold = Fault::Stall(Stall::Until(gate.clone()));
    let s3 =
        S3::embedded_with(FaultPlan::new().with(Rule::on(Operation::UploadPart).part(1), hold));
    let program = s3.program();
    fs::write(program.path("large.bin"), vec![7; 20_000_000]).unwrap();
    files(&program, &["small.csv"]);
    let target = format!("s3://{}/k/", s3.bucket);
    let child = program.start([
        "upload",
        "large.bin",
        "small.csv",
        target.as_str(),
        "--json",
    ]);
    block_on(gate.arrived(1));
    fs::File::options()
        .write(true)
        .open(program.path("large.bin"))
        .unwrap()
        .set_len(10_000_000)
        .unwrap();
    gate.open();
    let ran = Ran::from(child.wait_with_output().unwrap()).failed(3);
    let said = ran
        .error()
        .replace(&s3.bucket, "BUCKET")
        .replace(&s3.endpoint, "ENDPOINT");
    expect!["1 of 2 files is uploaded, 1 is not: cannot upload s3://BUCKET/k/large.bin at ENDPOINT: large.bin changed while it was uploaded: it shrank from 20000000 to 10000000 bytes; upload it again when nothing writes to it"].assert_eq(&said);
    assert_eq!(uploaded(&ran, &s3), "small.csv -> k/small.csv\n");
    assert!(s3.head("k/large.bin").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// Where S3 refuses, the files that were not begun stay where they are.
#[test]
fn a_refusal_ends_the_upload() {
    let faults = FaultPlan::new().with(
        Rule::on(Operation::PutObject).key("k/0000.csv"),
        Fault::error(403, "AccessDenied"),
    );
    let s3 = S3::embedded_with(faults);
    let program = s3.program();
    let names: Vec<_> = (0..2_000)
        .map(|number| format!("d/{number:04}.csv"))
        .collect();
    files(
        &program,
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let ran = upload(&s3, &program, &["d"], "k/").failed(5);
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["failed_files"], 1);
    assert_eq!(summary["outcome"], "partly_committed");
    let uploaded = summary["uploaded_files"].as_u64().unwrap();
    // Those under way with it, and those that ended before it was answered.
    assert!((1..1_000).contains(&uploaded), "{uploaded} are uploaded");
    let said = format!(
        "{uploaded} of 2,000 files are uploaded, 1,{:03} are not: ",
        1_000 - uploaded
    );
    assert!(ran.error().starts_with(&said), "{}", ran.error());
    assert!(ran.error().contains("AccessDenied"), "{}", ran.error());
}

/// One lost reply that nothing explains weighs more than a source that can't be read.
#[cfg(target_os = "linux")]
#[test]
fn an_unknown_outcome_weighs_most() {
    let key = "k/a.csv";
    let faults = FaultPlan::new()
        .with(Rule::on(Operation::PutObject).key(key), Fault::lose_reply())
        .with(
            Rule::on(Operation::HeadObject).key(key),
            Fault::error(403, "AccessDenied"),
        );
    let s3 = S3::embedded_with(faults);
    let program = s3.program();
    files(&program, &["d/a.csv"]);
    std::os::unix::fs::symlink("/proc/self/mem", program.path("d/b.csv")).unwrap();
    let ran = upload(&s3, &program, &["d"], "k/").failed(6);
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "unknown");
    assert_eq!(summary["failed_files"], 1);
    assert_eq!(summary["in_doubt_files"], 1);
    let said = "0 of 2 files are uploaded, 1 is not, 1 may be: cannot upload ";
    assert!(ran.error().starts_with(said), "{}", ran.error());
    assert!(
        ran.error().contains("is unknown, so look at it"),
        "{}",
        ran.error()
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_says_what_stands() {
    let stuck = Fault::Stall(Stall::Until(Gate::closed()));
    let s3 =
        S3::embedded_with(FaultPlan::new().with(Rule::on(Operation::UploadPart).part(2), stuck));
    let program = s3.program();
    fs::write(program.path("large.bin"), vec![7; 20_000_000]).unwrap();
    files(&program, &["a.csv", "b.csv"]);
    let target = format!("s3://{}/k/", s3.bucket);
    let args = [
        "upload",
        "a.csv",
        "b.csv",
        "large.bin",
        target.as_str(),
        "--json",
    ];
    let mut child = program.start(args);
    let said = until(&mut child, "file 2/3");
    let started = std::time::Instant::now();
    terminate(&child);
    let output = child.wait_with_output().unwrap();
    let said = said + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(
        started.elapsed().as_secs() < 5,
        "took {:?}",
        started.elapsed()
    );
    assert!(
        said.ends_with("error: interrupted: 2 of 3 files are uploaded, 1 is not\n"),
        "{said}"
    );
    let stdout = String::from_utf8(output.stdout).unwrap();
    let summary: serde_json::Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["exit_code"], 130);
    assert_eq!(summary["outcome"], "partly_committed");
    assert_eq!(summary["uploaded_files"], 2);
    assert!(s3.head("k/large.bin").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// A request that was sent and never answered may have been heard.
#[cfg(unix)]
#[test]
fn an_interrupt_claims_nothing_of_an_unanswered_request() {
    let gate = Gate::closed();
    let stuck = Fault::StallReply(Stall::Until(gate.clone()));
    let s3 = S3::embedded_with(
        FaultPlan::new().with(Rule::on(Operation::PutObject).key("k/b.csv"), stuck),
    );
    let program = s3.program();
    files(&program, &["a.csv", "b.csv"]);
    let target = format!("s3://{}/k/", s3.bucket);
    let mut child = program.start(["upload", "a.csv", "b.csv", target.as_str()]);
    until(&mut child, "file 1/2");
    block_on(gate.arrived(1));
    terminate(&child);
    let ran = Ran::from(child.wait_with_output().unwrap()).failed(130);
    expect!["interrupted: 1 of 2 files is uploaded, 1 may be. What may be there was sent, and the answer not waited for."].assert_eq(ran.error());
    assert!(s3.head("k/b.csv").is_some());
}

/// What kill -9 leaves in the bucket, the next upload clears.
#[cfg(unix)]
#[test]
fn the_next_upload_clears_what_a_killed_one_left() {
    let gate = Gate::closed();
    let hold = Fault::Stall(Stall::Until(gate.clone()));
    let s3 = S3::embedded_with(
        FaultPlan::new().with(Rule::on(Operation::UploadPart).part(2).nth(1), hold),
    );
    let program = s3.program();
    fs::write(program.path("large.bin"), vec![7; 20_000_000]).unwrap();
    let target = format!("s3://{}/large.bin", s3.bucket);
    let mut child = program.start(["upload", "large.bin", target.as_str()]);
    block_on(gate.arrived(1));
    child.kill().unwrap();
    child.wait().unwrap();
    gate.open();
    assert_eq!(s3.open_uploads().len(), 1);
    let ran = program.run(["upload", "large.bin", target.as_str()]).ok();
    let told = format!("cleared what a killed run left: 1 upload to {target}");
    assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    assert!(s3.open_uploads().is_empty());
    assert_eq!(s3.get("large.bin").len(), 20_000_000);
}

#[test]
fn a_dry_run_sends_nothing() {
    let s3 = S3::embedded();
    let program = s3.program();
    files(&program, &["d/a b.csv", "d/e/c.csv"]);
    fs::write(program.path("d/large.bin"), vec![7; 20_000_000]).unwrap();
    let target = format!("s3://{}/k/", s3.bucket);
    let args = ["upload", "d", target.as_str(), "--dry-run"];
    let ran = program.run(args).ok();
    let said = ran
        .stderr
        .replace(&s3.bucket, "BUCKET")
        .replace(&s3.endpoint, "ENDPOINT");
    expect![[r#"
        d/a b.csv
            to s3://BUCKET/k/a b.csv, 9 B in one request
        d/e/c.csv
            to s3://BUCKET/k/e/c.csv, 9 B in one request
        d/large.bin
            to s3://BUCKET/k/large.bin, 20.0 MB in 3 parts
        3 files, 20.0 MB, 7 requests to ENDPOINT; nothing was sent
    "#]]
    .assert_eq(&said);
    assert!(ran.stdout.is_empty());
    assert!(!s3.bucket_exists());

    let ran = program.run(args.into_iter().chain(["--json"])).ok();
    let events = ran.events();
    assert_eq!(events.len(), 4);
    assert_eq!(events[0]["event"], "plan");
    assert_eq!(events[0]["target"], format!("{target}a b.csv"));
    assert_eq!(events[0]["content_type"], "text/csv");
    assert_eq!(events[3]["event"], "summary");
    assert_eq!(events[3]["files"], 3);
    assert!(!s3.bucket_exists());
}

/// The table for few files, without what a clock decides.
#[test]
fn few_files_have_a_line_each_at_the_end() {
    let s3 = S3::embedded();
    let program = s3.program();
    files(&program, &["d/a b.csv", "d/e/c.csv"]);
    fs::write(program.path("d/large.bin"), vec![7; 20_000_000]).unwrap();
    let target = format!("s3://{}/k/", s3.bucket);
    let ran = program.run(["upload", "d", target.as_str()]).ok();
    expect![[r#"
        file | object | size | sent in | rate
        d/a b.csv | a b.csv | 9 B | one request | N B/s
        d/e/c.csv | e/c.csv | 9 B | one request | N B/s
        d/large.bin | large.bin | 20.0 MB | 3 parts | N B/s

        uploaded | 3 files, 20.0 MB in N s, N B/s
        requests | 7, none repeated
        target | s3://BUCKET/k/
        S3 | ENDPOINT"#]]
    .assert_eq(&timeless(&ran, &s3));

    // Many are counted.
    let names: Vec<_> = (0..200)
        .map(|number| format!("many/{number:03}.csv"))
        .collect();
    files(
        &program,
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let ran = program.run(["upload", "many", target.as_str()]).ok();
    expect![[r#"
        uploaded | 200 files, 2.40 kB in N s, N B/s N files/s
        requests | 200, none repeated
        target | s3://BUCKET/k/
        S3 | ENDPOINT"#]]
    .assert_eq(&timeless(&ran, &s3));
}

/// The closing table; numbers before a unit of time or of pace become `N`.
fn timeless(ran: &Ran, s3: &S3) -> String {
    let (_, table) = ran.stderr.split_once("Done\n").expect("it ended well");
    let mut said = String::new();
    for line in table.lines() {
        let mut words: Vec<&str> = line.split(' ').collect();
        for at in 1..words.len() {
            let unit = words[at].trim_end_matches(',');
            if unit == "s" || unit.ends_with("/s") {
                words[at - 1] = "N";
                if unit.ends_with("B/s") {
                    words[at] = "B/s";
                }
            }
        }
        said += &words.join(" ");
        said.push('\n');
    }
    // Numbers stand on the right of their column: how wide it is depends on them.
    let said: Vec<_> = said
        .lines()
        .map(|line| {
            line.split("  ")
                .filter(|cell| !cell.is_empty())
                .map(str::trim)
        })
        .map(|cells| cells.collect::<Vec<_>>().join(" | "))
        .collect();
    said.join("\n")
        .replace(&s3.bucket, "BUCKET")
        .replace(&s3.endpoint, "ENDPOINT")
}

/// Every command of the help does what stands below it.
#[test]
fn the_examples_of_the_help_work_when_pasted() {
    let program = Program::new();
    let help = program.run(["upload", "--help"]).ok();
    let help = String::from_utf8(help.stdout).unwrap();
    let examples = help.split("Examples:").nth(1).unwrap();
    let lines = examples.split("\n\n").next().unwrap().lines();
    let mut ran = 0;
    for line in lines.filter(|line| !line.starts_with("      ")) {
        for command in line
            .trim()
            .split(" && ")
            .filter(|command| !command.is_empty())
        {
            // Only quotes have to be taken off, as a shell does.
            let words: Vec<_> = command
                .split(' ')
                .map(|word| word.trim_matches('\''))
                .collect();
            match words.as_slice() {
                ["mkdir", "-p", folder] => fs::create_dir_all(program.path(folder)).unwrap(),
                ["pipeline-cli", args @ ..] => {
                    program.run(args).ok();
                    ran += 1;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(ran, 5, "{help}");
    assert!(program.path("data/s3/lake/raw/people.parquet").is_file());
    assert!(program.path("data/s3/lake/first.parquet").is_file());
    assert!(program.path("data/s3/lake/all/people.parquet").is_file());
}

fn block_on(work: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().unwrap().block_on(work);
}
