//! Flags, made from the table of settings: what a command offers becomes the highest layer.

use std::marker::PhantomData;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueHint};

use super::setting::{BuiltIn, Setting};
use super::table::{self, SETTINGS};
use super::template::variables;
use super::{Layer, LayerError};

/// Which settings a command offers as flags.
pub trait Offer {
    /// Whether this one is among them.
    fn offers(setting: &Setting) -> bool;

    /// What this command does without a value, where that is not what the table says of all.
    fn instead(_key: &str) -> Option<&'static str> {
        None
    }
}

/// The flags of the settings that `O` offers.
pub struct Flags<O> {
    given: Vec<(&'static str, String)>,
    offer: PhantomData<O>,
}

impl<O> Flags<O> {
    /// What was given, as a layer.
    ///
    /// # Errors
    ///
    /// A bad value, named with its flag.
    pub fn layer(&self) -> Result<Layer, LayerError> {
        let mut layer = Layer::default();
        for (key, text) in &self.given {
            let word = table::find(key).and_then(|setting| setting.word);
            let origin = match word {
                Some(name) => format!("argument {name}"),
                None => format!("--{}", long(key)),
            };
            layer.set(key, text.clone(), origin)?;
        }
        Ok(layer)
    }
}

impl<O> Flags<O> {
    /// What was given, of what the command of `P` offers too, as words of its command line.
    pub fn words_for<P: Offer>(&self) -> Vec<String> {
        let given = self.given.iter();
        let given = given.filter_map(|(key, text)| Some((table::find(key)?, text)));
        let shared = given.filter(|(setting, _)| P::offers(setting));
        let words = shared.flat_map(|(setting, text)| {
            let (key, flag) = (setting.key, setting.flag);
            let switch = flag.is_some_and(|flag| flag.value_name.is_none());
            let value = (!switch).then(|| text.clone());
            [Some(format!("--{}", long(key))), value]
        });
        words.flatten().collect()
    }
}

/// The name of the flag of a setting.
pub fn long(key: &str) -> String {
    key.replace('_', "-")
}

fn offered<O: Offer>() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(|setting| O::offers(setting))
}

fn arg<O: Offer>(setting: &'static Setting) -> Arg {
    let default = match setting.built_in {
        BuiltIn::Value("false") => String::new(),
        BuiltIn::Value(text) => format!(" [default: {text}]"),
        BuiltIn::Nothing { instead, .. } => {
            let instead = O::instead(setting.key).unwrap_or(instead);
            format!(" [default: {instead}]")
        }
    };
    let help = format!("{}{default}", setting.help);
    let more = match setting.more {
        "" => String::new(),
        more => format!("\n\n{more}"),
    };
    let long_help = format!("{help}{more}\n\n{}", variables(setting));
    let arg = Arg::new(setting.key).help(help).long_help(long_help);
    if let Some(name) = setting.word {
        let arg = arg.value_name(name).value_hint(hint(name));
        return arg.action(ArgAction::Set);
    }
    let flag = setting.flag.expect("commands offer settings with a flag");
    let arg = arg
        .long(long(setting.key))
        .help_heading(setting.group.heading())
        .conflicts_with_all(flag.excludes);
    match flag.value_name {
        Some(name) => arg
            .value_name(name)
            .value_hint(hint(name))
            .allow_negative_numbers(true)
            .action(match flag.repeats {
                true => ArgAction::Append,
                false => ArgAction::Set,
            }),
        None => arg.action(ArgAction::SetTrue),
    }
}

/// What a shell completes.
fn hint(value_name: &str) -> ValueHint {
    match value_name {
        "PATH" | "SPEC" => ValueHint::FilePath,
        "FOLDER" => ValueHint::DirPath,
        "TARGET" => ValueHint::AnyPath,
        _ => ValueHint::Other,
    }
}

impl<O: Offer> Args for Flags<O> {
    fn augment_args(command: Command) -> Command {
        command.args(offered::<O>().map(arg::<O>))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<O: Offer> FromArgMatches for Flags<O> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = offered::<O>().filter_map(|setting| {
            let text = if arg::<O>(setting).get_action().takes_values() {
                let given = matches.get_many::<String>(setting.key);
                given.map(|given| given.cloned().collect::<Vec<_>>().join(","))
            } else {
                matches.get_flag(setting.key).then(|| "true".to_owned())
            };
            text.map(|text| (setting.key, text))
        });
        Ok(Self {
            given: given.collect(),
            offer: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<O> Clone for Flags<O> {
    fn clone(&self) -> Self {
        Self {
            given: self.given.clone(),
            offer: PhantomData,
        }
    }
}

impl<O> std::fmt::Debug for Flags<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map()
            .entries(self.given.iter().map(|(key, text)| (key, text)))
            .finish()
    }
}
