//! The program as it is installed: the release binary, its manual pages and completions, laid out
//! as under `/usr/local`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, Interrupt};
use crate::report::say;
use crate::workspace::Workspace;

const PROGRAM: &str = "pipeline-cli";
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
const PRINT_LIMIT: Duration = Duration::from_secs(60);

/// Each shell that looks for completions in a folder of the system, and the file it looks for.
const COMPLETIONS: &[(&str, &str)] = &[
    ("bash", "share/bash-completion/completions/pipeline-cli"),
    ("zsh", "share/zsh/site-functions/_pipeline-cli"),
    ("fish", "share/fish/vendor_completions.d/pipeline-cli.fish"),
];
const DOCUMENTS: &[&str] = &["LICENSE", "README.md"];

/// Builds, and lays everything out in `target/dist`, in the place of what stood there.
pub fn run(workspace: &Workspace, interrupt: &Interrupt) -> Result<PathBuf> {
    say("==> building");
    let mut build = workspace.cargo(&["build", "--release", "--locked", "-p", PROGRAM]);
    process::run("cargo build", &mut build, interrupt, BUILD_LIMIT)?;
    let binary = workspace.target.join("release").join(PROGRAM);
    let folder = workspace.target.join("dist");
    say("==> laying out");
    let ask = |args: &[&OsStr]| output_of(Command::new(&binary).args(args), interrupt);
    lay_out(&binary, ask, &workspace.root, &folder)?;
    for file in files(&folder)? {
        let size = fs::metadata(folder.join(&file))?.len();
        say(&format!(
            "  {:>9} kB  {}",
            size.div_ceil(1000),
            file.display()
        ));
    }
    Ok(folder)
}

/// Makes `folder` anew: beside it first, so that it is never half of one build and half of
/// another. `ask` runs the program and gives what it prints.
fn lay_out(
    binary: &Path,
    ask: impl Fn(&[&OsStr]) -> Result<String>,
    root: &Path,
    folder: &Path,
) -> Result<()> {
    let fresh = folder.with_extension("new");
    remove(&fresh)?;
    copy(binary, &fresh.join("bin").join(PROGRAM))?;
    for document in DOCUMENTS {
        copy(&root.join(document), &fresh.join(document))?;
    }
    let pages = fresh.join("share/man/man1");
    ask(&["man".as_ref(), "--dir".as_ref(), pages.as_ref()])?;
    if !pages.join(format!("{PROGRAM}.1")).is_file() {
        bail!("`{PROGRAM} man --dir` made no {PROGRAM}.1");
    }
    for (shell, file) in COMPLETIONS {
        let script = ask(&["completions".as_ref(), shell.as_ref()])?;
        if script.trim().is_empty() {
            bail!("`{PROGRAM} completions {shell}` printed nothing");
        }
        write(&fresh.join(file), &script)?;
    }
    remove(folder)?;
    fs::rename(&fresh, folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// What a command prints.
fn output_of(command: &mut Command, interrupt: &Interrupt) -> Result<String> {
    let printed = process::capture(PROGRAM, command, interrupt, PRINT_LIMIT)?;
    if !printed.status.success() {
        bail!(
            "{command:?} failed ({}): {}",
            printed.status,
            printed.err.trim()
        );
    }
    Ok(printed.out)
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn parent(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    parent(to)?;
    fs::copy(from, to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    parent(path)?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Every file below a folder, by its path from there.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in
            fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))?
        {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder)?.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with all that is copied.
    fn repository() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in DOCUMENTS.iter().chain(&[PROGRAM]) {
            fs::write(root.path().join(file), "text").unwrap();
        }
        root
    }

    /// As our program answers.
    fn answer(args: &[&OsStr]) -> Result<String> {
        if args[0] == "man" {
            let folder = Path::new(args[2]);
            write(&folder.join("pipeline-cli.1"), "page")?;
            write(&folder.join("pipeline-cli-run.1"), "page")?;
            return Ok(String::new());
        }
        Ok(format!("for {}", args[1].display()))
    }

    fn laid_out(root: &Path, ask: impl Fn(&[&OsStr]) -> Result<String>) -> Result<Vec<String>> {
        let folder = root.join("dist");
        lay_out(&root.join(PROGRAM), ask, root, &folder)?;
        let paths = files(&folder)?;
        Ok(paths.iter().map(|p| p.display().to_string()).collect())
    }

    #[test]
    fn everything_lies_where_systems_look_for_it() {
        let root = repository();
        assert_eq!(
            laid_out(root.path(), answer).unwrap(),
            [
                "LICENSE",
                "README.md",
                "bin/pipeline-cli",
                "share/bash-completion/completions/pipeline-cli",
                "share/fish/vendor_completions.d/pipeline-cli.fish",
                "share/man/man1/pipeline-cli-run.1",
                "share/man/man1/pipeline-cli.1",
                "share/zsh/site-functions/_pipeline-cli",
            ]
        );
        let zsh = root
            .path()
            .join("dist/share/zsh/site-functions/_pipeline-cli");
        assert_eq!(fs::read_to_string(zsh).unwrap(), "for zsh");
    }

    #[test]
    fn what_an_earlier_build_left_is_gone() {
        let root = repository();
        write(&root.path().join("dist/bin/old"), "old").unwrap();
        write(&root.path().join("dist.new/bin/half"), "half").unwrap();
        let files = laid_out(root.path(), answer).unwrap();
        assert!(
            !files
                .iter()
                .any(|file| file.contains("old") || file.contains("half"))
        );
    }

    #[test]
    fn a_program_that_fails_leaves_the_earlier_build() {
        let root = repository();
        write(&root.path().join("dist/bin/old"), "old").unwrap();
        for bad in [
            (|_| bail!("no such command")) as fn(&[&OsStr]) -> Result<String>,
            |_| Ok(String::new()),
        ] {
            laid_out(root.path(), bad).unwrap_err();
            assert!(root.path().join("dist/bin/old").is_file());
        }
    }

    #[test]
    fn a_failure_of_the_program_is_told_in_its_own_words() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such command >&2; exit 2"]);
        let error = output_of(&mut command, &Interrupt::default()).unwrap_err();
        assert!(error.to_string().contains("no such command"), "{error}");
    }
}
