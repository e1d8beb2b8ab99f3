//! What is uploaded by whom, and what is wanted of it.

use super::client::Client;
use super::target::Target;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// The same bytes by several clients.
pub struct Contest {
    pub name: &'static str,
    /// In a few words, for people.
    pub what: &'static str,
    /// Ours first.
    pub entries: &'static [Entry],
}

/// One client, and what it is to do.
pub struct Entry {
    pub client: Client,
    pub bytes: u64,
    /// So many of a hundred part requests fail.
    pub fail_percent: u8,
    pub targets: &'static [Target],
}

/// Parts of the program that are under way at once, and their size: the defaults of `s3up`.
const IN_FLIGHT_BYTES: u64 = 8 * 5 * MIB;

/// What the project holds itself to.
const PEAK: Target = Target::PeakBytes(24_000_000 + IN_FLIGHT_BYTES);
const FASTEST: Target = Target::AsFastAsPeers;
const FLAT: &[Target] = &[PEAK, Target::PeakWithin(0.1)];

/// All there are.
pub const CONTESTS: &[Contest] = &[
    Contest {
        name: "speed",
        what: "1 GiB, with checksums",
        entries: &[
            ours("rusoto", "md5", &[Target::CpuPerGib(2.1), PEAK, FASTEST]),
            ours(
                "aws-sdk",
                "crc64nvme",
                &[Target::CpuPerGib(1.0), PEAK, FASTEST],
            ),
            peer(Client::S5cmd),
            peer(Client::AwsCli),
            peer(Client::Obstore { signed: true }),
            peer(Client::Rclone),
        ],
    },
    Contest {
        name: "speed",
        what: "1 GiB, without; s5cmd, aws and rclone can't leave theirs out",
        entries: &[
            ours("rusoto", "off", &[Target::CpuPerGib(0.6), PEAK, FASTEST]),
            ours("aws-sdk", "off", &[PEAK, FASTEST]),
            peer(Client::Obstore { signed: false }),
        ],
    },
    Contest {
        name: "memory",
        what: "a stream",
        entries: &[
            stream(GIB / 10, &[]),
            stream(GIB, FLAT),
            stream(10 * GIB, FLAT),
        ],
    },
    Contest {
        name: "failures",
        what: "1 GiB to a server that fails some part requests",
        entries: &[
            failing(0, &[]),
            failing(1, &[Target::SlowerAtMost(0.05), Target::RequestsTimes(1.3)]),
            failing(10, &[Target::SlowerAtMost(0.3), Target::RequestsTimes(1.3)]),
        ],
    },
];

const fn ours(
    s3_client: &'static str,
    integrity: &'static str,
    targets: &'static [Target],
) -> Entry {
    Entry {
        client: Client::Ours {
            s3_client,
            integrity,
        },
        bytes: GIB,
        fail_percent: 0,
        targets,
    }
}

const fn peer(client: Client) -> Entry {
    Entry {
        client,
        bytes: GIB,
        fail_percent: 0,
        targets: &[],
    }
}

const fn stream(bytes: u64, targets: &'static [Target]) -> Entry {
    Entry {
        client: Client::Stream,
        bytes,
        fail_percent: 0,
        targets,
    }
}

const fn failing(fail_percent: u8, targets: &'static [Target]) -> Entry {
    Entry {
        fail_percent,
        ..ours("rusoto", "md5", targets)
    }
}

/// The names of the contests, as they are asked for.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = CONTESTS.iter().map(|contest| contest.name).collect();
    names.dedup();
    names
}

impl Contest {
    /// Name and what it is about.
    pub fn title(&self) -> String {
        format!("{}: {}", self.name, self.what)
    }
}

impl Entry {
    /// For people; no two of a contest have the same.
    pub fn name(&self) -> String {
        let name = self.client.name();
        match (&self.client, self.fail_percent) {
            (Client::Stream, _) => format!("{name}: {:.1} GiB", self.bytes as f64 / GIB as f64),
            (_, 0) => name,
            (_, percent) => format!("{name}: {percent} % fail"),
        }
    }

    /// Whether a quick run leaves it out.
    pub fn is_long(&self) -> bool {
        self.bytes > GIB
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_is_the_first_of_every_contest_and_names_are_told_apart() {
        for contest in CONTESTS {
            assert!(contest.entries[0].client.is_ours(), "{}", contest.title());
            let mut names: Vec<_> = contest.entries.iter().map(Entry::name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), contest.entries.len(), "{}", contest.title());
        }
        assert_eq!(names(), ["speed", "memory", "failures"]);
    }

    #[test]
    fn names_say_what_is_sent() {
        let all: Vec<_> = CONTESTS
            .iter()
            .flat_map(|contest| contest.entries)
            .collect();
        let names = [0, 2, 6, 10, 13].map(|at| all[at].name());
        let expected = [
            "pipeline-cli rusoto, MD5",
            "s5cmd, MD5 and SHA-256",
            "pipeline-cli rusoto, none",
            "s3up rusoto, MD5: 1.0 GiB",
            "pipeline-cli rusoto, MD5: 1 % fail",
        ];
        assert_eq!(names, expected);
    }
}
