//! Where the ledgers of damaged tables go.

use std::path::PathBuf;

use super::choice::Chosen;
use crate::address::S3Address;
use crate::destination::check_gives_name;
use crate::failure::{ExitCode, Failure};
use crate::ledger::check_name;
use crate::naming::Naming;
use crate::settings::Settings;

/// The ledger of each table: of those that are damaged, if one was asked for.
///
/// # Errors
///
/// [`ExitCode::Usage`] where no table is damaged, and for a path that can't be the ledger of each.
pub(super) fn ledgers(
    settings: &Settings,
    chosen: &[Chosen],
) -> Result<Vec<Option<PathBuf>>, Failure> {
    let Some(path) = &settings.ledger else {
        return Ok(vec![None; chosen.len()]);
    };
    let damaged = chosen.iter().map(|chosen| &chosen.generator);
    let damaged: Vec<_> = damaged
        .filter(|generator| generator.is_damaged())
        .map(|generator| generator.table())
        .collect();
    let text = path.to_string_lossy();
    let advice = "Write a path, for example damage.csv or ledgers/.";
    if text == "-" || S3Address::parse(&text, advice)?.is_some() {
        return Err(usage(format!("--ledger: `{text}` is no local file")).advise(advice));
    }
    if damaged.is_empty() {
        let sentence = "--ledger lists damaged values, and no table that is made is damaged";
        return Err(usage(sentence.to_owned()).advise(
            "Ask for damage in the spec, as in `[[tables.damage]]` with `kind = \"null\"` and \
             `share = 0.01` below the table (docs/damage.md), or leave --ledger out.",
        ));
    }
    let naming = Naming::of(&text);
    if damaged.len() > 1 && !naming.takes_several() {
        let sentence = format!(
            "--ledger: `{text}` takes one table, and {} are damaged: {}",
            damaged.len(),
            damaged.join(", ")
        );
        return Err(usage(sentence).advise(
            "Name a folder, which ends with `/`, or put {table} in the path, as in \
             ledgers/{table}.csv.",
        ));
    }
    let ledgers = chosen.iter().map(|chosen| {
        let table = chosen.generator.table();
        if !chosen.generator.is_damaged() {
            return Ok(None);
        }
        if naming.takes_several() {
            check_gives_name(table).map_err(|failure| failure.advise("Name the ledger itself."))?;
        }
        let path = match naming {
            // Data may stand in the same folder.
            Naming::Folder(_) => naming.name(&format!("{table}.ledger")),
            _ => naming.name(table),
        };
        let path = PathBuf::from(path);
        check_name(&path)?;
        Ok(Some(path))
    });
    ledgers.collect()
}

/// That no ledger would take the place of data.
///
/// # Errors
///
/// [`ExitCode::Usage`].
pub(super) fn check_apart<'a>(
    ledger: &PathBuf,
    mut files: impl Iterator<Item = &'a PathBuf>,
) -> Result<(), Failure> {
    match files.any(|file| file == ledger) {
        false => Ok(()),
        true => {
            let sentence = format!("--ledger: `{}` is where the data goes", ledger.display());
            Err(usage(sentence).advise("Name another file."))
        }
    }
}

fn usage(sentence: String) -> Failure {
    Failure::say(ExitCode::Usage, sentence)
}
