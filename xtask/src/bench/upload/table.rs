//! The figures as one table, a part for each contest; below each part, what was wanted.

use super::sent::Sent;
use crate::columns::aligned;

const TITLES: [&str; 8] = [
    "seconds",
    "least",
    "most",
    "CPU-s/GiB",
    "peak MB",
    "requests",
    "ours is",
    "name",
];

/// A part for each contest, in the order in which they come.
pub fn of(all: &[Sent]) -> String {
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(all.iter().map(cells));
    let mut aligned = aligned(&rows).into_iter();
    let mut lines: Vec<_> = aligned.next().into_iter().collect();
    let same = |a: &Sent, b: &Sent| (a.contest, a.what) == (b.contest, b.what);
    for contest in all.chunk_by(same) {
        lines.push(String::new());
        if let Some(Sent { contest, what, .. }) = contest.first() {
            lines.push(format!("{contest}: {what}"));
        }
        lines.extend(aligned.by_ref().take(contest.len()));
        lines.extend(contest.iter().flat_map(verdicts));
    }
    lines.join("\n")
}

fn cells(of: &Sent) -> [String; 8] {
    let figures = &of.figures;
    [
        format!("{:.2}", figures.seconds),
        format!("{:.2}", figures.least),
        format!("{:.2}", figures.most),
        format!("{:.2}", figures.cpu_s_per_gib),
        format!("{:.1}", figures.peak_bytes as f64 / 1e6),
        figures.requests.to_string(),
        figures
            .ours_is
            .map_or_else(String::new, |ratio| format!("{ratio:.2} x")),
        of.name.clone(),
    ]
}

/// A line for each target.
fn verdicts(of: &Sent) -> impl Iterator<Item = String> {
    of.verdicts.iter().map(|verdict| {
        let word = if verdict.reached { "ok    " } else { "MISSED" };
        format!("  {word}  {}: {}", of.name, verdict.text)
    })
}

#[cfg(test)]
mod tests {
    use super::super::sent::tests::merged;
    use super::*;

    #[test]
    fn contests_stand_apart_and_targets_are_judged() {
        let mut all = merged(1, true);
        all.extend(merged(3, false));
        let expected = [
            "seconds  least  most  CPU-s/GiB  peak MB  requests  ours is  name",
            "",
            "speed: 1 GiB, without; s5cmd, aws and rclone can't leave theirs out",
            "   1.00   1.00  3.00       1.00     50.0       130           pipeline-cli rusoto, none",
            "   2.00   2.00  6.00       1.00     54.0       140   2.00 x  pipeline-cli aws-sdk, none",
            "   3.00   3.00  9.00       1.00     58.0       150   3.00 x  obstore, none",
            "  MISSED  pipeline-cli rusoto, none: at most 0.6 CPU-s/GiB: 1.00",
            "  ok      pipeline-cli rusoto, none: at most 66 MB: 50",
            "  ok      pipeline-cli rusoto, none: as fast as the fastest peer: 3.00 x",
            "  ok      pipeline-cli aws-sdk, none: at most 66 MB: 54",
            "  ok      pipeline-cli aws-sdk, none: as fast as the fastest peer: 1.50 x",
            "",
            "failures: 1 GiB to a server that fails some part requests",
            "   1.00   1.00  3.00       1.00     50.0       130           pipeline-cli rusoto, MD5",
            "   2.00   2.00  6.00       1.00     54.0       140   2.00 x  pipeline-cli rusoto, MD5: 1 % fail",
            "   3.00   3.00  9.00       1.00     58.0       150   3.00 x  pipeline-cli rusoto, MD5: 10 % fail",
            "  MISSED  pipeline-cli rusoto, MD5: 1 % fail: at most 5 % slower: +100.0 %",
            "  ok      pipeline-cli rusoto, MD5: 1 % fail: at most 1.3 times the requests: 1.08",
            "  MISSED  pipeline-cli rusoto, MD5: 10 % fail: at most 30 % slower: +200.0 %",
            "  ok      pipeline-cli rusoto, MD5: 10 % fail: at most 1.3 times the requests: 1.15",
        ];
        assert_eq!(of(&all).lines().collect::<Vec<_>>(), expected);
    }
}
