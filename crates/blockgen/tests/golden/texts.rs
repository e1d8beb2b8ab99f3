//! Texts of all kinds, and of all locales.

use blockgen::DatasetSpec;
use expect_test::expect;

use super::golden;

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
