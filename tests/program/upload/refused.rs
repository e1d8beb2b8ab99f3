//! What is refused before anything is sent.

use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};

use super::{files, upload, uploaded};
use crate::support::s3::S3;

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
        expect![
            "there is no file in the folder `empty`. Passed over: 1 folder whose name begins with a dot."
        ],
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
