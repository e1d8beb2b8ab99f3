//! `inspect`: what is in a file, from its footer alone.

use std::io::Read as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, ListArray, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{Field, Int32Type};
use expect_test::{Expect, expect};
use unicode_width::UnicodeWidthStr as _;

use crate::support::program::{Program, Ran};
use crate::support::rows::{read, write_parquet};

/// A run that makes a file of five row groups.
const SMALL: [&str; 7] = [
    "--rows",
    "3000",
    "--block-size",
    "128KiB",
    "--to",
    "p.parquet",
    "-q",
];

fn small() -> Program {
    let program = Program::new();
    program.run(SMALL).ok();
    program
}

fn text(ran: &Ran) -> &str {
    std::str::from_utf8(&ran.stdout).unwrap()
}

#[track_caller]
fn assert_fits(text: &str, columns: usize) {
    for line in text.lines() {
        assert!(line.width() <= columns, "{} wide: {line}", line.width());
        assert!(!line.contains('\u{1b}'), "{line:?}");
    }
}

#[test]
fn a_file_reads_well() {
    let ran = small().run(["inspect", "p.parquet"]).ok();
    assert_eq!(ran.stderr, "");
    assert_fits(text(&ran), 80);
    expect![[r#"
        p.parquet
          rows          3,000, 203.1 bytes a row
          columns       15
          row groups    5
          file          609 kB, of which the footer 10.0 kB
          data          966 kB encoded, 598 kB compressed, ratio 1.61
          created by    parquet-rs version 59.3.2
          format        version 1
          made by       pipeline-cli run people --seed 42 --rows 3000 \
                          --block-size 128KiB --compression snappy

        Row groups
          wanted        128 KiB, says the file in pipeline.block-bytes
          in range      4 of 4 within 5 % of it; the last one does not count
          sizes         130 kB to 131 kB (-0.5 to +0.0 %), median 131 kB
          the last      74.9 kB

          group  rows  encoded  compressed  ratio      off
              0   661   212 kB      130 kB   1.63   -0.5 %
              1   661   213 kB      131 kB   1.62   +0.0 %
              2   661   213 kB      131 kB   1.62   -0.1 %
              3   661   213 kB      131 kB   1.63   -0.3 %
              4   356   115 kB     74.9 kB   1.54  -42.9 %

        Schema
          column      type                  in Parquet                    nullable
          id          Int64                 INT64                         no
          uuid        Utf8                  BYTE_ARRAY STRING             no
          name        Utf8                  BYTE_ARRAY STRING             no
          email       Utf8                  BYTE_ARRAY STRING             no
          phone       Utf8                  BYTE_ARRAY STRING             no
          street      Utf8                  BYTE_ARRAY STRING             no
          city        Utf8                  BYTE_ARRAY STRING             no
          country     Utf8                  BYTE_ARRAY STRING             no
          company     Utf8                  BYTE_ARRAY STRING             no
          job         Utf8                  BYTE_ARRAY STRING             no
          salary      Float64               DOUBLE                        no
          age         Int32                 INT32                         no
          is_active   Boolean               BOOLEAN                       no
          created_at  Timestamp(µs, "UTC")  INT64 TIMESTAMP(MICROS, UTC)  no
          notes       Utf8                  BYTE_ARRAY STRING             no

        Columns in the file, SNAPPY
          column      encoded  compressed  ratio   share  encodings
          id          24.1 kB     12.2 kB   1.98   2.0 %  PLAIN, RLE
          uuid         120 kB      114 kB   1.05  18.7 %  PLAIN, RLE
          name        52.9 kB     40.2 kB   1.32   6.6 %  PLAIN, RLE
          email        101 kB     57.8 kB   1.75   9.5 %  PLAIN, RLE
          phone       64.6 kB     55.5 kB   1.16   9.1 %  PLAIN, RLE
          street      65.6 kB     50.3 kB   1.30   8.2 %  PLAIN, RLE
          city        48.0 kB     31.1 kB   1.54   5.1 %  PLAIN, RLE
          country     19.3 kB     16.6 kB   1.16   2.7 %  PLAIN, RLE, RLE_DICTIONARY
          company     66.7 kB     35.2 kB   1.89   5.8 %  PLAIN, RLE
          job         95.1 kB     27.1 kB   3.51   4.4 %  PLAIN, RLE
          salary      24.1 kB     18.1 kB   1.33   3.0 %  PLAIN, RLE
          age         3.72 kB     3.76 kB   0.99   0.6 %  PLAIN, RLE, RLE_DICTIONARY
          is_active     475 B       489 B   0.97   0.1 %  PLAIN, RLE
          created_at  24.1 kB     24.1 kB   1.00   4.0 %  PLAIN, RLE
          notes        256 kB      111 kB   2.30  18.3 %  PLAIN, RLE

        Values, as the statistics say
          column      nulls  min                            max
          id              0  1                              3000
          uuid            0  005acd9c-4d79-4062-9e6d-c46f…  fff42f09-c30b-402a-9423-8e0…
          name            0  Aaron Christiansen             Zora Nicolas
          email           0  aaron.christiansen9853@examp…  zora.nicolas1158@example.com
          phone           0  (100) 811-0321                 999.249.6938 x565
          street          0  1000 Ruecker Common            9999 Payton Causeway
          city            0  Abbottborough                  Zulaufstad
          country         0  Afghanistan                    Zimbabwe
          company         0  Abbott Group                   Zulauf and Sons
          job             0  Central Accounting Agent       Senior Technology Technician
          salary          0  30110.83                       149955.17
          age             0  18                             80
          is_active       0  false                          true
          created_at      0  2020-01-01T06:25:59.421033Z    2024-12-31T17:50:02.848206Z
          notes           0  A ad quis mollitia explicabo…  Voluptatum voluptatum non r…

          page offsets  all columns
          page min/max  none
          Bloom filter  none

        Key-value metadata
          key                   value
          pipeline.algorithm    2
          pipeline.block-bytes  131072
          pipeline.content-id   fc4d0d3da84d0fd1f66141e08260e0e99a524fe29a843822041aa64…
          pipeline.dataset      people
          pipeline.made-by      pipeline-cli run people --seed 42 --rows 3000 --block-s…
          pipeline.program      pipeline-cli 0.1.0
          pipeline.rows         0..3000
          pipeline.seed         42
          pipeline.spec-sha256  dd139c59ddb8afb6442a0f5f458404a42553bcdac418bd06ef435c7…
          pipeline.table        people
          ARROW:schema          (the exact types, for readers of Arrow)
    "#]]
    .assert_eq(text(&ran));
}

#[test]
fn many_row_groups_are_a_histogram() {
    let program = Program::new();
    let data = [
        "--rows",
        "9000",
        "--block-size",
        "64KiB",
        "--to",
        "p.parquet",
    ];
    program.run(data).ok();
    let shown = |args: &[&str]| {
        let ran = program
            .run(["inspect", "p.parquet"].iter().chain(args))
            .ok();
        let text = text(&ran);
        assert_fits(text, 80);
        let (_, from) = text.split_once("Row groups\n").unwrap();
        let (section, _) = from.split_once("\nSchema").unwrap();
        format!("Row groups\n{section}")
    };
    expect![[r#"
        Row groups
          wanted        64 KiB, says the file in pipeline.block-bytes
          in range      29 of 29 within 5 % of it; the last one does not count
          sizes         65.1 kB to 66.1 kB (-0.7 to +0.9 %), median 65.7 kB
          the last      17.4 kB

                 off  groups
          -1 to +1 %      29  ████████████████████████████████████████
    "#]]
    .assert_eq(&shown(&[]));
    expect![[r#"
        Row groups
          wanted        70.0 kB
          in range      0 of 29 within 5 % of it; the last one does not count
          sizes         65.1 kB to 66.1 kB (-7.0 to -5.5 %), median 65.7 kB
          the last      17.4 kB

                  off  groups
          -10 to -5 %      29  ████████████████████████████████████████
    "#]]
    .assert_eq(&shown(&["--target", "70kB"]));
}

/// The figures are those that the parquet crate finds in the file.
#[test]
fn json_is_one_object_a_file() {
    let program = small();
    let ran = program
        .run(["inspect", "--json", "p.parquet", "./p.parquet"])
        .ok();
    let files = ran.events();
    assert_eq!(files.len(), 2);
    assert_eq!(files[1]["file"], "./p.parquet");
    let keys: Vec<_> = files[0].as_object().unwrap().keys().collect();
    expect![[r#"
        [
            "arrow_schema",
            "column_reports",
            "columns",
            "compressed_bytes",
            "created_by",
            "file",
            "file_bytes",
            "footer_bytes",
            "format_version",
            "group_sizes",
            "key_value_metadata",
            "made_by",
            "row_groups",
            "rows",
            "schema",
            "uncompressed_bytes",
        ]
    "#]]
    .assert_debug_eq(&keys);
    let keys: Vec<_> = files[0]["column_reports"][0]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    expect![[r#"
        [
            "bloom_filter",
            "codecs",
            "column_index",
            "compressed_bytes",
            "dictionary_groups",
            "encodings",
            "max",
            "min",
            "nulls",
            "offset_index",
            "path",
            "uncompressed_bytes",
            "values",
        ]
    "#]]
    .assert_debug_eq(&keys);
    expect![[r#"
        {
          "in_range": 4,
          "judged": 4,
          "largest_bytes": 131107,
          "last_bytes": 74891,
          "median_bytes": 130647,
          "smallest_bytes": 130380,
          "target_bytes": 131072,
          "target_from": "footer",
          "tolerance_percent": 5
        }"#]]
    .assert_eq(&format!("{:#}", files[0]["group_sizes"]));

    let bytes = std::fs::read(program.path("p.parquet")).unwrap();
    assert_eq!(files[0]["file_bytes"], bytes.len());
    let (rows, footer) = read(bytes);
    assert_eq!(files[0]["rows"], rows.num_rows());
    let groups = files[0]["row_groups"].as_array().unwrap();
    assert_eq!(groups.len(), footer.num_row_groups());
    for (found, expected) in groups.iter().zip(footer.row_groups()) {
        assert_eq!(found["rows"], expected.num_rows());
        assert_eq!(found["compressed_bytes"], expected.compressed_size());
    }
}

#[test]
fn a_file_that_fails_hides_no_other() {
    let program = small().with_file("t.csv", "id,name\n1,Ann\n");
    let args = ["inspect", "p.parquet", "t.csv", "gone.parquet", "p.parquet"];
    let ran = program.run(args).failed(3);
    let shown = text(&ran);
    assert_eq!(shown.matches("p.parquet\n  rows ").count(), 2, "{shown}");
    assert!(
        shown.contains("\n\np.parquet\n"),
        "a blank line lies between"
    );
    let said: Vec<_> = ran.stderr.lines().map(str::trim).collect();
    expect![[r#"
        error: could not read `t.csv`: it is no Parquet file: it ends with `Ann\n` and not with `PAR1`: it is something else, or was cut
        error: could not read `gone.parquet`: No such file or directory (os error 2)
        error: 2 of 4 files could not be read"#]]
    .assert_eq(&said.join("\n"));

    let ran = program
        .run(["inspect", "--json", "t.csv", "p.parquet"])
        .failed(3);
    let lines = ran.events();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["file"], "t.csv");
    assert_eq!(lines[0]["error"]["kind"], "source");
    assert_eq!(lines[1]["rows"], 3000);
}

/// Whoever reads rows must not find an event among them: it looks like a row.
#[test]
fn what_goes_wrong_is_no_data() {
    let program = small().with_file("t.csv", "id,name\n1,Ann\n");
    let ran = program.run(["inspect", "--json", "t.csv"]).failed(3);
    let [line] = &ran.events()[..] else {
        panic!("one line a file: {ran:?}");
    };
    assert_eq!(line["file"], "t.csv");
    assert_eq!(line["error"]["message"], ran.error());
    for (args, code) in [
        (&["head", "--json", "t.csv"][..], 3),
        (
            &["head", "--json", "s3://lake/x", "--endpoint", "nowhere"],
            2,
        ),
        (&["head", "--json", "p.parquet", "-n", "many"], 2),
        (&["inspect", "--json", "--bogus"], 2),
        (&["--json", "config", "--rows", "many"], 2),
    ] {
        let ran = program.run(args).failed(code);
        assert_eq!(text(&ran), "", "{args:?}");
        assert!(!ran.error().is_empty(), "{args:?}");
    }
}

#[test]
fn what_is_no_file_or_no_parquet_is_said() {
    let program = small()
        .with_file("t.csv", "id,name\n1,Ann\n2,Bob\n3,Eve\n")
        .with_file("empty.parquet", "");
    let whole = std::fs::read(program.path("p.parquet")).unwrap();
    std::fs::write(program.path("cut.parquet"), &whole[..whole.len() - 1000]).unwrap();
    let check = |name: &str, code: i32, expect: Expect| {
        let [inspected, headed] = ["inspect", "head"].map(|command| {
            let ran = program.run([command, name]).failed(code);
            assert_eq!(text(&ran), "");
            ran.error().to_owned()
        });
        expect.assert_eq(&inspected);
        assert_eq!(inspected, headed);
    };
    check(
        "gone.parquet",
        3,
        expect!["could not read `gone.parquet`: No such file or directory (os error 2)"],
    );
    check(
        ".",
        3,
        expect!["`.` is a folder. Name the files in it, as in `./*.parquet`."],
    );
    check(
        "/dev/null",
        3,
        expect![
            "`/dev/null` is not a file. Parquet is read from its end: a pipe or a device has none."
        ],
    );
    check(
        "t.csv",
        3,
        expect![[
            r#"could not read `t.csv`: it is no Parquet file: it ends with `Eve\n` and not with `PAR1`: it is something else, or was cut"#
        ]],
    );
    check(
        "empty.parquet",
        3,
        expect!["could not read `empty.parquet`: it is no Parquet file: it is empty"],
    );
    check(
        "cut.parquet",
        3,
        expect![
            "could not read `cut.parquet`: it is no Parquet file: it ends with `AAAA` and not with `PAR1`: it is something else, or was cut"
        ],
    );
    check(
        "-",
        2,
        expect![
            "standard input can't be read from its end, where Parquet keeps its footer. Name a file; one that is called `-` as `./-`."
        ],
    );
    check(
        "s3://lake/raw/",
        2,
        expect!["`s3://lake/raw/` names a folder and not an object. Write s3://bucket/key."],
    );
    check(
        "gs://lake/p.parquet",
        2,
        expect![
            "`gs://lake/p.parquet`: there is no way to gs://. Write s3://bucket/key, or a path."
        ],
    );
    check(
        "s3:/lake/p.parquet",
        2,
        expect![
            "`s3:/lake/p.parquet` is not quite an address in S3. Write s3://bucket/key; for a file of that name, write ./ in front."
        ],
    );
    let ran = program.run(["inspect"]).failed(2);
    assert!(ran.stderr.contains("<FILE|s3://…>"), "{}", ran.stderr);
    program
        .run(["inspect", "--target", "big", "p.parquet"])
        .failed(2);
}

/// Names and values of a file draw nothing on a terminal, and long ones are cut unless asked for.
#[test]
fn odd_files_keep_to_the_width() {
    let long = "a very long value that goes on ".repeat(20);
    let lists =
        ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None]);
    let numbers: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
    let place = StructArray::from(vec![(
        Arc::new(Field::new(
            "a_number_in_a_place",
            numbers.data_type().clone(),
            true,
        )),
        numbers,
    )]);
    let batch = RecordBatch::try_from_iter([
        (
            "red \u{1b}[31m",
            Arc::new(StringArray::from(vec![Some(long.as_str()), None])) as ArrayRef,
        ),
        (
            long.as_str(),
            Arc::new(StringArray::from(vec!["山田太郎"; 2])),
        ),
        ("list", Arc::new(lists)),
        ("place", Arc::new(place)),
    ])
    .unwrap();
    let program = Program::new();
    write_parquet(&program.path("odd.parquet"), &batch);
    let ran = program.run(["inspect", "odd.parquet"]).ok();
    assert_fits(text(&ran), 80);
    let (_, schema) = text(&ran).split_once("Schema\n").unwrap();
    let (schema, _) = schema.split_once("\nKey-value").unwrap();
    expect![[r#"
        Schema
          column                    type                     in Parquet         nullable
          red \u{1b}[31m            Utf8                     BYTE_ARRAY STRING  yes
          a very long value that …  Utf8                     BYTE_ARRAY STRING  no
          list                      List(Int32)                                 yes
            list.item               Int32                    INT32              yes
          place                     Struct("a_number_in_a_…                     no
            place.a_number_in_a_p…  Int32                    INT32              yes

        Columns in the file, UNCOMPRESSED
          column                encoded  compressed  ratio   share  encodings
          red \u{1b}[31m          665 B       665 B   1.00  14.9 %  PLAIN, RLE, RLE_DIC…
          a very long value t…     49 B        49 B   1.00   1.1 %  PLAIN, RLE, RLE_DIC…
          list.list.item           50 B        50 B   1.00   1.1 %  PLAIN, RLE, RLE_DIC…
          place.a_number_in_a…     43 B        43 B   1.00   1.0 %  PLAIN, RLE, RLE_DIC…

        Values, as the statistics say
          column                   nulls  min                     max
          red \u{1b}[31m               1  a very long value tha…  a very long value tha…
          a very long value that…      0  山田太郎                山田太郎
          list.list.item               2  1                       1
          place.a_number_in_a_pl…      1  1                       1

          page offsets  all columns
          page min/max  all columns
          Bloom filter  none
    "#]]
    .assert_eq(&format!("Schema\n{schema}"));
    let wide = program.run(["inspect", "--wide", "odd.parquet"]).ok();
    assert!(text(&wide).contains(&long), "nothing is cut");
}

/// `inspect … | head -1`: whoever has seen enough is no failure.
#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let program = small();
    // More than a pipe holds, so that the program is still writing when its reader goes.
    let files = ["p.parquet"; 60];
    let mut child = program.start(["inspect", "--json"].into_iter().chain(files));
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}
