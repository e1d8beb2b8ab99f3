//! What a bucket, a key and metadata may be called; checked before anything is sent.

/// Says why `bucket` cannot be the name of a bucket.
pub(crate) fn check_bucket(bucket: &str) -> Result<(), String> {
    let fail = |why: &str| {
        Err(format!(
            "`{}` is not a bucket name: {why}",
            bucket.escape_debug()
        ))
    };
    if !(3..=63).contains(&bucket.len()) {
        return fail("it has to be 3 to 63 characters long");
    }
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !bucket.chars().all(|c| letter(c) || c == '-' || c == '.') {
        return fail("only lower-case letters, digits, hyphens and dots are allowed");
    }
    if !bucket.starts_with(letter) || !bucket.ends_with(letter) {
        return fail("it has to begin and end with a letter or a digit");
    }
    if bucket.contains("..") {
        return fail("two dots may not follow each other");
    }
    if bucket.parse::<std::net::Ipv4Addr>().is_ok() {
        return fail("it may not look like an IP address");
    }
    Ok(())
}

/// Says why `key` cannot be the key of an object. Any other key is sent exactly as it is:
/// `..`, `//`, a leading slash and percent signs are only characters to S3.
pub(crate) fn check_key(key: &str) -> Result<(), String> {
    if key.is_empty() {
        return Err("the key is empty; give the object a name".to_owned());
    }
    if key.len() > 1024 {
        return Err(format!(
            "the key is {} bytes long, and S3 allows 1024; shorten it",
            key.len()
        ));
    }
    // S3's listings are XML 1.0, in which these cannot be written: such an object would be lost.
    if let Some(bad) = key.chars().find(|c| c.is_control()) {
        return Err(format!(
            "the key holds the control character {}; take it out",
            bad.escape_unicode()
        ));
    }
    Ok(())
}

/// Says why this cannot be a metadata entry that arrives as it was sent, signature included.
pub(crate) fn check_metadata(name: &str, value: &str) -> Result<(), String> {
    let fail = |why: &str| Err(format!("metadata `{}`: {why}", name.escape_debug()));
    let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(valid) {
        // Proxies drop headers with underscores, and header names have no case.
        return fail("its name may hold only lower-case letters, digits and hyphens");
    }
    check_header_value(value).or_else(|why| fail(&why))
}

/// Says why a header's value would not arrive, or would be signed differently than it is read.
pub(crate) fn check_header_value(value: &str) -> Result<(), String> {
    if !value.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        return Err(
            "its value may hold only printable ASCII; encode it, for example as base64".into(),
        );
    }
    if value.contains("  ") || value.starts_with(' ') || value.ends_with(' ') {
        return Err("its value may not begin or end with a space, nor hold two in a row".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names() {
        for good in ["abc", "parquet-data-bucket", "a.b-c.1", &"a".repeat(63)] {
            assert_eq!(check_bucket(good), Ok(()));
        }
        for bad in [
            "",
            "ab",
            "Upper",
            "a_b",
            "-abc",
            "abc-",
            ".abc",
            "a..b",
            "192.168.0.1",
            "ab/c",
            &"a".repeat(64),
        ] {
            assert!(check_bucket(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_are_exact_or_refused() {
        for good in [
            "a",
            "../a",
            "a//b",
            "/a",
            "ü/日本",
            "50%25",
            "a b+c",
            &"k".repeat(1024),
        ] {
            assert_eq!(check_key(good), Ok(()));
        }
        for bad in ["", "a\nb", "a\0", "a\u{7f}", &"ü".repeat(513)] {
            assert!(check_key(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn metadata_arrives_as_it_was_sent_or_is_refused() {
        assert_eq!(check_metadata("content-id", "a b, c=\"d\""), Ok(()));
        for (name, value) in [
            ("a_b", "x"),
            ("A", "x"),
            ("", "x"),
            ("a", "ü"),
            ("a", "x  y"),
            ("a", " x"),
            ("a", "x\n"),
        ] {
            assert!(check_metadata(name, value).is_err(), "{name}: {value}");
        }
    }
}
