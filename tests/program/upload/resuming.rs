//! Uploads that end too early, and the command that is given again.

use std::fs;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};

use crate::support::program::{Program, Ran};
use crate::support::s3::S3;

/// Parts of 8 MiB, four at a time.
const PART: u64 = 8 << 20;
const IN_FLIGHT: u64 = 4;
const LEN: u64 = 9 * PART + 7;

/// A server at which the seventh part of an upload waits, the first time.
struct Case {
    s3: S3,
    gate: Gate,
    program: Program,
    bytes: Vec<u8>,
}

impl Case {
    fn new() -> Self {
        let gate = Gate::closed();
        let hold = Fault::Stall(Stall::Until(gate.clone()));
        let seventh = Rule::on(Operation::UploadPart).part(7).nth(1);
        let s3 = S3::embedded_with(FaultPlan::new().with(seventh, hold));
        let program = s3.program();
        let bytes: Vec<u8> = (0..LEN).map(|at| (at / 1_000 % 251) as u8).collect();
        fs::write(program.path("large.bin"), &bytes).unwrap();
        Self {
            s3,
            gate,
            program,
            bytes,
        }
    }

    fn args<'a>(&self, target: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let sizes = ["--part-size", "8MiB", "--parts-in-flight", "4"];
        let args = ["upload", "large.bin", target, "--json"];
        [&args[..], &sizes, more].concat()
    }

    fn target(&self) -> String {
        format!("s3://{}/large.bin", self.s3.bucket)
    }

    /// A process that has sent some parts, and is killed.
    fn killed() -> Self {
        let case = Self::new();
        let target = case.target();
        let mut child = case.program.start(case.args(&target, &[]));
        case.s3.arrived(&case.gate, 1);
        child.kill().unwrap();
        child.wait().unwrap();
        case.gate.open();
        assert!(case.s3.head("large.bin").is_none());
        assert_eq!(case.s3.open_uploads().len(), 1);
        case
    }

    fn upload(&self, more: &[&str]) -> Ran {
        let target = self.target();
        self.program.run(self.args(&target, more))
    }

    /// All is there, and nothing else; so many bytes had been sent before.
    fn arrived(&self, ran: &Ran) -> u64 {
        assert!(self.s3.get("large.bin") == self.bytes);
        assert!(self.s3.open_uploads().is_empty());
        let events = ran.events();
        let receipt = &events[0]["receipt"];
        let of = |name: &str| receipt[name].as_u64().unwrap();
        let resumed = of("bytes_resumed");
        assert_eq!(of("bytes_sent") + resumed, LEN);
        assert_eq!(events.last().unwrap()["resumed_bytes"], resumed);
        resumed
    }
}

#[test]
fn the_same_command_goes_on_where_a_killed_one_was() {
    let case = Case::killed();
    // Another run to the bucket leaves it alone, and says how it is ended.
    fs::write(case.program.path("a.csv"), "a").unwrap();
    let other = format!("s3://{}/a.csv", case.s3.bucket);
    let ran = case.program.run(["upload", "a.csv", &other]).ok();
    let kept = format!(
        "an interrupted upload of `large.bin` to {} is kept: the same `upload` goes on with it, \
         `upload --fresh` throws it away",
        case.target()
    );
    assert!(ran.stderr.contains(&kept), "{}", ran.stderr);

    let ran = case.upload(&[]).ok();
    let sent_again = 6 * PART - case.arrived(&ran).min(6 * PART);
    assert!(sent_again < 2 * IN_FLIGHT * PART, "{sent_again}");
    assert_eq!(case.arrived(&case.upload(&[]).ok()), 0);
}

#[test]
fn a_fresh_upload_uses_nothing_of_it() {
    let case = Case::killed();
    let ran = case.upload(&["--fresh"]).ok();
    let cleared = format!(
        "cleared what a killed run left: 1 upload to {}",
        case.target()
    );
    assert!(ran.stderr.contains(&cleared), "{}", ran.stderr);
    assert_eq!(case.arrived(&ran), 0);
}

#[test]
fn a_changed_file_is_sent_anew() {
    let mut case = Case::killed();
    case.bytes[5] ^= 1;
    fs::write(case.program.path("large.bin"), &case.bytes).unwrap();
    assert_eq!(case.arrived(&case.upload(&[]).ok()), 0);
}

#[cfg(unix)]
#[test]
fn an_interrupt_takes_back_what_was_sent_unless_it_is_to_be_kept() {
    use crate::support::program::{ended, terminate, until};

    for (flags, open) in [(&[][..], 0), (&["--keep-unfinished"], 1)] {
        let case = Case::new();
        let target = case.target();
        let mut child = case.program.start(case.args(&target, flags));
        case.s3.arrived(&case.gate, 1);
        terminate(&child);
        let said = until(&mut child, "stopping");
        let ran = ended(child, said).failed(130);
        let expected = match open {
            0 => "interrupted: the file is not uploaded",
            _ => {
                "interrupted: the file is not uploaded. What was sent of it is kept: the same \
                 command goes on with it."
            }
        };
        assert_eq!(ran.error(), expected);
        assert_eq!(case.s3.open_uploads().len(), open);
        case.gate.open();
        let resumed = case.arrived(&case.upload(&[]).ok());
        assert_eq!(resumed > 0, open > 0, "{resumed}");
    }
}

fn text(ran: &Ran) -> &str {
    std::str::from_utf8(&ran.stdout).unwrap()
}

/// Receipts that are kept can be held against what is there.
#[test]
fn what_was_uploaded_can_be_verified_later() {
    let s3 = S3::embedded();
    let program = s3.program();
    for name in ["a", "b"] {
        fs::write(program.path(name), name).unwrap();
    }
    let target = format!("s3://{}/k/", s3.bucket);
    let ran = program.run(["upload", "a", "b", &target, "--json"]).ok();
    let keep = |name: &str, text: &str| fs::write(program.path(name), text).unwrap();
    keep("receipts.jsonl", text(&ran));
    let verify = |more: &[&str]| program.run([&["verify", "receipts.jsonl"], more].concat());
    let shown = |ran: &Ran| {
        let mut lines: Vec<_> = text(ran).lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let expected = ["a", "b"].map(|key| format!("{target}{key}: as it was uploaded, 1 B"));
    assert_eq!(shown(&verify(&[]).ok()), expected);

    keep("b", "b");
    program.run(["upload", "b", &target]).ok();
    let ran = verify(&[]).failed(7);
    assert_eq!(ran.error(), "1 of 2 objects is not as it was uploaded");
    let other = format!("{target}b: it is the object of another upload");
    assert_eq!(shown(&ran), [expected[0].clone(), other]);
    let events = verify(&["--json"]).failed(7).events();
    let verified = events.iter().filter(|event| event["verified"] == true);
    assert_eq!((events.len(), verified.count()), (2, 1));

    keep("receipts.jsonl", "{}");
    let ran = verify(&[]).failed(3);
    assert_eq!(
        ran.error(),
        "there is no receipt in `receipts.jsonl`. Receipts are among what `run` and `upload` \
         print with --json."
    );
}
