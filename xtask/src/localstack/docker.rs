//! LocalStack in a container, through the `docker` program.

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};

use super::{Log, last_lines};
use crate::process::{self, Interrupt, Printed};
use crate::report::say;

/// The same version as in tests/env. Images after 4.14.0 want an account.
const IMAGE: &str = "localstack/localstack:4.9.2";
/// The port inside the container.
const INSIDE: u16 = 4566;
/// An engine that is there answers in a fraction of this; one that hangs must not hold us up.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
const COMMAND_LIMIT: Duration = Duration::from_secs(60);
/// The image is some 500 MB to download.
const PULL_LIMIT: Duration = Duration::from_secs(15 * 60);

/// A Docker engine, reached through its command-line client.
#[derive(Clone)]
pub struct Engine {
    program: PathBuf,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            program: "docker".into(),
        }
    }
}

impl Engine {
    /// Whether an engine is there. A missing client, a failure and silence all mean no.
    ///
    /// # Errors
    /// Only an interrupt.
    pub fn answers(&self, interrupt: &Interrupt) -> Result<bool> {
        let asked = self.capture(
            &["version", "--format", "{{.Server.Version}}"],
            interrupt,
            ANSWER_LIMIT,
        );
        interrupt.check()?;
        Ok(asked.is_ok_and(|printed| printed.status.success() && !printed.out.trim().is_empty()))
    }

    /// Starts a container under a name of its own on `port`, or on a free one. LocalStack is
    /// not ready yet when this returns.
    pub fn start(&self, port: Option<u16>, interrupt: &Interrupt) -> Result<Container> {
        let local = self.capture(&["image", "inspect", IMAGE], interrupt, COMMAND_LIMIT)?;
        if !local.status.success() {
            say(&format!("    pulling {IMAGE}"));
            let mut pull = Command::new(&self.program);
            // Standard output belongs to data: `cargo xtask localstack | tee local.env`.
            pull.args(["pull", "--quiet", IMAGE]).stdout(io::stderr());
            process::run("docker pull", &mut pull, interrupt, PULL_LIMIT)
                .context("the image cannot be had: try --via host, which needs only Python")?;
        }
        let name = unique_name();
        // Made before the start, so that the container is removed whatever happens from here.
        let mut container = Container {
            engine: self.clone(),
            name,
            port: 0,
        };
        // Port 0 lets the engine choose; loopback, so that nobody else on the network gets in.
        let publish = format!("127.0.0.1:{}:{INSIDE}", port.unwrap_or(0));
        self.must(
            &[
                "run",
                "--detach",
                "--name",
                &container.name,
                "--publish",
                &publish,
                "--env",
                "SERVICES=s3",
                "--env",
                "EAGER_SERVICE_LOADING=1",
                "--env",
                "SKIP_SSL_CERT_DOWNLOAD=1",
                "--env",
                "DISABLE_EVENTS=1",
                "--label",
                "started-by=xtask",
                IMAGE,
            ],
            interrupt,
        )?;
        let inside = INSIDE.to_string();
        let printed = self.must(&["port", &container.name, &inside], interrupt)?;
        container.port = published_port(&printed)
            .with_context(|| format!("docker port prints no port but {printed:?}"))?;
        Ok(container)
    }

    fn must(&self, args: &[&str], interrupt: &Interrupt) -> Result<String> {
        let printed = self.capture(args, interrupt, COMMAND_LIMIT)?;
        if !printed.status.success() {
            bail!("docker {} failed: {}", args[0], printed.err.trim());
        }
        Ok(printed.out)
    }

    fn capture(&self, args: &[&str], interrupt: &Interrupt, limit: Duration) -> Result<Printed> {
        process::capture(
            "docker",
            Command::new(&self.program).args(args),
            interrupt,
            limit,
        )
    }
}

/// A container that was started here; stopped and removed on drop.
pub struct Container {
    engine: Engine,
    name: String,
    port: u16,
}

impl Container {
    /// Its name, unique to this run.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port of this machine that leads into it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How it ended, if it has.
    pub fn ended(&self, interrupt: &Interrupt) -> Result<Option<String>> {
        let format = "{{.State.Running}} {{.State.ExitCode}}";
        let state = self
            .engine
            .must(&["inspect", "--format", format, &self.name], interrupt)?;
        Ok(state
            .trim()
            .strip_prefix("false ")
            .map(|code| format!("exit status {code}")))
    }

    /// The end of its log. The container is removed with the run, so nothing more is kept.
    pub fn log(&self, lines: usize) -> Result<Log> {
        let tail = lines.to_string();
        // Not interruptible: a log is wanted just when things go wrong.
        let printed = self.engine.capture(
            &["logs", "--tail", &tail, &self.name],
            &Interrupt::default(),
            COMMAND_LIMIT,
        )?;
        let both = printed.out + &printed.err;
        Ok(Log {
            tail: last_lines(&both, lines),
            whole: format!("container {}", self.name),
        })
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // Not interruptible: this is what an interrupt leads to. `rm --volumes` also takes the
        // anonymous volume that the image declares.
        let quietly = |args: &[&str]| {
            let _ = self
                .engine
                .capture(args, &Interrupt::default(), COMMAND_LIMIT);
        };
        quietly(&["stop", "--time", "10", &self.name]);
        quietly(&["rm", "--force", "--volumes", &self.name]);
    }
}

fn unique_name() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    format!(
        "xtask-localstack-{}-{}",
        std::process::id(),
        since.as_nanos()
    )
}

/// The port in `127.0.0.1:49153`, the first line that `docker port` prints.
fn published_port(printed: &str) -> Option<u16> {
    printed
        .lines()
        .next()?
        .trim()
        .rsplit_once(':')?
        .1
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::path::Path;
    use std::thread;

    use super::*;
    use crate::localstack::{LocalStack, Server};

    /// A stand-in for the docker program: it notes each call in `calls`, and a container is a
    /// file that says whether it runs.
    fn stand_in(folder: &Path, port: u16, run: &str) -> Engine {
        let script = format!(
            r#"#!/bin/sh
cd "{folder}"
echo "$@" >> calls
case "$1" in
  version) echo 28.2.2 ;;
  image) ;;
  run) {run} ;;
  port) echo 127.0.0.1:{port} ;;
  inspect) cat running ;;
  logs) echo "the log"; echo "of LocalStack" >&2 ;;
  stop) echo "false 0" > running ;;
  rm) rm running ;;
esac
"#,
            folder = folder.display()
        );
        install(folder, &script)
    }

    /// A shell copies the script into place: if this process held it open for writing, a child
    /// that another test starts meanwhile could make running it fail ("text file busy").
    fn install(folder: &Path, script: &str) -> Engine {
        fs::write(folder.join("script"), script).unwrap();
        let mut copy = Command::new("sh");
        copy.args(["-c", "cp script docker && chmod +x docker"])
            .current_dir(folder);
        assert!(copy.status().unwrap().success());
        Engine {
            program: folder.join("docker"),
        }
    }

    fn calls(folder: &Path) -> Vec<String> {
        let calls = fs::read_to_string(folder.join("calls")).unwrap();
        calls
            .lines()
            .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
            .collect()
    }

    /// A server that always says that S3 runs.
    fn healthy() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 1024]);
                let _ =
                    stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n{\"services\":{\"s3\":\"running\"}}");
            }
        });
        port
    }

    #[test]
    fn a_container_is_started_used_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let engine = stand_in(folder.path(), healthy(), "echo 'true 0' > running");
        let interrupt = Interrupt::default();
        assert!(engine.answers(&interrupt).unwrap());
        let container = engine.start(None, &interrupt).unwrap();
        let port = container.port();
        let localstack =
            LocalStack::when_ready(port, Server::Container(container), &interrupt).unwrap();
        assert_eq!(localstack.endpoint(), format!("http://127.0.0.1:{port}"));
        drop(localstack);
        assert!(
            !folder.path().join("running").exists(),
            "the container is still there"
        );
        let expected = ["version", "image", "run", "port", "inspect", "stop", "rm"];
        assert_eq!(calls(folder.path()), expected);
    }

    #[test]
    fn a_container_that_dies_is_noticed_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let engine = stand_in(folder.path(), healthy(), "echo 'false 55' > running");
        let interrupt = Interrupt::default();
        let container = engine.start(None, &interrupt).unwrap();
        let error =
            LocalStack::when_ready(container.port(), Server::Container(container), &interrupt)
                .err()
                .unwrap();
        assert!(error.to_string().contains("exit status 55"), "{error}");
        assert!(
            calls(folder.path()).contains(&"logs".to_owned()),
            "its log was not shown"
        );
        assert!(!folder.path().join("running").exists());
    }

    #[test]
    fn a_failed_start_says_why_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let engine = stand_in(
            folder.path(),
            1,
            "echo 'true 0' > running; echo 'port is taken' >&2; exit 125",
        );
        let error = engine
            .start(Some(4566), &Interrupt::default())
            .err()
            .unwrap();
        assert!(error.to_string().contains("port is taken"), "{error}");
        assert!(!folder.path().join("running").exists());
    }

    #[test]
    fn no_client_and_no_engine_mean_no() {
        let folder = tempfile::tempdir().unwrap();
        let absent = Engine {
            program: folder.path().join("docker"),
        };
        assert!(!absent.answers(&Interrupt::default()).unwrap());
        let silent = install(
            folder.path(),
            "#!/bin/sh\necho 'Cannot connect' >&2; exit 1\n",
        );
        assert!(!silent.answers(&Interrupt::default()).unwrap());
    }

    #[test]
    fn names_are_unique() {
        assert_ne!(unique_name(), unique_name());
    }

    #[test]
    fn the_port_is_the_number_after_the_last_colon() {
        assert_eq!(published_port("127.0.0.1:49153\n"), Some(49153));
        assert_eq!(published_port("[::1]:49153\n127.0.0.1:1\n"), Some(49153));
        assert_eq!(published_port(""), None);
    }
}
