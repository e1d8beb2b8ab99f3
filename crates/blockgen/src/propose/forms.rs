//! Texts that are known by their form.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::kinds::{ColumnKind, DomainOptions, EmailOptions, UuidOptions};

/// A form, and what has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    UuidVersion7,
    Uuid,
    Email,
    Url,
    Ipv4,
    Ipv6,
    Mac,
    HexColor,
}

impl Form {
    /// The narrower ones first.
    pub(super) const ALL: [Self; 8] = [
        Self::UuidVersion7,
        Self::Uuid,
        Self::Email,
        Self::Url,
        Self::Ipv4,
        Self::Ipv6,
        Self::Mac,
        Self::HexColor,
    ];

    /// Whether the text has it.
    pub(super) fn fits(self, text: &str) -> bool {
        match self {
            // The version is the first digit of the third group, RFC 9562.
            Self::UuidVersion7 => is_uuid(text) && text.as_bytes().get(14) == Some(&b'7'),
            Self::Uuid => is_uuid(text),
            Self::Email => is_email(text),
            Self::Url => text.starts_with("https://") || text.starts_with("http://"),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Mac => is_mac(text),
            Self::HexColor => text
                .strip_prefix('#')
                .is_some_and(|rest| rest.len() == 6 && is_hex(rest)),
        }
    }

    /// The kind whose values have it, and what it is called.
    pub(super) fn kind(self) -> (ColumnKind, &'static str) {
        let domain = || DomainOptions { reserved: true };
        match self {
            Self::UuidVersion7 => (uuid(7), "values look like UUIDs that grow"),
            Self::Uuid => (uuid(4), "values look like UUIDs"),
            Self::Email => (
                ColumnKind::Email(EmailOptions::default()),
                "values look like e-mail addresses",
            ),
            Self::Url => (ColumnKind::Url(domain()), "values look like URLs"),
            Self::Ipv4 => (ColumnKind::Ipv4 {}, "values look like addresses of IPv4"),
            Self::Ipv6 => (ColumnKind::Ipv6 {}, "values look like addresses of IPv6"),
            Self::Mac => (ColumnKind::Mac {}, "values look like addresses of hardware"),
            Self::HexColor => (ColumnKind::HexColor {}, "values look like colours"),
        }
    }
}

fn uuid(version: u8) -> ColumnKind {
    ColumnKind::Uuid(UuidOptions {
        version,
        from: None,
        every: None,
    })
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let groups = text
        .split('-')
        .map(|group| is_hex(group).then_some(group.len()));
    text.len() == 36 && groups.eq(lengths.map(Some))
}

fn is_mac(text: &str) -> bool {
    let mut groups = text.split([':', '-']);
    text.len() == 17 && groups.all(|group| group.len() == 2 && is_hex(group))
}

fn is_email(text: &str) -> bool {
    let spaces = text.contains(char::is_whitespace);
    let named = |(name, domain): (&str, &str)| {
        !name.is_empty()
            && !domain.contains('@')
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
    };
    !spaces && text.split_once('@').is_some_and(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_known_by_their_form() {
        let forms = |text: &str| -> Vec<Form> {
            let all = Form::ALL.into_iter();
            all.filter(|form| form.fits(text)).collect()
        };
        for (text, expected) in [
            ("9b329fe0-cac9-476c-a92e-55e8a6467c39", &[Form::Uuid][..]),
            (
                "9b329fe0-cac9-776c-a92e-55e8a6467c39",
                &[Form::UuidVersion7, Form::Uuid],
            ),
            ("9b329fe0-cac9-476c-a92e-55e8a6467c3g", &[]),
            ("a.b@example.net", &[Form::Email]),
            ("a@b@example.net", &[]),
            ("a b@example.net", &[]),
            ("https://example.net/x", &[Form::Url]),
            ("203.0.113.7", &[Form::Ipv4]),
            ("2001:db8::1", &[Form::Ipv6]),
            ("3C:22:FB:91:0A:5E", &[Form::Mac]),
            ("#1f77b4", &[Form::HexColor]),
            ("", &[]),
        ] {
            assert_eq!(forms(text), expected, "{text}");
        }
    }
}
