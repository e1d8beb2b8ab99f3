//! `config/default.toml`: every setting with its built-in value, as a file to start from.

use super::setting::{BuiltIn, Form, Setting, Unit};
use super::table::SETTINGS;

const HEAD: &str = "\
# Every setting with its built-in value. Copy this file, change what you like, and pass it with
# `--config FILE` or in the variable PIPELINE_CONFIG. What stands in `.env`, in the environment or
# in a flag wins over it.
";

/// Columns of a line at most.
const WIDTH: usize = 98;

/// The text of the file.
pub fn template() -> String {
    let mut text = HEAD.to_owned();
    let mut group = None;
    for setting in SETTINGS {
        if group != Some(setting.group) {
            group = Some(setting.group);
            text.push_str(&format!("\n# ---- {} ----\n", setting.group.heading()));
        }
        text.push('\n');
        text.push_str(&entry(setting));
    }
    text
}

fn entry(setting: &Setting) -> String {
    let mut said = format!("{}.", setting.help);
    if !setting.more.is_empty() {
        said.push_str(&format!(" {}", setting.more));
    }
    let (mark, value) = match setting.built_in {
        BuiltIn::Value(value) => ("", value),
        BuiltIn::Nothing { instead, example } => {
            if !instead.is_empty() {
                said.push_str(&format!(" Without it: {instead}."));
            }
            ("# ", example)
        }
    };
    let value = match setting.form {
        Form::Text => format!("\"{value}\""),
        Form::Plain => value.to_owned(),
    };
    format!(
        "{}{}{mark}{} = {value}\n",
        comment(&said),
        comment(&format!("{}.", variables(setting))),
        setting.key
    )
}

/// The variables of a setting, in words.
pub(super) fn variables(setting: &Setting) -> String {
    let names: Vec<_> = setting
        .variables
        .iter()
        .map(|variable| match variable.unit {
            Unit::AsWritten => variable.name.to_owned(),
            Unit::Mebibytes => format!("{} (in MiB)", variable.name),
        })
        .collect();
    let noun = if names.len() == 1 {
        "Variable"
    } else {
        "Variables"
    };
    format!("{noun}: {}", names.join(", "))
}

/// The words as lines of a comment.
fn comment(words: &str) -> String {
    let mut lines = String::new();
    let mut line = "#".to_owned();
    for word in words.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line = "#".to_owned();
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    /// The copy for people is made of the table: `UPDATE_EXPECT=1` writes it anew.
    #[test]
    fn the_copy_for_people_is_what_the_program_uses() {
        let copy = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/default.toml");
        expect_file![copy].assert_eq(&super::template());
    }

    /// And it says what holds without it.
    #[test]
    fn the_copy_changes_nothing() {
        let built_in = super::super::Layer::built_in().unwrap();
        let read = super::super::Layer::toml(&super::template(), "a copy").unwrap();
        for setting in super::SETTINGS {
            assert_eq!(
                read.get(setting.key),
                built_in.get(setting.key),
                "{}",
                setting.key
            );
        }
    }
}
