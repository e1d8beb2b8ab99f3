//! How files are written: settings, and what `--write-options` names.
//!
//! ```text
//! FILE.toml · FILE.json · {JSON} ─▶ WriteOptions ◀─ --compression, --compatibility
//! ```

use std::path::Path;

use blockwrite::WriteOptions;
use serde_json::{Map, Value};

use crate::failure::{ExitCode, Failure};
use crate::nearest_word::nearest;
use crate::settings::{Settings, line_at};

/// Where options stand that are given themselves.
const FLAG: &str = "--write-options";

/// The options of the files of a run.
///
/// What a layer says of codec and readers wins over the file of options; what is only built in
/// does not.
///
/// # Errors
///
/// [`ExitCode::Usage`]: a file that can't be read, an option that there is not, or a value that it
/// can't have.
pub fn write_options(settings: &Settings) -> Result<WriteOptions, Failure> {
    let given = settings.write_options.as_deref();
    let mut options = given.map(read).transpose()?.unwrap_or_default();
    if given.is_none() || settings.compression_asked {
        options.compression = settings.compression;
    }
    if given.is_none() || settings.compatibility_asked {
        options.compatibility = settings.compatibility;
    }
    options.check().map_err(failure)?;
    Ok(options)
}

/// Who is at fault for what an encoder or a writer says: the options, the rows, or the program.
pub fn failure(error: blockwrite::Error) -> Failure {
    use blockwrite::Error::{Inexact, NotSorted, SchemaMismatch, Unsupported};
    let code = match &error {
        error if error.is_of_options() => ExitCode::Usage,
        Unsupported { .. } => ExitCode::Usage,
        NotSorted { .. } | Inexact { .. } | SchemaMismatch { .. } => ExitCode::Source,
        _ => ExitCode::Internal,
    };
    let advise = code == ExitCode::Usage;
    let failure = Failure::new(code, error);
    if advise {
        failure.advise("Options come from --write-options, --compression and --compatibility.")
    } else {
        failure
    }
}

/// The options in one word, for the command that makes a file again: those that are not the
/// default, codec and readers aside, which have flags of their own. `None` where there are none.
pub fn in_one_word(options: &WriteOptions) -> Option<String> {
    let all = |options: &WriteOptions| match serde_json::to_value(options) {
        Ok(Value::Object(all)) => all,
        _ => Map::new(),
    };
    let default = all(&WriteOptions::default());
    let mut given = all(options);
    given.retain(|key, value| {
        let has_flag = key == "compression" || key == "compatibility";
        !has_flag && default.get(key) != Some(value)
    });
    (!given.is_empty()).then(|| Value::Object(given).to_string())
}

fn read(given: &str) -> Result<WriteOptions, Failure> {
    if given.trim_start().starts_with('{') {
        return of_json(given, FLAG);
    }
    let text = std::fs::read_to_string(given).map_err(|error| {
        let sentence = format!("{FLAG}: could not read `{given}`: {error}");
        Failure::say(ExitCode::Usage, sentence)
    })?;
    let is_json = Path::new(given)
        .extension()
        .is_some_and(|ending| ending == "json");
    match is_json {
        true => of_json(&text, given),
        false => of_toml(&text, given),
    }
}

fn of_json(text: &str, from: &str) -> Result<WriteOptions, Failure> {
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        // What serde_json adds behind the reason.
        let place = format!(" at line {} column {}", error.line(), error.column());
        let reason = said.strip_suffix(&place).unwrap_or(&said);
        refused(from, error.line(), reason)
    })
}

fn of_toml(text: &str, from: &str) -> Result<WriteOptions, Failure> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        refused(from, line, error.message())
    })
}

fn refused(from: &str, line: usize, reason: &str) -> Failure {
    let reason = in_plain_words(reason);
    Failure::say(ExitCode::Usage, format!("{from}, line {line}: {reason}"))
}

/// A word that is none, with the nearest that is one; everything else as serde says it.
fn in_plain_words(reason: &str) -> String {
    let kind = match reason {
        reason if reason.starts_with("unknown field") => "option",
        reason if reason.starts_with("unknown variant") => "value",
        reason => return reason.trim_end().to_owned(),
    };
    let words: Vec<_> = reason.split('`').skip(1).step_by(2).collect();
    let Some((word, known)) = words.split_first() else {
        return reason.to_owned();
    };
    let instead = match nearest(word, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("there are {}", known.join(", ")),
    };
    format!("there is no {kind} `{word}`; {instead}")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let check = |outcome: Result<WriteOptions, Failure>, said: Expect| {
            said.assert_eq(&outcome.map_or_else(|error| error.to_string(), |_| "fine".to_owned()));
        };
        check(of_toml("statistics = 'page'\n", "w.toml"), expect!["fine"]);
        check(
            of_toml("page_bytes = 2048\n\ncompresion = 'none'\n", "w.toml"),
            expect!["w.toml, line 3: there is no option `compresion`; did you mean `compression`?"],
        );
        check(
            of_toml("[columns.id]\nencoding = 'zebra'\n", "w.toml"),
            expect![
                "w.toml, line 2: there is no value `zebra`; there are auto, dictionary, plain, rle, delta_binary_packed, delta_length_byte_array, delta_byte_array, byte_stream_split"
            ],
        );
        check(
            of_json("{\"page_bytes\": \"many\"}", FLAG),
            expect![[r#"--write-options, line 1: invalid type: string "many", expected usize"#]],
        );
        check(
            read("/there/is/none.toml"),
            expect![
                "--write-options: could not read `/there/is/none.toml`: No such file or directory (os error 2)"
            ],
        );
    }

    #[test]
    fn options_in_one_word_read_back() {
        assert_eq!(in_one_word(&WriteOptions::default()), None);
        let text = "page_version = '2'\ncompression = 'zstd'\n[columns.id]\nencoding = 'plain'\n";
        let options = of_toml(text, "w.toml").unwrap();
        let word = in_one_word(&options).unwrap();
        expect![[r#"{"columns":{"id":{"encoding":"plain"}},"page_version":"2"}"#]].assert_eq(&word);
        let read = WriteOptions {
            compression: options.compression,
            ..read(&word).unwrap()
        };
        assert_eq!(read, options);
    }
}
