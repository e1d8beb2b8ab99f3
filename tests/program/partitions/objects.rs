//! Partitions in S3, and what stands beside them.

use arrow::array::Array as _;
use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};

use super::files;
use crate::support::program::ended;
use crate::support::rows::read;
use crate::support::s3::S3;

#[test]
fn objects_are_put_and_told_one_by_one() {
    let s3 = S3::embedded();
    let program = s3.program();
    let args = ["--rows", "900", "--partition-by", "is_active", "--json"];
    let ran = program.run(args).ok();
    let events = ran.events();
    let of_files: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "file")
        .collect();
    assert_eq!(of_files.len(), 2);
    let mut rows = 0;
    for event in of_files {
        let folder = event["partition"].as_str().unwrap();
        let key = format!("people/{folder}/part-00000.parquet");
        let head = s3.head(&key).unwrap();
        assert_eq!(
            head.metadata["pipeline-content-id"],
            event["content_id"].as_str().unwrap()
        );
        assert_eq!(event["receipt"]["size"], s3.get(&key).len());
        rows += event["rows"].as_u64().unwrap();
    }
    assert_eq!(rows, 900);
    let summary = events.last().unwrap();
    assert_eq!(summary["outcome"], "committed");
    assert_eq!(summary["rows"], 900);
    assert_eq!(summary["landed"]["files"], 2);
    assert_eq!(summary["landed"]["partitions"], 2);
    let plan = events
        .iter()
        .find(|event| event["event"] == "plan")
        .unwrap();
    assert_eq!(plan["plan"]["partitions"]["possible"], 2);
    assert_eq!(plan["plan"]["partitions"]["most_open"], 256);
    assert!(s3.open_uploads().is_empty());
}

#[test]
fn copies_are_kept_and_damage_is_listed() {
    let s3 = S3::embedded();
    let spec = "[[tables]]\nname = \"t\"\nrows = 500\n\
        [[tables.columns]]\nname = \"id\"\nkind = \"sequence\"\n\
        [[tables.columns]]\nname = \"part\"\nkind = \"choice\"\nvalues = [1, 2]\n\
        [[tables.damage]]\nkind = \"null\"\ncolumns = [\"id\"]\nshare = 0.1\n";
    let program = s3.program().with_file("damaged.toml", spec);
    let args = ["run", "./damaged.toml", "--keep-local", "kept/"];
    let more = ["--ledger", "damage.csv", "--partition-by", "part"];
    program.run(args.iter().chain(&more)).ok();
    let kept = files(&program.path("kept"));
    let names: Vec<_> = kept.keys().collect();
    assert_eq!(
        names,
        ["part=1/part-00000.parquet", "part=2/part-00000.parquet"]
    );
    for (name, bytes) in &kept {
        assert!(s3.get(&format!("t/{name}")) == bytes, "{name}");
    }
    let ledger = std::fs::read_to_string(program.path("damage.csv")).unwrap();
    let nulls: usize = kept
        .values()
        .map(|file| {
            read(file.clone())
                .0
                .column_by_name("id")
                .unwrap()
                .null_count()
        })
        .sum();
    assert_eq!(ledger.lines().count(), nulls + 1);
}

/// Large partitions go by multipart, all at once.
#[test]
fn nothing_of_a_large_partition_is_seen_before_the_end() {
    let gate = Gate::closed();
    let part = Rule::on(Operation::UploadPart).key("people/is_active=true/part-00000.parquet");
    let stall = Fault::Stall(Stall::Until(gate.clone()));
    let s3 = S3::embedded_with(FaultPlan::new().with(part.part(2), stall));
    let args = ["--rows", "150000", "--compression", "none"];
    let child = s3
        .program()
        .start(args.iter().chain(&["--partition-by", "is_active"]));
    s3.arrived(&gate, 1);
    let keys =
        ["true", "false"].map(|value| format!("people/is_active={value}/part-00000.parquet"));
    assert!(keys.iter().all(|key| s3.head(key).is_none()));
    assert!(!s3.open_uploads().is_empty());
    gate.open();
    ended(child, String::new()).ok();
    let rows = keys.map(|key| read(s3.get(&key).to_vec()).0.num_rows());
    assert_eq!(rows.iter().sum::<usize>(), 150_000);
    assert!(s3.open_uploads().is_empty());
}
