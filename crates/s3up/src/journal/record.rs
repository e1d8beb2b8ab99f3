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
    /// What a later version notes.
    #[serde(other)]
    Later,
}

/// Which upload is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Intent {
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
    /// An upload, and its id if that was noted.
    Upload(Intent, Option<String>),
    /// Something else; the reason why.
    Unreadable(String),
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
        let mut intent = None;
        let mut upload_id = None;
        for line in whole {
            match (serde_json::from_slice::<Line>(line), &intent) {
                (Ok(Line::Intent(found)), None) if found.version == VERSION => {
                    intent = Some(found);
                }
                (Ok(Line::Intent(found)), None) => {
                    let version = found.version;
                    return Self::Unreadable(format!("its format {version} is not known here"));
                }
                (Ok(Line::Created { upload_id: id }), Some(_)) => upload_id = Some(id),
                (Ok(Line::Later), Some(_)) => {}
                _ => return Self::Unreadable("it is no entry of an upload".to_owned()),
            }
        }
        intent.map_or(Self::Empty, |intent| Self::Upload(intent, upload_id))
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

    #[test]
    fn the_format_is_kept() {
        let bytes = [Line::Intent(intent()).to_bytes(), created().to_bytes()].concat();
        expect![[r#"
            {"event":"intent","version":1,"store":"http://127.0.0.1:9","bucket":"lake","key":"ä/\"k\"","token":"07","began_unix_s":1700000000,"host":"h"}
            {"event":"created","upload_id":"id-1"}
        "#]]
        .assert_eq(&String::from_utf8(bytes).unwrap());
    }

    #[test]
    fn an_entry_that_was_cut_off_says_what_it_had_said_before() {
        let first = Line::Intent(intent()).to_bytes();
        let both = [first.clone(), created().to_bytes()].concat();
        for len in 0..=both.len() {
            let expected = match len {
                _ if len == both.len() => Record::Upload(intent(), Some("id-1".into())),
                _ if len >= first.len() => Record::Upload(intent(), None),
                _ => Record::Empty,
            };
            assert_eq!(Record::parse(&both[..len]), expected, "{len}");
        }
    }

    #[test]
    fn later_versions_may_add_and_others_are_left_alone() {
        let mut text = String::from_utf8(Line::Intent(intent()).to_bytes()).unwrap();
        let known = text.replace("\"bucket\"", "\"part_size\":8,\"bucket\"")
            + "{\"event\":\"part\",\"number\":1,\"etag\":\"e\"}\n";
        assert_eq!(
            Record::parse(known.as_bytes()),
            Record::Upload(intent(), None)
        );
        text = text.replace("\"version\":1", "\"version\":2");
        for other in [text.as_str(), "{}\n", "hello\n", "\u{0}\n"] {
            let record = Record::parse(other.as_bytes());
            assert!(matches!(record, Record::Unreadable(_)), "{record:?}");
        }
    }
}
