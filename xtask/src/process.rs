//! Children and signals: nothing that was started here outlives the run.
//!
//! A child gets a process group of its own, so that Ctrl-C in the terminal reaches only this
//! program. It notes the signal and ends its children in order: SIGTERM to the group, time to
//! tidy up, then SIGKILL. `Drop` does the same, so an error, a failing test and a panic all
//! leave by one door.

use std::fmt;
use std::io::{self, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How long a child may take to end by itself; LocalStack needs about 3 s.
const GRACE: Duration = Duration::from_secs(10);
/// How often a waiting loop looks again: short for a person, long for the processor.
pub const POLL: Duration = Duration::from_millis(25);

/// The run was ended by Ctrl-C or a signal.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Whether somebody has asked the run to end.
#[derive(Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From here on SIGINT, SIGTERM and SIGHUP no longer kill this program: they are noted.
    pub fn listen() -> Result<Self> {
        let interrupt = Self::default();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&interrupt.0))
                .context("cannot listen for signals")?;
        }
        Ok(interrupt)
    }

    /// Whether a signal has come.
    pub fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The error [`Interrupted`] once a signal has come.
    pub fn check(&self) -> Result<()> {
        if self.came() {
            Err(Interrupted.into())
        } else {
            Ok(())
        }
    }

    #[cfg(test)]
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A child and everything it starts; all of it is ended on drop.
pub struct Group {
    name: String,
    child: Child,
    pid: Pid,
}

impl Group {
    /// Starts `command` in a process group of its own. `name` stands in errors.
    pub fn spawn(name: &str, command: &mut Command) -> Result<Self> {
        let child = command.process_group(0).spawn().with_context(|| {
            format!("cannot start {name} ({})", command.get_program().display())
        })?;
        let pid = Pid::from_child(&child);
        Ok(Self {
            name: name.to_owned(),
            child,
            pid,
        })
    }

    /// How the child ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("cannot ask how {} does", self.name))
    }

    /// The child's standard input, if it was piped; it closes when this is dropped.
    pub fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// The child's standard output, if it was piped.
    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Waits for the child's end.
    ///
    /// # Errors
    /// [`Interrupted`] on a signal; an error that names the child when `limit` is over. In
    /// both cases the child still runs until this value is dropped.
    pub fn wait(&mut self, interrupt: &Interrupt, limit: Duration) -> Result<ExitStatus> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                // Ctrl-C may have ended the child first: that is no failure of the child.
                interrupt.check()?;
                return Ok(status);
            }
            interrupt.check()?;
            if begun.elapsed() > limit {
                bail!(
                    "{} was stopped: not done after {} s",
                    self.name,
                    limit.as_secs()
                );
            }
            thread::sleep(POLL);
        }
    }

    fn stop(&mut self, grace: Duration) {
        // Errors mean that nobody is left in the group, which is what is wanted.
        if kill_process_group(self.pid, Signal::TERM).is_ok() {
            let begun = Instant::now();
            while begun.elapsed() < grace {
                // Reaps the child: unreaped, it would count as a member of its group.
                let _ = self.child.try_wait();
                if test_kill_process_group(self.pid).is_err() {
                    return;
                }
                thread::sleep(POLL);
            }
            let _ = kill_process_group(self.pid, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.stop(GRACE);
    }
}

/// Runs `command` to its end with its output shown.
///
/// # Errors
/// A non-zero exit, [`Interrupted`], or more time than `limit`.
pub fn run(
    name: &str,
    command: &mut Command,
    interrupt: &Interrupt,
    limit: Duration,
) -> Result<()> {
    let status = Group::spawn(name, command.stdin(Stdio::null()))?.wait(interrupt, limit)?;
    if !status.success() {
        bail!("{name} failed ({status}); its output is above");
    }
    Ok(())
}

/// What a command printed, and how it ended.
pub struct Printed {
    /// How the command ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

/// Runs `command` to its end and keeps what it printed.
///
/// # Errors
/// It cannot be started, [`Interrupted`], or more time than `limit`. A non-zero exit is
/// left to the caller.
pub fn capture(
    name: &str,
    command: &mut Command,
    interrupt: &Interrupt,
    limit: Duration,
) -> Result<Printed> {
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut group = Group::spawn(name, command)?;
    let out = drain(group.child.stdout.take());
    let err = drain(group.child.stderr.take());
    let status = group.wait(interrupt, limit)?;
    // Ends stragglers that still hold the pipes, so that the readers below come to an end.
    drop(group);
    Ok(Printed {
        status,
        out: text(out),
        err: text(err),
    })
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<io::Result<Vec<u8>>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    })
}

fn text(reader: JoinHandle<io::Result<Vec<u8>>>) -> String {
    let bytes = reader.join().ok().and_then(Result::ok).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::BufRead as _;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// Starts `script`, which prints one line when it is ready, and hands back that line.
    fn ready(script: &str) -> (Group, String) {
        let mut group = Group::spawn(
            "a script",
            shell(script).stdin(Stdio::piped()).stdout(Stdio::piped()),
        )
        .unwrap();
        let mut line = String::new();
        io::BufReader::new(group.child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        (group, line.trim().to_owned())
    }

    fn alive(pid: &str) -> bool {
        // A process that has ended and waits to be reaped by init is not alive.
        let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !status.is_empty() && !status.contains(") Z ")
    }

    #[test]
    fn dropping_ends_the_child_and_what_it_started() {
        let (group, grandchild) = ready("sleep 1000 & echo $!; wait");
        assert!(alive(&grandchild));
        drop(group);
        assert!(!alive(&grandchild));
    }

    #[test]
    fn a_child_that_ignores_sigterm_is_killed() {
        let (mut group, pid) = ready("trap '' TERM; echo $$; while :; do sleep 1000; done");
        group.stop(Duration::from_millis(100));
        assert!(!alive(&pid));
    }

    #[test]
    fn an_orphan_of_a_child_that_ended_well_is_ended_too() {
        let (mut group, orphan) = ready("sleep 1000 >/dev/null & echo $!");
        assert!(group.wait(&Interrupt::default(), LONG).unwrap().success());
        assert!(alive(&orphan));
        drop(group);
        assert!(!alive(&orphan));
    }

    #[test]
    fn an_interrupt_ends_the_wait() {
        let interrupt = Interrupt::default();
        interrupt.raise();
        let error = run("sleep", &mut shell("exec sleep 1000"), &interrupt, LONG).unwrap_err();
        assert!(error.is::<Interrupted>());
    }

    #[test]
    fn a_limit_ends_the_wait_and_names_the_child() {
        let limit = Duration::from_millis(10);
        let error = run(
            "the sleeper",
            &mut shell("exec sleep 1000"),
            &Interrupt::default(),
            limit,
        );
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("the sleeper was stopped")
        );
    }

    #[test]
    fn a_failing_command_is_an_error_with_its_status() {
        let error = run("it", &mut shell("exit 3"), &Interrupt::default(), LONG).unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
    }

    #[test]
    fn both_streams_are_kept_however_much_is_printed() {
        let mut command = shell("head -c 300000 /dev/zero | tr '\\0' x; echo why >&2; exit 4");
        let printed = capture("it", &mut command, &Interrupt::default(), LONG).unwrap();
        assert_eq!(
            (printed.out.len(), printed.err.as_str()),
            (300_000, "why\n")
        );
        assert_eq!(printed.status.code(), Some(4));
    }
}
