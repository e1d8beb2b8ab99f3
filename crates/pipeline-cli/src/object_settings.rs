//! What settings say of the objects that are written.

use std::collections::BTreeMap;

use s3up::{Encryption, ObjectOptions};

use crate::failure::{ExitCode, Failure};
use crate::settings::Settings;

/// The options that every object of a run has, besides what is its own.
///
/// # Errors
///
/// [`ExitCode::Usage`] for a setting that S3 would not take.
pub fn for_all(settings: &Settings) -> Result<ObjectOptions, Failure> {
    let wrong = |why: String| Failure::say(ExitCode::Usage, why);
    let read = |text: &Option<String>| text.as_deref().map(pairs).transpose().map_err(wrong);
    let encryption = settings.encryption.as_deref().map(encryption);
    let options = ObjectOptions {
        storage_class: settings.storage_class.clone(),
        encryption: encryption.transpose().map_err(wrong)?,
        tags: read(&settings.tags)?.unwrap_or_default(),
        metadata: read(&settings.metadata)?.unwrap_or_default(),
        acl: settings.acl.clone(),
        create_only: settings.create_only,
        ..ObjectOptions::default()
    };
    options.validate().map_err(wrong)?;
    Ok(options)
}

/// An object's own options with those of all.
pub fn with_those_of_all(own: ObjectOptions, all: &ObjectOptions) -> ObjectOptions {
    let mut metadata = all.metadata.clone();
    // What the program says of an object is what its reruns go by.
    metadata.extend(own.metadata);
    ObjectOptions {
        content_type: own.content_type,
        expected_size: own.expected_size,
        metadata,
        ..all.clone()
    }
}

/// `s3`, `kms` or `kms:KEY`.
pub(crate) fn encryption(text: &str) -> Result<Encryption, String> {
    match text.split_once(':') {
        None if text == "s3" => Ok(Encryption::S3),
        None if text == "kms" => Ok(Encryption::Kms { key_id: None }),
        Some(("kms", key)) if !key.is_empty() => Ok(Encryption::Kms {
            key_id: Some(key.to_owned()),
        }),
        _ => Err("not an encryption: write s3, kms or kms:KEY".to_owned()),
    }
}

/// `name=value,name=value`.
pub(crate) fn pairs(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut pairs = BTreeMap::new();
    for pair in text.split(',') {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(format!("`{pair}` has no value: write name=value"));
        };
        if pairs.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(format!("`{name}` is given twice"));
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_encryptions_are_read_or_refused() {
        let read = pairs("team=data,stage=a=b,none=").unwrap();
        let read: Vec<_> = read.into_iter().collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read,
            [pair("none", ""), pair("stage", "a=b"), pair("team", "data")]
        );
        for (text, why) in [
            ("team", "`team` has no value: write name=value"),
            ("a=1,a=2", "`a` is given twice"),
            ("", "`` has no value: write name=value"),
        ] {
            assert_eq!(pairs(text).unwrap_err(), why);
        }
        let key_id = Some("arn:aws:kms:x:1:key/y".to_owned());
        let found = encryption("kms:arn:aws:kms:x:1:key/y").unwrap();
        assert_eq!(found, Encryption::Kms { key_id });
        for wrong in ["", "kms:", "aes", "s3:x"] {
            assert!(encryption(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_an_object_says_of_itself_wins() {
        let all = ObjectOptions {
            metadata: pairs("content-id=theirs,team=data").unwrap(),
            create_only: true,
            ..ObjectOptions::default()
        };
        let own = ObjectOptions {
            metadata: pairs("content-id=ours").unwrap(),
            expected_size: Some(7),
            ..ObjectOptions::default()
        };
        let both = with_those_of_all(own, &all);
        assert_eq!(both.metadata["content-id"], "ours");
        assert_eq!(both.metadata["team"], "data");
        assert_eq!((both.create_only, both.expected_size), (true, Some(7)));
    }
}
