//! Dependencies point one way: a check that each crate knows only what it may know.
//!
//! `cargo tree` is asked for one crate at a time, because it then turns on only the features
//! that this crate asks for; the graph of `cargo metadata` mixes those of the whole workspace.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, Interrupt};
use crate::workspace::{Member, Workspace};

const LIMIT: Duration = Duration::from_secs(120);

/// What one crate must never reach.
struct Rule {
    member: &'static str,
    reach: Reach,
    /// Names of packages; one that ends in `*` stands for all that begin so.
    never: &'static [&'static str],
    why: &'static str,
}

/// Which dependencies count.
#[derive(Clone, Copy)]
enum Reach {
    /// What a user of the crate compiles into the program.
    Shipped,
    /// That, and what the crate's build script, tests and benches use.
    Everything,
}

impl Reach {
    fn edges(self) -> &'static str {
        match self {
            Self::Shipped => "normal",
            Self::Everything => "normal,build,dev",
        }
    }
}

const ASYNC: &[&str] = &["tokio", "tokio-*", "hyper"];
const DATA: &[&str] = &["arrow", "arrow-*", "parquet"];

/// The rules of the house. Every crate of the workspace stands here.
const RULES: &[Rule] = &[
    Rule {
        member: "blockgen",
        reach: Reach::Everything,
        never: &["blockwrite", "s3up", "embedded-s3", "pipeline-cli", "xtask"],
        why: "blocks are made without knowing where they go",
    },
    Rule {
        member: "blockgen",
        reach: Reach::Shipped,
        never: ASYNC,
        why: "making blocks is synchronous work",
    },
    Rule {
        member: "blockwrite",
        reach: Reach::Everything,
        never: &["blockgen", "s3up", "embedded-s3", "pipeline-cli", "xtask"],
        why: "blocks are written without knowing how they were made or where the bytes go",
    },
    Rule {
        member: "blockwrite",
        reach: Reach::Shipped,
        never: ASYNC,
        why: "encoding is synchronous work",
    },
    Rule {
        member: "s3up",
        reach: Reach::Everything,
        never: &["blockgen", "blockwrite", "pipeline-cli", "xtask"],
        why: "bytes are uploaded without knowing what they mean",
    },
    Rule {
        member: "s3up",
        reach: Reach::Shipped,
        never: &["embedded-s3"],
        why: "the client ships without a server; its tests may use one",
    },
    Rule {
        member: "s3up",
        reach: Reach::Everything,
        never: DATA,
        why: "bytes are uploaded without knowing what they mean",
    },
    Rule {
        member: "embedded-s3",
        reach: Reach::Everything,
        never: &["blockgen", "blockwrite", "pipeline-cli", "xtask"],
        why: "the store serves any client, and knows none",
    },
    Rule {
        member: "embedded-s3",
        reach: Reach::Shipped,
        never: &["s3up"],
        why: "the store serves any client, and knows none",
    },
    Rule {
        member: "embedded-s3",
        reach: Reach::Everything,
        never: DATA,
        why: "the store keeps bytes and does not look into them",
    },
    Rule {
        member: "paired-md5",
        reach: Reach::Everything,
        never: &[
            "blockgen",
            "blockwrite",
            "s3up",
            "embedded-s3",
            "pipeline-cli",
            "xtask",
            "tokio",
        ],
        why: "a digest is one whatever it is of, and whoever runs it",
    },
    Rule {
        member: "pipeline-cli",
        reach: Reach::Everything,
        never: &["xtask"],
        why: "the program does not need its workshop",
    },
    Rule {
        member: "xtask",
        reach: Reach::Everything,
        never: &[
            "blockgen",
            "blockwrite",
            "s3up",
            "embedded-s3",
            "pipeline-cli",
        ],
        why: "the workshop is compiled before all else and judges from outside",
    },
    Rule {
        member: "xtask",
        reach: Reach::Everything,
        never: &["tokio", "arrow", "parquet"],
        why: "the workshop compiles in seconds",
    },
];

/// Checks every rule and every member of the workspace.
///
/// # Errors
/// All that is wrong, one line each.
pub fn check(workspace: &Workspace, interrupt: &Interrupt) -> Result<()> {
    let lock = workspace.root.join("Cargo.lock");
    let lock =
        fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let mut wrong = check_table(RULES, &workspace.members, &locked_names(&lock));
    for member in &workspace.members {
        let manifest = fs::read_to_string(&member.manifest)
            .with_context(|| format!("cannot read {}", member.manifest.display()))?;
        if !inherits_lints(&manifest) {
            wrong.push(format!(
                "{}: its Cargo.toml lacks [lints] workspace = true",
                member.name
            ));
        }
    }
    if wrong.is_empty() {
        // Only now: cargo would stop at a rule for a crate that is not there.
        for rule in RULES {
            wrong.extend(violations(rule, &tree(workspace, rule, interrupt)?)?);
        }
    }
    if !wrong.is_empty() {
        bail!(
            "the house's rules (xtask/src/one_way.rs) are broken:\n  {}",
            wrong.join("\n  ")
        );
    }
    Ok(())
}

fn tree(workspace: &Workspace, rule: &Rule, interrupt: &Interrupt) -> Result<String> {
    let mut command = workspace.cargo(&["tree", "--locked", "--all-features", "--target", "all"]);
    command
        .args([
            "--prefix",
            "depth",
            "--format",
            "{p}",
            "--edges",
            rule.reach.edges(),
        ])
        .args(["--package", rule.member]);
    let printed = process::capture("cargo tree", &mut command, interrupt, LIMIT)?;
    if !printed.status.success() {
        bail!(
            "cargo tree --package {} failed: {}",
            rule.member,
            printed.err.trim()
        );
    }
    Ok(printed.out)
}

/// What in `tree` the rule forbids, each with the way that leads there, one line for each name.
fn violations(rule: &Rule, tree: &str) -> Result<Vec<String>> {
    let mut way: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for line in tree.lines() {
        let (depth, name) = depth_and_name(line)
            .with_context(|| format!("cargo tree prints {line:?}, which is not understood"))?;
        way.truncate(depth);
        way.push(name);
        if rule.never.iter().any(|pattern| matches(pattern, name)) && seen.insert(name) {
            found.push(format!("{}, but {}", way.join(" -> "), rule.why));
        }
    }
    if way.first() != Some(&rule.member) {
        bail!(
            "cargo tree does not begin with {}, but prints {tree:?}",
            rule.member
        );
    }
    Ok(found)
}

/// `(2, "bytes")` from `2bytes v1.12.1 (*)`.
fn depth_and_name(line: &str) -> Option<(usize, &str)> {
    let name = line.trim_start_matches(|character: char| character.is_ascii_digit());
    let depth = line[..line.len() - name.len()].parse().ok()?;
    Some((
        depth,
        name.split(' ').next().filter(|name| !name.is_empty())?,
    ))
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |start| name.starts_with(start))
}

/// A rule about something that is not there would hold for ever and check nothing.
fn check_table(rules: &[Rule], members: &[Member], locked: &BTreeSet<&str>) -> Vec<String> {
    let mut wrong = Vec::new();
    for rule in rules {
        if !members.iter().any(|member| member.name == rule.member) {
            wrong.push(format!(
                "{}: there is a rule, but no such crate",
                rule.member
            ));
        }
        for pattern in rule.never {
            if !locked.iter().any(|name| matches(pattern, name)) {
                wrong.push(format!(
                    "{}: forbids {pattern}, which nothing uses",
                    rule.member
                ));
            }
        }
    }
    for member in members {
        if !rules.iter().any(|rule| rule.member == member.name) {
            wrong.push(format!("{}: a crate without a rule", member.name));
        }
    }
    wrong
}

fn locked_names(lock: &str) -> BTreeSet<&str> {
    lock.lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect()
}

/// Whether a manifest takes the workspace's lints. Reads lines, not TOML: the manifests are
/// ours, and another way to write the same is refused rather than missed.
fn inherits_lints(manifest: &str) -> bool {
    let mut section = "";
    for line in manifest
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
    {
        if line.starts_with('[') {
            section = line;
        } else if section == "[lints]" && line.replace(' ', "") == "workspace=true" {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        member: "blockgen",
        reach: Reach::Shipped,
        never: &["tokio", "arrow-*"],
        why: "it is so",
    };

    fn member(name: &str) -> Member {
        Member {
            name: name.to_owned(),
            manifest: "Cargo.toml".into(),
        }
    }

    #[test]
    fn a_clean_tree_has_no_violation() {
        let tree = "0blockgen v0.1.0 (/x)\n1serde v1.0.0\n2serde_core v1.0.0\n1tokio-like v1.0.0\n";
        assert!(violations(&RULE, tree).unwrap().is_empty());
    }

    #[test]
    fn a_forbidden_package_is_found_with_the_way_to_it() {
        let tree = "0blockgen v0.1.0 (/x)\n1serde v1.0.0\n2serde_core v1.0.0\n\
                    1parquet v59.3.0\n2futures v0.3.0\n3tokio v1.0.0\n2tokio v1.0.0 (*)\n\
                    1arrow-array v59.3.0 (*)\n";
        assert_eq!(
            violations(&RULE, tree).unwrap(),
            [
                "blockgen -> parquet -> futures -> tokio, but it is so",
                "blockgen -> arrow-array, but it is so"
            ]
        );
    }

    #[test]
    fn output_that_is_not_understood_is_an_error_and_not_a_pass() {
        for tree in [
            "",
            "blockgen v0.1.0",
            "0serde v1.0.0",
            "0",
            "warning: something",
        ] {
            violations(&RULE, tree).unwrap_err();
        }
    }

    #[test]
    fn the_table_is_held_against_the_workspace() {
        let locked = BTreeSet::from(["tokio", "arrow-array"]);
        let check = |members: &[Member]| check_table(&[RULE], members, &locked);
        assert!(check(&[member("blockgen")]).is_empty());
        assert_eq!(
            check(&[member("blockgen"), member("new")]),
            ["new: a crate without a rule"]
        );
        assert_eq!(check(&[]), ["blockgen: there is a rule, but no such crate"]);
        assert_eq!(
            check_table(
                &[RULE],
                &[member("blockgen")],
                &BTreeSet::from(["arrow-array"])
            ),
            ["blockgen: forbids tokio, which nothing uses"]
        );
    }

    #[test]
    fn the_real_tree_can_break_a_rule() {
        // A rule that the workspace does break, so that a silent `cargo tree` is noticed.
        let broken = Rule {
            member: "xtask",
            never: &["clap_lex"],
            ..RULE
        };
        let workspace = Workspace::find(&Interrupt::default()).unwrap();
        let tree = tree(&workspace, &broken, &Interrupt::default()).unwrap();
        let found = violations(&broken, &tree).unwrap();
        assert_eq!(
            found,
            ["xtask -> clap -> clap_builder -> clap_lex, but it is so"]
        );
    }

    #[test]
    fn names_are_taken_from_the_lock_file() {
        let lock = "[[package]]\nname = \"bytes\"\nversion = \"1\"\ndependencies = [\n \"x\",\n]\n";
        assert_eq!(locked_names(lock), BTreeSet::from(["bytes"]));
    }

    #[test]
    fn lints_must_be_inherited() {
        for (manifest, inherits) in [
            ("[package]\nname = \"x\"\n[lints]\nworkspace = true\n", true),
            (
                "[lints] # why\nworkspace=true # because\n[features]\n",
                true,
            ),
            ("[package]\nname = \"x\"\n", false),
            ("[lints]\nworkspace = false\n", false),
            ("[lints]\n[dependencies]\nworkspace = true\n", false),
            ("# [lints]\nworkspace = true\n", false),
            ("[lints.rust]\nworkspace = true\n", false),
        ] {
            assert_eq!(inherits_lints(manifest), inherits, "{manifest}");
        }
    }
}
