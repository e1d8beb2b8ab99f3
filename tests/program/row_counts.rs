//! Rows that were asked for and cannot be: the setting is to blame, and no line of a file.

use expect_test::{Expect, expect};

use crate::support::program::Program;

const SPEC: &str = "\
[[tables]]
name = \"p\"
rows = 10
columns = [{ name = \"id\", kind = \"sequence\" }]

[[tables]]
name = \"c\"
rows = 20
columns = [{ name = \"p\", kind = \"reference\", to = \"p.id\" }]
";

#[track_caller]
fn refused(program: &Program, args: &[&str], code: i32, error: Expect) {
    let ran = program.run(args).failed(code);
    error.assert_eq(ran.error());
}

#[test]
fn a_setting_is_blamed_by_its_name() {
    let program = Program::new().with_file("x.toml", SPEC);
    let args = ["run", "./x.toml", "--to", "out/", "--rows", "p=0"];
    refused(
        &program,
        &args,
        2,
        expect![
            "--rows: option `rows` of table `p` is 0; allowed is 1 to 9223372036854775807, because column `c.p` refers to its rows"
        ],
    );
    let args = [
        "run", "./x.toml", "--to", "out/", "--table", "p", "--rows", "p=0",
    ];
    refused(
        &program,
        &args,
        2,
        expect![
            "--rows: option `rows` of table `p` is 0; allowed is 1 to 9223372036854775807, because column `c.p` refers to its rows"
        ],
    );
    // What is wrong with the file is still told with its line.
    let wrong = SPEC.replace("rows = 10", "rows = 0");
    let program = Program::new().with_file("x.toml", &wrong);
    let args = ["run", "./x.toml", "--to", "out/", "--rows", "c=5"];
    refused(
        &program,
        &args,
        3,
        expect![[r#"
        ./x.toml: line 3: option `rows` of table `p` is 0; allowed is 1 to 9223372036854775807, because column `c.p` refers to its rows
          3 | rows = 0
            | ^^^^"#]],
    );
}

#[test]
fn no_scale_makes_more_rows_than_there_can_be() {
    let program = Program::new();
    for (spec, error) in [
        (
            "people",
            expect![
                "--scale: the rows of all tables cannot be multiplied by 1e300; allowed is a factor that leaves the 100000 rows of a table that names none 9223372036854775807 at most"
            ],
        ),
        (
            "shop",
            expect![
                "--scale: the rows of all tables cannot be multiplied by 1e300; allowed is a factor that leaves table `customers`, which has 20000 rows, 9223372036854775807 at most"
            ],
        ),
    ] {
        refused(
            &program,
            &["run", spec, "--scale", "1e300", "--dry-run"],
            2,
            error,
        );
    }
}
