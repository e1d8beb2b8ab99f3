//! Both ways to a chunk held against each other: what is made here must read back as what went in,
//! and say of itself what the parquet crate's own column writers say.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array,
    Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, LargeBinaryArray,
    LargeStringArray, RecordBatch, StringArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Encoding as PageEncoding;
use parquet::column::page::Page;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::SerializedFileReader;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::{
    BlockWriter as _, ColumnOptions, Encoding, ParquetBlockWriter, RowGroupEncoder,
    StatisticsLevel, WriteOptions,
};

/// A file with the block as its only row group.
fn written(encoder: &RowGroupEncoder, block: &RecordBatch) -> Bytes {
    let mut writer = ParquetBlockWriter::with_encoder(Vec::new(), encoder).unwrap();
    writer.write_block(block).unwrap();
    writer.finish().unwrap();
    writer.into_sink().unwrap().into()
}

fn read(file: &Bytes) -> Vec<RecordBatch> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file.clone()).unwrap();
    let reader = builder.with_batch_size(usize::MAX >> 8).build().unwrap();
    reader.map(Result::unwrap).collect()
}

/// What must be the same of a chunk, whoever made it.
fn told(chunk: &ColumnChunkMetaData) -> impl PartialEq + std::fmt::Debug {
    (
        (
            chunk.column_descr_ptr(),
            chunk.compression(),
            chunk.num_values(),
        ),
        chunk.statistics().map(|statistics| {
            (
                format!("{statistics:?}"),
                statistics.min_bytes_opt().map(<[u8]>::to_vec),
                statistics.max_bytes_opt().map(<[u8]>::to_vec),
                statistics.is_min_max_deprecated(),
                statistics.is_min_max_backwards_compatible(),
            )
        }),
        chunk.unencoded_byte_array_data_bytes(),
        chunk.definition_level_histogram().cloned(),
        chunk.repetition_level_histogram().cloned(),
    )
}

/// A chunk as the footer has it, and how many data pages it has.
type Chunk = (ColumnChunkMetaData, usize);

/// Writes the array both ways, reads both, and compares; gives both chunks.
fn check(array: &ArrayRef, nullable: bool, options: &WriteOptions) -> [Chunk; 2] {
    let field = Field::new("it", array.data_type().clone(), nullable);
    let schema = Arc::new(Schema::new(vec![field]));
    let block = RecordBatch::try_new(schema.clone(), vec![array.clone()]).unwrap();
    let ours = RowGroupEncoder::new(schema, options).unwrap();
    assert!(
        ours.is_direct(0),
        "{:?} is not encoded here",
        array.data_type()
    );
    let files = [written(&ours, &block), written(&ours.generic(), &block)];
    let chunks = files.map(|file| {
        assert_same(array, &read(&file));
        let pages = check_pages(&file, options);
        let file = SerializedFileReader::new(file).unwrap();
        (file.metadata().row_group(0).column(0).clone(), pages)
    });
    assert_eq!(
        format!("{:?}", told(&chunks[0].0)),
        format!("{:?}", told(&chunks[1].0))
    );
    chunks
}

/// Equal to the bit: what is not a number is not equal to itself, but must come back.
fn assert_same(array: &ArrayRef, batches: &[RecordBatch]) {
    let [batch] = batches else {
        panic!("{} batches", batches.len())
    };
    let read = batch.column(0);
    assert_eq!(read.nulls().cloned(), normal_nulls(array));
    match array.data_type() {
        DataType::Float32 | DataType::Float64 => {
            let bits = |array: &ArrayRef| format!("{:?}", array.slice(0, array.len()));
            assert_eq!(bits(read), bits(array));
            let sign = |array: &ArrayRef| match array.as_any().downcast_ref::<Float64Array>() {
                Some(doubles) => doubles.iter().map(|v| v.map(f64::to_bits)).collect(),
                None => Vec::new(),
            };
            assert_eq!(sign(read), sign(array));
        }
        _ => assert_eq!(read, array),
    }
}

/// The nulls as a reader gives them back: none at all if no row is null.
fn normal_nulls(array: &ArrayRef) -> Option<arrow::buffer::NullBuffer> {
    array
        .nulls()
        .filter(|nulls| nulls.null_count() > 0)
        .cloned()
}

/// The pages have the rows that the footer counts, and are no larger than asked for; how many there
/// are that hold data.
fn check_pages(file: &Bytes, options: &WriteOptions) -> usize {
    let reader = SerializedFileReader::new(file.clone()).unwrap();
    let group = reader.get_row_group(0).unwrap();
    let chunk = group.metadata().column(0).clone();
    let mut pages = group.get_column_page_reader(0).unwrap();
    let (mut rows, mut data_pages) = (0, 0);
    while let Some(page) = pages.get_next_page().unwrap() {
        let Page::DataPage {
            buf,
            num_values,
            encoding,
            ..
        } = page
        else {
            assert_eq!(data_pages, 0, "the dictionary comes first");
            continue;
        };
        rows += i64::from(num_values);
        data_pages += 1;
        assert!(matches!(
            encoding,
            PageEncoding::PLAIN | PageEncoding::RLE_DICTIONARY
        ));
        // The parquet crate counts a thousand values at once.
        let most = options.page_bytes + options.page_bytes / 8 + 80 * 1024;
        assert!(buf.len() <= most, "{} bytes in a page", buf.len());
    }
    assert_eq!(rows, chunk.num_values());
    data_pages
}

/// An encoder that tries nothing makes dictionaries wherever they can be.
fn encoding(dictionary: bool) -> Encoding {
    if dictionary {
        Encoding::Auto
    } else {
        Encoding::Plain
    }
}

fn options() -> impl Strategy<Value = WriteOptions> {
    let codecs = select(vec!["none", "snappy", "lz4", "zstd:1", "zstd:3"]);
    let statistics = select(vec![StatisticsLevel::None, StatisticsLevel::Chunk]);
    let page_bytes = select(vec![1024, 4096, 1024 * 1024]);
    (codecs, statistics, page_bytes, any::<bool>()).prop_map(
        |(codec, statistics, page_bytes, dictionary)| WriteOptions {
            compression: codec.parse().unwrap(),
            statistics,
            page_bytes,
            columns: [(
                "it".to_owned(),
                ColumnOptions {
                    encoding: Some(encoding(dictionary)),
                    ..ColumnOptions::default()
                },
            )]
            .into(),
            ..WriteOptions::default()
        },
    )
}

/// Values of which many are equal, and few are nothing.
fn some<T: Clone + std::fmt::Debug + 'static>(
    values: BoxedStrategy<T>,
) -> BoxedStrategy<Vec<Option<T>>> {
    let pool = vec(values.clone(), 1..20);
    let repeated = pool.prop_flat_map(|pool| vec(proptest::option::of(select(pool)), 1..700));
    let fresh = vec(proptest::option::weighted(0.9, values.clone()), 1..700);
    // Long runs of rows that are all something, or all nothing.
    let runs = vec((proptest::option::of(values), 1_usize..90), 1..20).prop_map(|runs| {
        let runs = runs.into_iter();
        let repeated = runs.flat_map(|(value, count)| std::iter::repeat_n(value, count));
        repeated.collect::<Vec<_>>()
    });
    prop_oneof![repeated, fresh, runs].boxed()
}

/// Numbers of all sizes: most that are drawn over the whole range are large.
fn number<T>() -> BoxedStrategy<T>
where
    T: Arbitrary + TryFrom<i64> + Default + 'static,
    T::Strategy: 'static,
{
    let mixed = any::<(T, i64, bool)>().prop_map(|(any, small, pick)| {
        let small = T::try_from(small % 100).unwrap_or_default();
        if pick { any } else { small }
    });
    mixed.boxed()
}

fn doubles() -> BoxedStrategy<f64> {
    let special = [0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.5];
    prop_oneof![any::<f64>(), select(special.to_vec())].boxed()
}

fn texts() -> BoxedStrategy<String> {
    prop_oneof![
        "[a-c]{0,3}",
        ".{0,40}",
        "[a-z]{60,70}",
        "(\u{10FFFF}|é|z){30,50}",
    ]
    .boxed()
}

fn blobs() -> BoxedStrategy<Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..40),
        vec(250_u8..=255, 60..80),
        vec(select(vec![0_u8, 1, 255]), 0..12),
    ]
    .boxed()
}

fn arrays() -> BoxedStrategy<ArrayRef> {
    macro_rules! of {
        ($array:ty, $values:expr) => {
            some($values)
                .prop_map(|values| Arc::new(<$array>::from_iter(values)) as ArrayRef)
                .boxed()
        };
    }
    let decimal = |precision: u8, most: i128| {
        some((-most..=most).boxed())
            .prop_map(move |values| {
                let array = Decimal128Array::from_iter(values);
                Arc::new(array.with_precision_and_scale(precision, 2).unwrap()) as ArrayRef
            })
            .boxed()
    };
    proptest::strategy::Union::new([
        of!(Int8Array, number::<i8>()),
        of!(Int16Array, number::<i16>()),
        of!(Int32Array, number::<i32>()),
        of!(Int64Array, number::<i64>()),
        of!(UInt8Array, number::<u8>()),
        of!(UInt16Array, number::<u16>()),
        of!(UInt32Array, number::<u32>()),
        of!(UInt64Array, number::<u64>()),
        of!(Date32Array, number::<i32>()),
        of!(Time64MicrosecondArray, number::<i64>()),
        of!(TimestampMicrosecondArray, number::<i64>()),
        of!(
            Float32Array,
            doubles().prop_map(|value| value as f32).boxed()
        ),
        of!(Float64Array, doubles()),
        of!(BooleanArray, any::<bool>().boxed()),
        of!(StringArray, texts()),
        of!(LargeStringArray, texts()),
        of!(BinaryArray, blobs()),
        of!(LargeBinaryArray, blobs()),
        decimal(9, 999_999_999),
        decimal(15, 999_999_999_999_999),
    ])
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn chunks_say_and_hold_the_same_whoever_made_them(
        array in arrays(),
        (from, to) in (0.0..1.0_f64, 0.0..=1.0_f64),
        options in options(),
    ) {
        let rows = array.len() as f64;
        let start = (rows * from) as usize;
        let length = (((rows - start as f64) * to) as usize).max(1);
        let array = array.slice(start, length);
        check(&array, true, &options);
        if array.null_count() == 0 {
            check(&array, false, &options);
        }
    }
}

/// One column of many values.
fn plain(array: impl Array + 'static, dictionary: bool) -> [Chunk; 2] {
    let mut options = WriteOptions::default();
    options.columns.entry("it".into()).or_default().encoding = Some(encoding(dictionary));
    check(&(Arc::new(array) as ArrayRef), true, &options)
}

#[test]
fn many_values_take_many_pages() {
    let rows = 300_000;
    let texts = (0..rows).map(|row| (row % 7 != 0).then(|| format!("text number {row}")));
    let [(_, ours), (_, theirs)] = plain(StringArray::from_iter(texts), false);
    // The parquet crate ends a page behind its limit, this one before it.
    assert!(
        ours == theirs || ours == theirs + 1,
        "{ours} and {theirs} pages"
    );
    let [(_, ours), _] = plain(Int64Array::from_iter((0..rows).map(|row| row * row)), false);
    assert_eq!(ours, 3);
}

#[test]
fn a_dictionary_of_many_entries_is_read_back() {
    let scattered = |row: i64| row.wrapping_mul(7_919) % 60_000;
    let [(ours, _), (theirs, _)] = plain(
        Int64Array::from_iter_values((0..200_000).map(scattered)),
        true,
    );
    assert!(ours.dictionary_page_offset().is_some());
    assert!(ours.compressed_size() <= theirs.compressed_size());
    // Indices of eighteen bits.
    let far = |row: i64| (row.wrapping_mul(7_919) % 199_999) as i32;
    let [(ours, _), (theirs, _)] = plain(Int32Array::from_iter_values((0..450_000).map(far)), true);
    assert!(ours.dictionary_page_offset().is_some());
    assert!(
        ours.uncompressed_size() <= theirs.uncompressed_size() + theirs.uncompressed_size() / 50
    );
    let texts = (0..200_000).map(|row| format!("{:x}", scattered(row)));
    let [(ours, _), (theirs, _)] = plain(StringArray::from_iter_values(texts), true);
    assert!(ours.compressed_size() <= theirs.compressed_size());
}

#[test]
fn a_dictionary_past_its_limit_is_given_up_for_the_whole_chunk() {
    let [(ours, _), (theirs, _)] = plain(Int64Array::from_iter_values(0..200_000), true);
    assert_eq!(ours.dictionary_page_offset(), None);
    assert!(
        theirs.dictionary_page_offset().is_some(),
        "kept for the first rows"
    );
    assert!(ours.compressed_size() < theirs.compressed_size());
}

#[test]
fn a_dictionary_past_its_limit_stays_for_the_first_rows_where_it_pays() {
    let texts = |row: i64| {
        let row = if row < 150_000 { row % 10_000 } else { row };
        (row % 11 != 0).then(|| format!("a text that is long enough, number {row}"))
    };
    let [(ours, _), (theirs, _)] = plain(StringArray::from_iter((0..300_000).map(texts)), true);
    assert!(ours.dictionary_page_offset().is_some());
    let sizes = [ours, theirs].map(|chunk| chunk.uncompressed_size());
    assert!(sizes[0] < sizes[1] + sizes[1] / 50, "{sizes:?}");
}

#[test]
fn rows_that_are_all_null_have_no_values() {
    for dictionary in [false, true] {
        plain(StringArray::new_null(5_000), dictionary);
        plain(Int32Array::new_null(5), dictionary);
        plain(BooleanArray::new_null(100_000), dictionary);
    }
}

#[test]
fn a_single_value_may_be_larger_than_a_page() {
    let large = "x".repeat(3 << 20);
    let values = [Some("a"), None, Some(&large), Some("b"), Some(&large), None];
    for dictionary in [false, true] {
        let mut options = WriteOptions::default();
        options.columns.entry("it".into()).or_default().encoding = Some(encoding(dictionary));
        let array = Arc::new(StringArray::from_iter(values)) as ArrayRef;
        let schema = Schema::new(vec![Field::new("it", DataType::Utf8, true)]);
        let block = RecordBatch::try_new(Arc::new(schema), vec![array.clone()]).unwrap();
        let encoder = RowGroupEncoder::new(block.schema(), &options).unwrap();
        assert_same(&array, &read(&written(&encoder, &block)));
    }
}

#[test]
fn the_same_block_gives_the_same_bytes_whatever_was_encoded_before() {
    let block = |rows: std::ops::Range<i64>| {
        let texts = rows.clone().map(|row| format!("value {}", row % 1000));
        let columns: [(&str, ArrayRef); 2] = [
            ("number", Arc::new(Int64Array::from_iter_values(rows))),
            ("text", Arc::new(StringArray::from_iter_values(texts))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    };
    for codec in ["none", "snappy", "lz4", "zstd:1"] {
        let options = WriteOptions {
            compression: codec.parse().unwrap(),
            ..WriteOptions::default()
        };
        let encoder = RowGroupEncoder::new(block(0..1).schema(), &options).unwrap();
        let first = written(&encoder, &block(0..50_000));
        written(&encoder, &block(70_000..170_000));
        assert_eq!(written(&encoder, &block(0..50_000)), first, "{codec}");
        let fresh = RowGroupEncoder::new(block(0..1).schema(), &options).unwrap();
        assert_eq!(written(&fresh, &block(0..50_000)), first, "{codec}");
    }
}

/// A dictionary grows slower than data, which row counts are planned by.
#[test]
fn a_dictionary_is_told_from_data_with_and_without_an_offset_index() {
    let texts = (0..5_000).map(|row| Some(format!("text {}", row % 50)));
    let texts: ArrayRef = Arc::new(texts.collect::<StringArray>());
    let block = RecordBatch::try_from_iter([("it", texts)]).unwrap();
    let of = |offset_index| {
        let options = WriteOptions {
            offset_index,
            ..WriteOptions::default()
        };
        let encoder = RowGroupEncoder::new(block.schema(), &options).unwrap();
        let generic = encoder.generic();
        [encoder, generic].map(|encoder| {
            let group = encoder.encode(&block).unwrap();
            group.dictionary_bytes().next().unwrap()
        })
    };
    let ([ours, generic], [unindexed, _]) = (of(true), of(false));
    assert!(
        ours > 100 && ours.abs_diff(generic) < 20,
        "{ours} {generic}"
    );
    assert_eq!(unindexed, ours);
}
