//! How many files the system lets this process have open, where a run opens many at once.

use crate::failure::{ExitCode, Failure};
use crate::plan::Plan;
use crate::thousands::grouped;

/// What is open beside the files of partitions: standard streams, sources, a ledger, the runtime, a
/// server of our own and its connections. Seen: 14 of a run to a file, 20 of one to the embedded S3.
const BESIDES: u64 = 64;

/// Sees to it that the files of a plan may be open, and asks the system for more where they may not.
///
/// # Errors
///
/// [`ExitCode::Usage`] where the partitions are known to need more than the system allows.
pub fn make_room(plan: &Plan) -> Result<(), Failure> {
    let tables = plan.tables.iter().filter_map(|table| table.open_files());
    let Some(most) = tables.max_by_key(|open| open.files) else {
        return Ok(());
    };
    let needed = most.files.saturating_add(BESIDES);
    let Some(allowed) = allow(needed) else {
        return Ok(());
    };
    let sentence = format!(
        "{} partitions need {} open files, and the system allows this program {}",
        grouped(most.partitions),
        grouped(needed),
        grouped(allowed)
    );
    if most.is_known {
        return Err(Failure::say(ExitCode::Usage, sentence).advise(
            "Raise the limit (`ulimit -Hn` shows it), or partition by a column of fewer values.",
        ));
    }
    // Most tables have far fewer than they may have.
    log::warn!("up to {sentence}; --max-partitions says how many there may be");
    Ok(())
}

/// Lets the process have so many files open; how many it may have where that is less.
#[cfg(unix)]
fn allow(needed: u64) -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Nothing stands for a limit that is none.
    let is_enough = |allowed: Option<u64>| allowed.is_none_or(|allowed| allowed >= needed);
    if is_enough(limit.current) {
        return None;
    }
    let wanted = limit.maximum.map_or(needed, |most| needed.min(most));
    let raised = Rlimit {
        current: Some(wanted),
        ..limit
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => {
            log::debug!(
                "{wanted} files may be open, before it were {:?}",
                limit.current
            );
            (wanted < needed).then_some(wanted)
        }
        Err(error) => {
            log::debug!("the limit on open files can't be raised to {wanted}: {error}");
            limit.current
        }
    }
}

/// No other system counts them so low.
#[cfg(not(unix))]
fn allow(_needed: u64) -> Option<u64> {
    None
}
