//! What the project holds itself to, and whether it is reached.

use super::sent::Figures;

/// A figure that is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// Seconds of cores for a GiB, at most.
    CpuPerGib(f64),
    /// Memory, at most.
    PeakBytes(u64),
    /// No slower than the fastest peer of the same turn.
    AsFastAsPeers,
    /// Memory of the first of the contest, within so much of it.
    PeakWithin(f64),
    /// Slower than the first by such a share, at most.
    SlowerAtMost(f64),
    /// Requests of the first, so many times at most.
    RequestsTimes(f64),
}

/// What came of a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The target and what was measured, for people.
    pub text: String,
    pub reached: bool,
}

impl Target {
    /// Nothing where it could not be measured.
    pub fn judge(self, figures: &Figures) -> Option<Verdict> {
        let (text, reached) = match self {
            Self::CpuPerGib(most) => (
                format!("at most {most:.1} CPU-s/GiB: {:.2}", figures.cpu_s_per_gib),
                figures.cpu_s_per_gib <= most,
            ),
            Self::PeakBytes(most) => (
                format!("at most {} MB: {}", mb(most), mb(figures.peak_bytes)),
                figures.peak_bytes <= most,
            ),
            Self::AsFastAsPeers => {
                let ratio = figures.peers_take?;
                (
                    format!("as fast as the fastest peer: {ratio:.2} x"),
                    ratio >= 1.0,
                )
            }
            Self::PeakWithin(share) => {
                let more = figures.of_first?.peak - 1.0;
                (
                    format!("memory within {}: {}", percent(share), signed_percent(more)),
                    more.abs() <= share,
                )
            }
            Self::SlowerAtMost(share) => {
                let more = figures.of_first?.seconds - 1.0;
                (
                    format!(
                        "at most {} slower: {}",
                        percent(share),
                        signed_percent(more)
                    ),
                    more <= share,
                )
            }
            Self::RequestsTimes(most) => {
                let times = figures.of_first?.requests;
                (
                    format!("at most {most:.1} times the requests: {times:.2}"),
                    times <= most,
                )
            }
        };
        Some(Verdict { text, reached })
    }
}

fn mb(bytes: u64) -> String {
    format!("{:.0}", bytes as f64 / 1e6)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn signed_percent(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::super::sent::OfFirst;
    use super::*;

    const FIGURES: Figures = Figures {
        turns: 5,
        bytes: 1 << 30,
        seconds: 2.0,
        least: 1.9,
        most: 2.5,
        cpu_s_per_gib: 2.05,
        peak_bytes: 58_000_000,
        requests: 131,
        ours_is: Some(1.5),
        peers_take: Some(0.98),
        of_first: Some(OfFirst {
            seconds: 1.04,
            peak: 0.85,
            requests: 1.2,
        }),
    };

    #[test]
    fn each_target_says_what_was_measured() {
        let told = |target: Target| {
            let verdict = target.judge(&FIGURES).unwrap();
            (verdict.text, verdict.reached)
        };
        for (target, text, reached) in [
            (Target::CpuPerGib(2.1), "at most 2.1 CPU-s/GiB: 2.05", true),
            (Target::PeakBytes(57_554_432), "at most 58 MB: 58", false),
            (
                Target::AsFastAsPeers,
                "as fast as the fastest peer: 0.98 x",
                false,
            ),
            (
                Target::PeakWithin(0.1),
                "memory within 10 %: -15.0 %",
                false,
            ),
            (
                Target::SlowerAtMost(0.05),
                "at most 5 % slower: +4.0 %",
                true,
            ),
            (
                Target::RequestsTimes(1.3),
                "at most 1.3 times the requests: 1.20",
                true,
            ),
        ] {
            assert_eq!(told(target), (text.to_owned(), reached));
        }
    }

    #[test]
    fn without_peers_nobody_is_the_fastest_of_them() {
        let alone = Figures {
            peers_take: None,
            ..FIGURES
        };
        assert_eq!(Target::AsFastAsPeers.judge(&alone), None);
    }
}
