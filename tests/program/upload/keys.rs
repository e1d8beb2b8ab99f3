//! Files, folders and patterns become keys.

use std::fs;

use expect_test::{Expect, expect};

use super::{files, upload, uploaded};
use crate::support::s3::S3;

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
    assert_eq!((parts("large.parquet"), parts("none")), (4, 0));
}

/// What is passed over is told, and only what this program is writing is.
#[test]
fn what_is_passed_over_is_counted() {
    let s3 = S3::embedded();
    let program = s3.program();
    files(
        &program,
        &[
            "d/data.blockwrite-tmp",
            "d/.p.parquet.abcdefghijkl.blockwrite-tmp",
            "d/.git/config",
            "hidden/.git/config",
            "hidden/.p.parquet.abcdefghijkl.blockwrite-tmp",
        ],
    );
    let ran = upload(&s3, &program, &["d"], "p/").ok();
    expect![[r#"
        d/data.blockwrite-tmp -> p/data.blockwrite-tmp
    "#]]
    .assert_eq(&uploaded(&ran, &s3));
    let told = "passed over 1 folder whose name begins with a dot and 1 unfinished file of this program (`.….blockwrite-tmp`)\n";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let ran = upload(&s3, &program, &["hidden"], "p/").failed(3);
    expect!["there is no file in the folder `hidden`. Passed over: 1 folder whose name begins with a dot and 1 unfinished file of this program (`.….blockwrite-tmp`)."].assert_eq(ran.error());
}

#[test]
fn parts_have_the_size_that_is_asked_for() {
    const PART: u64 = 6 << 20;
    let s3 = S3::embedded();
    let program = s3.program();
    fs::write(program.path("large.bin"), vec![7; 20_000_000]).unwrap();
    let target = format!("s3://{}/", s3.bucket);
    let asked = ["--json", "--part-size", "6MiB", "--parts-in-flight", "2"];
    let upload = ["upload", "large.bin", &target];
    let run = ["--size", "20MB", "--block-size", "2MiB", "--to", &target];
    for args in [&upload[..], &run[..]] {
        let ran = program.run([args, &asked].concat()).ok();
        let events = ran.events();
        let mut receipts = events.iter().filter_map(|event| {
            let landed = event.get("receipt").or(event["landed"].get("receipt"))?;
            landed["parts"].as_array().cloned()
        });
        let parts = receipts.next().unwrap();
        let sizes: Vec<_> = parts
            .iter()
            .map(|part| part["size"].as_u64().unwrap())
            .collect();
        assert_eq!(sizes.len(), 4, "{sizes:?}");
        assert!(sizes[..3].iter().all(|size| *size == PART), "{sizes:?}");
    }
    let dry = program.run(
        [
            &upload[..],
            &["--part-size", "16MiB", "--dry-run", "--json"],
        ]
        .concat(),
    );
    assert_eq!(dry.ok().events()[0]["parts"], 2);
    let small = program.run([&upload[..], &["--part-size", "4MiB"]].concat());
    assert_eq!(small.code, 2, "{}", small.stderr);
    assert!(
        small.stderr.contains("from 5MiB to 5GiB"),
        "{}",
        small.stderr
    );
}
