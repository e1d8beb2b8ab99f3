//! The built binary in a folder of its own, with an environment of its own.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A folder in which the program runs; gone at the end.
pub struct Program {
    folder: tempfile::TempDir,
    /// Where it notes what must outlast it; apart from the folder, whose content tests look at.
    state: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// What a run said and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Program {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            state: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        }
    }

    /// With an environment variable.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// With a file in the working folder.
    pub fn with_file(self, name: &str, content: &str) -> Self {
        std::fs::write(self.path(name), content).unwrap();
        self
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Names of what stands in the working folder, hidden files too.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// What is in the environment beside its own folders.
    #[allow(dead_code, reason = "only the tests on this machine need it")]
    pub fn variables(&self) -> Vec<(&str, &str)> {
        let variables = self.variables.iter();
        variables
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    fn command(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pipeline-cli"));
        command
            .args(args)
            .current_dir(self.folder.path())
            // Nothing of whoever runs the tests reaches the program, their home folder included.
            .env_clear()
            .env("HOME", self.folder.path())
            .env("XDG_STATE_HOME", self.state.path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs to the end.
    pub fn run(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ran {
        self.command(args).output().unwrap().into()
    }

    /// Runs to the end where no file may grow beyond so many blocks of 512 bytes, as if the disk
    /// were full there.
    #[cfg(target_os = "linux")]
    #[allow(dead_code, reason = "only the tests on this machine need it")]
    pub fn run_within(&self, blocks: u32, args: &str) -> Ran {
        self.run_under(&format!("ulimit -f {blocks}; trap '' XFSZ"), args)
    }

    /// Runs to the end under limits that a shell sets by these words.
    #[cfg(target_os = "linux")]
    #[allow(dead_code, reason = "only the tests on this machine need it")]
    pub fn run_under(&self, limits: &str, args: &str) -> Ran {
        let program = env!("CARGO_BIN_EXE_pipeline-cli");
        let limited = format!("{limits}; exec {program} {args}");
        let mut shell = Command::new("/bin/sh");
        let command = self.command([""; 0]);
        for (name, value) in command.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        shell
            .args(["-c", &limited])
            .current_dir(self.folder.path())
            .output()
            .unwrap()
            .into()
    }

    /// Starts and lets run.
    pub fn start(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Child {
        let mut command = self.command(args);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

impl Program {
    /// The same with a standard input to write to.
    #[allow(dead_code, reason = "only the tests on this machine need it")]
    pub fn start_fed(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Child {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("no signal ended the program"),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// The run must have ended well.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    /// The run must have ended with a code.
    #[track_caller]
    pub fn failed(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.stderr);
        self
    }

    /// Standard output as JSON lines.
    pub fn events(&self) -> Vec<serde_json::Value> {
        let text = std::str::from_utf8(&self.stdout).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The error as a person reads it: what follows `error: `.
    pub fn error(&self) -> &str {
        let (_, error) = self
            .stderr
            .split_once("error: ")
            .expect("an error is reported");
        error.trim_end()
    }
}

/// Reads what a running program says on standard error until it has said `words`.
pub fn until(child: &mut Child, words: &str) -> String {
    let stderr = child.stderr.as_mut().expect("standard error is piped");
    let (mut said, mut byte) = (Vec::new(), [0]);
    // Byte by byte, so that what follows is left for whoever reads on.
    while !said.ends_with(words.as_bytes()) {
        let read = stderr.read(&mut byte).unwrap();
        assert!(
            read == 1,
            "ended before `{words}`: {}",
            String::from_utf8_lossy(&said)
        );
        said.push(byte[0]);
    }
    String::from_utf8(said).unwrap()
}

/// Sends SIGTERM.
#[cfg(unix)]
pub fn terminate(child: &Child) {
    send(child, "TERM");
}

/// Sends a signal, named without its SIG.
#[cfg(unix)]
pub fn send(child: &Child, signal: &str) {
    let sent = Command::new("kill")
        .args(["-s", signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

/// Waits for the end of a program whose standard error was perhaps read in part, as far as `said`.
#[allow(dead_code, reason = "only the tests on this machine need it")]
pub fn ended(child: Child, said: String) -> Ran {
    let output = child.wait_with_output().unwrap();
    let ran = Ran::from(output);
    Ran {
        stderr: said + &ran.stderr,
        ..ran
    }
}

/// Sends SIGTERM; the program, which has said `said` so far, must end with `code` within five
/// seconds.
#[cfg(unix)]
#[allow(dead_code, reason = "only the tests on this machine need it")]
#[track_caller]
pub fn stopped(child: Child, said: String, code: i32) -> Ran {
    let started = Instant::now();
    terminate(&child);
    let ran = ended(child, said).failed(code);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "took {took:?}");
    ran
}
