//! Layers of settings: which wins, and what is said of a bad value.

use expect_test::expect;

use crate::support::program::{Program, Ran};

/// What a run would do, without doing it.
fn plan(program: &Program, args: &[&str]) -> serde_json::Value {
    let ran = program
        .run(args.iter().chain(&["--dry-run", "--json"]))
        .ok();
    ran.events().remove(0)["plan"].take()
}

fn rows(plan: &serde_json::Value) -> u64 {
    plan["rows"]["end"].as_u64().unwrap()
}

#[test]
fn layers_win_from_flags_down() {
    let program = Program::new()
        .with_file(
            "pipeline.toml",
            "seed = 1\ncompression = \"zstd:5\"\nblock_size = \"2MiB\"\nthreads = 3",
        )
        .with_file(
            ".env",
            "PIPELINE_SEED=2\nBLOCK_SIZE_MB=4\nPIPELINE_THREADS=5",
        )
        .with("PIPELINE_SEED", "3")
        .with("PIPELINE_THREADS", "6");
    let built_in = plan(&Program::new(), &[]);
    assert_eq!(
        (
            &built_in["seed"],
            &built_in["compression"],
            &built_in["block_bytes"]
        ),
        (&42.into(), &"snappy".into(), &(1 << 20).into())
    );
    let plan = plan(&program, &["--config", "pipeline.toml", "--threads", "7"]);
    assert_eq!(plan["compression"], "zstd:5", "file over built-in");
    assert_eq!(plan["block_bytes"], 4 << 20, ".env over file");
    assert_eq!(plan["seed"], 3, "environment over .env");
    assert_eq!(plan["threads"], 7, "flag over environment");
}

#[test]
fn the_highest_layer_that_names_an_amount_decides_and_rows_win_within_it() {
    let env = "NUM_RECORDS=500\nTARGET_DATA_SIZE_MB=1";
    let program = Program::new().with_file(".env", env);
    assert_eq!(rows(&plan(&program, &[])), 500);

    let program = Program::new()
        .with_file(".env", env)
        .with("TARGET_DATA_SIZE_MB", "2");
    let sized = plan(&program, &[]);
    let off = sized["file_bytes"].as_f64().unwrap() / f64::from(2 << 20) - 1.0;
    assert!(off.abs() < 0.02, "{sized}");
    assert_eq!(rows(&plan(&program, &["--rows", "9"])), 9);
}

#[test]
fn endpoint_variables_have_an_order() {
    let target = |program: Program| {
        let ran = program.run(["--dry-run"]).ok();
        let line = ran
            .stderr
            .lines()
            .find(|line| line.starts_with("  S3 "))
            .unwrap()
            .to_owned();
        line.trim().trim_start_matches("S3").trim().to_owned()
    };
    let all = || {
        Program::new()
            .with("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
            .with("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:2")
    };
    assert_eq!(target(all()), "http://127.0.0.1:2");
    assert_eq!(
        target(all().with("S3_ENDPOINT_URL", "http://127.0.0.1:3")),
        "http://127.0.0.1:3"
    );
    assert_eq!(
        target(Program::new().with("S3_ENDPOINT_URL", "")),
        "embedded (data/s3)"
    );
}

#[test]
fn variables_of_other_programs_are_not_read() {
    let program = Program::new()
        .with("SEED", "1")
        .with("THREADS", "99")
        .with("ROWS", "5");
    let other = plan(&program, &[]);
    assert_eq!(other["seed"], 42);
    assert_eq!(rows(&other), 100_000);
}

#[test]
fn a_bad_value_is_named_with_where_it_stands() {
    let error = |ran: Ran| ran.failed(2).error().to_owned();
    let program = Program::new().with_file(".env", "# numbers\n\nNUM_RECORDS=10k\n");
    expect![".env, line 3, NUM_RECORDS: `10k` is not a number of rows: write a whole number, for example 1000000 or 1_000_000"].assert_eq(&error(program.run(["--dry-run"])));

    let program = Program::new().with_file(".env", "BLOCK_SIZE_MB=1MB\n");
    expect![".env, line 1, BLOCK_SIZE_MB: `1MB` is not a number of mebibytes: write a number, for example 10"].assert_eq(&error(program.run(["--dry-run"])));

    let program = Program::new().with_file(".env", "AWS_SECRET_ACCESS_KEY canary-4711\n");
    expect!["could not read `.env`: line 1 is not of the form NAME=value"]
        .assert_eq(&error(program.run(["--dry-run"])));

    let program = Program::new().with("PIPELINE_COMPRESSION", "snapy");
    expect!["environment variable PIPELINE_COMPRESSION: `snapy` is no compression: use none, snappy, lz4, gzip[:0-9], zstd[:1-22] or brotli[:0-11], for example zstd:3"].assert_eq(&error(program.run(["--dry-run"])));

    let program = Program::new().with_file("p.toml", "blok_size = \"1MiB\"\n");
    expect!["p.toml: there is no setting `blok_size`; did you mean `block_size`?"]
        .assert_eq(&error(program.run(["--dry-run", "--config", "p.toml"])));

    expect![[r#"could not read the configuration file `none.toml`: configuration file "none.toml" not found"#]].assert_eq(&error(Program::new().run(["--dry-run", "--config", "none.toml"])));
}

#[test]
fn the_copy_for_people_is_what_the_program_uses() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let built_in = std::fs::read_to_string(format!("{root}/crates/pipeline-cli/defaults.toml"));
    let copy = std::fs::read_to_string(format!("{root}/config/default.toml"));
    assert_eq!(built_in.unwrap(), copy.unwrap());
}
