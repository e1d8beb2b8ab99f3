//! `pipeline-cli serve`, running for the time of a test.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout};

use crate::support::program::{Program, Ran, terminate, until};

/// The last words of what it says to people before it waits.
const LAST_WORDS: &str = "print(table.num_rows, table.schema.names)\n";

/// A server that has said how to reach it.
pub struct Serving {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// What it has said on standard output.
    pub lines: String,
    /// What it has said on standard error.
    pub text: String,
}

impl Serving {
    /// Starts `serve` in the folder of `program`, and reads all that it prints.
    pub fn start(program: &Program, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        match Self::try_start(program, args) {
            Ok(serving) => serving,
            Err(ended) => panic!("it does not serve: {ended:?}"),
        }
    }

    /// The same, or else how it ended.
    pub fn try_start(
        program: &Program,
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<Self, Ran> {
        let mut serving = Self::spawn(program, args)?;
        serving.text = until(&mut serving.child, LAST_WORDS);
        Ok(serving)
    }

    /// Starts `serve -q`, which says nothing to people.
    pub fn start_quiet(program: &Program) -> Self {
        match Self::spawn(program, ["-q"]) {
            Ok(serving) => serving,
            Err(ended) => panic!("it does not serve: {ended:?}"),
        }
    }

    fn spawn(
        program: &Program,
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<Self, Ran> {
        let args = args.into_iter().map(|arg| arg.as_ref().to_owned());
        let mut child = program.start([OsStr::new("serve").to_owned()].into_iter().chain(args));
        let mut stdout = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let mut lines = String::new();
        while !lines.contains("AWS_REGION") {
            if stdout.read_line(&mut lines).unwrap() == 0 {
                return Err(child.wait_with_output().unwrap().into());
            }
        }
        Ok(Self {
            child,
            stdout,
            lines,
            text: String::new(),
        })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The variables that it printed.
    pub fn variables(&self) -> HashMap<&str, &str> {
        let pairs = self.lines.lines().map(|line| {
            let pair = line.strip_prefix("export ").expect("a line for a shell");
            pair.split_once('=').expect("NAME=value")
        });
        pairs.collect()
    }

    /// `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> &str {
        self.variables()["AWS_ENDPOINT_URL_S3"]
    }

    /// A text with what differs from run to run put in words.
    pub fn in_words(&self, text: &str) -> String {
        let variables = self.variables();
        let host = self.endpoint().trim_start_matches("http://");
        text.replace(host, "HOST:PORT")
            .replace(variables["AWS_ACCESS_KEY_ID"], "KEY-ID")
            .replace(variables["AWS_SECRET_ACCESS_KEY"], "SECRET")
            .replace(&format!("process {}", self.pid()), "process PID")
    }

    /// Reads on, on standard error, until it has said `words`.
    pub fn until(&mut self, words: &str) -> String {
        until(&mut self.child, words)
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        terminate(&self.child);
    }

    /// Waits for its end; the result holds what it said since the start.
    pub fn end(mut self) -> Ran {
        let mut stdout = Vec::new();
        self.stdout.read_to_end(&mut stdout).unwrap();
        let mut stderr = String::new();
        let rest = self.child.stderr.as_mut().expect("standard error is piped");
        rest.read_to_string(&mut stderr).unwrap();
        let status = self.child.wait().unwrap();
        Ran {
            code: status.code().expect("no signal ended the program"),
            stdout,
            stderr,
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Ended already, if the test went well.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
