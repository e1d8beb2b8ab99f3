//! Numbers of all kinds.

use blockgen::DatasetSpec;
use expect_test::expect;

use super::golden;

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
