//! Where in a spec the reader is, in the words of its errors.

/// A data set, a table, a column, or an option of one.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Such as "table `people`".
    pub(super) what: String,
    /// Which schema it is held to.
    pub(super) part: Part,
    /// The names of table and column with dots between, where both have one.
    path: Option<String>,
    /// The option, within another with dots between; empty for the table or column itself.
    pub(super) option: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Dataset,
    Table,
    Column,
    Damage,
}

impl Part {
    /// What all of its sort have in common.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Dataset => "a data set",
            Self::Table => "a table",
            Self::Column => "a column",
            Self::Damage => "a damage",
        }
    }
}

impl Place {
    pub(super) fn dataset() -> Self {
        Self {
            what: "the spec".to_owned(),
            part: Part::Dataset,
            path: None,
            option: String::new(),
        }
    }

    /// A table by its name, or by its number, counted from 1.
    pub(super) fn table(name: Option<&str>, number: usize) -> Self {
        let what = match name {
            Some(name) => format!("table `{}`", shown(name)),
            None => format!("table {number}"),
        };
        Self {
            what,
            part: Part::Table,
            path: name.map(shown),
            option: String::new(),
        }
    }

    /// A column of a table.
    pub(super) fn column(table: &Self, name: Option<&str>, number: usize) -> Self {
        let (what, path) = match (name.map(shown), &table.path) {
            (Some(name), Some(table)) => {
                let path = format!("{table}.{name}");
                (format!("column `{path}`"), Some(path))
            }
            (Some(name), None) => (format!("column `{name}` of {}", table.what), None),
            (None, _) => (format!("column {number} of {}", table.what), None),
        };
        Self {
            what,
            part: Part::Column,
            path,
            option: String::new(),
        }
    }

    /// A damage of a table, counted from 1.
    pub(super) fn damage(table: &Self, number: usize) -> Self {
        Self {
            what: format!("damage {number} of {}", table.what),
            part: Part::Damage,
            path: None,
            option: String::new(),
        }
    }

    /// An option of it.
    pub(super) fn option(&self, name: &str) -> Self {
        Self {
            option: self.path_of(name),
            ..self.clone()
        }
    }

    /// A column inside of it, as the compiler names it.
    pub(super) fn nested(&self, name: &str) -> Self {
        match &self.path {
            Some(outer) => {
                let path = format!("{outer}.{}", shown(name));
                Self {
                    what: format!("column `{path}`"),
                    part: Part::Column,
                    path: Some(path),
                    option: String::new(),
                }
            }
            None => self.option(name),
        }
    }

    /// The name of an option of it, after those it lies in.
    pub(super) fn path_of(&self, option: &str) -> String {
        match self.option.as_str() {
            "" => shown(option),
            outer => format!("{outer}.{}", shown(option)),
        }
    }

    /// The whole of it.
    pub(super) fn describe(&self) -> String {
        match self.option.as_str() {
            "" => self.what.clone(),
            option => format!("option `{option}` of {}", self.what),
        }
    }
}

/// A name as it stands in messages: the start of a long one.
pub(super) fn shown(text: &str) -> String {
    const MOST_CHARS: usize = 80;
    match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
