//! The plan: every number of a run, resolved before the first byte. Nothing is written here, and
//! nothing is read but the file of write options and the first blocks of a source.
//!
//! ```text
//! Dataset + Settings ─ choice: tables and rows ─ fit: sizes ─▶ TablePlan, one a table ─▶ Plan
//! Opened  + Settings ─ read: sizes by the first blocks ──────▶ TablePlan ──────────────▶ Plan
//! ```

mod blocks;
mod buffers;
mod choice;
mod cut_groups;
mod ends;
mod file_set;
mod fit;
mod ledgers;
mod limits;
mod marker;
mod origin;
mod partitions;
mod read;
mod table;
mod work;

pub use self::blocks::BlockTask;
pub use self::ends::{Held, SoFar};
pub use self::file_set::{FilePlan, FileSet};
pub use self::origin::{FilesMade, Generated, Origin, ReadRows};
pub use self::partitions::{PartitionSet, Partitions, partition_failure};
pub use self::table::{Layout, Numbers, TablePlan};
pub use self::work::Work;

use std::path::{Path, PathBuf};

use self::choice::choose;
use self::ledgers::{check_apart, ledgers};
use self::table::Place;
use crate::address::S3Address;
use crate::dataset::Dataset;
use crate::destination::{Destination, kept_files};
use crate::failure::{ExitCode, Failure};
use crate::file_count::FileCount;
use crate::naming::Naming;
use crate::settings::Settings;
use crate::source::Opened;
use crate::write_options::write_options;

/// Row groups that are on their way from the workers to the sink, beside one a worker: while a worker
/// waits for its turn, its own is one of them.
pub const QUEUED_GROUPS: usize = 1;

/// Everything a run needs, besides the machine: tables that are made one after the other.
#[derive(Debug)]
pub struct Plan {
    /// What all tables are of: the data set and its seed, or the source.
    pub data: String,
    /// At least one, in the order of the spec.
    pub tables: Vec<TablePlan>,
    /// Worker threads.
    pub threads: usize,
    /// What the buffers of the run may hold at most, all together, in bytes.
    pub memory_bytes: u64,
    /// Local folders that are made if they are not there: those that the target asks for.
    pub folders: Vec<PathBuf>,
}

impl Plan {
    /// Resolves settings into a plan for `threads` workers. Encodes a few sample blocks of each
    /// table.
    ///
    /// # Errors
    ///
    /// Targets that can't be understood, data that can't be made.
    pub fn solve(
        mut dataset: Dataset,
        settings: &Settings,
        threads: usize,
    ) -> Result<Self, Failure> {
        let chosen = choose(&mut dataset, settings)?;
        let names: Vec<_> = chosen
            .iter()
            .map(|chosen| chosen.generator.table().to_owned())
            .collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        if let ([_, _, ..], Some(_)) = (names.as_slice(), &settings.only_files) {
            let sentence = format!(
                "--only-files: that is for one table, and there are {}",
                names.len()
            );
            return Err(Failure::say(ExitCode::Usage, sentence).advise("Pick one with --table."));
        }
        if settings.only_files.is_some() && settings.files == FileCount::One {
            let sentence = "--only-files takes some of several files, and one is made";
            return Err(Failure::say(ExitCode::Usage, sentence)
                .advise("Say how many there are with --files N or --file-size SIZE."));
        }
        let has_several = dataset.spec.written_tables().count() > 1;
        let mut places = places(settings, &names, has_several)?;
        for (place, ledger) in places.iter_mut().zip(ledgers(settings, &chosen)?) {
            place.ledger = ledger;
        }
        check_places(&places)?;
        let folders = folders(settings, &places);
        let options = &write_options(settings)?;
        let tables = chosen.into_iter().zip(places).map(|(chosen, place)| {
            TablePlan::solve(&dataset.name, chosen, place, settings, options, threads)
        });
        let tables: Vec<_> = tables.collect::<Result<_, _>>()?;
        let seed = dataset.seed(settings.seed);
        let data = format!("{}, seed {seed}", dataset.name);
        Ok(Self::of(data, tables, threads, folders))
    }

    /// Resolves settings into a plan for rows that are read. Reads and encodes the first of them.
    ///
    /// # Errors
    ///
    /// Targets that can't be understood, rows that can't be read.
    pub fn read(opened: Opened, settings: &Settings, threads: usize) -> Result<Self, Failure> {
        let places = places(settings, &[&opened.table], false)?;
        let folders = folders(settings, &places);
        let data = opened.facts.to_string();
        let tables = places
            .into_iter()
            .zip([opened])
            .map(|(place, opened)| TablePlan::read(opened, place, settings, threads));
        let tables = tables.collect::<Result<_, _>>()?;
        Ok(Self::of(data, tables, threads, folders))
    }

    fn of(data: String, tables: Vec<TablePlan>, threads: usize, folders: Vec<PathBuf>) -> Self {
        let memory = tables.iter().map(|table| table.numbers.memory_bytes);
        Self {
            data,
            threads,
            memory_bytes: memory.max().unwrap_or(0),
            tables,
            folders,
        }
    }

    /// The table of a run that makes one.
    pub fn only_table(&self) -> Option<&TablePlan> {
        match self.tables.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Rows of all tables, as far as they are known.
    pub fn total_rows(&self) -> u64 {
        let rows = self
            .tables
            .iter()
            .filter_map(|table| table.numbers.total_rows());
        rows.fold(0, u64::saturating_add)
    }

    /// Expected size of all files, as far as they are known.
    pub fn file_bytes(&self) -> u64 {
        let bytes = self
            .tables
            .iter()
            .filter_map(|table| table.numbers.file_bytes());
        bytes.fold(0, u64::saturating_add)
    }
}

/// Where each of `tables` goes.
fn places(settings: &Settings, tables: &[&str], has_several: bool) -> Result<Vec<Place>, Failure> {
    let destinations = Destination::resolve(settings, tables, has_several)?;
    let kept = match &settings.keep_local {
        Some(path) => {
            let files = copies(path, &destinations, settings, tables, has_several)?;
            files.into_iter().map(Some).collect()
        }
        None => vec![None; tables.len()],
    };
    let places = destinations.into_iter().zip(kept);
    let places = places.map(|(destination, keep_local)| Place {
        destination,
        keep_local,
        ledger: None,
    });
    Ok(places.collect())
}

/// No ledger is where data goes, of whichever table.
fn check_places(places: &[Place]) -> Result<(), Failure> {
    for ledger in places.iter().filter_map(|place| place.ledger.as_ref()) {
        let files = places.iter().filter_map(|place| match &place.destination {
            Destination::File(path) => Some(path),
            _ => place.keep_local.as_ref(),
        });
        check_apart(ledger, files)?;
    }
    Ok(())
}

/// Who names a folder or a pattern wants the folders that are in it; the folder of a file that
/// was named itself must be there.
fn folders(settings: &Settings, places: &[Place]) -> Vec<PathBuf> {
    let asks = |text: &str| Naming::of(text).takes_several();
    let to = settings.to.as_deref().is_some_and(asks) || Destination::is_set(settings);
    let kept = settings.keep_local.as_deref();
    let kept = kept.is_some_and(|path| asks(&path.to_string_lossy()))
        || kept.is_some() && Destination::is_set(settings);
    let ledger = settings.ledger.as_deref();
    let ledger = ledger.is_some_and(|path| asks(&path.to_string_lossy()));
    let mut folders: Vec<PathBuf> = Vec::new();
    for place in places {
        let file = match &place.destination {
            Destination::File(path) if to => Some(path),
            _ => place.keep_local.as_ref().filter(|_| kept),
        };
        let files = [file, place.ledger.as_ref().filter(|_| ledger)];
        for folder in files.into_iter().flatten().filter_map(|file| file.parent()) {
            if !folders.iter().any(|known| known == folder) {
                folders.push(folder.to_owned());
            }
        }
    }
    folders
}

/// A file that is kept is a copy of what goes to S3.
fn copies(
    path: &Path,
    destinations: &[Destination],
    settings: &Settings,
    tables: &[&str],
    has_several: bool,
) -> Result<Vec<PathBuf>, Failure> {
    let elsewhere = |place: &&Destination| !matches!(place, Destination::S3 { .. });
    if let Some(destination) = destinations.iter().find(elsewhere) {
        return Err(Failure::say(
            ExitCode::Usage,
            format!(
                "--keep-local keeps a copy of what goes to S3, and `{destination}` is not in S3"
            ),
        )
        .advise("Leave it out, or name a target s3://bucket/key."));
    }
    let advice = "Write a path, for example people.parquet.";
    let text = path.to_string_lossy();
    if text == "-" || S3Address::parse(&text, advice)?.is_some() {
        return Err(Failure::say(
            ExitCode::Usage,
            format!("--keep-local: `{text}` is no local file"),
        )
        .advise(advice));
    }
    kept_files(&text, settings, tables, has_several)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Amount, Layer};

    fn settings(pairs: &[(&'static str, &str)]) -> Settings {
        let mut layer = Layer::default();
        for (key, text) in pairs {
            layer
                .set(key, (*text).to_owned(), "a test".to_owned())
                .unwrap();
        }
        let layers = [Layer::built_in().unwrap(), layer];
        Settings::merge(&layers).unwrap()
    }

    fn solve(settings: &Settings, threads: usize) -> Result<Plan, Failure> {
        Plan::solve(Dataset::named(&settings.spec)?, settings, threads)
    }

    pub(super) fn plan(pairs: &[(&'static str, &str)]) -> Result<Plan, Failure> {
        solve(&settings(pairs), 2)
    }

    /// The numbers of the one table.
    fn numbers(pairs: &[(&'static str, &str)]) -> Generated {
        generated(&plan(pairs).unwrap().tables[0]).clone()
    }

    fn generated(table: &TablePlan) -> &Generated {
        table.numbers.origin.generated().unwrap()
    }

    #[test]
    fn the_number_of_threads_decides_nothing_of_the_content() {
        let settings = settings(&[("rows", "5000")]);
        let ids = [1, 2, 5].map(|threads| {
            let plan = solve(&settings, threads).unwrap();
            generated(&plan.tables[0]).content_id.clone()
        });
        assert!(ids.iter().all(|id| *id == ids[0]));
        let other = numbers(&[("seed", "7"), ("rows", "5000")]).content_id;
        assert_ne!(other, ids[0]);
    }

    #[test]
    fn a_wanted_size_becomes_rows() {
        let numbers = numbers(&[("size", "2MB"), ("block_size", "256KiB")]);
        let off = numbers.file_bytes as f64 / 2e6 - 1.0;
        assert!(off.abs() < 0.02, "planned {}", numbers.file_bytes);
        assert!(numbers.total_rows() > 5_000);
    }

    #[test]
    fn rows_that_no_table_has_are_refused() {
        let failure = plan(&[("rows", "18446744073709551615")]).unwrap_err();
        assert_eq!(failure.code, ExitCode::Usage);
    }

    fn rows(plan: &Plan) -> Vec<(&str, u64)> {
        let tables = plan.tables.iter();
        let rows =
            tables.map(|table| (table.numbers.table.as_str(), generated(table).total_rows()));
        rows.collect()
    }

    #[test]
    fn a_scale_multiplies_what_the_spec_says_and_what_it_leaves_open() {
        let shop = plan(&[("spec", "shop"), ("scale", "0.01")]).unwrap();
        let lines = rows(&shop)[3].1;
        let parents = [("customers", 200), ("products", 10), ("orders", 1000)];
        assert_eq!(rows(&shop)[..3], parents);
        assert!((1000..7000).contains(&lines), "{lines}");
        assert_eq!(numbers(&[("scale", "0.01")]).total_rows(), 1000);
    }

    #[test]
    fn a_size_is_reached_by_a_table_of_children_as_far_as_it_goes() {
        let mut settings = settings(&[("spec", "shop"), ("size", "100kB")]);
        settings.tables = vec!["order_lines".to_owned()];
        let part = solve(&settings, 1).unwrap();
        assert!(
            (1000..10_000).contains(&rows(&part)[0].1),
            "{:?}",
            rows(&part)
        );
        settings.amount = Amount::Size(crate::byte_size::ByteSize(1 << 40));
        let failure = solve(&settings, 1).unwrap_err();
        assert_eq!(failure.code, ExitCode::Usage, "{failure}");
    }

    /// The largest table decides: one is made after the other.
    #[test]
    fn the_memory_of_a_plan_is_that_of_its_largest_table() {
        let shop = plan(&[("spec", "shop"), ("scale", "0.1")]).unwrap();
        let most = shop
            .tables
            .iter()
            .map(|table| table.numbers.memory_bytes)
            .max();
        assert_eq!(Some(shop.memory_bytes), most);
    }
}
