//! What a setting is: its key, its flag, its variables, and what holds where nobody says anything.

use super::check;

/// A setting as every layer knows it.
pub struct Setting {
    /// Key in TOML files.
    pub key: &'static str,
    /// What it is, in one line without a full stop.
    pub help: &'static str,
    /// What else a user needs to know of it, in sentences; empty if nothing.
    pub more: &'static str,
    /// Its flag; settings that hold secrets have none, because a process list shows flags.
    pub flag: Option<Flag>,
    /// The name of its value, where it is given as a bare word and not by a flag.
    pub word: Option<&'static str>,
    /// Variables that set it in `.env` and the environment; within a layer the first one wins.
    pub variables: &'static [Variable],
    /// What holds where no layer says anything.
    pub built_in: BuiltIn,
    /// How TOML writes it.
    pub form: Form,
    /// Says what is wrong with a value.
    pub check: fn(&str) -> Result<(), String>,
    /// Never shown.
    pub secret: bool,
    /// Under which heading it stands.
    pub group: Group,
}

/// How a setting is given on the command line.
#[derive(Clone, Copy)]
pub struct Flag {
    /// Name of its value; `None` makes it a switch.
    pub value_name: Option<&'static str>,
    /// Keys of settings and names of flags that it can't stand beside.
    pub excludes: &'static [&'static str],
    /// It may be given several times; commas part what was given.
    pub repeats: bool,
}

/// What holds where no layer says anything.
#[derive(Clone, Copy)]
pub enum BuiltIn {
    /// This value.
    Value(&'static str),
    /// No value.
    Nothing {
        /// What happens then, for people.
        instead: &'static str,
        /// A value as an example.
        example: &'static str,
    },
}

/// How TOML writes a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In quotes.
    Text,
    /// As it is: a number, `true` or `false`.
    Plain,
}

/// A heading, in the order in which they appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What is made.
    Data,
    /// How it is written.
    File,
    /// Where it goes.
    Target,
    /// What an object in S3 is besides its bytes.
    Object,
    /// Who asks.
    Credentials,
    /// How it is done.
    Run,
}

impl Group {
    /// As it stands over flags and in files.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Data => "Data",
            Self::File => "File",
            Self::Target => "Target",
            Self::Object => "Object",
            Self::Credentials => "Credentials",
            Self::Run => "Run",
        }
    }
}

/// An environment variable.
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The unit of a plain number in it.
    pub unit: Unit,
}

/// What a plain number in a variable counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// The value stands as it is.
    AsWritten,
    /// Mebibytes: the Python original's `…_MB` are 2^20 bytes.
    Mebibytes,
}

pub(super) const fn var(name: &'static str) -> Variable {
    Variable {
        name,
        unit: Unit::AsWritten,
    }
}

pub(super) const fn mebibytes(name: &'static str) -> Variable {
    Variable {
        name,
        unit: Unit::Mebibytes,
    }
}

pub(super) const fn flag(value_name: &'static str) -> Option<Flag> {
    Some(Flag {
        value_name: Some(value_name),
        excludes: &[],
        repeats: false,
    })
}

pub(super) const fn without(instead: &'static str, example: &'static str) -> BuiltIn {
    BuiltIn::Nothing { instead, example }
}

/// What most settings share.
pub(super) const TEXT: Setting = Setting {
    key: "",
    help: "",
    more: "",
    flag: None,
    word: None,
    variables: &[],
    built_in: BuiltIn::Value(""),
    form: Form::Text,
    check: check::any,
    secret: false,
    group: Group::Data,
};

pub(super) const NUMBER: Setting = Setting {
    form: Form::Plain,
    ..TEXT
};

pub(super) const SWITCH: Option<Flag> = Some(Flag {
    value_name: None,
    excludes: &[],
    repeats: false,
});

pub(super) const fn repeated(value_name: &'static str) -> Option<Flag> {
    Some(Flag {
        value_name: Some(value_name),
        excludes: &[],
        repeats: true,
    })
}

pub(super) const OBJECT: Setting = Setting {
    group: Group::Object,
    ..TEXT
};

pub(super) const CREDENTIAL: Setting = Setting {
    group: Group::Credentials,
    built_in: without("", "…"),
    ..TEXT
};
