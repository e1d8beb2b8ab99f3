//! Which gender a given name tells of, where the name tells of one.

use std::collections::BTreeMap;

use super::Tables;

/// A line for each locale and gender, `en female: Ada Adele …`; the file says where it comes from.
const GIVEN_NAMES: &str = include_str!("given_names.txt");

/// What a name or a title may tell of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gender {
    Female,
    Male,
}

impl Gender {
    /// The gender that a title tells of; none for those that anybody may bear. The titles of all
    /// locales are different words, so that one list serves them all.
    pub(crate) fn of_title(title: &str) -> Option<Self> {
        match title {
            // English, Welsh, German, French, Italian, Dutch, Portuguese, in this order.
            "Mrs." | "Ms." | "Miss" => Some(Self::Female),
            "Frau" | "Mme" | "Sig.ra" | "Dott.ssa" | "Prof.sa" | "Mevrouw" => Some(Self::Female),
            "Sra." | "Dra." | "Engª." | "Profª." => Some(Self::Female),
            "Mr." | "Herr" | "M." | "Sig." | "Dott." | "Meneer" | "Sr." => Some(Self::Male),
            // Persian: khanom, dushize, banu; aghaye.
            "خانم" | "دوشیزه" | "بانو" => Some(Self::Female),
            "آقای" => Some(Self::Male),
            // Chinese, simplified and traditional.
            "小姐" | "女士" | "夫人" => Some(Self::Female),
            "先生" | "男士" => Some(Self::Male),
            _ => None,
        }
    }
}

impl Tables {
    /// The gender that each given name tells of, in the order of the table.
    pub(crate) fn genders(&self) -> Box<[Option<Gender>]> {
        let mut known = BTreeMap::new();
        for (gender, word) in [(Gender::Female, "female"), (Gender::Male, "male")] {
            let start = format!("{} {word}: ", self.locale.name());
            let names = GIVEN_NAMES
                .lines()
                .find_map(|line| line.strip_prefix(&start));
            let names = names.unwrap_or_default().split(' ');
            known.extend(names.map(|name| (name, gender)));
        }
        let names = self.first_names.iter();
        names.map(|name| known.get(name).copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Locale;
    use super::*;

    #[test]
    fn every_name_of_the_list_stands_in_its_table_and_once() {
        let mut lines = 0;
        for line in GIVEN_NAMES.lines().filter(|line| !line.starts_with('#')) {
            let (start, names) = line.split_once(": ").unwrap();
            let (locale, gender) = start.split_once(' ').unwrap();
            assert!(["female", "male"].contains(&gender), "{start}");
            let locale = Locale::ALL.into_iter().find(|l| l.name() == locale);
            let table = locale.unwrap().tables().first_names;
            for name in names.split(' ') {
                assert!(table.contains(&name), "{start}: {name}");
                let lines = GIVEN_NAMES.lines();
                let of_locale = lines.filter(|l| l.starts_with(locale.unwrap().name()));
                let times = of_locale.flat_map(|l| l.split(' ')).filter(|n| *n == name);
                assert_eq!(times.count(), 1, "{start}: {name}");
            }
            lines += 1;
        }
        assert!(lines > 0);
    }
}
