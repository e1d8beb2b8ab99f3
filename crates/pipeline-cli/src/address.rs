//! `s3://bucket/key`, told from paths.

use std::fmt;

use crate::failure::{ExitCode, Failure};

/// A place in S3. The key may be empty or end with `/`: then it names a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Address {
    /// Bucket.
    pub bucket: String,
    /// Key, exactly as given.
    pub key: String,
}

impl S3Address {
    /// The address in `text`; `None` if it is a path. `instead` says in a sentence what may stand
    /// there, to whoever names a URL of something else.
    ///
    /// # Errors
    ///
    /// What is neither: a slip of the pen, a URL of something else, no bucket.
    pub fn parse(text: &str, instead: &str) -> Result<Option<Self>, Failure> {
        if looks_like_s3(text) {
            let failure = usage(format!("`{text}` is not quite an address in S3"));
            return Err(failure
                .advise("Write s3://bucket/key; for a file of that name, write ./ in front."));
        }
        match text.split_once("://") {
            Some((scheme, place)) if scheme.eq_ignore_ascii_case("s3") => {
                let (bucket, key) = place.split_once('/').unwrap_or((place, ""));
                if bucket.is_empty() {
                    return Err(
                        usage(format!("`{text}` names no bucket")).advise("Write s3://bucket/key.")
                    );
                }
                Ok(Some(Self {
                    bucket: bucket.to_owned(),
                    key: key.to_owned(),
                }))
            }
            Some((scheme, _)) => {
                Err(usage(format!("`{text}`: there is no way to {scheme}://")).advise(instead))
            }
            None => Ok(None),
        }
    }

    /// Whether it names a folder and not an object.
    pub fn is_folder(&self) -> bool {
        self.key.is_empty() || self.key.ends_with('/')
    }

    /// The address of `name` in this folder; one that names an object already stays as it is.
    pub fn object(self, name: &str) -> Self {
        if self.is_folder() {
            Self {
                key: format!("{}{name}", self.key),
                ..self
            }
        } else {
            self
        }
    }
}

/// `s3:/bucket` and `s3:bucket` are slips of the pen, not names of files.
fn looks_like_s3(target: &str) -> bool {
    let (start, rest) = target.split_at_checked(3).unwrap_or((target, ""));
    start.eq_ignore_ascii_case("s3:") && !rest.starts_with("//")
}

fn usage(sentence: impl fmt::Display) -> Failure {
    Failure::say(ExitCode::Usage, sentence)
}

impl fmt::Display for S3Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}
