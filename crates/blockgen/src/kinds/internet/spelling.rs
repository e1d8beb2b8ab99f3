//! How persons are spelt in addresses: lower-case ASCII, whatever script they write.

use deunicode::AsciiChars;

/// In place of a name of which no letter can be spelt.
const NAMELESS: &str = "user";

/// Names as they stand in an address: lower case, and nothing but ASCII letters and digits.
pub(in crate::kinds) fn spelt(names: &[&str]) -> Vec<String> {
    let spelt = names.iter().map(|name| {
        let ascii = name.ascii_chars().to_string();
        let letters = ascii.chars().filter(char::is_ascii_alphanumeric);
        let spelt: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
        match spelt.is_empty() {
            true => NAMELESS.to_owned(),
            false => spelt,
        }
    });
    spelt.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn names_of_every_locale_can_be_spelt_and_do_not_end_in_a_digit() {
        for locale in Locale::ALL {
            let tables = locale.tables();
            for names in [tables.first_names, tables.last_names] {
                for (name, spelt) in names.iter().zip(spelt(names)) {
                    assert_ne!(spelt, NAMELESS, "{name}");
                    assert!(spelt.len() <= 40, "{name}: {spelt}");
                    // A number behind the name has to be told from it.
                    assert!(!spelt.contains(|c: char| c.is_ascii_digit()), "{spelt}");
                }
            }
        }
    }
}
