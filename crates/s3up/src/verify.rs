//! Whether an object is still the one that a receipt proves.

use std::fmt;

use crate::client::ObjectHead;
use crate::error::Error;
use crate::etag::bare;
use crate::options::TOKEN_KEY;
use crate::receipt::Receipt;
use crate::uploader::Uploader;

/// In what an object differs from its receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// There is no object at the key.
    Absent,
    /// It bears the mark of another upload, or none: somebody has written another object there.
    Token {
        /// The mark that it bears.
        found: Option<String>,
    },
    /// It has another size.
    Size {
        /// Bytes that were uploaded.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// It has another ETag: other bytes, or the same ones that were copied or encrypted anew.
    ETag {
        /// The ETag after the upload.
        expected: String,
        /// The ETag now.
        found: String,
    },
    /// User metadata has another value, or is gone.
    Metadata {
        /// Its name.
        name: String,
        /// The value that was uploaded.
        expected: String,
        /// The value now.
        found: Option<String>,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |found: &Option<String>| found.clone().unwrap_or_else(|| "none".to_owned());
        match self {
            Self::Absent => f.write_str("there is no object"),
            Self::Token { found: Some(_) } => f.write_str("it is the object of another upload"),
            Self::Token { found: None } => f.write_str("it is an object without an upload's mark"),
            Self::Size { expected, found } => {
                write!(f, "it has {found} bytes, and {expected} were uploaded")
            }
            Self::ETag { expected, found } => {
                write!(f, "its ETag is {found}, and it was {expected}")
            }
            Self::Metadata {
                name,
                expected,
                found,
            } => write!(
                f,
                "its metadata `{name}` is {}, and it was {expected}",
                or_none(found)
            ),
        }
    }
}

impl Uploader {
    /// Looks at an object, by one HEAD and its repetitions, and tells in what it differs from what
    /// its receipt proves: in nothing, if it is still there as it was uploaded.
    ///
    /// ```no_run
    /// # async fn example(uploader: s3up::Uploader, text: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let receipt: s3up::Receipt = serde_json::from_str(text)?;
    /// for difference in uploader.verify(&receipt).await? {
    ///     println!("s3://{}/{}: {difference}", receipt.bucket, receipt.key);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// What kept it from looking; nothing is known then.
    pub async fn verify(&self, receipt: &Receipt) -> Result<Vec<Difference>, Error> {
        let head = self.head(&receipt.bucket, &receipt.key).await?;
        Ok(differences(receipt, head))
    }
}

fn differences(receipt: &Receipt, head: Option<ObjectHead>) -> Vec<Difference> {
    let Some(head) = head else {
        return vec![Difference::Absent];
    };
    let mut differences = Vec::new();
    let token = head.metadata.get(TOKEN_KEY);
    if token != Some(&receipt.token) {
        differences.push(Difference::Token {
            found: token.cloned(),
        });
    }
    if head.size != receipt.size {
        differences.push(Difference::Size {
            expected: receipt.size,
            found: head.size,
        });
    }
    // A store that names none on HEAD says nothing by that.
    if let Some(found) = head.etag
        && !receipt.etag.is_empty()
        && bare(&found) != bare(&receipt.etag)
    {
        differences.push(Difference::ETag {
            expected: receipt.etag.clone(),
            found,
        });
    }
    for (name, expected) in &receipt.metadata {
        let found = head.metadata.get(name);
        if found != Some(expected) {
            differences.push(Difference::Metadata {
                name: name.clone(),
                expected: expected.clone(),
                found: found.cloned(),
            });
        }
    }
    differences
}
