//! The contract on values: what version 1 of the algorithm made, every later build with the
//! number 1 makes.
//!
//! When this test fails, values have changed, and files made before can no longer be made again.
//! If that is wanted, raise `ALGORITHM_VERSION` and then let the test write the new hashes
//! (`UPDATE_EXPECT=1`); if it is not, the change is a defect.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fmt::Write;

use arrow::array::{Array, ArrayRef};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use blockgen::{ALGORITHM_VERSION, DatasetSpec, Generator};
use expect_test::expect;
use sha2::{Digest, Sha256};

/// The start of the table, and rows that need more than 32 bits.
const RANGES: [std::ops::Range<u64>; 2] = [0..10_000, 1_000_000_000_000..1_000_000_001_000];

fn golden(spec: &DatasetSpec, table: &str) -> String {
    golden_of(spec, table, &RANGES)
}

/// A line a column: its name and the hash of its values.
fn golden_of(spec: &DatasetSpec, table: &str, ranges: &[std::ops::Range<u64>]) -> String {
    let generator = Generator::compile(spec, table, 42).unwrap();
    let blocks = ranges
        .iter()
        .map(|rows| generator.block(rows.clone()).unwrap());
    let blocks: Vec<_> = blocks.collect();
    let mut golden = format!("algorithm {ALGORITHM_VERSION}\n");
    for (i, field) in generator.schema().fields().iter().enumerate() {
        let mut hash = Sha256::new();
        for block in &blocks {
            hash_values(block.column(i), &mut hash);
        }
        let digest = hash.finalize();
        let start: String = digest[..8].iter().map(|b| format!("{b:02x}")).collect();
        writeln!(golden, "{} {start}", field.name()).unwrap();
    }
    writeln!(golden, "spec {}", generator.provenance().spec_hash).unwrap();
    golden
}

#[test]
fn people() {
    let golden = golden(&DatasetSpec::builtin("people").unwrap(), "people");
    expect![[r#"
        algorithm 2
        id 624c2710e8bd2cd2
        uuid 366d1b3cfd358d32
        name affbe202ca08f6ae
        email 39a67d1188cadce2
        phone 31c5f237efa5990b
        street edf590e7fa95876c
        city 9a79c0e1ef5b995f
        country f178476b4e403890
        company df4c3a4900a8113d
        job 472051bf1629be32
        salary 157b206d51b8ce31
        age b85371c9d9561ae9
        is_active 53c203b2bdf986b0
        created_at a2df60b1028bc7b8
        notes 567476bc698c5272
        spec dd139c59ddb8afb6442a0f5f458404a42553bcdac418bd06ef435c7761ec6753
    "#]]
    .assert_eq(&golden);
}

/// Every kind that has options, at others than those of `people`, and what follows from a name
/// that `people` does not have.
const OPTIONS: &str = r#"
[[tables]]
name = "options"
columns = [
    { name = "from_far_below", kind = "sequence", start = -5_000_000_000 },
    { name = "from_one", kind = "sequence" },
    { name = "person", kind = "person_name" },
    { name = "address", kind = "email", of = "person" },
    { name = "unit", kind = "float", min = 0.0, max = 1.0 },
    { name = "wide", kind = "float", min = -1e300, max = 1e300 },
    { name = "whole", kind = "float", min = -1_000.0, max = 1_000.0, decimals = 0 },
    { name = "price", kind = "float", min = 19.9, max = 19.99, decimals = 2 },
    { name = "fine", kind = "float", min = -1.0, max = 1.0, decimals = 15 },
    { name = "int32", kind = "integer", min = -2147483648, max = 2147483647, type = "int32" },
    { name = "int64", kind = "integer", min = -1_000_000_000_000, max = 7 },
    { name = "any_int64", kind = "integer", min = -9223372036854775808, max = 9223372036854775807 },
    { name = "one_int64", kind = "integer", min = 7, max = 7, type = "int64" },
    { name = "seldom", kind = "bool", probability = 0.1 },
    { name = "even", kind = "bool" },
    { name = "any_time", kind = "timestamp", from = 0000-01-01, to = "9999-12-31T23:59:59.999999Z" },
    { name = "one_day", kind = "timestamp", from = 1969-12-31T12:00:00Z, to = 1970-01-01T12:00:00Z },
    { name = "one_word", kind = "lorem", words = 1 },
    { name = "one_lane", kind = "lorem", words = 5 },
    { name = "two_lanes", kind = "lorem", words = 6 },
    { name = "long", kind = "lorem", words = 100 },
]
"#;

#[test]
fn options() {
    let golden = golden(&DatasetSpec::from_toml(OPTIONS).unwrap(), "options");
    expect![[r#"
        algorithm 2
        from_far_below 6fb9279b05a21a36
        from_one 624c2710e8bd2cd2
        person f0bb2f55fdfe8025
        address b5075d7e9e5b2712
        unit 7034d01c98318a4e
        wide 4c4983546767230c
        whole a7110215229bf375
        price dd4df7b3da56e486
        fine 87455a3fe8515975
        int32 415df3cfb5fa35b9
        int64 ebecff974a90af8d
        any_int64 132713a0506bbd24
        one_int64 89c5dd02b3535665
        seldom 251bff1c2913afc9
        even e6204b7ff3f8caa2
        any_time d71ffe5bca5e74a3
        one_day 8dffbc07ffc4d45e
        one_word 9da7d3442da3b3f2
        one_lane ef6266470c3dfcc6
        two_lanes ba9f05500f6b8430
        long 593345205cbd3cb6
        spec c6c3b6b743da3c8c67ef31b8e19176c7af912379857ee45d25c55042b9c84f18
    "#]]
    .assert_eq(&golden);
}

/// Every way in which a table refers to another, with parents enough for all rows.
const RELATIONS: &str = r#"
[[tables]]
name = "parents"
rows = 2_000_000_000_000
columns = [
    { name = "id", kind = "sequence" },
    { name = "uuid", kind = "uuid" },
    { name = "price", kind = "float", min = 0.0, max = 10.0, decimals = 2 },
]

[[tables]]
name = "few"
rows = 1_000
columns = [{ name = "id", kind = "sequence" }]

[[tables]]
name = "children"
children = { of = "parents", max = 7 }
columns = [
    { name = "parent_id", kind = "parent", column = "id" },
    { name = "line_number", kind = "line_number" },
    { name = "parent_price", kind = "parent", column = "price" },
    { name = "uniform", kind = "reference", to = "parents.id" },
    { name = "zipf", kind = "reference", to = "parents.id", distribution = { zipf = { exponent = 1.0 } } },
    { name = "steep", kind = "reference", to = "few.id", distribution = { zipf = { exponent = 1.7 } } },
    { name = "missing", kind = "reference", to = "parents.uuid", missing = 0.5 },
    { name = "price", kind = "pull", of = "zipf", column = "price" },
    { name = "amount", kind = "product", of = ["price", "line_number"], factor = 0.81, decimals = 3 },
]

[[tables]]
name = "once"
columns = [{ name = "id", kind = "reference", to = "parents.id", unique = true }]

[[tables]]
name = "falling"
children = { of = "parents", min = 0, max = 10, mean = 1.3 }
columns = [
    { name = "parent_id", kind = "parent", column = "id" },
    { name = "line_number", kind = "line_number", start = -1 },
]

[[tables]]
name = "rising"
children = { of = "parents", min = 2, max = 9, mean = 8.25 }
columns = [{ name = "parent_id", kind = "parent", column = "id" }]
"#;

#[test]
fn relations() {
    let spec = DatasetSpec::from_toml(RELATIONS).unwrap();
    let golden = ["children", "once", "falling", "rising"].map(|table| golden(&spec, table));
    expect![[r#"
        algorithm 2
        parent_id 4b672d2787c21b8b
        line_number 9a3c22ffccb38a83
        parent_price ace06195b3fa9c4e
        uniform ed2dde67a25772f0
        zipf e5dd11bfc0f37775
        steep c1c06c2f23e44317
        missing 1656634b356cf67d
        price c07efc68f1f18198
        amount 2df22f43fceff75c
        spec 98e31491bd1b482943518b8a9c8ed3efab53f9e257796cad4641031bd8c192f3
        algorithm 2
        id 995a1970aff108ae
        spec 0ae561b8070081dd7f2c102b1da4b172940a0217274dda83a06d14de451616d8
        algorithm 2
        parent_id 60816002e08cabfa
        line_number 971c54007a5bec43
        spec ef8eb716c22e67ca23663341d4bc2d3c6614186c1c76f68b0fe7c3d3ef8ce896
        algorithm 2
        parent_id 73d19609fa7aea60
        spec fd4a4b59f1848e8b2eb49b159c08c0ab3d73cffde41750c5ea304780237c9ef4
    "#]]
    .assert_eq(&golden.concat());
}

#[test]
fn shop() {
    let mut spec = DatasetSpec::builtin("shop").unwrap();
    spec.set_rows("orders", 1_000_000_000_000).unwrap();
    let tables = ["customers", "products", "orders", "order_lines"];
    let golden = tables.map(|table| golden(&spec, table));
    expect![[r#"
        algorithm 2
        customer_id 624c2710e8bd2cd2
        name a4ab5ba939471ed9
        email f677f6fc02066d15
        phone 69b77b9120872c52
        street f34d69ec5784d749
        city 0351dcf5730c8f3b
        country 07a5b51925e4800d
        newsletter 24fdeadb0c18b9c9
        registered_at 46c55cab2671d882
        referred_by 06c66e4f151b905b
        spec cbc1e9e6b036f56c97fb3e17f7125ccd938e0d24b98f7a3b5d41aa8c6da086dc
        algorithm 2
        product_id fade98e57a58cf1e
        sku 7ef165eb8060b697
        description d07928347cff3d02
        category 09ec9b1279ef9737
        supplier d469d1f5ed358ad1
        price 67eacef8f98dc7d9
        weight_g ccabe5383763aa4e
        spec af6edc97fa0f260f21b188df1432ea5ad7e75fa6fcadbc38d3dc3713ff819de7
        algorithm 2
        order_id 1252ca140d559c8b
        customer_id 3ac86f1dbd4f1a67
        country 7481427f4dd91744
        ordered_at 52b09612445fe083
        status 0d51b3e5b696182a
        payment 2d262dd68bb91574
        is_gift bd8aed02c811fa68
        comment bc1267a6927fc873
        spec 5d7c4d91dfb2b68754a4a0f2233896bc55d076951dd76a752e81c0809e564150
        algorithm 2
        order_id cd4a8464e4252ad8
        line_number 4454c636f55d7055
        product_id 96e7451b13e6f0e3
        category 70e5f1b7efcb398e
        unit_price 44b44daf072e1c09
        quantity ffd67887eed3d389
        amount 4440de7d5992e8d7
        ordered_at 68b696058966c696
        country 0112d41ea6525188
        spec 9c80f63f90fda9788c4f15dbd41b6ba1a8a3ff64defabc6614f62518e6099368
    "#]]
    .assert_eq(&golden.concat());
}

/// Every type of number and every distribution, and choices.
const NUMBERS: &str = r#"
[[tables]]
name = "numbers"
columns = [
    { name = "int8", kind = "integer", type = "int8" },
    { name = "int16", kind = "integer", type = "int16", min = -300 },
    { name = "uint8", kind = "integer", type = "uint8", max = 99 },
    { name = "uint16", kind = "integer", type = "uint16" },
    { name = "uint32", kind = "integer", type = "uint32" },
    { name = "uint64", kind = "integer", type = "uint64" },
    { name = "unique", kind = "integer", min = 0, max = 5_000_000_000_000, unique = true },
    { name = "unique_any", kind = "integer", unique = true },
    { name = "normal_int", kind = "integer", min = 0, max = 120, distribution = { normal = { mean = 40, std_dev = 20 } } },
    { name = "zipf", kind = "integer", max = 1_000_000, distribution = { zipf = { exponent = 1.1 } } },
    { name = "zipf_1", kind = "integer", max = 1_000, distribution = { zipf = { exponent = 1 } } },
    { name = "poisson", kind = "integer", distribution = { poisson = { mean = 3.5 } } },
    { name = "weights", kind = "integer", distribution = { weights = [{ value = 1, weight = 0.7 }, { from = 2, to = 9, weight = 0.3 }] } },
    { name = "float32", kind = "float", type = "float32", min = -1.0, max = 1.0 },
    { name = "float32_decimals", kind = "float", type = "float32", decimals = 3, max = 9.0 },
    { name = "normal", kind = "float", distribution = { normal = { mean = 0, std_dev = 1 } } },
    { name = "normal_part", kind = "float", min = 1.0, distribution = { normal = { mean = 0, std_dev = 1 } } },
    { name = "log_normal", kind = "float", distribution = { log_normal = { mu = 2, sigma = 0.5 } } },
    { name = "exponential", kind = "float", distribution = { exponential = { rate = 0.25 } } },
    { name = "pareto", kind = "float", distribution = { pareto = { scale = 1, shape = 1.16 } } },
    { name = "beta", kind = "float", distribution = { beta = { alpha = 2, beta = 5 } } },
    { name = "beta_small", kind = "float", min = 5.0, max = 6.0, distribution = { beta = { alpha = 0.3, beta = 0.2 } } },
    { name = "float_weights", kind = "float", distribution = { weights = [{ value = 0.5, weight = 1 }, { from = 1, to = 2, weight = 1 }] } },
    { name = "decimals", kind = "float", decimals = 2, distribution = { exponential = { rate = 0.01 } } },
    { name = "price", kind = "decimal", max = 999.99 },
    { name = "wide", kind = "decimal", precision = 38, scale = 2 },
    { name = "decimal_normal", kind = "decimal", min = 0, distribution = { normal = { mean = 100, std_dev = 25 } } },
    { name = "constant", kind = "constant", value = "always" },
    { name = "choice", kind = "choice", values = ["a", "bb", "ccc"] },
    { name = "choice_weights", kind = "choice", values = ["a", "bb", "ccc"], weights = [5, 1, 0.5] },
    { name = "choice_int", kind = "choice", values = [1, 2, 3], weights = [1, 2, 3] },
    { name = "choice_float", kind = "choice", values = [0.5, 2] },
    { name = "choice_bool", kind = "choice", values = [true, false], weights = [1, 9] },
]
"#;

#[test]
fn numbers() {
    let golden = golden(&DatasetSpec::from_toml(NUMBERS).unwrap(), "numbers");
    expect![[r#"
        algorithm 2
        int8 474fbc9460d4f9a7
        int16 33a34de0b46aa1c4
        uint8 0891252f423eb0c3
        uint16 8247f1b676ce9c51
        uint32 6dbee043e74c6ff9
        uint64 fef0f610e36eeb87
        unique 8b844cf983d55d05
        unique_any d78840792506245a
        normal_int 03f6f1b28dbc09eb
        zipf cdefcd71dbe506d9
        zipf_1 b478bdb9bb178d16
        poisson 13c56464de557878
        weights 941c5fae5bcb8270
        float32 fb151177c6f58fb0
        float32_decimals 0da3b6dfeb95000c
        normal 047e64468b02f3ba
        normal_part a64d1540d46e8ffa
        log_normal eb8a6a9b93d39b6c
        exponential 26f08c77b15e0960
        pareto a1f027cdbf1d9766
        beta 2a7ca123c4b6d54b
        beta_small efef3199ea64ea41
        float_weights 54125e5f5dab2af7
        decimals bd53fa663cc26113
        price f3f1899904d8f44b
        wide a0e41432e5184b11
        decimal_normal 4ccfe904e5d2a142
        constant 8446ab8e9d76f17a
        choice de48003a3f894552
        choice_weights 9b2ec2376709ea15
        choice_int 1cf6870f84bf769f
        choice_float d21269d89d857225
        choice_bool 36c27b4d5017942a
        spec a886960c5fd0b4f9d95930ff2f48eb5c0da2bab3d2cfba55d53a9a557e28f16e
    "#]]
    .assert_eq(&golden);
}

/// Every text kind in English, and most of those that have options at others than the defaults.
const TEXTS: &str = r#"
[[tables]]
name = "texts"
columns = [
    { name = "first_name", kind = "first_name" },
    { name = "last_name", kind = "last_name", of = "first_name" },
    { name = "name_with_title", kind = "name_with_title", of = "first_name" },
    { name = "title", kind = "title" },
    { name = "suffix", kind = "suffix" },
    { name = "gender", kind = "gender", of = "first_name" },
    { name = "email", kind = "email", of = "first_name", unique = true },
    { name = "free_email", kind = "free_email" },
    { name = "username", kind = "username", of = "first_name" },
    { name = "unique_username", kind = "username", unique = true },
    { name = "password", kind = "password" },
    { name = "long_password", kind = "password", min = 20, max = 128 },
    { name = "cell_phone", kind = "cell_phone" },
    { name = "street_name", kind = "street_name" },
    { name = "secondary_address", kind = "secondary_address" },
    { name = "building_number", kind = "building_number" },
    { name = "zip_code", kind = "zip_code" },
    { name = "postcode", kind = "postcode" },
    { name = "state", kind = "state" },
    { name = "state_abbreviation", kind = "state_abbreviation" },
    { name = "country_code", kind = "country_code" },
    { name = "time_zone", kind = "time_zone" },
    { name = "latitude", kind = "latitude" },
    { name = "longitude", kind = "longitude" },
    { name = "geohash", kind = "geohash", precision = 12 },
    { name = "license_plate", kind = "license_plate", locale = "fr_fr" },
    { name = "company_suffix", kind = "company_suffix" },
    { name = "buzzword", kind = "buzzword" },
    { name = "catch_phrase", kind = "catch_phrase" },
    { name = "bs", kind = "bs" },
    { name = "industry", kind = "industry" },
    { name = "profession", kind = "profession" },
    { name = "job_seniority", kind = "job_seniority" },
    { name = "job_field", kind = "job_field" },
    { name = "job_position", kind = "job_position" },
    { name = "domain", kind = "domain" },
    { name = "open_domain", kind = "domain", reserved = false },
    { name = "domain_suffix", kind = "domain_suffix" },
    { name = "url", kind = "url" },
    { name = "ipv4", kind = "ipv4" },
    { name = "ipv6", kind = "ipv6" },
    { name = "mac", kind = "mac" },
    { name = "http_status", kind = "http_status" },
    { name = "image_url", kind = "image_url" },
    { name = "user_agent", kind = "user_agent" },
    { name = "credit_card", kind = "credit_card" },
    { name = "iban", kind = "iban" },
    { name = "bic", kind = "bic" },
    { name = "isin", kind = "isin" },
    { name = "currency_code", kind = "currency_code" },
    { name = "currency_name", kind = "currency_name" },
    { name = "currency_symbol", kind = "currency_symbol" },
    { name = "word", kind = "word" },
    { name = "words", kind = "words" },
    { name = "many_words", kind = "words", min = 1, max = 40 },
    { name = "paragraph", kind = "paragraph" },
    { name = "bold", kind = "markdown" },
    { name = "italic", kind = "markdown", style = "italic" },
    { name = "link", kind = "markdown", style = "link" },
    { name = "bullet_points", kind = "markdown", style = "bullet_points" },
    { name = "list_items", kind = "markdown", style = "list_items" },
    { name = "block_quote", kind = "markdown", style = "block_quote" },
    { name = "code", kind = "markdown", style = "code" },
    { name = "hex_color", kind = "hex_color" },
    { name = "rgb_color", kind = "rgb_color" },
    { name = "rgba_color", kind = "rgba_color" },
    { name = "hsl_color", kind = "hsl_color" },
    { name = "hsla_color", kind = "hsla_color" },
    { name = "isbn10", kind = "isbn10" },
    { name = "isbn13", kind = "isbn13" },
    { name = "file_name", kind = "file_name" },
    { name = "file_path", kind = "file_path" },
    { name = "dir_path", kind = "dir_path" },
    { name = "file_extension", kind = "file_extension" },
    { name = "mime_type", kind = "mime_type" },
    { name = "semver", kind = "semver" },
]
"#;

#[test]
fn texts() {
    let golden = golden(&DatasetSpec::from_toml(TEXTS).unwrap(), "texts");
    expect![[r#"
        algorithm 2
        first_name 0f86439334acaea4
        last_name ae15ce2aa835386f
        name_with_title 20097b8ee8fba2b6
        title 427834f9b7b9c776
        suffix b593fbfc2aa5ab9b
        gender 6b53f8ad319d469b
        email d353f715fa582846
        free_email 52a5f99a9b0df13b
        username 47f27b2d8f9e7882
        unique_username 0ce9ade3872214df
        password 4b88f7d58e1af6ab
        long_password 8ddbba3ad776f208
        cell_phone 94681eacb47ad8b1
        street_name 90b784417e74214d
        secondary_address 864d8072e214d1d7
        building_number 5993c4f4d645e165
        zip_code 6bb9ee480a3cf8dd
        postcode bbe487dfd927e0fd
        state 2acac34fe595460d
        state_abbreviation 8ace39f65350cf1f
        country_code 7d01a3122134aa84
        time_zone e8aa8a49647c256d
        latitude 2b24e2c12996f615
        longitude 8f7abb572a5f3346
        geohash 463254a23b99e598
        license_plate 67d4a2463ce134ea
        company_suffix b1e2e29a33c2805b
        buzzword 778c6abaf20530ef
        catch_phrase 6bcb20838947a100
        bs 8b280f6dc9b4280e
        industry 1748af928b6769b3
        profession edc53488232b9499
        job_seniority 2032e20174dae20b
        job_field bc16caeb07b7c9ac
        job_position 2a9d517811db5c71
        domain 63ae4fcce452200a
        open_domain 7e4912022a9aba0a
        domain_suffix 6dfe55c26dc6ef3c
        url e4d528d424a0b70b
        ipv4 68928ce9f6bc558b
        ipv6 76e420a3f7176134
        mac 37ea3b41d394fdc5
        http_status 65df240b7328ef77
        image_url 6efd4cc21aa22a8a
        user_agent e38ceef2b673db99
        credit_card ec53bfe4b6000b0e
        iban 71dfc3b2ba613532
        bic 8992a1bbb7cff751
        isin 2f15184d9a31aa99
        currency_code 349e524535e99547
        currency_name 9084781279332c35
        currency_symbol 4a9856930b44524c
        word e44870a93d1806a1
        words 74990a8aba21a1b0
        many_words 63010a0b541fa6e5
        paragraph c7271af4866ea7ac
        bold 85818dd09e111d69
        italic 8a172dc08b0576f0
        link 0b4121574ad19516
        bullet_points 23132200d203e6cb
        list_items 9b73232110f158ff
        block_quote 3995bbdfe4e1e631
        code af77a12e4c9ac655
        hex_color 4678e883ba437406
        rgb_color ce77f58562dd2eed
        rgba_color df6c9c71c387e9db
        hsl_color b76522bf9a519f97
        hsla_color 19c646479789d24d
        isbn10 d4b2b3bcb6029fdb
        isbn13 364b24e85f121fee
        file_name 2e39db4377cbb9a2
        file_path 9d8d240debfdba44
        dir_path 7e75343165ba4bb1
        file_extension 05ada503d362eec4
        mime_type 392bbaf3ae699b26
        semver 1b47b921a0faba9c
        spec e5ff92e484a1ac5918a1a0ff425011a340e358fd15b9699dc2d7738b5c944f1c
    "#]]
    .assert_eq(&golden);
}

/// The kinds whose words are those of a locale, in all locales at once.
const LOCALES: &str = r#"
locale = { en = 1, ar_sa = 1, cy_gb = 1, de_de = 1, fa_ir = 1, fr_fr = 1, it_it = 1, ja_jp = 1, nl_nl = 1, pt_br = 1, pt_pt = 1, tr_tr = 1, zh_cn = 1, zh_tw = 1 }

[[tables]]
name = "locales"
columns = [
    { name = "name", kind = "person_name" },
    { name = "name_with_title", kind = "name_with_title", of = "name" },
    { name = "gender", kind = "gender", of = "name" },
    { name = "email", kind = "email", of = "name" },
    { name = "username", kind = "username", of = "name" },
    { name = "free_email", kind = "free_email", of = "name", unique = true },
    { name = "phone", kind = "phone" },
    { name = "cell_phone", kind = "cell_phone" },
    { name = "street_address", kind = "street_address" },
    { name = "secondary_address", kind = "secondary_address" },
    { name = "building_number", kind = "building_number" },
    { name = "city", kind = "city" },
    { name = "zip_code", kind = "zip_code" },
    { name = "postcode", kind = "postcode" },
    { name = "state", kind = "state" },
    { name = "country", kind = "country" },
    { name = "license_plate", kind = "license_plate", locale = { fa_ir = 1, fr_fr = 2, it_it = 3, nl_nl = 4, pt_pt = 5, tr_tr = 6 } },
    { name = "company", kind = "company" },
    { name = "catch_phrase", kind = "catch_phrase" },
    { name = "bs", kind = "bs" },
    { name = "industry", kind = "industry" },
    { name = "profession", kind = "profession" },
    { name = "job", kind = "job" },
    { name = "domain", kind = "domain", reserved = false },
    { name = "iban", kind = "iban" },
    { name = "currency_name", kind = "currency_name" },
    { name = "lorem", kind = "lorem", words = 7 },
    { name = "paragraph", kind = "paragraph" },
]
"#;

#[test]
fn locales() {
    let golden = golden(&DatasetSpec::from_toml(LOCALES).unwrap(), "locales");
    expect![[r#"
        algorithm 2
        name cc090ae2e6895717
        name_with_title 1f4b55b092119fe5
        gender 2f18ec6d066bab39
        email e66cbabe34bfc10b
        username fd8e16d14142b158
        free_email 7853ecfa37b2adf7
        phone c54af34054a9b69d
        cell_phone 4f8b263d3643ba9d
        street_address 73356cf6f2695099
        secondary_address b55607fc0b0107dd
        building_number f42b245ab7544847
        city d38aa7e28cba97b4
        zip_code a927d37754697424
        postcode bfd2787549479f6b
        state cb1a778ff7734a2f
        country 8a668f28a4db67a2
        license_plate 130ee6e2dfc76518
        company 5a22f80269edfde5
        catch_phrase ad1e2cce12d4d723
        bs 04466f638622314f
        industry d572ce13ff837954
        profession 16ad0f2a9240332d
        job cf08a588c65e1781
        domain 046c81eb270ed840
        iban 0def7aece4d4a92a
        currency_name aa2a8a979c2ab643
        lorem 257387fcb6913f05
        paragraph b8b9efcd01f78d6b
        spec 6ba7565812470db792e8884245ecb00b6bb882b14398cc1b157def405a09a5be
    "#]]
    .assert_eq(&golden);
}

/// Times, bytes and what tells rows apart.
const TIMES: &str = r#"
[[tables]]
name = "times"
columns = [
    { name = "by_seven", kind = "sequence", start = 2_000_000_000, step = -7 },
    { name = "unsigned", kind = "sequence", step = 3, type = "uint64" },
    { name = "version_7", kind = "uuid", version = 7 },
    { name = "close_7", kind = "uuid", version = 7, from = 2024-05-01, every = "1us" },
    { name = "seconds", kind = "timestamp", from = 2020-01-01, to = 2025-01-01, unit = "s" },
    { name = "millis", kind = "timestamp", from = 2020-01-01, to = 2025-01-01, unit = "ms" },
    { name = "nanos", kind = "timestamp", from = 2020-01-01, to = 2025-01-01, unit = "ns" },
    { name = "zoned", kind = "timestamp", from = 2020-01-01, to = 2025-01-01, timezone = "Asia/Tokyo" },
    { name = "quarters", kind = "timestamp", from = 2020-01-01, to = 2025-01-01, step = "15m" },
    { name = "line", kind = "timestamp", from = 2020-01-01, ordered = { every = "3ms" } },
    { name = "delayed", kind = "timestamp", from = 2020-01-01, ordered = { every = "3ms", jitter = "2s" } },
    { name = "stepped", kind = "timestamp", from = 2020-01-01, step = "1m", ordered = { every = "1ms", jitter = "1h" } },
    { name = "day", kind = "date", from = 1992-01-01, to = 1998-12-02 },
    { name = "monday", kind = "date", from = 2024-01-01, to = 2034-01-01, step = "1w" },
    { name = "on_and_on", kind = "date", from = 2024-01-01, ordered = { every = "1ms", jitter = "12h" } },
    { name = "time", kind = "time" },
    { name = "opening", kind = "time", from = "08:30", to = "17:00", step = "30m", unit = "s" },
    { name = "fine", kind = "time", unit = "ns" },
    { name = "wait", kind = "duration", min = "-1m", max = "1h30m" },
    { name = "hours", kind = "duration", min = 0, max = "30d", step = "1h", unit = "s" },
    { name = "bytes", kind = "binary", max_bytes = 40 },
    { name = "digest", kind = "binary", bytes = 20, fixed = true },
    { name = "hash", kind = "row_hash", of = ["day", "wait", "zoned", "bytes", "version_7"] },
    { name = "short_hash", kind = "row_hash", algorithm = "sha256_int64" },
]
"#;

#[test]
fn times() {
    let golden = golden(&DatasetSpec::from_toml(TIMES).unwrap(), "times");
    expect![[r#"
        algorithm 2
        by_seven e10ce01071f84c1b
        unsigned 2b727f9d023b514c
        version_7 449263103f579d53
        close_7 fab6b5b446e117aa
        seconds 40eb847d05cfff7e
        millis 7857ec2ddcc52929
        nanos 4447571646ad54a5
        zoned 02d0e5db8d3742fe
        quarters 580b6cfda4ba24b2
        line cd2273508e778f9b
        delayed 1b08374f6b711468
        stepped dbacdbf161eb9a59
        day 4d799241618c5dcc
        monday e3b822420e2f9c63
        on_and_on d431a8e54cadae8c
        time 3b67e7dd21358927
        opening 58ab61b55cfdc3d6
        fine d5ce4ecee7fd9baf
        wait 7e8802d2bef0fcca
        hours d76a460a95275375
        bytes f10571d67fb496f0
        digest 080fef44e96db4f9
        hash 8039c3e34c044525
        short_hash de7637d04a2b01de
        spec 36560c24bc5c9d863d63fa8a1746514cc744d4835c63a4d8a4a3a84814538218
    "#]]
    .assert_eq(&golden);
}

/// Values as little-endian numbers or as length and text, not as buffers: how Arrow lays an
/// array out is no part of the contract.
fn hash_values(column: &ArrayRef, hash: &mut Sha256) {
    use arrow::array::AsArray;
    use arrow::datatypes::{Decimal128Type, Float32Type, Float64Type, Int64Type, UInt64Type};

    match column.data_type() {
        DataType::Utf8 => {
            for text in column.as_string::<i32>().iter().flatten() {
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text);
            }
        }
        DataType::Float32 => {
            for value in column.as_primitive::<Float32Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
        DataType::UInt64 => {
            for value in column.as_primitive::<UInt64Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
        DataType::Decimal128(..) => {
            for value in column.as_primitive::<Decimal128Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
        DataType::List(_) => {
            let lists = column.as_list::<i32>();
            hash_lengths(column, lists.offsets(), hash);
            hash_values(&values_of(lists.values(), lists.offsets()), hash);
        }
        DataType::Map(..) => {
            let maps = column.as_map();
            hash_lengths(column, maps.offsets(), hash);
            for part in [maps.keys(), maps.values()] {
                hash_values(&values_of(part, maps.offsets()), hash);
            }
        }
        DataType::Struct(_) => {
            for field in column.as_struct().columns() {
                hash_values(field, hash);
            }
        }
        DataType::Binary | DataType::FixedSizeBinary(_) => {
            let values = cast(column, &DataType::Binary).unwrap();
            for bytes in values.as_binary::<i32>().iter().flatten() {
                hash.update((bytes.len() as u64).to_le_bytes());
                hash.update(bytes);
            }
        }
        DataType::Float64 => {
            for value in column.as_primitive::<Float64Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
        _ => {
            let numbers = cast(column, &DataType::Int64).unwrap();
            for value in numbers.as_primitive::<Int64Type>().values() {
                hash.update(value.to_le_bytes());
            }
        }
    }
}

/// The lengths of lists, and which are null.
fn hash_lengths(column: &ArrayRef, offsets: &OffsetBuffer<i32>, hash: &mut Sha256) {
    for (row, length) in offsets.lengths().enumerate() {
        hash.update((length as u64).to_le_bytes());
        hash.update([u8::from(column.is_null(row))]);
    }
}

/// What lies in the lists of a block.
fn values_of(values: &ArrayRef, offsets: &OffsetBuffer<i32>) -> ArrayRef {
    let (start, end) = (offsets[0] as usize, offsets[offsets.len() - 1] as usize);
    values.slice(start, end - start)
}

/// Texts that are put together, and values within values.
const COMPOSED: &str = r##"
[[tables]]
name = "composed"
columns = [
    { name = "digits", kind = "pattern", pattern = "^##-####" },
    { name = "mixed", kind = "pattern", pattern = "(SKU|Ref)-??[A-F0-9_]{40}é(x|(y|z)#)?" },
    { name = "serial", kind = "pattern", pattern = "?{5}-#{7}", unique = true },
    { name = "long_serial", kind = "pattern", pattern = "(A#|B[xyz])[a-z0-9]{30}", unique = true },
    { name = "score", kind = "float", min = -10.0, max = 10.0, nulls = 0.2 },
    { name = "many", kind = "integer", min = -99_999, max = 99_999 },
    { name = "at", kind = "timestamp", from = 1969-01-01, to = 2030-01-01 },
    { name = "who", kind = "person_name" },
    { name = "label", kind = "template", template = "{who}: {score:.3} {many:08} {{{at}}}" },
    { name = "plain", kind = "template", template = "{who:word}@{many}", case = "lower", ascii = true },
    { name = "filled", kind = "template", template = "É {score}", null_text = "keine", ascii = true, case = "upper" },
    { name = "list", kind = "list", item = { kind = "integer", min = 0, max = 9, nulls = 0.3 } },
    { name = "full_list", kind = "list", min = 3, max = 3, item = { kind = "uuid" } },
    { name = "lists", kind = "list", min = 1, max = 4, nulls = 0.1, item = { kind = "list", max = 3, item = { kind = "city" } } },
    { name = "struct", kind = "struct", fields = [
        { name = "who", kind = "person_name" },
        { name = "mail", kind = "email", of = "who" },
        { name = "nulls", kind = "float", min = 0.0, max = 1.0 },
    ] },
    { name = "map", kind = "map", key = { kind = "pattern", pattern = "[a-h]" }, value = { kind = "float", min = 0.0, max = 1.0 } },
]
"##;

#[test]
fn composed() {
    let spec = DatasetSpec::from_toml(COMPOSED).unwrap();
    expect![[r#"
        algorithm 2
        digits 48ed63baf834e4c0
        mixed 7a1bd3935b5255c6
        serial 553b60ef707dd8d4
        long_serial 6434aee61312fc81
        score 1b9093d650b82557
        many f1fb4c69faccd08a
        at cd4d0bb0206fd3a7
        who 658a9c708e5423c5
        label c3988e49e96d8f31
        plain 1e29331e99732a44
        filled 9ae1c4eedf01c415
        list e655370a085fcf83
        full_list 9f18192ef43e76c5
        lists 6a7d2ab7fe4c24ef
        struct 4a64f52771fbb572
        map 8ce5c10636a5b5b5
        spec cd20c8bd81c6984978c8d9ab5ea737cd612b7fa6747bbcc0f9aeabb6c7a606ea
    "#]]
    .assert_eq(&golden(&spec, "composed"));
}

/// Every kind of damage, and every way to malform a text.
const DAMAGE: &str = r#"
[[tables]]
name = "parents"
rows = 1_000_000
columns = [
    { name = "id", kind = "sequence" },
    { name = "uuid", kind = "uuid" },
]

[[tables]]
name = "damaged"
columns = [
    { name = "nulls", kind = "integer" },
    { name = "key", kind = "sequence" },
    { name = "pair", kind = "uuid" },
    { name = "int8", kind = "integer", type = "int8", max = 100 },
    { name = "uint64", kind = "integer", type = "uint64", min = 10, max = 20 },
    { name = "float", kind = "float", min = 1.0, max = 3.0 },
    { name = "float32", kind = "float", type = "float32", min = 1.0, max = 3.0 },
    { name = "decimals", kind = "float", min = 1.0, max = 3.0, decimals = 2 },
    { name = "normal", kind = "float", min = 0.0, distribution = { normal = { mean = 5, std_dev = 1 } } },
    { name = "decimal", kind = "decimal", min = 1, max = 5 },
    { name = "date", kind = "date", from = 2020-01-01, to = 2021-01-01 },
    { name = "timestamp", kind = "timestamp", from = 2020-01-01, to = 2021-01-01 },
    { name = "time", kind = "time", from = "08:00:00", to = "09:00:00" },
    { name = "duration", kind = "duration", min = 0, max = "1h" },
    { name = "truncated", kind = "company" },
    { name = "swapped", kind = "company" },
    { name = "doubled_blank", kind = "company" },
    { name = "leading_blank", kind = "company" },
    { name = "trailing_blank", kind = "company" },
    { name = "wrong_case", kind = "company" },
    { name = "control_character", kind = "company" },
    { name = "mojibake", kind = "country", locale = "fr_fr" },
    { name = "empty", kind = "company" },
    { name = "any", kind = "country", locale = "fr_fr", nulls = 0.1 },
    { name = "id", kind = "reference", to = "parents.id" },
    { name = "uuid", kind = "reference", to = "parents.uuid" },
]
damage = [
    { kind = "null", share = 0.3, columns = ["nulls"] },
    { kind = "duplicate", share = 0.3, columns = ["key", "pair"] },
    { kind = "duplicate", share = 0.1, columns = ["pair"] },
    { kind = "out_of_range", share = 0.3 },
    { kind = "malformed", share = 0.3, how = ["truncated"], columns = ["truncated"] },
    { kind = "malformed", share = 0.3, how = ["swapped"], columns = ["swapped"] },
    { kind = "malformed", share = 0.3, how = ["doubled_blank"], columns = ["doubled_blank"] },
    { kind = "malformed", share = 0.3, how = ["leading_blank"], columns = ["leading_blank"] },
    { kind = "malformed", share = 0.3, how = ["trailing_blank"], columns = ["trailing_blank"] },
    { kind = "malformed", share = 0.3, how = ["wrong_case"], columns = ["wrong_case"] },
    { kind = "malformed", share = 0.3, how = ["control_character"], columns = ["control_character"] },
    { kind = "malformed", share = 0.3, how = ["mojibake"], columns = ["mojibake"] },
    { kind = "malformed", share = 0.3, how = ["empty"], columns = ["empty"] },
    { kind = "malformed", share = 0.3, columns = ["any"] },
    { kind = "wrong_reference", share = 0.3 },
]
"#;

#[test]
fn damage() {
    let spec = DatasetSpec::from_toml(DAMAGE).unwrap();
    let generator = Generator::compile(&spec, "damaged", 42).unwrap();
    // What a ledger says of them is a part of the contract, too.
    let mut hash = Sha256::new();
    for column in generator.ledger(0..10_000).unwrap().columns() {
        hash_values(column, &mut hash);
    }
    let ledger: String = hash.finalize()[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let golden = golden(&spec, "damaged");
    expect![[r#"
        algorithm 2
        nulls 2201b973087890eb
        key b96c9c80d3edb2ce
        pair cd10627a28ead8e1
        int8 654a436e3025cf25
        uint64 87dcf5b816ac0341
        float 4e632eff89d5b602
        float32 e149054c7fac5c2d
        decimals 041237d7702ee6d6
        normal 14cfd203400341fe
        decimal 30b73e6ea203af59
        date d131bd34ca1b2aff
        timestamp ce72c795a51959e4
        time c7414880d7aca812
        duration f63f037499e177c0
        truncated 4b803682cb905b2d
        swapped 4d461cebaf421e2b
        doubled_blank fef875473d6bbab0
        leading_blank a0961387a8a69433
        trailing_blank 482cd974dd7f72dd
        wrong_case 41b461f3be0378e8
        control_character 4e93729680df3d4a
        mojibake 63cb64dd917d2d8d
        empty c4fbc91cb31efd81
        any ece4e049d858e6c8
        id 24f228cd79298d28
        uuid 308f39c1c6f9e8c7
        spec 54d00153f55413f2a66d2f423698eabcc30a108ae5bc3a6ebac06409d3083949
        ledger f89e15a675e7dd9e
    "#]]
    .assert_eq(&format!("{golden}ledger {ledger}\n"));
}

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
        amount b8a3dd2d1403a974
        ratio 53415170d20b383b
        day ed8bc62a788d6c90
        at e2b8c759f9f249ef
        whole b6cf5d669e82bb4d
        exact c06b76120a64d13c
        float fc4cd4b38f3602c4
        due 84e35b1f95f1f243
        later 8e48bb7a27d4a781
        is_late 0b123b0ac0e7457c
        tier 5083e3d4f18e8257
        shipped 8ba7fb00a2a1b0cd
        seen e5262b123fd3907a
        excerpt c6f9a790e93f7837
        auszug 9cc8497b81712b08
        spec 04f13cd8f88e2e1f945154189e902987aea16a3ad81a6c39c3e53f398abb95cd
    "#]]
    .assert_eq(&golden);
}

#[test]
fn lineitem_events_and_sensors() {
    let mut all = String::new();
    for (name, parents) in [
        ("lineitem", "orders"),
        ("events", "sessions"),
        ("sensors", "devices"),
    ] {
        let mut spec = DatasetSpec::builtin(name).unwrap();
        let rows = match name {
            "lineitem" => 1_000_000_000_000,
            _ => 1_000_000,
        };
        spec.set_rows(parents, rows).unwrap();
        for table in spec.written_tables() {
            // Times and unique ids of the others do not reach as far.
            let ranges = match name {
                "lineitem" => RANGES,
                _ => [RANGES[0].clone(), 1_000_000..1_001_000],
            };
            all += &golden_of(&spec, &table.name, &ranges);
        }
    }
    expect![[r#"
        algorithm 2
        l_orderkey 4d2aeb5aa4659c5b
        l_partkey 83a5b46a1a30b242
        l_suppkey c21afe30ab76fbc9
        l_linenumber 6c479db299ff2f56
        l_quantity 1eeaad9805631231
        l_extendedprice 970a4b0738fabfc0
        l_discount a865be7ff02339b6
        l_tax 031d50d0b77cd4c5
        l_returnflag efe1bb122e0104f5
        l_linestatus f6d768431b0583f3
        l_shipdate 3b6c56c83fbc4d27
        l_commitdate c55b6f7de9725a5f
        l_receiptdate 9c8597f8d757550d
        l_shipinstruct 818d504d7db4a103
        l_shipmode 008b883782c55cb3
        l_comment b165ce68450df8cf
        spec 92198d31efb3250bbdc85c874571074492d70bcd0e4660a092589f215f041661
        algorithm 2
        event_id 17a691f3a3b7c965
        event_time f4193cfa0bc4026c
        received_at c8459f633f0a4186
        session_id 0043bc46b3a20197
        event_number 4085429d66f6d139
        user_id f9dc96a996bf21b2
        event_type be856abd63594368
        page 8370568e85fb9825
        device 7dde1984ae990825
        geo f587618a4d2792f8
        items a8a96e94d9b993ed
        properties 2e187fbc4824b880
        duration_ms 7a276c99aaf8801e
        spec 2ddf38d70102f078055fe50aa42838cafe348d6c17abb0b1a1ec0260a70dfa76
        algorithm 2
        device_id 2805c5fe0682015b
        model d201d50943bee2a6
        firmware 8308424a35c61d9f
        site 77bae27623b5478e
        lat 9ca21bd6d92d2342
        lon 0a452f1d030a70a4
        installed_on 22b65e4a6366c71d
        usual_temperature 60f7fa55880166b7
        battery_at_start 37a6dbc9ecb73d0e
        spec 7732202dfc9a2e97108f9442d689aff6f4e77c9313c29f5654e2cd74fb5eae6e
        algorithm 2
        device_id a5fee05adbed5960
        measured_at 75345417e8fe5cf7
        temperature_c b311639dd23bd87e
        humidity_percent c8bda6996ab22d94
        pressure_hpa 75a75a87f64af2c5
        co2_ppm bc5c98cc1c39edb3
        battery_v 263c173a058f14be
        signal_dbm b1cea97339bfcffa
        quality b5af3cd655d29019
        spec 35e2e3a24298719360bafe4b6ec75bc595ef9f2663c75bc1126e9915ee57713c
    "#]]
    .assert_eq(&all);
}
