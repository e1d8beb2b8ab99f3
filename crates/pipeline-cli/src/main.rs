//! Parse, run, exit code.

fn main() {
    // A panic is a defect of ours; its message has been printed, and the exit code says so too.
    let code = std::panic::catch_unwind(|| pipeline_cli::main(std::env::args_os()));
    std::process::exit(code.unwrap_or(pipeline_cli::ExitCode::Internal as i32));
}
