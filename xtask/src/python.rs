//! Python environments: that of the tests, with LocalStack for machines without Docker and the
//! readers that judge our files; and that of the benches, with the peers.
//!
//! ```text
//! requirements ──hash──▶ target/xtask/python/<stamp>      there already: used as it is
//!                                   ▲
//!                                   │ rename, once complete
//!                       <stamp>.<pid>.partial  ◀── venv, pip install   (one installer at a time)
//! ```

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, Interrupt, POLL};
use crate::report::say;
use crate::workspace::Workspace;

/// What an environment is for, and what is installed in it.
pub struct Wanted {
    /// What it holds and how much room it takes, for whoever waits.
    pub what: &'static str,
    /// Files of requirements from the root of the repository; together complete and pinned.
    pub requirements: &'static [&'static str],
}

/// The environment of the tests.
const TESTS: Wanted = Wanted {
    what: "LocalStack and the readers under the build folder (once, about 800 MB on disk)",
    requirements: &[
        "tests/env/localstack-requirements.txt",
        "tests/env/readers-requirements.txt",
    ],
};
/// The pinned packages ask for it.
const OLDEST: (u32, u32) = (3, 11);
/// A slow line must do; on a good one it takes about a minute.
const INSTALL_LIMIT: Duration = Duration::from_secs(20 * 60);
/// How the names of unfinished environments end.
const PARTIAL: &str = "partial";
const QUICK_LIMIT: Duration = Duration::from_secs(60);

/// The interpreter of the tests' environment, installed first if need be.
pub fn environment(workspace: &Workspace, interrupt: &Interrupt) -> Result<PathBuf> {
    environment_for(&TESTS, workspace, interrupt)
}

/// The interpreter of an environment with all that is wanted, installed first if need be.
pub fn environment_for(
    wanted: &Wanted,
    workspace: &Workspace,
    interrupt: &Interrupt,
) -> Result<PathBuf> {
    let identity = system_python(interrupt)?;
    let requirements = Requirements::read(&workspace.root, wanted.requirements)?;
    let folder = workspace.own_folder().join("python");
    let environment = folder.join(stamp(&identity, &requirements.text));
    let python = environment.join("bin/python");
    if python.exists() {
        return Ok(python);
    }

    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let _alone = wait_for_lock(&folder.join("install.lock"), interrupt)?;
    if python.exists() {
        return Ok(python); // Another run installed it while this one waited.
    }
    remove_partial(&folder);
    // The name is this run's own: the pip of a run that was killed may still write to the old.
    let partial = environment.with_extension(format!("{}.{PARTIAL}", std::process::id()));
    if let Err(error) = install(wanted.what, &requirements, &partial, interrupt) {
        let _ = fs::remove_dir_all(&partial);
        return Err(error);
    }
    // Present but without an interpreter that runs: somebody cleaned up by hand.
    let _ = fs::remove_dir_all(&environment);
    // The scripts in bin/ still name the old path, so programs are called as `python -m`.
    fs::rename(&partial, &environment)
        .with_context(|| format!("cannot move {} into place", partial.display()))?;
    Ok(python)
}

/// Version, path and platform of the `python3` in PATH: another one wants another environment.
fn system_python(interrupt: &Interrupt) -> Result<String> {
    let script = "import sys; print(sys.version_info[:2]); print(sys.executable, sys.version)";
    let mut command = python_command("python3");
    command.args(["-c", script]);
    let printed = process::capture("python3", &mut command, interrupt, QUICK_LIMIT)
        .context("Python 3 is needed: install it (Debian: python3 and python3-venv)")?;
    if !printed.status.success() {
        bail!("python3 does not run: {}", printed.err.trim());
    }
    let (version, identity) = printed.out.split_once('\n').unwrap_or_default();
    let (major, minor) = parse_version(version)
        .with_context(|| format!("python3 gives {version:?} where its version was expected"))?;
    if (major, minor) < OLDEST {
        bail!(
            "python3 is version {major}.{minor}; the pinned packages need {}.{}: put a newer \
             python3 first in PATH",
            OLDEST.0,
            OLDEST.1
        );
    }
    Ok(identity.to_owned())
}

/// The requirement files: where they are and what they say.
struct Requirements {
    files: Vec<PathBuf>,
    text: String,
}

impl Requirements {
    fn read(root: &Path, names: &[&str]) -> Result<Self> {
        let files: Vec<PathBuf> = names.iter().map(|name| root.join(name)).collect();
        let mut text = String::new();
        for file in &files {
            text += &fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
        }
        Ok(Self { files, text })
    }
}

fn install(
    what: &str,
    requirements: &Requirements,
    folder: &Path,
    interrupt: &Interrupt,
) -> Result<()> {
    say(&format!("    installing {what}"));
    let mut command = python_command("python3");
    command.args(["-m", "venv"]).arg(folder);
    let printed = process::capture("python3 -m venv", &mut command, interrupt, INSTALL_LIMIT)?;
    if !printed.status.success() {
        bail!("{}", explain_venv(&printed.out, &printed.err));
    }
    // `--no-deps`: the files are complete, so what they do not pin is never installed unseen.
    let mut command = python_command(folder.join("bin/python"));
    command
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ])
        .arg("--no-deps");
    for file in &requirements.files {
        command.arg("-r").arg(file);
    }
    // Standard output belongs to data: `cargo xtask localstack | tee .env`.
    command.stdout(io::stderr());
    process::run("pip install", &mut command, interrupt, INSTALL_LIMIT).context(
        "the Python environment cannot be installed: pip needs a package index it can reach",
    )?;
    let mut command = python_command(folder.join("bin/python"));
    command.args(["-m", "pip", "--disable-pip-version-check", "check"]);
    let printed = process::capture("pip check", &mut command, interrupt, QUICK_LIMIT)?;
    if !printed.status.success() {
        bail!(
            "the pinned packages do not agree with each other: {}",
            printed.out.trim()
        );
    }
    Ok(())
}

fn explain_venv(out: &str, err: &str) -> String {
    let said = format!("{out}\n{err}");
    if said.contains("ensurepip") || said.contains("No module named venv") {
        "python3 cannot make virtual environments: install its venv module \
         (Debian and Ubuntu: apt-get install python3-venv)"
            .to_owned()
    } else {
        format!("python3 -m venv failed: {}", said.trim())
    }
}

/// A Python that looks only into its own environment.
pub fn python_command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .env_remove("PYTHONPATH")
        .env_remove("PYTHONHOME")
        .env("PYTHONNOUSERSITE", "1");
    command
}

/// `(3, 11)` as Python prints it.
fn parse_version(printed: &str) -> Option<(u32, u32)> {
    let inner = printed.trim().strip_prefix('(')?.strip_suffix(')')?;
    let (major, minor) = inner.split_once(',')?;
    Some((major.trim().parse().ok()?, minor.trim().parse().ok()?))
}

/// The name of the environment that these inputs make.
fn stamp(identity: &str, requirements: &str) -> String {
    // FNV-1a: the same in every build, which the standard library's hasher does not promise.
    let fed = [identity.as_bytes(), b"\0", requirements.as_bytes()].concat();
    let hash = fed.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// Removes what interrupted installations left. Best effort: it harms nothing but takes room.
fn remove_partial(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path
            .extension()
            .is_some_and(|extension| extension == PARTIAL)
        {
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// Holds the only right to install; freed by the system however the run ends.
fn wait_for_lock(path: &Path, interrupt: &Interrupt) -> Result<File> {
    let file = File::create(path).with_context(|| format!("cannot make {}", path.display()))?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if !told => {
                say("    waiting for another run to install the Python environment");
                told = true;
            }
            Err(TryLockError::WouldBlock) => thread::sleep(POLL),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
        }
        interrupt.check()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_depends_on_interpreter_and_requirements() {
        let base = stamp("3.11.7", "pyarrow==26.0.1\n");
        assert_eq!(base, stamp("3.11.7", "pyarrow==26.0.1\n"));
        assert_ne!(base, stamp("3.12.1", "pyarrow==26.0.1\n"));
        assert_ne!(base, stamp("3.11.7", "pyarrow==26.0.0\n"));
        assert_ne!(stamp("a", "b"), stamp("ab", ""));
        assert_eq!(base.len(), 16);
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        // Pinned, so that a change of it is seen: it would reinstall everybody's environment.
        assert_eq!(stamp("", ""), "af63bd4c8601b7df");
    }

    #[test]
    fn versions_are_numbers_not_text() {
        assert_eq!(parse_version("(3, 11)\n"), Some((3, 11)));
        assert!(parse_version("(3, 9)") < Some(OLDEST), "9 is less than 11");
        assert_eq!(parse_version("Python 3.11"), None);
    }

    #[test]
    fn a_missing_venv_names_the_package() {
        for said in [
            "Error: ensurepip is not available",
            "/usr/bin/python3: No module named venv",
        ] {
            assert!(explain_venv(said, "").contains("python3-venv"), "{said}");
        }
        let other = explain_venv("", "No space left on device");
        assert!(other.contains("No space left") && !other.contains("python3-venv"));
    }

    #[test]
    fn the_committed_requirements_pin_every_line() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let requirements = Requirements::read(root, TESTS.requirements).unwrap();
        let lines = || {
            requirements
                .text
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
        };
        for line in lines() {
            assert!(line.contains("=="), "{line:?} is not pinned");
        }
        for wanted in ["localstack-core==4.9.2", "pyarrow=="] {
            assert!(
                lines().any(|line| line.starts_with(wanted)),
                "{wanted} is not there"
            );
        }
    }

    #[test]
    fn only_what_is_unfinished_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["0123", "0123.77.partial", "4567.8.partial"] {
            fs::create_dir_all(folder.path().join(name).join("bin")).unwrap();
        }
        remove_partial(folder.path());
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["0123"]);
    }

    #[test]
    fn a_lock_that_another_run_holds_is_waited_for_until_interrupted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("install.lock");
        let held = wait_for_lock(&path, &Interrupt::default()).unwrap();
        let interrupt = Interrupt::default();
        interrupt.raise();
        wait_for_lock(&path, &interrupt).unwrap_err();
        drop(held);
        wait_for_lock(&path, &interrupt).unwrap();
    }
}
