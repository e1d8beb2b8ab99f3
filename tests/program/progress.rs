//! Progress as a terminal shows it, and as a log keeps it where there is none.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus, Stdio};

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use indicatif::{InMemoryTerm, TermLike as _};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::support::program::{Program, stopped, terminate, until};
use crate::support::s3::S3;

const ROWS: u16 = 24;

/// A run whose standard error is a terminal.
struct OnTerminal {
    folder: tempfile::TempDir,
    child: Child,
    /// Where the user sits.
    user: File,
    columns: u16,
    said: Vec<u8>,
}

impl OnTerminal {
    fn start(columns: u16, variables: &[(&str, &str)], args: &[&str]) -> Self {
        let user = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&user).unwrap();
        unlockpt(&user).unwrap();
        let size = Winsize {
            ws_row: ROWS,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let name = ptsname(&user, Vec::new()).unwrap();
        let program = File::options()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        tcsetwinsize(&program, size).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_pipeline-cli"))
            .args(args)
            .current_dir(folder.path())
            .env_clear()
            .env("HOME", folder.path())
            .env("TERM", "xterm-256color")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(OwnedFd::from(program))
            .spawn()
            .unwrap();
        Self {
            folder,
            child,
            user: user.into(),
            columns,
            said: Vec::new(),
        }
    }

    /// Reads on; nothing more comes once the program has gone.
    fn read(&mut self) -> usize {
        let mut bytes = [0; 4096];
        // Linux calls it an error when nobody holds the other side any more.
        let read = self.user.read(&mut bytes).unwrap_or(0);
        self.said.extend(&bytes[..read]);
        read
    }

    fn until(&mut self, words: &str) {
        while !self.text().contains(words) {
            assert!(self.read() > 0, "ended before `{words}`: {}", self.text());
        }
    }

    /// Everything that was written, escape codes among it.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.said).into_owned()
    }

    /// What stands on the screen.
    fn screen(&self) -> String {
        let screen = InMemoryTerm::new(ROWS, self.columns);
        screen.write_str(&self.text()).unwrap();
        screen.contents()
    }

    fn end(&mut self) -> ExitStatus {
        while self.read() > 0 {}
        self.child.wait().unwrap()
    }
}

/// Long enough for bars that are looked at ten times a second to move.
const RUN: [&str; 8] = [
    "--rows",
    "400000",
    "--block-size",
    "1MiB",
    "--threads",
    "1",
    "--to",
    "p.parquet",
];

#[test]
fn bars_are_drawn_while_it_runs_and_are_gone_at_the_end() {
    for columns in [40, 80, 160] {
        let mut run = OnTerminal::start(columns, &[], &RUN);
        run.until("encoded");
        assert!(run.screen().contains("\ngenerated  "), "{}", run.screen());
        assert!(run.end().success(), "{}", run.text());
        assert_eq!(run.text().contains("\u{1b}[36m━"), columns > 40);
        let screen = run.screen();
        assert!(!screen.contains("generated  "), "{screen}");
        assert!(screen.contains("p.parquet"), "{screen}");
        assert!(run.folder.path().join("p.parquet").exists());
    }
}

#[test]
fn colours_and_bars_are_as_the_environment_asks() {
    let said = |variables: &[(&str, &str)], more: &[&str]| {
        let mut run = OnTerminal::start(80, variables, &[&RUN, more].concat());
        assert!(run.end().success(), "{}", run.text());
        run.text()
    };
    let colourless = said(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], &["-v"]);
    assert!(colourless.contains("━"), "bars there are: {colourless}");
    for code in colourless.split("\u{1b}[").skip(1) {
        let kind = code.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        assert!(!kind.starts_with('m'), "a colour in {colourless:?}");
    }
    // An empty value asks for nothing.
    assert!(said(&[("NO_COLOR", "")], &[]).contains("\u{1b}[36m"));

    let dumb = said(&[("TERM", "dumb")], &[]);
    assert!(!dumb.contains('\u{1b}') && !dumb.contains('━'), "{dumb:?}");
    assert!(dumb.contains("] block 1/"), "lines stand for bars: {dumb}");

    assert_eq!(said(&[], &["-q"]), "");
    let json = said(&[], &["--json"]);
    assert!(!json.contains("generated  "), "no bars: {json}");

    // RUST_LOG has the last word on lines, and says nothing of bars.
    let log = said(&[("RUST_LOG", "off")], &["-v"]);
    assert!(log.contains("generated  ") && !log.contains("] "), "{log}");
    let blocks = said(&[("RUST_LOG", "info")], &[]);
    assert!(blocks.contains("] block 1/"), "{blocks}");
}

/// A terminal echoes Ctrl-C where its cursor is.
#[test]
fn an_interrupt_leaves_log_lines_and_the_last_sentence_only() {
    let args = [
        "--rows",
        "2_000_000_000",
        "--block-size",
        "16MiB",
        "--to",
        "p",
    ];
    let mut run = OnTerminal::start(80, &[("NO_COLOR", "1")], &args);
    // A rate is told: the bars have been there for a while.
    run.until("/s ");
    run.user.write_all(b"\x03").unwrap();
    run.until("^C");
    // The program has no session of its own in which the terminal would send it the signal.
    let killed = Command::new("kill")
        .args(["-INT", &run.child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(run.end().code(), Some(130), "{}", run.text());
    let screen = run.screen();
    let lines: Vec<_> = screen.lines().map(str::trim_end).collect();
    let [plan, target, .., last] = &lines[..] else {
        panic!("{screen}");
    };
    assert!(
        plan.contains("] plan: ") && target.contains("] target: "),
        "{screen}"
    );
    assert!(last.starts_with("error: interrupted: "), "{screen}");
    for rest in ["^C", "generated  ", "encoded  ", "━", "─"] {
        assert!(!screen.contains(rest), "{screen}");
    }
}

#[test]
fn many_blocks_do_not_fill_a_log() {
    let blocks = |more: &[&str]| {
        let args = [
            &["--rows", "60_000", "--block-size", "50KiB", "--to", "p"],
            more,
        ]
        .concat();
        let ran = Program::new().run(args).ok();
        let lines = ran.stderr.lines();
        let lines: Vec<_> = lines
            .filter(|line| line.contains("] block ") || line.contains("debug: block "))
            .collect();
        let all = lines[0].split(['/', ':']).nth(1).unwrap().to_owned();
        let last = lines[lines.len() - 1].contains(&format!("block {all}/{all}: "));
        assert!(last, "{}", ran.stderr);
        (lines.len(), all.parse::<usize>().unwrap())
    };
    let (told, all) = blocks(&[]);
    assert!(all > 100);
    assert_eq!(told, 11, "the first ten and the last");
    assert_eq!(blocks(&["-v"]), (all, all));
}

#[test]
fn a_log_tells_of_an_upload_that_lags_behind() {
    let gate = Gate::closed();
    let parts = Rule::on(Operation::UploadPart);
    let stall = Fault::Stall(Stall::Until(gate.clone()));
    let s3 = S3::embedded_with(FaultPlan::new().with(parts, stall));
    let program = s3.program();
    let mut child = program.start(["--rows", "2_000_000"]);
    let said = until(&mut child, ", uploaded 0 B of 3");
    gate.open();
    assert!(child.wait_with_output().unwrap().status.success(), "{said}");
}

/// A run whose server went away while the first parts were under way.
fn left_alone<T>(start: impl FnOnce(&Program) -> T) -> (T, Program, String) {
    let gate = Gate::closed();
    let parts = Rule::on(Operation::UploadPart);
    let stall = Fault::Stall(Stall::Until(gate.clone()));
    let s3 = S3::embedded_with(FaultPlan::new().with(parts, stall));
    let program = s3.program();
    let started = start(&program);
    s3.arrived(&gate, 1);
    let endpoint = s3.endpoint.clone();
    drop(s3);
    (started, program, endpoint)
}

const TRIED_AGAIN: &str = " of s3://test-";

/// Nobody has to ask for `-v` to learn why an upload stands still.
#[test]
fn a_log_tells_why_an_upload_stands_still() {
    let (mut child, _program, endpoint) =
        left_alone(|program| program.start(["--rows", "2_000_000"]));
    let mut said = until(&mut child, TRIED_AGAIN);
    said += &until(&mut child, "\n");
    let line = said.lines().last().unwrap();
    let why = line.split("; UploadPart ").last().unwrap();
    let why = why.replace(&endpoint, "ENDPOINT");
    assert!(
        line.contains("%: ") && line.contains(", uploaded 0 B of "),
        "{line}"
    );
    assert!(why.contains("/people.parquet failed: "), "{line}");
    // The connection breaks, or is not made any more.
    assert!(
        why.contains("failed: cannot connect to ENDPOINT: ")
            || why.contains("failed: the connection to ENDPOINT broke: "),
        "{line}"
    );
    assert!(why.contains("; attempt "), "{line}");
    stopped(child, said, 130);
}

#[test]
fn programs_are_told_why_an_upload_stands_still() {
    use std::io::{BufRead as _, BufReader};
    let args = ["--rows", "2_000_000", "--json", "-q"];
    let (mut child, _program, endpoint) = left_alone(|program| program.start(args));
    let events = BufReader::new(child.stdout.take().unwrap()).lines();
    let events =
        events.map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap());
    let mut told = events.filter(|event| event["event"] == "retrying");
    let (first, second) = (told.next().unwrap(), told.next().unwrap());
    let request = first["request"].as_str().unwrap();
    assert!(request.starts_with("UploadPart "), "{first}");
    assert_eq!(first["error"]["kind"], "s3");
    let message = second["error"]["message"].as_str().unwrap();
    assert!(message.contains(&endpoint), "{second}");
    assert_ne!(
        (&first["request"], &first["attempt"]),
        (&second["request"], &second["attempt"])
    );
    terminate(&child);
    while told.next().is_some() {}
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn bars_that_stand_still_have_the_reason_below_them() {
    let args = ["--rows", "2_000_000"];
    let (mut run, _program, endpoint) =
        left_alone(|program| OnTerminal::start(80, &program.variables(), &args));
    run.until("trying again");
    run.until("\u{1b}[33m  ");
    run.until(&endpoint);
    run.until("uploaded  ");
    let screen = run.screen();
    let lines: Vec<_> = screen.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("uploaded  "));
    let [request, cause, ..] = &lines[at.unwrap() + 1..] else {
        panic!("{screen}");
    };
    assert!(request.starts_with("trying again"), "{screen}");
    assert!(request.contains(": UploadPart "), "{screen}");
    assert!(cause.contains(&endpoint), "{screen}");
    assert!(
        lines.iter().all(|line| line.chars().count() <= 80),
        "{screen}"
    );
    terminate(&run.child);
    assert_eq!(run.end().code(), Some(130), "{}", run.text());
    let screen = run.screen();
    assert!(!screen.contains("trying again"), "{screen}");
}
