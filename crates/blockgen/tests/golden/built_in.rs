//! The built-in data sets.

use blockgen::DatasetSpec;
use expect_test::expect;

use super::{RANGES, golden, golden_of};

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
