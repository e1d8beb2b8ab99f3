//! Whether what stands in the store agrees with what was said of it.

use std::time::Duration;

use crate::carry_out::{Said, Told, shown};
use crate::schedule::{Before, Schedule};
use crate::stage::{BUCKET, Stage};

/// For what takes milliseconds.
const SOON: Duration = Duration::from_secs(60);

/// What was found, and what is wrong with it.
pub struct Verdict {
    /// How many open uploads nobody could know to be ours: replies to their creation were lost.
    pub in_doubt: usize,
    /// What must not be.
    pub violations: Vec<String>,
}

pub async fn judge(stage: &Stage, schedule: &Schedule, told: &Told) -> Verdict {
    let mut violations = object(stage, schedule, told).await;
    let in_doubt = uploads(stage, schedule, &mut violations).await;
    stage.weather.end(schedule);
    if violations.is_empty() {
        stage.clear(schedule).await;
    }
    Verdict {
        in_doubt,
        violations,
    }
}

async fn object(stage: &Stage, schedule: &Schedule, told: &Told) -> Vec<String> {
    let mut violations = Vec::new();
    let key = schedule.key();
    let stands = stage.object(&key).await;
    let ours = stage.ours(schedule);
    let intruded = told.intruder_found.is_some();
    let before = (schedule.before != Before::Nothing).then(|| stage.old(schedule));
    let is_ours = stands.as_ref() == Some(&ours);
    let is_intruders = intruded && stands.as_ref() == Some(&stage.intruders(schedule));
    if !is_ours && !is_intruders && (intruded || stands != before) {
        violations.push(format!("at the key stands {}", shown(stands.as_ref())));
    }
    let was_ours = told.intruder_found.as_ref() == Some(&Some(ours));
    // What another writer put there stays as well as what was there before.
    let wrote_over = before.is_some() && (is_ours || was_ours) || intruded && is_ours;
    if schedule.create_only && wrote_over {
        violations.push("an object was written over that was to stay".to_owned());
    }
    match told.said {
        Said::Committed if !is_ours && !intruded => {
            violations.push("it was said to be committed, and is not there".to_owned());
        }
        Said::NotCommitted if is_ours || was_ours => {
            violations.push("it was said not to be committed, and it was there".to_owned());
        }
        _ => {}
    }
    if let Some(receipt) = &told.receipt
        && is_ours
    {
        let uploader = stage.uploader(schedule);
        let differences = uploader.verify(receipt).await.unwrap();
        if !differences.is_empty() {
            violations.push(format!("the receipt does not hold: {differences:?}"));
        }
        let len = schedule.len as u64;
        let parts: u64 = receipt.parts.iter().map(|part| part.size).sum();
        if receipt.size != len || (!receipt.parts.is_empty() && parts != len) {
            violations.push(format!("the receipt counts otherwise: {receipt:?}"));
        }
    }
    violations
}

/// Whether a sweep of the journal ends all uploads of ours, but for those that it reports.
async fn uploads(stage: &Stage, schedule: &Schedule, violations: &mut Vec<String>) -> usize {
    let uploader = stage.uploader(schedule);
    let swept = uploader.sweep_all(BUCKET, SOON).await.unwrap();
    if !swept.failed.is_empty() || swept.left > 0 {
        violations.push(format!("what is left could not be swept: {swept:?}"));
    }
    let reported = |id: &str| {
        let mut uploads = swept.ambiguous.iter().flat_map(|doubt| &doubt.uploads);
        uploads.any(|upload| upload.upload_id == id)
    };
    let open = stage.open_uploads(&schedule.key()).await;
    for upload in &open {
        if !reported(&upload.upload_id) {
            violations.push(format!("{} is open, and nobody knows", upload.upload_id));
        }
        stage.calm.abort_multipart_upload(upload).await.unwrap();
    }
    open.len()
}
