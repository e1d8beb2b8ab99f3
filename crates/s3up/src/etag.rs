//! What an ETag says of bytes: where a store makes it from MD5s, it is a checksum of all of them.

use paired_md5::Md5;

use crate::receipt::PartReceipt;

/// MD5s in this crate's receipts and journals: 32 hexadecimal digits in lower case.
pub(crate) fn hex(md5: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(md5))
}

/// An ETag without its quotes.
pub(crate) fn bare(etag: &str) -> &str {
    etag.trim_matches('"')
}

/// The ETag that S3 gives the object of these parts: the MD5 of their MD5s, and their number
/// (docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html). `None` where a part's ETag is not its
/// MD5, as under SSE-KMS: then that of the object follows from nothing known here.
pub(crate) fn of_parts(parts: &[PartReceipt]) -> Option<String> {
    let mut whole = Md5::new();
    for part in parts {
        let md5 = part.md5.as_deref()?;
        if !md5.eq_ignore_ascii_case(bare(&part.etag)) {
            return None;
        }
        whole.update(&u128::from_str_radix(md5, 16).ok()?.to_be_bytes());
    }
    Some(format!("{}-{}", hex(whole.finish()), parts.len()))
}

/// Whether an ETag says that other bytes are stored than those for which it should be `expected`.
/// One of another form is made in another way, and says nothing.
pub(crate) fn contradicts(etag: &str, expected: &str) -> bool {
    let (etag, form) = (bare(etag), |etag: &str| {
        let (md5, parts) = etag.split_once('-')?;
        let is_md5 = md5.len() == 32 && md5.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_md5.then(|| parts.to_owned())
    });
    form(etag).is_some_and(|parts| Some(parts) == form(expected))
        && !etag.eq_ignore_ascii_case(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(number: u32, md5: Option<&str>, etag: &str) -> PartReceipt {
        PartReceipt {
            number,
            size: 1,
            etag: etag.to_owned(),
            md5: md5.map(str::to_owned),
            crc64nvme: None,
        }
    }

    #[test]
    fn the_etag_of_parts_is_that_of_s3() {
        // `printf a | md5sum`, `printf b | md5sum`, and of both sums' bytes together.
        let a = "0cc175b9c0f1b6a831c399e269772661";
        let b = "92eb5ffee6ae2fec3ad71c777531578f";
        let parts = [part(1, Some(a), &format!("\"{a}\"")), part(2, Some(b), b)];
        let whole = of_parts(&parts).unwrap();
        assert_eq!(whole, "96e024ba2074fe77e8e965ba43a704be-2");
        assert!(!contradicts(&format!("\"{whole}\""), &whole));
        assert!(!contradicts(&whole.to_uppercase(), &whole));
        assert!(contradicts(&format!("{a}-2"), &whole));
        for other in [a, "x-2", "opaque", "", &format!("{a}-3")] {
            assert!(!contradicts(other, &whole), "{other}");
        }
        assert_eq!(of_parts(&[part(1, Some(a), b)]), None);
        assert_eq!(of_parts(&[part(1, None, a)]), None);
    }
}
