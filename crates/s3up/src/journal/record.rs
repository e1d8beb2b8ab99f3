//! What an entry says: lines of JSON, each behind the last, the first of them the intent.
//!
//! Later versions add kinds of lines, which this one skips, or fields, which it does not read; a
//! change that would mislead an old reader raises the number in the intent.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The number of this format.
const VERSION: u32 = 1;

/// One line of an entry.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Line {
    /// An upload is about to be created; always the first line.
    Intent(Intent),
    /// The server has given it an id.
    Created {
        /// The id.
        upload_id: String,
    },
    /// It is that of a file, and can be gone on with.
    File(OfFile),
    /// The server has confirmed a part of that file.
    Part(NotedPart),
    /// What a later version notes.
    #[serde(other)]
    Later,
}

/// What has to be the same for an upload to be gone on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfFile {
    /// Where the file lies, for people.
    pub path: String,
    /// The file, as far as the system tells it from others.
    pub file: FileMark,
    /// A digest of what the object is to be, apart from its bytes and its token.
    pub object: String,
    /// Bytes in each part but the last.
    pub part_size: u64,
    /// The server's clock when the upload was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_unix_s: Option<u64>,
}

/// By what a file is known again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileMark {
    pub size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_unix_ns: Option<u64>,
    /// Device and inode, where there are such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(u64, u64)>,
}

/// A part that the server has confirmed. Not synced: what is lost of these lines is found by
/// looking at the server's own list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NotedPart {
    pub number: u32,
    pub etag: String,
    /// MD5 of its bytes in hex, if a checksum was wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    /// CRC64NVME of its bytes in hex, if it went out with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc64nvme: Option<String>,
}

/// Which upload is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Intent {
    version: u32,
    pub store: String,
    pub bucket: String,
    pub key: String,
    /// The mark that the object would bear.
    pub token: String,
    began_unix_s: u64,
    /// The machine on which the entry is locked, where it has a mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

impl Intent {
    pub fn new(store: &str, bucket: &str, key: &str, token: &str) -> Self {
        let began = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            version: VERSION,
            store: store.to_owned(),
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            token: token.to_owned(),
            began_unix_s: began.unwrap_or_default().as_secs(),
            host: None,
        }
    }

    pub fn on_host(self, host: Option<&str>) -> Self {
        let host = host.map(str::to_owned);
        Self { host, ..self }
    }

    pub fn began(&self) -> SystemTime {
        UNIX_EPOCH
            .checked_add(Duration::from_secs(self.began_unix_s))
            .unwrap_or(UNIX_EPOCH)
    }
}

/// An entry as it was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// Not even the intent is whole: nothing had been sent.
    Empty,
    /// An upload.
    Upload(Box<UploadRecord>),
    /// Something else; the reason why.
    Unreadable(String),
}

/// What is noted of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UploadRecord {
    pub intent: Intent,
    /// The id that the server gave, if it was noted.
    pub upload_id: Option<String>,
    /// What it takes to go on with it, if that is possible.
    pub file: Option<OfFile>,
    pub parts: Vec<NotedPart>,
}

impl UploadRecord {
    fn of(intent: Intent) -> Self {
        Self {
            intent,
            upload_id: None,
            file: None,
            parts: Vec::new(),
        }
    }
}

impl Line {
    /// The line as it is written.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Strings and numbers alone: there is nothing in it that JSON cannot say.
        let mut bytes = serde_json::to_vec(self).expect("strings and numbers make valid JSON");
        bytes.push(b'\n');
        bytes
    }
}

impl Record {
    pub fn parse(bytes: &[u8]) -> Self {
        // What is not ended by a new line was cut off by a kill or by a full disk.
        let whole = bytes
            .split_inclusive(|&byte| byte == b'\n')
            .filter(|line| line.ends_with(b"\n"));
        let mut record: Option<UploadRecord> = None;
        for line in whole {
            match (serde_json::from_slice::<Line>(line), &mut record) {
                (Ok(Line::Intent(found)), None) if found.version == VERSION => {
                    record = Some(UploadRecord::of(found));
                }
                (Ok(Line::Intent(found)), None) => {
                    let version = found.version;
                    return Self::Unreadable(format!("its format {version} is not known here"));
                }
                (Ok(Line::Created { upload_id }), Some(record)) => {
                    record.upload_id = Some(upload_id);
                }
                (Ok(Line::File(file)), Some(record)) => record.file = Some(file),
                (Ok(Line::Part(part)), Some(record)) => record.parts.push(part),
                (Ok(Line::Later), Some(_)) => {}
                // Cut off by a full disk, and another one written behind it.
                (Err(_), Some(_)) => {}
                _ => return Self::Unreadable("it is no entry of an upload".to_owned()),
            }
        }
        record.map_or(Self::Empty, |record| Self::Upload(Box::new(record)))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn intent() -> Intent {
        Intent {
            began_unix_s: 1_700_000_000,
            ..Intent::new("http://127.0.0.1:9", "lake", "ä/\"k\"", "07").on_host(Some("h"))
        }
    }

    fn created() -> Line {
        let upload_id = "id-1".to_owned();
        Line::Created { upload_id }
    }

    fn record(upload_id: Option<&str>) -> Record {
        let upload_id = upload_id.map(str::to_owned);
        Record::Upload(Box::new(UploadRecord {
            upload_id,
            ..UploadRecord::of(intent())
        }))
    }

    fn of_file() -> [Line; 2] {
        let file = OfFile {
            path: "/data/f".to_owned(),
            file: FileMark {
                size: 7,
                modified_unix_ns: Some(5),
                place: Some((1, 2)),
            },
            object: "0a".to_owned(),
            part_size: 5 << 20,
            server_unix_s: Some(9),
        };
        let part = NotedPart {
            number: 1,
            etag: "\"e\"".to_owned(),
            md5: Some("0b".to_owned()),
            crc64nvme: None,
        };
        [Line::File(file), Line::Part(part)]
    }

    #[test]
    fn the_format_is_kept() {
        let [file, part] = of_file();
        let lines = [Line::Intent(intent()), created(), file, part];
        let bytes: Vec<u8> = lines.iter().flat_map(Line::to_bytes).collect();
        let Record::Upload(record) = Record::parse(&bytes) else {
            panic!("it is one");
        };
        assert_eq!(record.file.unwrap().part_size, 5 << 20);
        assert_eq!(record.parts.len(), 1);
        expect![[r#"
            {"event":"intent","version":1,"store":"http://127.0.0.1:9","bucket":"lake","key":"ä/\"k\"","token":"07","began_unix_s":1700000000,"host":"h"}
            {"event":"created","upload_id":"id-1"}
            {"event":"file","path":"/data/f","file":{"size":7,"modified_unix_ns":5,"place":[1,2]},"object":"0a","part_size":5242880,"server_unix_s":9}
            {"event":"part","number":1,"etag":"\"e\"","md5":"0b"}
        "#]]
        .assert_eq(&String::from_utf8(bytes).unwrap());
    }

    #[test]
    fn an_entry_that_was_cut_off_says_what_it_had_said_before() {
        let first = Line::Intent(intent()).to_bytes();
        let both = [first.clone(), created().to_bytes()].concat();
        for len in 0..=both.len() {
            let expected = match len {
                _ if len == both.len() => record(Some("id-1")),
                _ if len >= first.len() => record(None),
                _ => Record::Empty,
            };
            assert_eq!(Record::parse(&both[..len]), expected, "{len}");
        }
    }

    #[test]
    fn a_line_that_was_cut_off_in_the_middle_is_skipped() {
        let [file, part] = of_file();
        let lines = [Line::Intent(intent()), created(), file];
        let mut bytes: Vec<u8> = lines.iter().flat_map(Line::to_bytes).collect();
        bytes.extend(b"{\"event\":\"pa");
        for _ in 0..2 {
            bytes.extend(part.to_bytes());
        }
        let Record::Upload(record) = Record::parse(&bytes) else {
            panic!("it is one");
        };
        assert_eq!(record.upload_id.as_deref(), Some("id-1"));
        assert_eq!(record.parts.len(), 1);
    }

    #[test]
    fn later_versions_may_add_and_others_are_left_alone() {
        let mut text = String::from_utf8(Line::Intent(intent()).to_bytes()).unwrap();
        let known = text.replace("\"bucket\"", "\"part_size\":8,\"bucket\"")
            + "{\"event\":\"region\",\"name\":\"e\"}\n";
        assert_eq!(Record::parse(known.as_bytes()), record(None));
        text = text.replace("\"version\":1", "\"version\":2");
        for other in [text.as_str(), "{}\n", "hello\n", "\u{0}\n"] {
            let record = Record::parse(other.as_bytes());
            assert!(matches!(record, Record::Unreadable(_)), "{record:?}");
        }
    }
}
