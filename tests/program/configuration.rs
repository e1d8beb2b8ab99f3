//! Layers of settings: which wins, and what is said of a bad value.

use expect_test::expect;

use crate::support::program::{Program, Ran};
use crate::support::s3::S3;

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
    expect![".env, line 1, BLOCK_SIZE_MB: `1MB` is not a number of mebibytes: write one above zero, for example 10"].assert_eq(&error(program.run(["--dry-run"])));

    let program = Program::new().with_file(".env", "AWS_SECRET_ACCESS_KEY canary-4711\n");
    expect!["could not read `.env`: line 1 is not of the form NAME=value, or a quote is left open"]
        .assert_eq(&error(program.run(["--dry-run"])));

    let program = Program::new().with("PIPELINE_COMPRESSION", "snapy");
    expect!["environment variable PIPELINE_COMPRESSION: `snapy` is no compression: use none, snappy, lz4, gzip[:0-9], zstd[:1-22] or brotli[:0-11], for example zstd:3"].assert_eq(&error(program.run(["--dry-run"])));

    let program = Program::new().with_file("p.toml", "blok_size = \"1MiB\"\n");
    expect!["p.toml, line 1: there is no setting `blok_size`; did you mean `block_size`?"]
        .assert_eq(&error(program.run(["--dry-run", "--config", "p.toml"])));

    expect![
        "could not read the configuration file `none.toml`: No such file or directory (os error 2)"
    ]
    .assert_eq(&error(Program::new().run([
        "--dry-run",
        "--config",
        "none.toml",
    ])));
}

#[test]
fn a_secret_in_a_broken_file_is_not_quoted() {
    for (name, text, args) in [
        (
            "p.toml",
            "secret_access_key = \"canary-4711\n",
            &["--config", "p.toml"][..],
        ),
        (
            "p.toml",
            "secret_access_key = canary-4711\n",
            &["--config", "p.toml"],
        ),
        (
            ".env",
            "A=1\nAWS_SECRET_ACCESS_KEY=\"canary-4711\nB=2\n",
            &[],
        ),
    ] {
        let ran = Program::new()
            .with_file(name, text)
            .run(args.iter().chain(&["--json"]));
        let ran = ran.failed(2);
        let said = format!("{}{}", ran.stderr, String::from_utf8_lossy(&ran.stdout));
        assert!(said.contains(name) && said.contains("line "), "{said}");
        assert!(!said.contains("canary"), "{said}");
    }
}

#[test]
fn an_environment_file_of_any_editor_is_read() {
    let program = Program::new().with_file(".env", "\u{feff}NUM_RECORDS=7\r\nBLOCK_SIZE_MB=2\r\n");
    let plan = plan(&program, &[]);
    assert_eq!((rows(&plan), &plan["block_bytes"]), (7, &(2 << 20).into()));
}

/// Half a pair here and half a pair there is no pair.
#[test]
fn credentials_come_from_one_layer() {
    let s3 = S3::embedded();
    let program = |id: &str, secret: &str| {
        let env = format!(
            "AWS_ACCESS_KEY_ID={id}\nAWS_SECRET_ACCESS_KEY={secret}\nAWS_SESSION_TOKEN=of-the-file\n"
        );
        Program::new()
            .with_file(".env", &env)
            .with("S3_ENDPOINT_URL", &s3.endpoint)
            .with("S3_BUCKET_NAME", &s3.bucket)
    };
    let args = ["--rows", "10"];
    // The environment's pair is taken, and the file's token with it is not.
    program("other", "other")
        .with("AWS_ACCESS_KEY_ID", &s3.key_id)
        .with("AWS_SECRET_ACCESS_KEY", &s3.secret)
        .run(args)
        .ok();
    // The environment names a profile: the file's pair counts for nothing.
    let ran = program(&s3.key_id, &s3.secret)
        .with("AWS_PROFILE", "lab")
        .run(args)
        .failed(5);
    assert!(
        ran.error().contains("lab") || ran.error().contains("credentials"),
        "{}",
        ran.stderr
    );
    let ran = program(&s3.key_id, &s3.secret)
        .with("AWS_ACCESS_KEY_ID", "half")
        .run(args)
        .failed(2);
    assert!(
        ran.error().contains("AWS_SECRET_ACCESS_KEY is not"),
        "{}",
        ran.stderr
    );
}

#[test]
fn mebibytes_are_plain_numbers() {
    for bad in ["-3", "nan", "1e1", "0", "10MB", ""] {
        let ran = Program::new()
            .with("TARGET_DATA_SIZE_MB", bad)
            .run(["--dry-run"]);
        match bad {
            "" => drop(ran.ok()),
            bad => {
                let ran = ran.failed(2);
                let expected = format!("TARGET_DATA_SIZE_MB: `{bad}` is not a number of mebibytes");
                assert!(ran.error().contains(&expected), "{}", ran.stderr);
            }
        }
    }
}

/// The table as people read it.
fn table(program: &Program, args: &[&str]) -> String {
    let ran = program.run(["config"].iter().chain(args)).ok();
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn config_shows_every_setting_and_where_it_comes_from() {
    let program = Program::new()
        .with_file("p.toml", "seed = 7\nsecret_access_key = \"canary-4711\"\n")
        .with_file(
            ".env",
            "NUM_RECORDS=500\nAWS_SESSION_TOKEN=canary-4711\nBLOCK_SIZE_MB=4\n",
        )
        .with("TARGET_DATA_SIZE_MB", "2")
        .with("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", "canary-4711");
    let args = [
        "--config",
        "p.toml",
        "--region",
        "eu-west-1",
        "--endpoint",
        "https://me:canary@s3.example.com/a/rather/long/path",
    ];
    let said = table(&program, &args);
    assert!(
        !said.contains("canary") && !said.contains('\u{1b}'),
        "{said}"
    );
    expect![[r#"
        Data
          spec                    people               built in
          rows                    500                  .env, line 1, NUM_RECORDS
                                                       overruled by size
          size                    2MiB                 environment variable TARGET_DATA_SIZE_MB
          scale                   (rows decide)
          seed                    7                    p.toml, line 1, seed

        File
          block_size              4MiB                 .env, line 3, BLOCK_SIZE_MB
          compression             snappy               built in
          compatibility           standard             built in
          write_options           (the built-in ones)
          files                   (one file)
          file_size               (one file)
          only_files              (all of them)
          partition_by            (no partitions)
          keep_partition_columns  false                built in
          max_partitions          256                  built in
          partition_buffer        256MiB               built in

        Target
          to                      ({table}.parquet in the bucket)
          keep_local              (no local file)
          bucket                  parquet-data-bucket  built in
          endpoint                https://***@s3.example.com/a/rather/long/path
                                                       --endpoint
          region                  eu-west-1            --region
          allow_http              false                built in
          s3_client               rusoto               built in
          integrity               auto                 built in
          part_size               (5 MiB, or more for very large objects)
          parts_in_flight         (8, and fewer where many partitions are open)
          addressing              path                 built in
          ca_bundle               (those of the system)
          https_proxy             (none)
          no_proxy                (none)
          requester_pays          false                built in
          bucket_owner            (any account)

        Object
          create_only             false                built in
          storage_class           (that of the bucket)
          encryption              (as the bucket says)
          tags                    (none)
          metadata                (the program's own alone)
          acl                     (that of the bucket)

        Credentials
          profile                 (the profile `default`, where no key is set)
          access_key_id           AKIAEXAMPLE          environment variable AWS_ACCESS_KEY_ID
          secret_access_key       ***                  environment variable AWS_SECRET_ACCESS_KEY
          session_token           ***                  .env, line 2, AWS_SESSION_TOKEN
                                                       overruled by environment variable AWS_ACCESS_KEY_ID

        Run
          threads                 (one a core)
          state_dir               (pipeline-cli in XDG_STATE_HOME or ~/.local/state)
    "#]]
    .assert_eq(&said);
    let listed = program.run(["config", "--json"].iter().chain(&args)).ok();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(
        listed.contains("***") && !listed.contains("canary"),
        "{listed}"
    );
}

#[test]
fn config_shows_that_a_range_of_rows_overrules_an_amount() {
    let program = Program::new().with("NUM_RECORDS", "500");
    let said = table(&program, &["--rows-range", "10..20"]);
    let amount: Vec<_> = said.lines().take(5).collect();
    expect![[r#"
        Data
          spec                    people               built in
          rows                    500                  environment variable NUM_RECORDS
                                                       overruled by --rows-range
          size                    (rows decide)"#]]
    .assert_eq(&amount.join("\n"));
}

/// As a run refuses them, with the same words.
#[test]
fn config_refuses_what_a_run_refuses() {
    let program = Program::new().with_file("p.toml", "seed = 1\n[data]\nrows = 1\n");
    let args = ["--config", "p.toml"];
    let run = program.run(args).failed(2);
    let config = program.run(["config"].iter().chain(&args)).failed(2);
    assert_eq!(run.error(), config.error());
    assert!(
        run.error().starts_with("p.toml, line 2: "),
        "{}",
        run.stderr
    );
    let json = program.run(["config", "--json"].iter().chain(&args));
    assert_eq!(json.failed(2).stdout, b"", "what was asked for or nothing");

    let program = Program::new().with_file(".env", "PIPELINE_CONFIG=p.toml\n");
    let said = program.run(["config"]).ok().stderr;
    let expected = ".env, line 1: PIPELINE_CONFIG is read from the environment only";
    assert!(said.contains(expected), "{said}");
}
