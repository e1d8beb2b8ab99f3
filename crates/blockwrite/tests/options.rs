//! Options: what is read from TOML, what is refused, and what stands in the file.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, StructArray,
};
use arrow::datatypes::{DataType, Field};
use blockwrite::{
    AutoEncodings, BlockWriter, ByteDrain, Encoding, ParquetBlockWriter, RowGroupEncoder,
    WriteOptions,
};
use bytes::Bytes;
use expect_test::{Expect, expect};
use parquet::basic::{Encoding as Written, PageType};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{FileReader, SerializedFileReader};

const ROWS: i64 = 5_000;

/// Columns of the types that encodings tell apart, and one within another.
fn block() -> RecordBatch {
    let rows = 0..ROWS;
    let lat = Float64Array::from_iter_values(rows.clone().map(|i| (i as f64 * 0.37).sin()));
    let place = StructArray::from(vec![(
        Arc::new(Field::new("lat", DataType::Float64, false)),
        Arc::new(lat) as ArrayRef,
    )]);
    RecordBatch::try_from_iter([
        (
            "id",
            Arc::new(Int64Array::from_iter_values(rows.clone())) as ArrayRef,
        ),
        (
            "word",
            Arc::new(StringArray::from_iter_values(
                rows.clone().map(|i| format!("https://example.org/{i:08}")),
            )),
        ),
        (
            "flag",
            Arc::new(BooleanArray::from_iter(rows.map(|i| Some(i % 7 == 0)))),
        ),
        ("place", Arc::new(place)),
    ])
    .unwrap()
}

fn options(toml: &str) -> WriteOptions {
    toml::from_str(toml).unwrap()
}

fn written(options: WriteOptions) -> Bytes {
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), options);
    writer.write_block(&block()).unwrap();
    writer.finish().unwrap();
    writer.into_sink().unwrap().take()
}

fn metadata(file: &Bytes) -> ParquetMetaData {
    ParquetMetaDataReader::new()
        .with_page_index_policy(PageIndexPolicy::Optional)
        .parse_and_finish(file)
        .unwrap()
}

#[test]
fn options_read_back_as_they_are_written() {
    let text = r#"
        compression = "zstd:3"
        page_version = "2"
        auto_encodings = "all"
        sorting = [{ column = "id", nulls_first = true }]
        [columns.id]
        encoding = "delta_binary_packed"
        bloom_filter = { distinct = 5000, false_positives = 0.01 }
        field_id = 7
        [columns."place.lat"]
        statistics = "none"
    "#;
    let read = options(text);
    let json = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<WriteOptions>(&json).unwrap(), read);
    assert_eq!(options(&toml::to_string(&read).unwrap()), read);
    assert_eq!(options(""), WriteOptions::default());
}

#[test]
fn what_no_option_may_be_is_refused_with_what_it_may() {
    let case = |toml: &str, expect: Expect| {
        let error = RowGroupEncoder::new(block().schema(), &options(toml)).unwrap_err();
        assert!(error.is_of_options(), "{error:?}");
        expect.assert_eq(&error.to_string());
    };
    case(
        "page_bytes = 7",
        expect!["`page_bytes` is 7, and allowed is 1024 (1 KiB) to 268435456 (256 MiB)"],
    );
    case(
        "page_rows = 0",
        expect!["`page_rows` is 0, and allowed is 1 and more"],
    );
    case(
        "statistics_text_bytes = 0",
        expect!["`statistics_text_bytes` is 0, and allowed is 1 and more"],
    );
    case(
        "batch_values = 0",
        expect!["`batch_values` is 0, and allowed is 1 to 1048576"],
    );
    case(
        "v2_compression_threshold = nan",
        expect!["`v2_compression_threshold` is NaN, and allowed is a number above 0"],
    );
    case(
        "columns.id.dictionary_page_bytes = 1",
        expect![
            "`columns.id.dictionary_page_bytes` is 1, and allowed is 1024 (1 KiB) to 268435456 (256 MiB)"
        ],
    );
    case(
        "columns.id.field_id = -1",
        expect!["`columns.id.field_id` is -1, and allowed is 0 to 2147483647"],
    );
    case(
        "columns.id.bloom_filter.distinct = 0",
        expect!["`columns.id.bloom_filter.distinct` is 0, and allowed is 1 to 4294967296"],
    );
    case(
        "columns.id.bloom_filter.false_positives = 1.0",
        expect![
            "`columns.id.bloom_filter.false_positives` is 1, and allowed is a number above 0 and below 1"
        ],
    );
    case(
        "columns.id.bloom_filter = { distinct = 4000000000 }",
        expect![
            "`columns.id.bloom_filter` is 4000000000 distinct values at 0.05, and allowed is what needs at most 128 MiB"
        ],
    );
    case(
        "columns.flag.bloom_filter = {}",
        expect!["`columns.flag.bloom_filter` is one, and allowed is none, because it is a BOOLEAN"],
    );
    case(
        "columns.flag.encoding = 'dictionary'",
        expect![
            "`columns.flag.encoding` is dictionary, and allowed is auto, plain, rle for BOOLEAN"
        ],
    );
    case(
        "columns.word.encoding = 'delta_binary_packed'",
        expect![
            "`columns.word.encoding` is delta_binary_packed, and allowed is auto, plain, dictionary, delta_length_byte_array, delta_byte_array for BYTE_ARRAY"
        ],
    );
    case(
        "columns.place.encoding = 'rle'",
        expect![
            "`columns.place.lat.encoding` is rle, and allowed is auto, plain, dictionary, byte_stream_split for DOUBLE"
        ],
    );
    case(
        "columns.'place.lot'.encoding = 'plain'",
        expect![
            "`columns` names the column `place.lot`, which the schema does not have: did you mean `place.lat`? (columns: id, word, flag, place, place.lat)"
        ],
    );
    case(
        "sorting = [{ column = 'id' }, { column = 'id' }]",
        expect!["`sorting` is `id` twice, and allowed is each column once"],
    );
}

#[test]
fn a_word_that_is_no_option_is_refused_with_its_line() {
    let case = |toml: &str, expect: Expect| {
        let error = toml::from_str::<WriteOptions>(toml).unwrap_err();
        expect.assert_eq(&error.to_string());
    };
    case(
        "page_bytes = 1024\ncompresion = 'none'\n",
        expect![[r#"
        TOML parse error at line 2, column 1
          |
        2 | compresion = 'none'
          | ^^^^^^^^^^
        unknown field `compresion`, expected one of `compression`, `compatibility`, `auto_encodings`, `statistics`, `statistics_text_bytes`, `page_statistics_text_bytes`, `page_header_statistics`, `offset_index`, `page_bytes`, `page_rows`, `dictionary_page_bytes`, `batch_values`, `page_version`, `v2_compression_threshold`, `sorting`, `bloom_filter_position`, `schema_policy`, `match_by_name`, `coerce_types`, `arrow_schema`, `path_in_schema`, `schema_root`, `created_by`, `columns`, `key_value_metadata`
    "#]],
    );
    case(
        "[columns.id]\nencoding = 'delta'\n",
        expect![[r#"
        TOML parse error at line 2, column 12
          |
        2 | encoding = 'delta'
          |            ^^^^^^^
        unknown variant `delta`, expected one of `auto`, `dictionary`, `plain`, `rle`, `delta_binary_packed`, `delta_length_byte_array`, `delta_byte_array`, `byte_stream_split`
    "#]],
    );
}

#[test]
fn an_encoding_that_is_asked_for_is_in_the_file() {
    let case = |column: &str, encoding: &str, written_as: Written| {
        for version in ["1", "2"] {
            let file = written(options(&format!(
                "page_version = '{version}'\ncolumns.'{column}'.encoding = '{encoding}'"
            )));
            let reader = SerializedFileReader::new(file).unwrap();
            let group = reader.get_row_group(0).unwrap();
            let group_columns = group.metadata().columns();
            let at = group_columns
                .iter()
                .position(|c| c.column_path().string() == column)
                .unwrap();
            let mut pages = group.get_column_page_reader(at).unwrap();
            while let Some(page) = pages.get_next_page().unwrap() {
                match page.page_type() {
                    PageType::DICTIONARY_PAGE => assert_eq!(encoding, "dictionary"),
                    of_data => {
                        let wanted = match version {
                            "1" => PageType::DATA_PAGE,
                            _ => PageType::DATA_PAGE_V2,
                        };
                        assert_eq!(of_data, wanted, "{column}");
                        assert_eq!(page.encoding(), written_as, "{column} {encoding}");
                    }
                }
            }
        }
    };
    case("id", "plain", Written::PLAIN);
    case("id", "dictionary", Written::RLE_DICTIONARY);
    case("id", "delta_binary_packed", Written::DELTA_BINARY_PACKED);
    case("id", "byte_stream_split", Written::BYTE_STREAM_SPLIT);
    case(
        "word",
        "delta_length_byte_array",
        Written::DELTA_LENGTH_BYTE_ARRAY,
    );
    case("word", "delta_byte_array", Written::DELTA_BYTE_ARRAY);
    case("flag", "rle", Written::RLE);
    case("place.lat", "byte_stream_split", Written::BYTE_STREAM_SPLIT);
}

#[test]
fn auto_says_what_it_chose_and_why() {
    let case = |toml: &str, expect: Expect| {
        let encoder = RowGroupEncoder::tuned(&block(), &options(toml)).unwrap();
        let lines = encoder.choices().iter();
        let lines = lines.map(|choice| format!("{}: {choice}", choice.column));
        expect.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
    };
    case(
        "columns.word.encoding = 'delta_byte_array'",
        expect![[r#"
        id: plain, as all 5000 values differ
        word: delta_byte_array, as asked for
        flag: plain, the only one for its type
        place.lat: plain, as all 5000 values differ"#]],
    );
    case(
        "auto_encodings = 'all'",
        expect![[r#"
            id: delta_binary_packed, which saves 99 % of the bytes (5000 distinct values of 5000)
            word: delta_byte_array, which saves 94 % of the bytes (5000 distinct values of 5000)
            flag: plain, as nothing else saves enough (2 distinct values of 5000)
            place.lat: plain, as nothing else saves enough (5000 distinct values of 5000)"#]],
    );
    case(
        "auto_encodings = 'all'\ncompression = 'zstd'",
        expect![[r#"
        id: delta_binary_packed, which saves 99 % of the bytes (5000 distinct values of 5000)
        word: delta_byte_array, which saves 69 % of the bytes (5000 distinct values of 5000)
        flag: plain, as nothing else saves enough (2 distinct values of 5000)
        place.lat: plain, as nothing else saves enough (5000 distinct values of 5000)"#]],
    );

    let encoder = RowGroupEncoder::tuned(&block(), &WriteOptions::default()).unwrap();
    let id = serde_json::to_string(&encoder.choices()[0]).unwrap();
    expect![[r#"{"column":"id","encoding":"plain","reason":"all_distinct","distinct":5000,"values":5000,"trials":[{"encoding":"plain","bytes":20038}]}"#]].assert_eq(&id);
    assert_eq!(encoder.options().auto_encodings, AutoEncodings::Everywhere);
    assert_eq!(
        encoder.options().columns["id"].encoding,
        Some(Encoding::Plain)
    );
}

#[test]
fn what_the_options_say_stands_in_the_file() {
    let file = written(options(
        r#"
        statistics = "page"
        statistics_text_bytes = 4
        page_statistics_text_bytes = 6
        page_bytes = 4096
        page_rows = 1000
        batch_values = 100
        created_by = "a test"
        schema_root = "hive_schema"
        arrow_schema = false
        bloom_filter_position = "end"
        [columns.id]
        statistics = "none"
        bloom_filter = { distinct = 5000, false_positives = 0.01 }
        field_id = 7
        [columns.place]
        field_id = 8
        compression = "none"
        [columns."place.lat"]
        field_id = 9
        "#,
    ));
    let metadata = metadata(&file);
    let about = metadata.file_metadata();
    assert_eq!(about.created_by(), Some("a test"));
    assert!(about.key_value_metadata().is_none_or(Vec::is_empty));
    let root = about.schema_descr().root_schema();
    assert_eq!(root.name(), "hive_schema");
    let ids: Vec<_> = root
        .get_fields()
        .iter()
        .map(|field| {
            let info = field.get_basic_info();
            info.has_id().then(|| info.id())
        })
        .collect();
    assert_eq!(ids, [Some(7), None, None, Some(8)]);
    assert_eq!(
        about
            .schema_descr()
            .column(3)
            .self_type()
            .get_basic_info()
            .id(),
        9
    );

    let columns = metadata.row_group(0).columns();
    assert!(columns[0].statistics().is_none(), "none were wanted");
    assert!(columns[0].bloom_filter_offset().is_some());
    assert_eq!(columns[3].compression().to_string(), "UNCOMPRESSED");
    let words = columns[1].statistics().unwrap();
    assert_eq!(words.min_bytes_opt(), Some(&b"http"[..]));
    assert!(!words.min_is_exact());
    let pages = metadata.offset_index().unwrap()[0][1].page_locations();
    assert_eq!(
        pages[1].first_row_index, 200,
        "4 KiB of 32 bytes, seen after each 100 values"
    );
    let pages = metadata.offset_index().unwrap()[0][2].page_locations();
    assert_eq!(pages[1].first_row_index, 1_000);
}

#[test]
fn offsets_can_be_left_out() {
    let with = metadata(&written(WriteOptions::default()));
    assert!(with.row_group(0).column(0).offset_index_offset().is_some());
    let without = metadata(&written(options("offset_index = false")));
    assert!(
        without
            .row_group(0)
            .column(0)
            .offset_index_offset()
            .is_none()
    );
}

#[test]
fn a_filter_excludes_what_is_not_there() {
    let file = written(options(
        "columns.id.bloom_filter = { distinct = 5000, false_positives = 0.01 }",
    ));
    let properties = parquet::file::serialized_reader::ReadOptionsBuilder::new()
        .with_reader_properties(
            parquet::file::properties::ReaderProperties::builder()
                .set_read_bloom_filter(true)
                .build(),
        )
        .build();
    let reader = SerializedFileReader::new_with_options(file, properties).unwrap();
    let group = reader.get_row_group(0).unwrap();
    let filter = group.get_column_bloom_filter(0).unwrap();
    assert!((0..ROWS).all(|id| filter.check(&id)));
    let wrong = (ROWS..ROWS + 100_000).filter(|id| filter.check(id)).count();
    assert!(wrong < 2_000, "{wrong} of 100000, and 1000 were asked for");
}
