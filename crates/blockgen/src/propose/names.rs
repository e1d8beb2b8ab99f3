//! What a column of texts holds, going by its name.

use crate::kinds::{
    ColumnKind, DomainOptions, EmailOptions, PatternOptions, PersonOptions, UsernameOptions,
};

/// How much a name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// It is that.
    Sure,
    /// It may be that, unless there are few different values: a `state` may be one of an order.
    Perhaps,
    /// It may be that if the values look like names of persons.
    LikeNames,
}

/// The kind that a name speaks of. Of `billing_city` and `billingCity` it is that of `city`.
pub(super) fn kind(name: &str) -> Option<(ColumnKind, Trust)> {
    let words = words(name);
    // The longest end that is known: `first_name` before `name`.
    (0..words.len()).find_map(|from| known(&words[from..].join("_")))
}

/// Whether a name is that of a key.
pub(super) fn is_key(name: &str) -> bool {
    let last = words(name).pop().unwrap_or_default();
    matches!(
        last.as_str(),
        "id" | "key" | "uid" | "uuid" | "no" | "number"
    )
}

/// The words of a name in snake case, camel case or with other signs between them, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in name.chars() {
        let begins = c.is_uppercase() && after_small;
        if !c.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase() || c.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn known(name: &str) -> Option<(ColumnKind, Trust)> {
    let person = || PersonOptions { of: None };
    let sure = match name {
        "first_name" | "firstname" | "given_name" | "forename" => ColumnKind::FirstName(person()),
        "last_name" | "lastname" | "family_name" | "surname" => ColumnKind::LastName(person()),
        "full_name" | "fullname" | "person_name" => ColumnKind::PersonName {},
        "email" | "mail" | "e_mail" | "email_address" => ColumnKind::Email(EmailOptions::default()),
        "username" | "user_name" | "login" => ColumnKind::Username(UsernameOptions::default()),
        "phone" | "telephone" | "phone_number" | "fax" => ColumnKind::Phone {},
        "mobile" | "cell" | "cell_phone" | "mobile_phone" => ColumnKind::CellPhone {},
        "street" | "street_address" | "address" | "address_line" => ColumnKind::StreetAddress {},
        "city" | "town" => ColumnKind::City {},
        "zip" | "zip_code" | "zipcode" => ColumnKind::ZipCode {},
        "postcode" | "postal_code" => ColumnKind::Postcode {},
        "company" | "company_name" | "employer" => ColumnKind::Company {},
        "job" | "job_title" => ColumnKind::Job {},
        "profession" | "occupation" => ColumnKind::Profession {},
        "url" | "website" | "homepage" | "link" => {
            ColumnKind::Url(DomainOptions { reserved: true })
        }
        "user_agent" | "useragent" => ColumnKind::UserAgent {},
        "iban" => ColumnKind::Iban {},
        "bic" | "swift" => ColumnKind::Bic {},
        "isin" => ColumnKind::Isin {},
        "credit_card" | "card_number" | "credit_card_number" => ColumnKind::CreditCard {},
        "license_plate" => ColumnKind::Pattern(PatternOptions {
            pattern: "??-###-??".to_owned(),
            unique: false,
        }),
        _ => return perhaps(name),
    };
    Some((sure, Trust::Sure))
}

fn perhaps(name: &str) -> Option<(ColumnKind, Trust)> {
    let kind = match name {
        "country" => ColumnKind::Country {},
        "country_code" => ColumnKind::CountryCode {},
        "state" | "province" => ColumnKind::State {},
        "time_zone" | "timezone" | "tz" => ColumnKind::TimeZone {},
        "currency" | "currency_code" => ColumnKind::CurrencyCode {},
        "gender" | "sex" => ColumnKind::Gender(PersonOptions { of: None }),
        "mime_type" | "content_type" => ColumnKind::MimeType {},
        "industry" => ColumnKind::Industry {},
        "file_name" | "filename" => ColumnKind::FileName {},
        "name" => return Some((ColumnKind::PersonName {}, Trust::LikeNames)),
        _ => return None,
    };
    Some((kind, Trust::Perhaps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_their_last_words() {
        for (name, expected) in [
            ("billingCity", Some(ColumnKind::City {})),
            ("BILLING_CITY", Some(ColumnKind::City {})),
            ("Zip Code", Some(ColumnKind::ZipCode {})),
            ("shop.country-code", Some(ColumnKind::CountryCode {})),
            ("customer_name", Some(ColumnKind::PersonName {})),
            ("capacity", None),
            ("", None),
        ] {
            let found = kind(name).map(|(kind, _)| kind);
            assert_eq!(found, expected, "{name}");
        }
        assert!(is_key("orderId") && is_key("ID") && !is_key("paid") && !is_key(""));
    }
}
