//! One definition of each setting: its flag, TOML key, variables, help and line in the file to
//! start from hold together. The table is the program's own, as `config --json` lists it, so that
//! a new setting can't be forgotten here.

use serde_json::Value;

use crate::support::program::Program;

/// What `config --json` lists, by key.
fn listing(program: &Program, args: &[&str]) -> serde_json::Map<String, Value> {
    let ran = program.run(["config", "--json"].iter().chain(args)).ok();
    let listing: Value = serde_json::from_slice(&ran.stdout).unwrap();
    listing["settings"].as_object().unwrap().clone()
}

/// A run of `config` must show the value with its origin.
#[track_caller]
fn shows(program: &Program, args: &[&str], key: &str, value: &str, origin: &str) {
    let entry = &listing(program, args)[key];
    assert_eq!(
        (&entry["value"], &entry["origin"], &entry["in_force"]),
        (&value.into(), &origin.into(), &true.into()),
        "{key}"
    );
}

/// The value of a setting that a test gives it, and how it is shown.
fn sample(setting: &Value) -> (&str, &str) {
    let given = match setting["example"].as_str().unwrap() {
        // The built-in value would not show that a switch does something.
        "false" => "true",
        example => example,
    };
    let secret = setting["secret"].as_bool().unwrap();
    (given, if secret { "***" } else { given })
}

/// Words without the line breaks that a width brings.
fn words(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_flag_sets_its_setting_and_stands_in_the_help() {
    let program = Program::new();
    let help = words(&program.run(["run", "--help"]).ok().stdout);
    for (key, setting) in listing(&program, &[]) {
        let (given, shown) = sample(&setting);
        assert!(help.contains(setting["help"].as_str().unwrap()), "{key}");
        let variables = setting["variables"].as_array().unwrap();
        if setting["word"].is_string() {
            let origin = format!("argument {}", setting["word"].as_str().unwrap());
            shows(&program, &[given], &key, shown, &origin);
            continue;
        }
        let Some(flag) = setting["flag"]["name"].as_str() else {
            // A process list shows flags; the help names the variable in its place.
            assert!(
                help.contains(variables[0]["name"].as_str().unwrap()),
                "{key}"
            );
            continue;
        };
        for variable in variables {
            assert!(help.contains(variable["name"].as_str().unwrap()), "{key}");
        }
        let args = match setting["flag"]["takes_value"].as_bool().unwrap() {
            true => vec![flag, given],
            false => vec![flag],
        };
        shows(&program, &args, &key, shown, flag);
        // `--help` ends the reading of arguments: what stands before it has been read.
        program
            .run(["run"].iter().chain(&args).chain(&["--help"]))
            .ok();
    }
}

#[test]
fn every_toml_key_sets_its_setting() {
    for (key, setting) in listing(&Program::new(), &[]) {
        let (given, shown) = sample(&setting);
        let program = Program::new().with_file("p.toml", &format!("{key} = \"{given}\"\n"));
        let origin = format!("p.toml, line 1, {key}");
        shows(&program, &["--config", "p.toml"], &key, shown, &origin);
        let program = program.with("PIPELINE_CONFIG", "p.toml");
        shows(&program, &[], &key, shown, &origin);
    }
}

#[test]
fn every_variable_sets_its_setting_in_the_environment_and_in_a_file() {
    for (key, setting) in listing(&Program::new(), &[]) {
        for variable in setting["variables"].as_array().unwrap() {
            let name = variable["name"].as_str().unwrap();
            let (given, shown) = match variable["unit"].as_str() {
                Some("MiB") => ("3", "3MiB"),
                unit => {
                    assert_eq!(unit, None, "{name}");
                    sample(&setting)
                }
            };
            let program = Program::new().with(name, given);
            let origin = format!("environment variable {name}");
            shows(&program, &[], &key, shown, &origin);
            let program = Program::new().with_file(".env", &format!("{name}={given}\n"));
            let origin = format!(".env, line 1, {name}");
            shows(&program, &[], &key, shown, &origin);
        }
    }
}

#[test]
fn the_file_to_start_from_has_a_line_for_each_and_changes_nothing() {
    let program = Program::new();
    let template = program.run(["config", "--template"]).ok().stdout;
    let template = String::from_utf8(template).unwrap();
    let copy = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/default.toml");
    assert_eq!(template, std::fs::read_to_string(copy).unwrap());

    let built_in = listing(&program, &[]);
    let program = program.with_file("my.toml", &template);
    let from_file = listing(&program, &["--config", "my.toml"]);
    for (key, setting) in &built_in {
        let line = format!("{key} = ");
        let at = template
            .lines()
            .position(|text| text.trim_start_matches("# ").starts_with(&line));
        let at = at.unwrap_or_else(|| panic!("no line for {key}")) + 1;
        assert_eq!(from_file[key]["value"], setting["value"], "{key}");
        if !setting["value"].is_null() {
            let origin = format!("my.toml, line {at}, {key}");
            assert_eq!(from_file[key]["origin"], *origin, "{key}");
        }
    }
}

#[test]
fn variables_that_are_nearly_ours_are_told_once_and_without_their_value() {
    let program = Program::new()
        .with("PIPELINE_SEDE", "canary-4711")
        .with("PIPELINE_TEST_SEDE", "3")
        .with("PIPELINE_ID", "77")
        .with("SEDE", "3")
        .with_file(".env", "# mine\nPIPELINE_THREAD=canary-4711\n");
    for args in [&["config"][..], &["--dry-run"]] {
        let said = program.run(args).ok().stderr;
        let warnings: Vec<_> = said
            .lines()
            .filter_map(|line| Some(line.split_once("warn: ")?.1))
            .collect();
        assert_eq!(
            warnings,
            [
                ".env, line 2: PIPELINE_THREAD is not read; did you mean PIPELINE_THREADS?",
                "environment variable PIPELINE_SEDE is not read; did you mean PIPELINE_SEED?",
            ],
            "{said}"
        );
    }
    assert_eq!(program.run(["config", "-q"]).ok().stderr, "");
}
