//! `serve`: what it prints leads to it, one server a folder, and a good end.

#![cfg(unix)]

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use expect_test::expect;

use crate::support::program::{Program, Ran};
use crate::support::rows::{assert_same, people, read};
use crate::support::serving::Serving;

const NO_ARGS: [&str; 0] = [];

/// Asks for an end, and waits for it.
fn end(serving: Serving) -> Ran {
    let started = Instant::now();
    serving.terminate();
    let ended = serving.end();
    assert!(started.elapsed() < Duration::from_secs(5), "{ended:?}");
    ended
}

#[test]
fn its_lines_in_dotenv_lead_the_program_to_it() {
    let program = Program::new();
    let serving = Serving::start(&program, NO_ARGS);
    expect![[r#"
        export AWS_ENDPOINT_URL_S3=http://HOST:PORT
        export AWS_ACCESS_KEY_ID=KEY-ID
        export AWS_SECRET_ACCESS_KEY=SECRET
        export AWS_REGION=us-east-1
    "#]]
    .assert_eq(&serving.in_words(&serving.lines));
    expect![[r#"

        Serving data/s3 at http://HOST:PORT until Ctrl-C.
        Buckets are the folders in it. The `export` lines are for a shell, or for a
        file `.env`, where pipeline-cli looks for them.

        The file in the examples is not there yet: `pipeline-cli`, run with those
        lines, makes it.

        DuckDB:

        CREATE OR REPLACE SECRET (
            TYPE s3, KEY_ID 'KEY-ID',
            SECRET 'SECRET',
            REGION 'us-east-1', ENDPOINT 'HOST:PORT',
            URL_STYLE 'path', USE_SSL false
        );
        SELECT * FROM read_parquet('s3://parquet-data-bucket/people.parquet') LIMIT 10;

        Python, with PyArrow:

        from pyarrow import fs, parquet
        s3 = fs.S3FileSystem(
            endpoint_override='HOST:PORT', scheme='http', region='us-east-1',
            access_key='KEY-ID',
            secret_key='SECRET',
        )
        table = parquet.read_table('parquet-data-bucket/people.parquet', filesystem=s3)
        print(table.num_rows, table.schema.names)
    "#]]
    .assert_eq(&serving.in_words(&serving.text));

    std::fs::write(program.path(".env"), &serving.lines).unwrap();
    let ran = program.run(["--rows", "2000"]).ok();
    let mut said = ran.stderr.lines().map(str::trim);
    assert!(
        said.any(|line| line.starts_with("S3 ") && line.ends_with(serving.endpoint())),
        "{}",
        ran.stderr
    );
    let object = program.path("data/s3/parquet-data-bucket/people.parquet");
    let (found, _) = read(std::fs::read(object).unwrap());
    assert_same(&found, &people(42, 0..2000));

    let endpoint = serving.endpoint().to_owned();
    let ended = end(serving).ok();
    assert!(ended.stdout.is_empty());
    let last = ended
        .stderr
        .trim()
        .lines()
        .last()
        .unwrap_or_default()
        .trim();
    expect!["Stopped. `.env` still holds the lines of this server: take them out, or the next command looks for it at ENDPOINT."]
        .assert_eq(&last.replace(&endpoint, "ENDPOINT"));
}

#[test]
fn a_shell_takes_its_lines() {
    let program = Program::new().with("S3_ENDPOINT_URL", "http://127.0.0.1:1");
    let serving = Serving::start(&program, NO_ARGS);
    let shell = Command::new("sh")
        .args(["-c", "eval \"$1\"; env", "sh", &serving.lines])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .output()
        .unwrap();
    let set = String::from_utf8(shell.stdout).unwrap();
    let variables = serving.variables();
    assert_eq!(variables.len(), 5, "{variables:?}");
    // What is set already and would win is set too.
    assert_eq!(variables["S3_ENDPOINT_URL"], serving.endpoint());
    for (name, value) in variables {
        assert!(set.contains(&format!("{name}={value}\n")), "{name}: {set}");
    }
}

#[test]
fn its_lines_win_where_they_are_appended_to_dotenv() {
    let before = "AWS_REGION=eu-west-1\nS3_ENDPOINT_URL=http://127.0.0.1:1\nNUM_RECORDS=10\n";
    let program = Program::new().with_file(".env", before);
    let serving = Serving::start(&program, NO_ARGS);
    std::fs::write(program.path(".env"), before.to_owned() + &serving.lines).unwrap();
    let ran = program.run(NO_ARGS).ok();
    assert!(ran.stderr.contains(serving.endpoint()), "{}", ran.stderr);
    end(serving).ok();
}

#[test]
fn the_examples_read_the_newest_file() {
    let program = Program::new();
    let to = "s3://lake/raw/day=1/orders.parquet";
    let args = ["--rows", "10", "--to", to, "--endpoint", "embedded"];
    program.run(args).ok();
    let serving = Serving::start(&program, NO_ARGS);
    for read in [
        "SELECT * FROM read_parquet('s3://lake/raw/day=1/orders.parquet') LIMIT 10;",
        "table = parquet.read_table('lake/raw/day=1/orders.parquet', filesystem=s3)",
    ] {
        assert!(serving.text.contains(read), "{}", serving.text);
    }
    assert!(!serving.text.contains("not there yet"), "{}", serving.text);
}

#[test]
fn a_second_on_its_folder_is_told_what_to_do() {
    let program = Program::new();
    let serving = Serving::start(&program, NO_ARGS);
    let error = |args: &[&str]| serving.in_words(program.run(args).failed(5).error());
    expect!["the folder `data/s3` is served already, by process PID at http://HOST:PORT. If that is another `pipeline-cli serve`, use it: paste the lines that it printed. If it is a run, wait for it to end. Or end process PID, or serve another folder with --dir."].assert_eq(&error(&["serve"]));
    expect!["the folder `data/s3` is served already, by process PID at http://HOST:PORT. If that is your `pipeline-cli serve` in another terminal, paste the `export` lines that it printed into this one, leave out `--endpoint embedded`, and run again. If it is another run, wait for it to end. Or end process PID, or run in another folder."].assert_eq(&error(&["--rows", "10"]));
    // With its lines, and without the flag that asks for a server of its own, it works.
    std::fs::write(program.path(".env"), &serving.lines).unwrap();
    program.run(["--rows", "10"]).ok();
    let flagged = error(&["--rows", "10", "--endpoint", "embedded"]);
    assert!(
        flagged.contains("leave out `--endpoint embedded`"),
        "{flagged}"
    );
    // Another folder is another server.
    let other = Serving::start(&program, ["--dir", "other"]);
    assert_ne!(other.endpoint(), serving.endpoint());
    end(other).ok();
    end(serving).ok();
    // Once it is gone, the folder is free.
    end(Serving::start(&program, NO_ARGS)).ok();
}

#[test]
fn a_port_is_taken_as_given_or_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let program = Program::new();
    let wanted = port.to_string();
    let ran = program.run(["serve", "--port", &wanted]).failed(5);
    // The number of the error differs between systems.
    let (said, rest) = ran.error().split_once(" (os error").unwrap();
    let said = said.to_owned() + rest.split_once(')').unwrap().1;
    let said = said.replace(&wanted, "PORT");
    expect!["could not listen on 127.0.0.1:PORT: Address already in use. Choose another --port; without the flag, a free one is taken."].assert_eq(&said);
    program.run(["serve", "--port", "65536"]).failed(2);

    drop(taken);
    // A free port may be taken by somebody else in the next moment: then another is tried.
    let (port, serving) = (0..20)
        .find_map(|_| {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = free.local_addr().unwrap().port();
            drop(free);
            let serving = Serving::try_start(&program, ["--port", &port.to_string()]);
            Some((port, serving.ok()?))
        })
        .expect("one port of twenty stays free for a moment");
    assert_eq!(serving.endpoint(), format!("http://127.0.0.1:{port}"));
    end(serving).ok();
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let program = Program::new().with_file("data", "not a folder");
    let error = |args: &[&str]| program.run(args).failed(4).error().to_owned();
    expect!["could not start the embedded S3 over `data`: cannot create data/.embedded-s3: data is a file, not a folder: Not a directory (os error 20). Another folder is named with --dir."].assert_eq(&error(&["serve", "--dir", "data"]));
    expect!["could not start the embedded S3 over `data/s3`: cannot create data/s3/.embedded-s3: data is a file, not a folder: Not a directory (os error 20). Another folder is named with --dir."].assert_eq(&error(&["serve"]));
    program.run(["serve", "--dir", ""]).failed(2);
}

#[test]
fn with_json_it_prints_events_and_no_lines() {
    let program = Program::new();
    let mut child = program.start(["serve", "--json", "--dir", "lake"]);
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    let serving: serde_json::Value = serde_json::from_str(&line).unwrap();
    let fields: Vec<_> = serving.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        fields,
        [
            "access_key_id",
            "endpoint",
            "event",
            "folder",
            "region",
            "secret_access_key"
        ]
    );
    assert_eq!(serving["event"], "serving");
    let folder = std::path::Path::new(serving["folder"].as_str().unwrap());
    assert!(folder.is_absolute() && folder.ends_with("lake"), "{line}");

    // The event is enough to reach it.
    let text = |name: &str| serving[name].as_str().unwrap().to_owned();
    let client = Program::new()
        .with("AWS_ENDPOINT_URL_S3", text("endpoint"))
        .with("AWS_ACCESS_KEY_ID", text("access_key_id"))
        .with("AWS_SECRET_ACCESS_KEY", text("secret_access_key"));
    client.run(["--rows", "10"]).ok();

    crate::support::program::terminate(&child);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stdout, &mut rest).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&rest).unwrap();
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["exit_code"], 0);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    // For people there is one log line, and none of the text.
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.trim().lines().count(), 1, "{said}");
}

#[test]
fn requests_are_logged_when_asked_for() {
    let upload = |serving: &Serving, program: &Program| {
        std::fs::write(program.path(".env"), &serving.lines).unwrap();
        program.run(["--rows", "10"]).ok();
    };
    let program = Program::new();
    let mut serving = Serving::start(&program, ["-v"]);
    upload(&serving, &program);
    let said = serving.until("parquet-data-bucket/people.parquet (PutObject)");
    let line = said.lines().last().unwrap();
    assert!(line.contains("debug: PUT    200 "), "{line}");
    let secret = serving.variables()["AWS_SECRET_ACCESS_KEY"].to_owned();
    let ended = end(serving).ok();
    assert!(!(said + &ended.stderr).contains(&secret));

    let silent = Serving::start_quiet(&program);
    upload(&silent, &program);
    assert_eq!(end(silent).ok().stderr, "");
}

#[test]
fn a_request_that_hangs_holds_its_end_up_for_seconds_or_not_at_all() {
    let hang = |serving: &Serving| {
        let address = serving.endpoint().trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"PUT /bucket/key HTTP/1.1\r\n").unwrap();
        // Connections are accepted in turn: once a later one has its reply, this one is known.
        let mut later = TcpStream::connect(address).unwrap();
        let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        later.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        std::io::Read::read_to_string(&mut later, &mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 "), "{reply}");
        stream
    };
    let program = Program::new();
    let serving = Serving::start(&program, NO_ARGS);
    let hanging = hang(&serving);
    end(serving).ok();
    drop(hanging);

    let mut serving = Serving::start(&program, NO_ARGS);
    let hanging = hang(&serving);
    serving.terminate();
    serving.until("stopping");
    let asked = Instant::now();
    serving.terminate();
    serving.end().failed(130);
    assert!(asked.elapsed() < Duration::from_secs(2));
    drop(hanging);
}
