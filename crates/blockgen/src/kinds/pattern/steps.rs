//! A pattern as a list of tables: neighbouring places that have few texts together are drawn, and
//! copied, at once. `###-###` is twice one of a thousand texts.

use std::sync::Arc;

use super::parse::{MAX_CHARACTERS, Node};
use crate::permutation::Permutation;
use crate::pool::{Pool, STEP_BYTES};
use crate::random::{Draws, Key, Lane};
use crate::text::{Lengths, Text, TextBuffer};

/// Texts that a table may have, each of `STEP_BYTES` at most: 16 KiB, so that a few of them stay in
/// the first cache. A place alone has no more characters than that.
const MAX_TEXTS: usize = 1_024;

const _: () = assert!(MAX_CHARACTERS <= MAX_TEXTS);

/// What one lane is good for: 50 of its 64 bits.
const MAX_OUTCOMES: u64 = 1 << 50;

/// A part of the pattern, and whether its draw is the first from a lane of its own, because the
/// one before is used up.
#[derive(Debug)]
pub(super) struct Step {
    part: Part,
    fresh: Option<Lane>,
}

#[derive(Debug)]
enum Part {
    Texts(Arc<Pool>),
    Group(Vec<Vec<Step>>),
}

pub(super) fn compile(nodes: &[Node], key: Key) -> Vec<Step> {
    let mut compiler = Compiler {
        key,
        lanes: 1,
        outcomes: 1,
        pools: Vec::new(),
    };
    compiler.steps(nodes)
}

/// Places whose texts are gathered.
type Classes<'a> = Vec<&'a [char]>;

struct Compiler<'a> {
    key: Key,
    /// Lanes in use.
    lanes: u64,
    /// The most outcomes that the draws from the current lane may have had.
    outcomes: u64,
    /// Equal places share a table.
    pools: Vec<(Classes<'a>, Arc<Pool>)>,
}

impl<'a> Compiler<'a> {
    fn steps(&mut self, nodes: &'a [Node]) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut classes: Classes<'a> = Vec::new();
        let (mut texts, mut bytes) = (1, 0);
        for node in nodes {
            match node {
                Node::Class(characters) => {
                    let longest = characters.iter().map(|c| c.len_utf8()).max().unwrap_or(0);
                    texts *= characters.len();
                    bytes += longest;
                    if texts > MAX_TEXTS || bytes > STEP_BYTES {
                        self.finish(&mut classes, &mut steps);
                        (texts, bytes) = (characters.len(), longest);
                    }
                    classes.push(characters);
                }
                Node::Group(alternatives) => {
                    self.finish(&mut classes, &mut steps);
                    (texts, bytes) = (1, 0);
                    steps.push(self.group(alternatives));
                }
            }
        }
        self.finish(&mut classes, &mut steps);
        steps
    }

    fn finish(&mut self, classes: &mut Classes<'a>, steps: &mut Vec<Step>) {
        if classes.is_empty() {
            return;
        }
        let classes = std::mem::take(classes);
        let known = self.pools.iter().find(|(known, _)| *known == classes);
        let pool = match known {
            Some((_, pool)) => Arc::clone(pool),
            None => {
                let pool = Arc::new(Pool::new(texts(&classes)));
                self.pools.push((classes, Arc::clone(&pool)));
                pool
            }
        };
        let fresh = self.fresh(pool.len() as u64);
        let part = Part::Texts(pool);
        steps.push(Step { part, fresh });
    }

    fn group(&mut self, alternatives: &'a [Vec<Node>]) -> Step {
        let fresh = self.fresh(alternatives.len() as u64);
        let before = self.outcomes;
        let mut most = before;
        let alternatives = alternatives.iter().map(|nodes| {
            self.outcomes = before;
            let steps = self.steps(nodes);
            most = most.max(self.outcomes);
            steps
        });
        let part = Part::Group(alternatives.collect());
        // Which of them will have been taken is not known here.
        self.outcomes = most;
        Step { part, fresh }
    }

    /// The lane for a draw with so many outcomes, if the current one does not have so many left.
    fn fresh(&mut self, outcomes: u64) -> Option<Lane> {
        self.outcomes = self.outcomes.saturating_mul(outcomes);
        if self.outcomes <= MAX_OUTCOMES {
            return None;
        }
        self.outcomes = outcomes;
        self.lanes += 1;
        Some(self.key.lane(self.lanes - 1))
    }
}

/// All texts of these places, the last place changing fastest.
fn texts(classes: &[&[char]]) -> Vec<String> {
    let mut texts = vec![String::new()];
    for class in classes {
        let longer = |text: &String, character: &char| format!("{text}{character}");
        texts = texts
            .iter()
            .flat_map(|text| class.iter().map(move |character| longer(text, character)))
            .collect();
    }
    texts
}

fn lengths(steps: &[Step]) -> Lengths {
    let of_step = |step: &Step| match &step.part {
        Part::Texts(pool) => pool.lengths(),
        Part::Group(alternatives) => {
            let lengths = || alternatives.iter().map(|steps| lengths(steps));
            let total: f64 = lengths().map(|lengths| lengths.mean).sum();
            Lengths {
                min: lengths().map(|lengths| lengths.min).min().unwrap_or(0),
                mean: total / alternatives.len() as f64,
                max: lengths().map(|lengths| lengths.max).max().unwrap_or(0),
            }
        }
    };
    steps
        .iter()
        .map(of_step)
        .fold(Lengths::exact(0), |sum, one| sum + one)
}

#[inline]
fn draw(steps: &[Step], row: u64, draws: &mut Draws, out: &mut TextBuffer) {
    for step in steps {
        step.draw(row, draws, out);
    }
}

impl Step {
    #[inline]
    fn draw(&self, row: u64, draws: &mut Draws, out: &mut TextBuffer) {
        if let Some(lane) = self.fresh {
            *draws = lane.draws(row);
        }
        match &self.part {
            Part::Texts(pool) => out.push(pool, pool.draw(draws)),
            Part::Group(alternatives) => {
                let taken = draws.below(alternatives.len() as u64);
                draw(&alternatives[taken as usize], row, draws, out);
            }
        }
    }

    /// How many texts there are; nothing if 64 bits do not count them.
    fn texts(&self) -> Option<u64> {
        match &self.part {
            Part::Texts(pool) => Some(pool.len() as u64),
            Part::Group(alternatives) => {
                let mut counts = alternatives.iter().map(|steps| texts_of(steps));
                counts.try_fold(0u64, |sum, count| sum.checked_add(count?))
            }
        }
    }

    /// The text of this rank, which is below their number.
    fn write(&self, mut rank: u64, out: &mut TextBuffer) {
        match &self.part {
            Part::Texts(pool) => out.push(pool, rank as usize),
            Part::Group(alternatives) => {
                for steps in alternatives {
                    let texts = texts_of(steps).unwrap_or(u64::MAX);
                    if rank < texts {
                        for step in steps {
                            let texts = step.texts().unwrap_or(1);
                            step.write(rank % texts, out);
                            rank /= texts;
                        }
                        return;
                    }
                    rank -= texts;
                }
            }
        }
    }
}

fn texts_of(steps: &[Step]) -> Option<u64> {
    let mut counts = steps.iter().map(Step::texts);
    counts.try_fold(1u64, |product, count| product.checked_mul(count?))
}

/// Texts drawn at random.
#[derive(Debug)]
pub(super) struct Drawn {
    steps: Vec<Step>,
    lengths: Lengths,
    lane: Lane,
}

impl Drawn {
    pub(super) fn new(steps: Vec<Step>, key: Key) -> Self {
        Self {
            lengths: lengths(&steps),
            lane: key.lane(0),
            steps,
        }
    }
}

impl Text for Drawn {
    fn lengths(&self) -> Lengths {
        self.lengths
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        draw(&self.steps, row, &mut self.lane.draws(row), out);
    }
}

/// Texts of which no two rows have the same: the row's number, permuted, tells the ranks of the
/// texts of as many steps as 64 bits tell apart; those of the rest are drawn.
#[derive(Debug)]
pub(super) struct Ranked {
    /// Each with the number of its texts if its text is told by rank.
    steps: Vec<(Step, Option<u64>)>,
    lengths: Lengths,
    lane: Lane,
    permutation: Permutation,
    last: u64,
}

impl Ranked {
    pub(super) fn new(steps: Vec<Step>, key: Key) -> Self {
        let lengths = lengths(&steps);
        let mut texts = 1u128;
        let ranked = steps.into_iter().map(|step| {
            let of_step = step.texts();
            let fits = |count: &u64| texts * u128::from(*count) <= 1 << u64::BITS;
            let of_step = of_step.filter(fits);
            texts *= u128::from(of_step.unwrap_or(1));
            (step, of_step)
        });
        let steps = ranked.collect();
        let last = (texts - 1) as u64;
        Self {
            steps,
            lengths,
            lane: key.lane(0),
            permutation: Permutation::up_to(key.child("unique"), last),
            last,
        }
    }

    /// The last row that has a text of its own.
    pub(super) fn last(&self) -> u64 {
        self.last
    }
}

impl Text for Ranked {
    fn lengths(&self) -> Lengths {
        self.lengths
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut rank = self.permutation.at(row);
        let mut draws = self.lane.draws(row);
        for (step, texts) in &self.steps {
            match texts {
                Some(texts) => {
                    step.write(rank % texts, out);
                    rank /= texts;
                }
                None => step.draw(row, &mut draws, out),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn key() -> Key {
        Key::of_seed(42).child("table").child("column")
    }

    fn written(text: &impl Text, row: u64) -> String {
        let lengths = text.lengths();
        let mut out = TextBuffer::with_capacity(0);
        out.make_room(lengths.max);
        text.write(row, &mut out);
        assert!((lengths.min..=lengths.max).contains(&out.len()));
        String::from_utf8(out.since(0).to_vec()).unwrap()
    }

    #[test]
    fn texts_are_as_long_as_they_are_said_to_be() {
        for pattern in ["^##-####", "(a|bcd|#{5}(é|))?[äöü]{3}", "[A-F0-9]{40}", ""] {
            let steps = compile(&parse(pattern).unwrap(), key());
            let text = Drawn::new(steps, key());
            let total: usize = (0..20_000).map(|row| written(&text, row).len()).sum();
            let (mean, expected) = (total as f64 / 20_000.0, text.lengths().mean);
            assert!(
                (mean - expected).abs() <= expected * 0.02,
                "{pattern}: {mean}"
            );
        }
    }

    /// Every text comes once, in whatever way its parts are put together.
    #[test]
    fn ranks_tell_all_texts_apart() {
        for (pattern, texts) in [
            ("", 1),
            ("abc", 1),
            ("#[ab]", 20),
            ("(a#|b(c|d)[xyz]|e)#", 170),
            ("##(x|y)##", 20_000),
        ] {
            let steps = compile(&parse(pattern).unwrap(), key());
            let text = Ranked::new(steps, key());
            assert_eq!(text.last() + 1, texts, "{pattern}");
            let all: std::collections::BTreeSet<_> =
                (0..texts).map(|row| written(&text, row)).collect();
            assert_eq!(all.len() as u64, texts, "{pattern}");
        }
    }

    #[test]
    fn what_64_bits_do_not_rank_is_drawn() {
        let steps = compile(&parse("#{30}").unwrap(), key());
        let text = Ranked::new(steps, key());
        // Six tables of a thousand texts.
        assert_eq!(text.last(), 10u64.pow(18) - 1);
        let all: std::collections::BTreeSet<_> =
            (0..1_000).map(|row| written(&text, row)).collect();
        assert_eq!(all.len(), 1_000);
        let ends: std::collections::BTreeSet<_> = all.iter().map(|text| &text[25..]).collect();
        assert!(ends.len() > 900, "{}", ends.len());
    }
}
