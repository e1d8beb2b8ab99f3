//! What a process of this program is to do.

use std::path::PathBuf;

use crate::client::Client;

/// The role of a process, from its command line.
#[derive(Debug)]
pub enum Role {
    /// Kills others.
    Killer(Arguments),
    /// Is killed.
    Victim(Victim),
}

/// What `cargo xtask faults` asks for.
#[derive(Debug)]
pub struct Arguments {
    /// How many processes are killed at random moments by each client; without a number, a few,
    /// behind the tests in which the moment is chosen.
    pub kills: Option<u64>,
    /// What the moments are drawn from.
    pub seed: u64,
    /// By which clients, one after the other: all that are built in, if none is named.
    pub clients: Vec<Client>,
}

/// What the process to be killed uploads.
#[derive(Debug)]
pub struct Victim {
    pub client: Client,
    pub endpoint: String,
    /// Of the journal.
    pub folder: PathBuf,
    pub key: String,
    /// The file; bytes that it makes itself, if there is none.
    pub file: Option<PathBuf>,
}

impl Role {
    /// That of this process. The test harness's own arguments, such as `--nocapture`, change nothing.
    pub fn of_process() -> Self {
        let mut words = std::env::args().skip(1).peekable();
        if words.next_if_eq("upload").is_some() {
            return Self::Victim(Victim::of(words));
        }
        let mut these = Arguments {
            kills: None,
            seed: 1,
            clients: Client::ALL.to_vec(),
        };
        let number = |word: Option<String>| -> u64 {
            let word = word.expect("a number follows");
            word.parse().expect("a number is written in digits")
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--kills" => these.kills = Some(number(words.next())),
                "--seed" => these.seed = number(words.next()),
                "--client" => these.clients = vec![client(words.next())],
                _ => {}
            }
        }
        Self::Killer(these)
    }
}

impl Victim {
    fn of(mut words: impl Iterator<Item = String>) -> Self {
        let client = client(words.next());
        let mut word = || words.next();
        Self {
            client,
            endpoint: word().expect("an endpoint follows"),
            folder: word().expect("a folder follows").into(),
            key: word().expect("a key follows"),
            file: word().map(PathBuf::from),
        }
    }

    /// The words that make another process this one.
    pub fn words(&self) -> Vec<String> {
        let mut words = vec![
            "upload".to_owned(),
            self.client.name().to_owned(),
            self.endpoint.clone(),
            self.folder.display().to_string(),
            self.key.clone(),
        ];
        words.extend(self.file.iter().map(|file| file.display().to_string()));
        words
    }
}

fn client(word: Option<String>) -> Client {
    let name = word.expect("a client follows");
    Client::named(&name).expect("a client that is built in")
}
