//! From the start of the server to its end.

use std::io::{self, ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use embedded_s3::{EmbeddedS3, Operation, Options, ServedRequest};
use serde_json::json;

use super::ServeArgs;
use super::example_object::ExampleObject;
use super::paste::Paste;
use crate::byte_size::decimal;
use crate::console::Console;
use crate::embedded;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::Interrupt;
use crate::settings::variable;

/// How long requests under way may take to end: within the five seconds that a system gives.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(3);

/// The file in which pipeline-cli finds the lines.
const DOTENV: &str = ".env";

/// The variable that wins over the one that is printed, in the environment as well as in `.env`.
const WINNING_VARIABLE: &str = "S3_ENDPOINT_URL";

pub(super) async fn serve(
    args: &ServeArgs,
    console: &Console,
    interrupt: Interrupt,
) -> Result<(), Failure> {
    let mut options = Options::new(&args.dir);
    options.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port.unwrap_or(0)));
    options.shutdown_grace = SHUTDOWN_GRACE;
    options.observer = Some(Arc::new(log_request));
    let server =
        embedded::start(options, advice_when_served)
            .await
            .map_err(|failure| match failure.code {
                ExitCode::LocalWrite => failure.advise("Another folder is named with --dir."),
                _ => failure,
            })?;

    let told = tell(args, console, &server);
    if told.is_ok() {
        interrupt.asked().await;
    }
    let endpoint = server.endpoint();
    server.shutdown().await;
    told?;
    farewell(console, &endpoint)
}

fn advice_when_served(pid: Option<u32>) -> String {
    let end = pid.map_or_else(|| "end it".to_owned(), |pid| format!("end process {pid}"));
    format!(
        "If that is another `pipeline-cli serve`, use it: paste the lines that it printed. If it \
         is a run, wait for it to end. Or {end}, or serve another folder with --dir."
    )
}

/// Says how to reach the server: first to programs, then to people.
fn tell(args: &ServeArgs, console: &Console, server: &EmbeddedS3) -> Result<(), Failure> {
    let example = ExampleObject::newest_in(&args.dir);
    let paste = Paste {
        server,
        example: &example,
        winning_variable: is_set(WINNING_VARIABLE).then_some(WINNING_VARIABLE),
    };
    if console.json {
        let folder = std::path::absolute(&args.dir).unwrap_or_else(|_| args.dir.clone());
        let event = json!({
            "event": "serving",
            "endpoint": server.endpoint(),
            "access_key_id": server.access_key_id(),
            "secret_access_key": server.secret_access_key(),
            "region": server.region(),
            "folder": folder.display().to_string(),
        });
        return print(&format!("{event}\n"));
    }
    print(&paste.shell_lines())?;
    if !console.quiet {
        say(&paste.text_for_people(&args.dir));
    }
    Ok(())
}

/// Whether a variable is set here, where the lines will be pasted, to something else.
fn is_set(name: &str) -> bool {
    let in_file = || {
        let text = std::fs::read_to_string(DOTENV).unwrap_or_default();
        text.lines().any(|line| {
            let line = line.trim_start();
            let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
            line.split_once('=')
                .is_some_and(|(set, _)| set.trim_end() == name)
        })
    };
    variable(name).is_some_and(|value| !value.is_empty()) || in_file()
}

/// The last words. Lines that are kept in `.env` lead nowhere from now on, and the next command
/// would fail for a reason that is hard to guess.
fn farewell(console: &Console, endpoint: &str) -> Result<(), Failure> {
    if console.json {
        let event = json!({ "event": "summary", "outcome": "stopped", "exit_code": 0 });
        return print(&format!("{event}\n"));
    }
    if console.quiet {
        return Ok(());
    }
    let kept = std::fs::read_to_string(DOTENV).unwrap_or_default();
    if kept.contains(endpoint) {
        say(&format!(
            "Stopped. `{DOTENV}` still holds the lines of this server: take them out, or the next \
             command looks for it at {endpoint}."
        ));
    } else {
        say("Stopped.");
    }
    Ok(())
}

/// One line a request, in columns, for `-v`. Bytes are those of the way that matters: a body goes
/// in or comes out, and what goes the other way is a few lines of XML at most.
fn log_request(request: &ServedRequest) {
    let status = request
        .status
        .map_or("-".to_owned(), |status| status.to_string());
    let (bytes, way) = if request.received_bytes > request.sent_bytes {
        (request.received_bytes, "in")
    } else {
        (request.sent_bytes, "out")
    };
    log::debug!(
        "{:<6} {status:>3} {:>8} {way:<3} {:>5} ms  {} ({})",
        request.method,
        decimal(bytes),
        request.elapsed.as_millis(),
        // What a client sends is not to move anybody's cursor.
        request.path.replace(char::is_control, "?"),
        request.operation.map_or("refused", Operation::name),
    );
}

/// To standard output, at once. A reader that has gone away has read what it wanted.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::say(
            ExitCode::LocalWrite,
            format!("could not write to standard output: {error}"),
        )),
        _ => Ok(()),
    }
}

/// To standard error. What can't be said there can't be said anywhere.
fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
