//! What storage classes, encryption keys and tags may look like; checked before anything is sent.

use std::collections::BTreeMap;

use crate::names::check_header_value;

/// Tags of one object, as S3 allows.
const MAX_TAGS: usize = 10;

/// Says why this cannot be a storage class. Which there are is for the store to say: Ceph, for
/// one, has classes of its own.
pub(crate) fn check_storage_class(class: &str) -> Result<(), String> {
    let valid = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if class.is_empty() || class.len() > 64 || !class.chars().all(valid) {
        return Err(format!(
            "`{}` is no storage class; write one such as STANDARD_IA",
            class.escape_debug()
        ));
    }
    Ok(())
}

/// Says why this cannot be the id, the ARN or the alias of an encryption key.
pub(crate) fn check_kms_key(key: &str) -> Result<(), String> {
    if key.is_empty() {
        return Err("the id of the encryption key is empty; leave it out".to_owned());
    }
    check_header_value(key).map_err(|why| format!("id of the encryption key: {why}"))
}

/// Says why these cannot be the tags of an object.
pub(crate) fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), String> {
    if tags.len() > MAX_TAGS {
        return Err(format!(
            "there are {} tags, and an object may have {MAX_TAGS}",
            tags.len()
        ));
    }
    for (name, value) in tags {
        let fail = |why: String| Err(format!("tag `{}`: {why}", name.escape_debug()));
        if !(1..=128).contains(&name.chars().count()) {
            return fail("its name has to be 1 to 128 characters long".to_owned());
        }
        if value.chars().count() > 256 {
            return fail("its value may be 256 characters long at most".to_owned());
        }
        if name.starts_with("aws:") {
            return fail("names that begin with aws: are kept for AWS".to_owned());
        }
        for (what, text) in [("name", name), ("value", value)] {
            if let Some(odd) = text.chars().find(|c| !fits_a_tag(*c)) {
                return fail(format!(
                    "its {what} holds `{}`; allowed are letters, digits, spaces and + - = . _ : / @",
                    odd.escape_debug()
                ));
            }
        }
    }
    Ok(())
}

/// The characters that S3 documents for tags ("Object tagging" of its user guide).
fn fits_a_tag(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || "+-=._:/@".contains(c)
}
