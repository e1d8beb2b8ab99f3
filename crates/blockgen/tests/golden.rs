//! The contract on values: what one version of the algorithm made, every later build with the same
//! number makes.
//!
//! When this test fails, values have changed, and files made before can no longer be made again.
//! If that is wanted, raise `ALGORITHM_VERSION` and then let the test write the new hashes
//! (`UPDATE_EXPECT=1`); if it is not, the change is a defect.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fmt::Write;

use arrow::array::ArrayRef;
use arrow::buffer::OffsetBuffer;
use arrow::compute::{cast, filter, is_not_null};
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
        id e9a43afc68a0d1fd
        uuid a9d94d115554ce7a
        name fce57a06724573f0
        email 559165d73629e810
        phone 592874301f6e4885
        street 1478223cf361bcfa
        city 7feb4d95763c2b8d
        country 8bf069e55d8f142d
        company b189d6a4901e1e94
        job c6b65128abac1d5d
        salary 0e07da2bd109f63e
        age 08b7d18b0ade5ff0
        is_active 3519c091dfab7afa
        created_at e6bc3b87e9430f85
        notes 4a5fa9ec3fcd61e6
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
        from_far_below 3bcc089a282b518a
        from_one e9a43afc68a0d1fd
        person f251a99f21e9c213
        address 429ae15d94afdb15
        unit 79a136b60d7e468d
        wide 7715302674399f00
        whole 14a976b9164e70cc
        price c056ee8319b6f776
        fine 99369962ebc8de77
        int32 0a74b528861663f4
        int64 ee63a34942ec8085
        any_int64 f886e94c7785aa77
        one_int64 ab318a1794b7298e
        seldom caa50903a8169061
        even b1403cd1b833df45
        any_time fb5b17d4507a3212
        one_day 2e02c5cbe738c8f5
        one_word 328d7c81631fa5bd
        one_lane 6273a83070f81a12
        two_lanes 7812d1a4815cda5e
        long ce34c42cab8db190
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
        parent_id 5e21a791c47e3c97
        line_number 7fc6fd8c463178b7
        parent_price f5946f86aa8df215
        uniform fc4e78eb0f29048a
        zipf 947bd7c84067acb6
        steep badb4cbb7bbaa94e
        missing 78b64c8dcbca448f
        price 82daef8f3461f122
        amount 43f8bf34e7dcb479
        spec 98e31491bd1b482943518b8a9c8ed3efab53f9e257796cad4641031bd8c192f3
        algorithm 2
        id c30204f5ef668dda
        spec 0ae561b8070081dd7f2c102b1da4b172940a0217274dda83a06d14de451616d8
        algorithm 2
        parent_id 10abc5eec65ad5ac
        line_number 32ef72e43667837e
        spec ef8eb716c22e67ca23663341d4bc2d3c6614186c1c76f68b0fe7c3d3ef8ce896
        algorithm 2
        parent_id 7902cc0cd8f7e629
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
        customer_id e9a43afc68a0d1fd
        name b43377f509aeb349
        email 8818f23f330b890f
        phone 4394bb24c100c37c
        street c1cff94053b4c0ef
        city eb3d562eacfc4475
        country 133943379f8aec1c
        newsletter 9be53730eac4b4d0
        registered_at ef4d067d0f2eb30d
        referred_by 527084f5fbb90acf
        spec cbc1e9e6b036f56c97fb3e17f7125ccd938e0d24b98f7a3b5d41aa8c6da086dc
        algorithm 2
        product_id 452102e73cea7811
        sku 8908fade49b535d9
        description ab9cc94093160ea4
        category 7adf1519f1023eef
        supplier f78f4626e470f6cf
        price 1842c2070f9647ca
        weight_g 867fea075172579a
        spec af6edc97fa0f260f21b188df1432ea5ad7e75fa6fcadbc38d3dc3713ff819de7
        algorithm 2
        order_id 5cda536f09f71102
        customer_id f9b30e31976843fa
        country 66f9ce4797961af9
        ordered_at f3333675f633dc23
        status 271af163dd11238c
        payment 664f752f8e3ef2a3
        is_gift d5e63cce55948a0c
        comment c84079c5f50e4bd7
        spec 5d7c4d91dfb2b68754a4a0f2233896bc55d076951dd76a752e81c0809e564150
        algorithm 2
        order_id 7eb81a6eaded7f9a
        line_number f5dc8325592d5e1a
        product_id e69957124bec3091
        category 088ced3ab90083ca
        unit_price 6a598cbf2a48f3c2
        quantity 668768e04ef0397d
        amount 69e59c417fcc7d4b
        ordered_at 660405d4c6ca4846
        country 7561c3efd9a97f20
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
        int8 b8aba8a793abb17e
        int16 6a0a7d2a72399e61
        uint8 8018680bcb2f3f8b
        uint16 6fc2bf78047704d9
        uint32 71ddb860afd6d6b3
        uint64 98fb7beb1e820d54
        unique 5d5ecbfc2b31be72
        unique_any 99e71f904da23407
        normal_int 0489df7001aa7fa2
        zipf a6acd69a69a725b1
        zipf_1 709ca4e4f62f2dc5
        poisson fad569054da7fdbd
        weights afac97105cdabd49
        float32 9d2dfeb3c850fe54
        float32_decimals 8d6b69a8507f4c31
        normal a3cd566ac845265e
        normal_part 227837a4781bf55e
        log_normal 1650c48165b72433
        exponential 8ce79bcb7cfe22cb
        pareto 40f1afcee3174953
        beta b0a2f1e5c71e8704
        beta_small 43bb72fd055572da
        float_weights 1ab7a2e3647ee057
        decimals f5019bb8ede5fd1f
        price 039c336eb299d4c5
        wide b1f6bfd9607f6283
        decimal_normal cf9ca246b93bc86b
        constant 8a513fd109969a5d
        choice 164202b90da51343
        choice_weights 49a41dbb682fed51
        choice_int 81c21ba93dd8b4c3
        choice_float 69b57a0474df47e0
        choice_bool 9b606822b0b126fe
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
        first_name 2767bd1c3ce21df2
        last_name ad653050da6c3032
        name_with_title d3e12a56e7191df4
        title 1d046e29e1d013bc
        suffix 358ffc22c2ee8e84
        gender 0445f84fbd8fcb70
        email daede768285ed1c6
        free_email 7cf55c23f4b64688
        username 376d3aa7a1abfcbd
        unique_username e303deb5b9e6cd0b
        password d92d96821e8facae
        long_password a6f93d28e53cc245
        cell_phone 41b29a6cecfc6195
        street_name 0063c9b245fc7aaf
        secondary_address 75983490aceb7bf9
        building_number 06b60572c2476c92
        zip_code 4ca35e2a8e1bb0d7
        postcode 5b2553e9774700cb
        state bab11b85373a88ae
        state_abbreviation 630ad2d982f0d090
        country_code d350c4f8a42638a9
        time_zone 588bb90b3d7de30b
        latitude 588e92cdcb83f23d
        longitude af8024d8163136d7
        geohash c8e2a3c650dc1ccd
        license_plate ce1965cdf45217e7
        company_suffix ced2b92a8e6cf765
        buzzword 59053334ed284405
        catch_phrase ac7da242107ea006
        bs 5f49f27af71a4f75
        industry 7a679740a835ee15
        profession fe79687ccc9a1ddf
        job_seniority f242c95a76d3fcd1
        job_field 788f1cb3da3702fe
        job_position 104646ad902fddc8
        domain 85d2740cd4f5c98c
        open_domain 509772ca0ae91071
        domain_suffix 3254101fcc0a9cb0
        url cb34b134e4ac75cc
        ipv4 c64ca387774a247e
        ipv6 d7ac28b4484fd639
        mac 72b587ef7bd71981
        http_status 0e9b91d9760ce024
        image_url 38578cdcc2e0e213
        user_agent 059ef2fd08727ce8
        credit_card 0d7c1a2a6cfde1b2
        iban a5e90afabab28cb7
        bic 01a84195cd0cecab
        isin 7c827021fea3ca46
        currency_code 33633219595a0908
        currency_name 2ac0716998feb7a0
        currency_symbol 95406b7819256e36
        word 2a421945c2071a1d
        words b5f3baefe582ef21
        many_words 58b935ed8a77eed2
        paragraph 0f547ba67172dadf
        bold 522777f266a4f092
        italic b7d68e81313b7029
        link 4adfdf3d150eb8cd
        bullet_points 5da2d4e13488273e
        list_items f628e24cba5d06a1
        block_quote e3d1af5523362081
        code b528854b489aaebc
        hex_color 5200d7528cf1e495
        rgb_color 2eaecd42cf8f8458
        rgba_color ab0016ddd95c306f
        hsl_color 9455925f3eb026fb
        hsla_color fce4a6917d5fc077
        isbn10 b2c378ff9f630b81
        isbn13 636cc06d967b07bc
        file_name e1cfcd21d7ecac5e
        file_path 77b70fa5b826ebf1
        dir_path b072bf494b53dc8c
        file_extension 2911f7f89ea35584
        mime_type 59aee126a445bd17
        semver 2694e41c8e3c2fcb
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
        name caee10d884bf83d6
        name_with_title 4328c4fbd7872af1
        gender c9cda90cd6012e0d
        email 834b0df3af3b7c3d
        username 009b10151590f2ab
        free_email 826e524348f33f1c
        phone d5141a4bd43d7088
        cell_phone f1a9f36be033ef71
        street_address c0dc2745a6598efc
        secondary_address e909c1271ec8193b
        building_number 55221c214abba803
        city 96ca9621b2cded4a
        zip_code 6234c5b27317d0fb
        postcode e3ffaa8d9a4ff733
        state 68cda409ce726cd5
        country e626fca9c210697f
        license_plate a4129943d866d558
        company b56579cedc168c3a
        catch_phrase 1cab33d3a7a83c0b
        bs 89b7705ea26ae6c6
        industry c6a570715964b0f0
        profession 99667d772ce0c62b
        job 79bf708b439221aa
        domain b8940499150b8420
        iban 5e1e4450ca1fe92f
        currency_name f24860918811d57a
        lorem 34610904f48dade3
        paragraph e78f1306eaaffcbf
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
        by_seven 77c81d189725b162
        unsigned e09b4b4f62dc96c0
        version_7 338e96beb0fb3826
        close_7 f363ef570bc173f6
        seconds 26ecbb8fb4b9c814
        millis a4129a0637b68bbb
        nanos 0011bbe0dde02be4
        zoned bb4df096af88ed26
        quarters 603138bef0a8b922
        line e120e53f5ae82248
        delayed 0dfcdd8db3a646b3
        stepped 46875ed7b672bbdc
        day 807c6ef2986a5f01
        monday ae0d8c4a3591469d
        on_and_on 437d4acc65d7bdb5
        time 4b881ee27f0453c9
        opening 92f69b503df41960
        fine 4cabdf17a2ff1a91
        wait cf9e8eeb91b83be4
        hours f9c29f55b86f7850
        bytes eb4554eaee0d8c83
        digest 1c92095663623485
        hash 039b280278f995d5
        short_hash 5e8613947bbc5405
        spec 36560c24bc5c9d863d63fa8a1746514cc744d4835c63a4d8a4a3a84814538218
    "#]]
    .assert_eq(&golden);
}

/// Which rows have a value, and those values as little-endian numbers or as length and text, not as
/// buffers: how Arrow lays an array out, and what it holds where a null is, is no part of the
/// contract.
fn hash_values(column: &ArrayRef, hash: &mut Sha256) {
    use arrow::array::AsArray;
    use arrow::datatypes::{Decimal128Type, Float32Type, Float64Type, Int64Type, UInt64Type};

    let valid = is_not_null(column).unwrap();
    for valid in valid.values() {
        hash.update([u8::from(valid)]);
    }
    let column = &filter(column, &valid).unwrap();
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
            hash_lengths(lists.offsets(), hash);
            hash_values(&values_of(lists.values(), lists.offsets()), hash);
        }
        DataType::Map(..) => {
            let maps = column.as_map();
            hash_lengths(maps.offsets(), hash);
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

fn hash_lengths(offsets: &OffsetBuffer<i32>, hash: &mut Sha256) {
    for length in offsets.lengths() {
        hash.update((length as u64).to_le_bytes());
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
        digits 9bc0226e546cd18e
        mixed 6dfc3297c3963f3c
        serial ddc3c4941fed5bdd
        long_serial e0474cc0e4a31842
        score 98b12b23ce42e018
        many d79ebe0b65521b15
        at e6c1413be05e7894
        who 42cf782c9109c0c1
        label d2b434b5e6e7af6c
        plain e4e37df9a9d33783
        filled 8b370b455be6d2ef
        list dea5d0e228708e42
        full_list 6c25b37e110c1af1
        lists e649453582e01097
        struct e3231ba87b01ff83
        map df6752ed9725e6a3
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
        nulls e4e4052e1ede1f60
        key e066e62ffd7f9018
        pair 8122ae4f5ac33ead
        int8 efb86208bd5ae898
        uint64 d71ed7876a27bccd
        float f8af38ffecb4f31d
        float32 00ed2cb1f690a0fd
        decimals 7da55334862f77cf
        normal e45832adfaea049e
        decimal ba88511de6735cee
        date 392cf4a0ff92552e
        timestamp 9429c9ebb9bfc248
        time adebca2c9202a092
        duration 03b8af3b389465ec
        truncated 32b1c69cfa69e596
        swapped 3f813b41e3a6f086
        doubled_blank 6a7f97385aacb85d
        leading_blank e2c19a626838ca55
        trailing_blank 852269e0dcc6ac06
        wrong_case d08fccb52fb7e478
        control_character 5f42cb19c30ee572
        mojibake 6890205a472fff94
        empty 2ffd9619150a5708
        any 08ff8a504ad09bbb
        id 84301a5d4c44b7f3
        uuid 88d44aeda6c64ce6
        spec 54d00153f55413f2a66d2f423698eabcc30a108ae5bc3a6ebac06409d3083949
        ledger ddf42a74b1aa5a65
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
        l_orderkey 3275400d944a2bb5
        l_partkey 0c188af8f4ff35c3
        l_suppkey 48c21a5c45a267ea
        l_linenumber 65ea0e0edd6d2bfe
        l_quantity b4d2d0ad62124323
        l_extendedprice 33d7fac7fb104a9e
        l_discount d2bbbba8df3230f3
        l_tax 45e15789d01fc71b
        l_returnflag 4bda4458152f508f
        l_linestatus 3c531c6db955c4c1
        l_shipdate d435ea582bcb39d7
        l_commitdate 088bf71bc7b7655d
        l_receiptdate 385359fa40dec6d5
        l_shipinstruct 97eb445a7d853a9d
        l_shipmode fdeaffeb43bf6d20
        l_comment 4b4b935585d7fab3
        spec 92198d31efb3250bbdc85c874571074492d70bcd0e4660a092589f215f041661
        algorithm 2
        event_id d9b38e816c3a562a
        event_time b348d82694697be0
        received_at 6ff722c27292bc4b
        session_id 70f9625f220a380e
        event_number f21a7d584bbc0203
        user_id bcaa7ec231441dd9
        event_type c80359e2217016e5
        page 4c7544d242841dbb
        device 17ce9d6fe9c24d7a
        geo f02e46b09d3a72ba
        items a6b4729f1e7ee279
        properties 48d0b629456438af
        duration_ms d5326fc9aef6b04b
        spec 2ddf38d70102f078055fe50aa42838cafe348d6c17abb0b1a1ec0260a70dfa76
        algorithm 2
        device_id ad8f657c7d49f2f2
        model f9927330df316709
        firmware ebda5b285e3e7a3e
        site d5613102f436e796
        lat 06f43bcb64fedf87
        lon 2eb244578e0e5af1
        installed_on 8dfe53b46897261b
        usual_temperature 1abe6fdbf44740f9
        battery_at_start 2a1932a31575e037
        spec 7732202dfc9a2e97108f9442d689aff6f4e77c9313c29f5654e2cd74fb5eae6e
        algorithm 2
        device_id 1761ab7b1f4be945
        measured_at 36566e1c1495f5f9
        temperature_c e0919957367b3b00
        humidity_percent 4f7e1a49ee630f2b
        pressure_hpa fb5cb19e5c91cc66
        co2_ppm 7d7679af25d56b4b
        battery_v 68cd2968786aaf6d
        signal_dbm ec1fe635601b8acb
        quality af1c71d54761b033
        spec 35e2e3a24298719360bafe4b6ec75bc595ef9f2663c75bc1126e9915ee57713c
    "#]]
    .assert_eq(&all);
}
