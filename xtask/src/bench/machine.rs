//! On what was measured: without it a figure says nothing.

use std::fs;
use std::thread;

use serde_json::{Value, json};

/// A machine, and how busy it was.
pub struct Machine {
    processor: String,
    cores: usize,
    /// Programs that wanted a core, on average over the last minute.
    load: Option<f64>,
}

/// How much of a machine a figure is of.
#[derive(Clone, Copy)]
pub enum Measured {
    OneCore,
    Threads(u64),
    /// Of all cores, which a client and a server share.
    WithServer,
}

impl Machine {
    /// This one, now; Linux says most of it.
    pub fn look() -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::of(&read("/proc/cpuinfo"), &read("/proc/loadavg"), cores)
    }

    fn of(cpuinfo: &str, loadavg: &str, cores: usize) -> Self {
        let mut fields = cpuinfo.lines().filter_map(|line| line.split_once(':'));
        let model = fields.find(|(name, _)| name.trim() == "model name");
        let processor = model.map_or("unknown processor", |(_, model)| model.trim());
        Self {
            processor: processor.to_owned(),
            cores,
            load: loadavg.split(' ').next().and_then(|load| load.parse().ok()),
        }
    }

    /// For people.
    pub fn text(&self, measured: Measured) -> String {
        let Self {
            processor, cores, ..
        } = self;
        let mut text = match measured {
            Measured::OneCore => format!("{processor}, {cores} cores, of which one was measured"),
            Measured::Threads(threads) => format!("{processor}, {cores} cores, {threads} threads"),
            Measured::WithServer => {
                format!("{processor}, {cores} cores, shared by client and server")
            }
        };
        if let Some(load) = self.load {
            text += &format!("; load {load:.2}");
            // A tenth of a core is what an idle desktop takes.
            if load > 0.1 * *cores as f64 {
                text += ":\nother programs ran, so caches and clock rates were shared";
            }
        }
        text
    }

    /// For machines.
    pub fn json(&self) -> Value {
        json!({
            "processor": self.processor,
            "cores": self.cores,
            "load": self.load,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPUINFO: &str = "processor\t: 0\nmodel name\t: Fast One @ 3.0 GHz\nmodel name\t: Other\n";

    #[test]
    fn a_busy_machine_says_so() {
        let text = |loadavg| Machine::of(CPUINFO, loadavg, 2).text(Measured::OneCore);
        assert_eq!(
            text("0.05 0.20 0.30 1/200 77"),
            "Fast One @ 3.0 GHz, 2 cores, of which one was measured; load 0.05"
        );
        assert_eq!(
            text("1.90 0.20 0.30 1/200 77"),
            "Fast One @ 3.0 GHz, 2 cores, of which one was measured; load 1.90:\nother \
             programs ran, so caches and clock rates were shared"
        );
    }

    #[test]
    fn what_the_system_does_not_say_is_left_out() {
        let machine = Machine::of("", "", 8);
        assert_eq!(
            machine.text(Measured::OneCore),
            "unknown processor, 8 cores, of which one was measured"
        );
        assert_eq!(
            machine.text(Measured::Threads(2)),
            "unknown processor, 8 cores, 2 threads"
        );
        assert_eq!(machine.json()["load"], Value::Null);
    }
}
