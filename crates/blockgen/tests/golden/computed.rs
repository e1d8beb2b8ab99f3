//! Columns that are computed from others.

use blockgen::DatasetSpec;
use expect_test::expect;

use super::golden;

#[test]
fn computed() {
    let spec = r#"
        [[tables]]
        name = "computed"
        columns = [
            { name = "n", kind = "sequence", hidden = true },
            { name = "amount", kind = "decimal", precision = 9, nulls = 0.1 },
            { name = "ratio", kind = "float", min = 0.0, max = 1.0 },
            { name = "day", kind = "date", from = 2024-01-01, to = 2025-01-01 },
            { name = "at", kind = "timestamp", from = 2024-01-01, to = 2025-01-01, unit = "ns" },
            { name = "whole", kind = "derived", expression = "n div 7 * 100 + n % 7" },
            { name = "exact", kind = "derived", expression = "amount * 1.19 / 3" },
            { name = "float", kind = "derived", expression = "amount * ratio", scale = 2 },
            { name = "due", kind = "derived", expression = "day + n % 30" },
            { name = "later", kind = "derived", expression = "at + 0.5 * (n % 100)" },
            { name = "is_late", kind = "derived", expression = "day > date '2024-07-01' and amount > 5" },
            { name = "tier", kind = "case", when = [
                { if = "amount > 5000000", kind = "choice", values = ["gold", "silver"] },
                { if = "ratio < 0.5", kind = "constant", value = "bronze" },
            ] },
            { name = "shipped", kind = "offset", of = "day", min = 1, max = 30 },
            { name = "seen", kind = "offset", of = "at", min = "-1h", max = "2d" },
            { name = "excerpt", kind = "excerpt", min = 10, max = 43 },
            { name = "auszug", kind = "excerpt", min = 1, max = 200, locale = "ja_jp" },
        ]
    "#;
    let golden = golden(&DatasetSpec::from_toml(spec).unwrap(), "computed");
    expect![[r#"
        algorithm 2
        amount ddbefe99a2c7324f
        ratio ae604503935b22c5
        day 123a951c6557afa6
        at 7a55e97ef33de315
        whole d64f64f97eed9cfa
        exact eca775b6e16f390d
        float 79ade64653db25b5
        due 45040fe3aa66cd6d
        later e9ff797591b802ae
        is_late a8d6b94e2f8540f4
        tier 566101f8839df640
        shipped 73dfaaba569fb050
        seen 35d6b96aea2a3a50
        excerpt a94346baec9a3bf6
        auszug 93c1af398a5a7e87
        spec 04f13cd8f88e2e1f945154189e902987aea16a3ad81a6c39c3e53f398abb95cd
    "#]]
    .assert_eq(&golden);
}
