//! What is asked for.

use crate::client::Client;

/// Few enough for each run of the tests.
const ORDINARY: u64 = 200;

/// The command line of this program, which `cargo xtask faults` writes.
#[derive(Debug)]
pub struct Arguments {
    /// How many schedules.
    pub schedules: u64,
    /// What they are drawn from.
    pub seed: u64,
    /// Only the one of this number.
    pub only: Option<u64>,
    /// By which clients, one after the other: all that are built in, if none is named.
    pub clients: Vec<Client>,
    /// Whether each fault is played by itself first, and the page held against it.
    pub singles: bool,
    /// Whether the page is written where it differs.
    pub write_docs: bool,
}

impl Arguments {
    /// Those of this process. The test harness's own, such as `--nocapture`, change nothing.
    pub fn of_process() -> Self {
        let mut these = Self {
            schedules: ORDINARY,
            seed: 1,
            only: None,
            clients: Client::ALL.to_vec(),
            singles: true,
            write_docs: false,
        };
        let mut words = std::env::args().skip(1);
        let number = |word: Option<String>| -> u64 {
            let word = word.expect("a number follows");
            word.parse().expect("a number is written in digits")
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--schedules" => {
                    these.schedules = number(words.next());
                    these.singles = false;
                }
                "--seed" => these.seed = number(words.next()),
                "--only" => {
                    these.only = Some(number(words.next()));
                    these.singles = false;
                }
                "--client" => {
                    let name = words.next().expect("a client follows");
                    let client = Client::named(&name).expect("a client that is built in");
                    these.clients = vec![client];
                }
                "--write-docs" => (these.singles, these.write_docs) = (true, true),
                _ => {}
            }
        }
        these
    }
}
