//! A gate that holds calls until a test opens it, and tells when they have come.

use std::sync::Arc;

use tokio::sync::watch;

/// Holds the calls that come to it until it is opened. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate {
    state: Arc<watch::Sender<State>>,
}

#[derive(Debug, Default)]
struct State {
    open: bool,
    arrived: usize,
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn closed() -> Self {
        Self {
            state: Arc::new(watch::Sender::new(State::default())),
        }
    }

    /// Lets through all who wait and all who come later.
    pub fn open(&self) {
        self.state.send_modify(|state| state.open = true);
    }

    /// Waits until `count` calls in all have come to the gate.
    pub async fn arrived(&self, count: usize) {
        self.until(|state| state.arrived >= count).await;
    }

    pub(crate) async fn pass(&self) {
        self.state.send_modify(|state| state.arrived += 1);
        self.until(|state| state.open).await;
    }

    async fn until(&self, condition: impl FnMut(&State) -> bool) {
        let mut seen = self.state.subscribe();
        // It can only fail when the sender is gone, and `self` holds the sender.
        let _state = seen.wait_for(condition).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn holds_until_opened() {
        let gate = Gate::closed();
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.pass().await }
        });
        gate.arrived(1).await;
        assert!(!waiting.is_finished());
        gate.open();
        waiting.await.unwrap();
        gate.pass().await;
    }
}
