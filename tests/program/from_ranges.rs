//! `inspect` and `head` of objects: by ranges, of one and the same object, and with what to do where
//! S3 refuses.

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Reply, Rule, Stall};
use expect_test::{Expect, expect};

use crate::counted_s3::CountedS3;
use crate::support::program::{Program, Ran, terminate};
use crate::support::s3::S3;

fn text(ran: &Ran) -> &str {
    std::str::from_utf8(&ran.stdout).unwrap()
}

#[test]
fn of_an_object_the_footer_is_read_and_nothing_else() {
    let s3 = CountedS3::start();
    let program = s3.program();
    let data = [
        "--rows",
        "60000",
        "--block-size",
        "2MiB",
        "--compression",
        "none",
        "-q",
    ];
    program.run(data).ok();
    s3.forget();
    let ran = program
        .run(["inspect", "--json", "s3://lake/people.parquet"])
        .ok();
    let file = &ran.events()[0];
    assert_eq!(file["file"], "s3://lake/people.parquet");
    assert_eq!(file["rows"], 60_000);
    let file_bytes = file["file_bytes"].as_u64().unwrap();
    let count = s3.count();
    assert_eq!((count.heads, count.gets, count.others), (1, 1, 0));
    assert!(file_bytes > 10_000_000, "{file_bytes}");
    assert_eq!(
        count.sent_bytes,
        64 * 1024,
        "the end of the file in one range"
    );
}

/// A footer of more than 64 KiB takes a second range, and so a second look at the object.
#[test]
fn a_long_footer_takes_two_ranges() {
    let s3 = CountedS3::start();
    let program = s3.program();
    program
        .run(["--rows", "20000", "--block-size", "48KiB", "-q"])
        .ok();
    s3.forget();
    let ran = program
        .run(["inspect", "--json", "s3://lake/people.parquet"])
        .ok();
    let footer_bytes = ran.events()[0]["footer_bytes"].as_u64().unwrap();
    assert!(footer_bytes > 64 * 1024, "{footer_bytes}");
    let count = s3.count();
    assert_eq!((count.heads, count.gets, count.others), (2, 2, 0));
    assert_eq!(count.sent_bytes, footer_bytes);
}

/// Holds the nth GET of a command until another object stands at the key.
fn replaced(command: &[&str], nth: u64) -> Ran {
    let gate = Gate::closed();
    let rule = Rule::on(Operation::GetObject).nth(nth);
    let s3 =
        S3::embedded_with(FaultPlan::new().with(rule, Fault::Stall(Stall::Until(gate.clone()))));
    let program = s3.program();
    let small = ["--rows", "4000", "--block-size", "256KiB", "-q"];
    program.run(small.iter().chain(&["--seed", "1"])).ok();
    let name = format!("s3://{}/people.parquet", s3.bucket);
    let child = program.start(command.iter().copied().chain([name.as_str()]));
    tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(gate.arrived(1));
    program.run(["--rows", "5000", "-q"]).ok();
    gate.open();
    let mut ran = Ran::from(child.wait_with_output().unwrap());
    ran.stderr = ran.stderr.replace(&s3.bucket, "lake");
    ran
}

#[test]
fn an_object_that_changes_while_it_is_read_is_no_mixture() {
    let ran = replaced(&["inspect"], 1).failed(5);
    expect!["`s3://lake/people.parquet` was replaced while it was read. Try again when nothing writes to it."].assert_eq(ran.error());
    let ran = replaced(&["head"], 2).failed(5);
    assert_eq!(text(&ran), "");
    expect!["`s3://lake/people.parquet` was replaced while it was read. Try again when nothing writes to it."].assert_eq(ran.error());
}

/// The server counts its requests, and names them so.
fn without_request_id(text: &str) -> String {
    match text.split_once(" (request ") {
        Some((before, after)) => {
            let (_, after) = after.split_once(')').unwrap();
            format!("{before}{after}")
        }
        None => text.to_owned(),
    }
}

#[test]
fn what_s3_refuses_is_said_with_what_to_do() {
    let s3 = S3::embedded();
    s3.program().run(["--rows", "10", "-q"]).ok();
    let check = |program: Program, name: &str, expect: Expect| {
        let [inspected, headed] = ["inspect", "head"].map(|command| {
            let ran = program.run([command, name]).failed(5);
            assert_eq!(text(&ran), "");
            let said = ran.error().replace(&s3.endpoint, "http://S3");
            without_request_id(&said.replace(&s3.bucket, "BUCKET"))
        });
        expect.assert_eq(&inspected);
        assert_eq!(inspected, headed);
    };
    let object = format!("s3://{}/people.parquet", s3.bucket);
    let gone = format!("s3://{}/people.parque", s3.bucket);
    check(
        s3.program(),
        &gone,
        expect![
            "there is no object `s3://BUCKET/people.parque` at http://S3. Check its name: keys are exact to the letter."
        ],
    );
    check(
        s3.program(),
        "s3://no-such-bucket/p",
        expect![
            "there is no bucket `no-such-bucket` at http://S3. Check its name, and the endpoint with --endpoint."
        ],
    );
    let wrong = s3.program().with("AWS_SECRET_ACCESS_KEY", "wrong");
    check(
        wrong,
        &object,
        expect![
            "could not read `s3://BUCKET/people.parquet` at http://S3: S3 answered 403 SignatureDoesNotMatch. Check AWS_SECRET_ACCESS_KEY."
        ],
    );
    let unknown = s3.program().with("AWS_ACCESS_KEY_ID", "nobody");
    check(
        unknown,
        &object,
        expect![
            "could not read `s3://BUCKET/people.parquet` at http://S3: S3 answered 403 InvalidAccessKeyId: the access key id is not the one this server was started with. Check AWS_ACCESS_KEY_ID, and that it belongs to this endpoint."
        ],
    );
    let nowhere = s3.program().with("S3_ENDPOINT_URL", "http://127.0.0.1:9");
    check(
        nowhere,
        &object,
        expect![
            "could not read `s3://BUCKET/people.parquet`: cannot connect to http://127.0.0.1:9: Connection refused (os error 111). Check the address, and that a server runs there."
        ],
    );
}

#[test]
fn where_there_is_no_embedded_s3_none_is_made() {
    let program = Program::new();
    let ran = program
        .run(["inspect", "--endpoint", "embedded", "s3://lake/p"])
        .failed(5);
    expect!["there is no embedded S3 here: `data/s3` is no folder. Go to the folder in which the program ran, or name another --endpoint."].assert_eq(ran.error());
    assert!(program.names().is_empty());
}

#[test]
fn what_a_run_left_in_the_embedded_s3_is_inspected_there() {
    let program = Program::new();
    program.run(["--rows", "10", "-q"]).ok();
    let object = "s3://parquet-data-bucket/people.parquet";
    let args = ["inspect", "--endpoint", "embedded", object];
    assert!(text(&program.run(args).ok()).contains("  rows          10, "));
    let on_disk = "data/s3/parquet-data-bucket/people.parquet";
    program.run(["inspect", on_disk]).ok();
}

#[test]
fn of_an_object_only_what_the_rows_need_is_read() {
    let s3 = CountedS3::start();
    let program = s3.program();
    let data = [
        "--rows",
        "100000",
        "--block-size",
        "16MiB",
        "--compression",
        "none",
        "-q",
    ];
    program.run(data).ok();
    s3.forget();
    let object = "s3://lake/people.parquet";
    let ran = program.run(["head", "--json", object]).ok();
    assert_eq!(ran.events().len(), 10);
    let inspected = program.run(["inspect", "--json", object]).ok();
    let group_bytes = &inspected.events()[0]["row_groups"][0]["compressed_bytes"];
    let group_bytes = group_bytes.as_u64().unwrap();
    assert!(group_bytes > 16_000_000, "{group_bytes}");
    // Without the index of pages it would be all of the row group; and there are others behind it.
    let count = s3.count();
    assert!(
        count.sent_bytes < group_bytes * 3 / 4,
        "{count:?} of {group_bytes}"
    );
    assert_eq!(count.others, 0);
}

/// What may pass is tried again: a busy server, and a reply that breaks off.
#[test]
fn a_fault_that_passes_is_no_failure() {
    let faults = FaultPlan::new()
        .with(Rule::on(Operation::HeadObject).first(1), Fault::slow_down())
        .with(
            Rule::on(Operation::GetObject).nth(1),
            Fault::internal_error(),
        )
        .with(
            Rule::on(Operation::GetObject).nth(2),
            Fault::CutReply { after_bytes: 100 },
        );
    let s3 = S3::embedded_with(faults);
    let program = s3.program();
    program
        .run(["--rows", "10", "-q", "--to", "p.parquet"])
        .ok();
    let object = format!("s3://{}/p.parquet", s3.bucket);
    program.run(["upload", "-q", "p.parquet", &object]).ok();
    let local = program.run(["head", "--json", "p.parquet"]).ok();
    let remote = program.run(["head", "--json", &object]).ok();
    assert_eq!(text(&remote), text(&local));
}

/// The bucket is elsewhere, and the reply says where.
#[test]
fn another_region_is_named() {
    let elsewhere = Reply::raw(301, "").header("x-amz-bucket-region", "eu-west-1");
    let faults = FaultPlan::new().with(Rule::on(Operation::HeadObject), Fault::Refuse(elsewhere));
    let s3 = S3::embedded_with(faults);
    let program = s3.program();
    let ran = program.run(["inspect", "s3://lake/p.parquet"]).failed(5);
    let error = ran.error().replace(&s3.endpoint, "http://S3");
    expect!["could not read `s3://lake/p.parquet` at http://S3: S3 answered 301. The bucket is in another region: set --region eu-west-1."].assert_eq(&without_request_id(&error));
}

/// Nothing is begun that must be taken back, so it ends at once.
#[cfg(unix)]
#[test]
fn a_signal_ends_it() {
    let gate = Gate::closed();
    let stall = Fault::Stall(Stall::Until(gate.clone()));
    let s3 = S3::embedded_with(FaultPlan::new().with(Rule::on(Operation::GetObject), stall));
    let program = s3.program();
    program.run(["--rows", "10", "-q"]).ok();
    let object = format!("s3://{}/people.parquet", s3.bucket);
    for (at, command) in ["inspect", "head"].into_iter().enumerate() {
        let child = program.start([command, object.as_str()]);
        let arrived = gate.arrived(at + 1);
        tokio::runtime::Runtime::new().unwrap().block_on(arrived);
        terminate(&child);
        let ran = Ran::from(child.wait_with_output().unwrap()).failed(130);
        assert_eq!((text(&ran), ran.error()), ("", "interrupted"));
    }
    gate.open();
}
