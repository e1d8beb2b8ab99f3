//! Where the file goes: what was asked for, resolved without touching anything.

use std::fmt;
use std::path::PathBuf;

use s3up::EndpointUrl;

use crate::address::S3Address;
use crate::failure::{ExitCode, Failure};
use crate::naming::{Naming, PLACEHOLDER};
use crate::part_names::{Names, in_folder, named_parts, numbered, part_of};
use crate::settings::Settings;
use crate::text_table::printable;

/// The folder of the embedded S3.
pub const EMBEDDED_ROOT: &str = "data/s3";

/// What may be a target.
const TARGETS: &str = "Write s3://bucket/key, a path, or `-` for standard output.";

/// A resolved target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// A local file, and no S3.
    File(PathBuf),
    /// An object.
    S3 {
        /// Which S3.
        endpoint: Endpoint,
        /// Its bucket.
        bucket: String,
        /// Its key.
        key: String,
    },
}

/// Which S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A server of our own, in this process, over [`EMBEDDED_ROOT`].
    Embedded,
    /// AWS, in the region of the settings.
    Aws,
    /// A server at a URL.
    Url(EndpointUrl),
}

impl Destination {
    /// The targets that settings ask for, one for each of `tables`. Where a table becomes several
    /// files, the number of the file is left open in it ([`part`](Self::part)). `has_several` says
    /// that there are several tables in the data set, whether they are made or not.
    ///
    /// # Errors
    ///
    /// A target or an endpoint that can't be understood; one that takes one table, where there are
    /// several.
    pub fn resolve(
        settings: &Settings,
        tables: &[&str],
        has_several: bool,
    ) -> Result<Vec<Self>, Failure> {
        let given = settings
            .endpoint
            .as_deref()
            .map(Endpoint::parse)
            .transpose()?;
        let names = Names::asked(settings);
        let target = match settings.to.as_deref() {
            None => S3Address {
                bucket: settings.bucket.clone(),
                key: String::new(),
            },
            Some("-") if names != Names::One => {
                return Err(usage("standard output takes one file a table")
                    .advise("Name a folder, `out/`, or leave out what makes several files."));
            }
            Some("-") if tables.len() > 1 => {
                return Err(one_for_all("standard output", "", tables));
            }
            Some("-") => return Ok(tables.iter().map(|_| Self::Stdout).collect()),
            Some(text) => match S3Address::parse(text, TARGETS)? {
                Some(address) => address,
                None => {
                    let text = named_parts(text, text, names, has_several)?;
                    return Self::files(&text, tables);
                }
            },
        };
        let asked = target.to_string();
        let key = named_parts(&target.key, &asked, names, has_several)?;
        let naming = Naming::of(&key);
        if tables.len() > 1 && !naming.takes_several() {
            let folder = format!("s3://{}/{}/", target.bucket, stem(&target.key));
            return Err(one_for_all(&format!("`{target}`"), &folder, tables));
        }
        let elsewhere = match settings.to {
            None => Endpoint::Embedded,
            Some(_) => Endpoint::Aws,
        };
        let endpoint = given.unwrap_or(elsewhere);
        let object = |table: &&str| Self::S3 {
            endpoint: endpoint.clone(),
            bucket: target.bucket.clone(),
            key: naming.name(table),
        };
        Ok(tables.iter().map(object).collect())
    }

    /// The target of the file with a number, where the number is still open.
    pub fn part(&self, number: u64) -> Self {
        let mut part = self.clone();
        match &mut part {
            Self::Stdout => {}
            Self::File(path) => *path = part_of(std::mem::take(path), number),
            Self::S3 { key, .. } => *key = numbered(key, number),
        }
        part
    }

    /// The same in a folder of a partition, such as `country=FR`.
    pub fn part_in(&self, folder: &str, number: u64) -> Self {
        self.part(number).in_folder(folder)
    }

    /// The target in a folder beside it.
    pub fn in_folder(self, folder: &str) -> Self {
        match self {
            Self::Stdout => Self::Stdout,
            Self::File(path) => Self::File(in_folder(&path, folder)),
            Self::S3 {
                endpoint,
                bucket,
                key,
            } => {
                let key = match key.rsplit_once('/') {
                    Some((around, name)) => format!("{around}/{folder}/{name}"),
                    None => format!("{folder}/{key}"),
                };
                Self::S3 {
                    endpoint,
                    bucket,
                    key,
                }
            }
        }
    }

    /// Whether settings ask for a target that holds several files of a table, or could.
    pub fn is_set(settings: &Settings) -> bool {
        let to = settings.to.as_deref().unwrap_or_default();
        let address = S3Address::parse(to, TARGETS).ok().flatten();
        let name = address.map_or_else(|| to.to_owned(), |address| address.key);
        Names::asked(settings).are_numbered(&name)
    }

    fn files(text: &str, tables: &[&str]) -> Result<Vec<Self>, Failure> {
        let paths = local_files(text, tables)?;
        Ok(paths.into_iter().map(Self::File).collect())
    }
}

/// The local files that are kept as copies, one for each of `tables`; the number of each is left open
/// in it where a table becomes several.
///
/// # Errors
///
/// Those of [`local_files`], and a text that names one file of several.
pub fn kept_files(
    text: &str,
    settings: &Settings,
    tables: &[&str],
    has_several: bool,
) -> Result<Vec<PathBuf>, Failure> {
    let text = named_parts(text, text, Names::asked(settings), has_several)?;
    local_files(&text, tables)
}

/// The local files that a text names, one for each of `tables`.
///
/// # Errors
///
/// A text that names one file, where there are several tables; a table whose name is no part of
/// the name of a file.
pub fn local_files(text: &str, tables: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let naming = Naming::of(text);
    if tables.len() > 1 && !naming.takes_several() {
        let folder = format!("{}/", stem(text));
        return Err(one_for_all(&format!("`{text}`"), &folder, tables));
    }
    if naming.takes_several() {
        for table in tables {
            check_gives_name(table).map_err(|failure| {
                failure.advise("Name the file itself, or another table with --table.")
            })?;
        }
    }
    let paths = tables.iter().map(|table| naming.name(table).into());
    Ok(paths.collect())
}

/// That a table can give its name to a file. It comes from a spec, which may be a stranger's: no file
/// is to leave its folder.
///
/// # Errors
///
/// [`ExitCode::Usage`].
pub fn check_gives_name(table: &str) -> Result<(), Failure> {
    if table.contains(['/', '\\', '\0']) {
        let table = printable(table);
        let sentence = format!("table `{table}` can't give its name to a file: it has a slash");
        return Err(usage(sentence));
    }
    Ok(())
}

/// A name without what tells a file from a folder.
pub fn stem(name: &str) -> &str {
    name.strip_suffix(".parquet").unwrap_or(name)
}

/// A target that takes one table where there are several.
fn one_for_all(target: &str, folder: &str, tables: &[&str]) -> Failure {
    let folder = match folder {
        "" => "out/",
        named => named,
    };
    usage(format!(
        "{target} takes one table, and there are {}: {}",
        tables.len(),
        tables.join(", ")
    ))
    .advise(format!(
        "Name a folder, `{folder}`, or write {PLACEHOLDER} into the name, or pick a table with --table."
    ))
}

impl Endpoint {
    /// The S3 that an address `s3://…` means where nothing else is said: AWS, as everywhere.
    ///
    /// # Errors
    ///
    /// An endpoint that can't be understood.
    pub fn of_address(settings: &Settings) -> Result<Self, Failure> {
        let given = settings.endpoint.as_deref().map(Self::parse).transpose()?;
        Ok(given.unwrap_or(Self::Aws))
    }

    fn parse(text: &str) -> Result<Self, Failure> {
        match text {
            "embedded" => Ok(Self::Embedded),
            "aws" => Ok(Self::Aws),
            // Without a scheme it is a misspelt word or a URL cut short; the URL parser's message
            // would speak of the wrong thing.
            other if !other.contains("://") => {
                // Not quoted: what stands before an `@` may be a password.
                Err(usage("the endpoint is neither a URL nor a known word")
                    .advise("Write http://host:port, https://host, `aws` or `embedded`."))
            }
            url => url
                .parse()
                .map(Self::Url)
                .map_err(|error| Failure::new(ExitCode::Usage, error)),
        }
    }
}

fn usage(sentence: impl fmt::Display) -> Failure {
    Failure::say(ExitCode::Usage, sentence)
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("standard output"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::S3 { bucket, key, .. } => write!(f, "s3://{bucket}/{key}"),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => write!(f, "embedded ({EMBEDDED_ROOT})"),
            Self::Aws => f.write_str("AWS"),
            Self::Url(url) => write!(f, "{url}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Layer;
    use expect_test::{Expect, expect};

    #[test]
    fn files_of_a_table_and_of_partitions_stand_beside_each_other() {
        let file = Destination::File("{part}/a-{part}.pq".into());
        assert_eq!(file.part(7).to_string(), "{part}/a-00007.pq");
        assert_eq!(
            file.part_in("x=1/y=b", 7).to_string(),
            "{part}/x=1/y=b/a-00007.pq"
        );
        let object = |key: &str| Destination::S3 {
            endpoint: Endpoint::Aws,
            bucket: "lake".to_owned(),
            key: key.to_owned(),
        };
        let in_folder = object("raw/part-{part}.parquet").part_in("x=1", 0);
        assert_eq!(in_folder, object("raw/x=1/part-00000.parquet"));
        let at_top = object("{part}.pq").part_in("x=1", 0);
        assert_eq!(at_top, object("x=1/00000.pq"));
    }

    #[test]
    fn targets_and_endpoints_resolve_as_the_manual_says() {
        let check = |to: &str, endpoint: &str, expect: Expect| {
            let mut layer = Layer::default();
            for (key, text) in [("to", to), ("endpoint", endpoint)] {
                if !text.is_empty() {
                    layer
                        .set(key, text.to_owned(), "a test".to_owned())
                        .unwrap();
                }
            }
            let layers = [Layer::built_in().unwrap(), layer];
            let settings = Settings::merge(&layers).unwrap();
            let shown = match Destination::resolve(&settings, &["people"], false)
                .map(|mut all| all.remove(0))
            {
                Ok(destination @ Destination::S3 { .. }) => {
                    let Destination::S3 { endpoint, .. } = &destination else {
                        unreachable!()
                    };
                    format!("{destination} on {endpoint}")
                }
                Ok(destination) => destination.to_string(),
                Err(failure) => format!("{:?}: {failure}", failure.code),
            };
            expect.assert_eq(&shown);
        };
        check(
            "",
            "",
            expect!["s3://parquet-data-bucket/people.parquet on embedded (data/s3)"],
        );
        check(
            "",
            "aws",
            expect!["s3://parquet-data-bucket/people.parquet on AWS"],
        );
        check(
            "",
            "http://127.0.0.1:4566",
            expect!["s3://parquet-data-bucket/people.parquet on http://127.0.0.1:4566"],
        );
        check(
            "s3://lake/raw/p.parquet",
            "",
            expect!["s3://lake/raw/p.parquet on AWS"],
        );
        check(
            "s3://lake/raw/",
            "embedded",
            expect!["s3://lake/raw/people.parquet on embedded (data/s3)"],
        );
        check(
            "s3://lake",
            "embedded",
            expect!["s3://lake/people.parquet on embedded (data/s3)"],
        );
        check("out/p.parquet", "", expect!["out/p.parquet"]);
        check("-", "", expect!["standard output"]);
        check(
            "gs://lake/p",
            "",
            expect![
                "Usage: `gs://lake/p`: there is no way to gs://. Write s3://bucket/key, a path, or `-` for standard output."
            ],
        );
        check("S3://lake/p", "aws", expect!["s3://lake/p on AWS"]);
        check(
            "s3:/lake/p",
            "",
            expect![
                "Usage: `s3:/lake/p` is not quite an address in S3. Write s3://bucket/key; for a file of that name, write ./ in front."
            ],
        );
        check(
            "s3:///p",
            "",
            expect!["Usage: `s3:///p` names no bucket. Write s3://bucket/key."],
        );
        check(
            "",
            "embeded",
            expect![
                "Usage: the endpoint is neither a URL nor a known word. Write http://host:port, https://host, `aws` or `embedded`."
            ],
        );
    }
}
