//! Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends at once.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::watch;

use crate::failure::ExitCode;

/// From the signal to the end of the process pass at most five seconds, which is what systems give
/// before they kill: so long for what is being made visible and can't be taken back, …
pub const FINISH_GRACE: Duration = Duration::from_secs(2);
/// … so long to take back what was begun, …
pub const TAKE_BACK_GRACE: Duration = Duration::from_millis(1000);
/// … so long to look at what stands, …
pub const LOOK_GRACE: Duration = Duration::from_millis(500);
/// … and so long to close what is open.
pub const CLOSE_GRACE: Duration = Duration::from_millis(1000);

/// Said where that time was too short.
pub const NOT_TAKEN_BACK: &str = "what was begun could not all be taken back in time; a later run \
                                  to the same place clears it";

/// Listens for signals.
#[derive(Clone)]
pub struct Interrupt {
    asked: watch::Receiver<bool>,
}

impl Interrupt {
    /// Begins to listen. Must be called inside a runtime.
    ///
    /// # Errors
    ///
    /// The system refuses a handler.
    pub fn listen() -> std::io::Result<Self> {
        let (ask, asked) = watch::channel(false);
        let mut signals = Signals::new()?;
        tokio::spawn(async move {
            signals.next().await;
            log::info!("stopping; a second signal ends at once");
            // Nobody left to tell means that the run is over already.
            let _ = ask.send(true);
            signals.next().await;
            std::process::exit(ExitCode::Interrupted as i32);
        });
        Ok(Self { asked })
    }

    /// Whether an end was asked for.
    pub fn heard(&self) -> bool {
        *self.asked.borrow()
    }

    /// Waits for `work`; once an end is asked for, for no longer than `grace`. `None` where that
    /// was too short.
    pub async fn within<T>(&self, grace: Duration, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        tokio::select! {
            biased;
            done = &mut work => Some(done),
            () = self.asked() => tokio::time::timeout(grace, work).await.ok(),
        }
    }

    /// Returns once an end was asked for.
    pub async fn asked(&self) {
        let mut asked = self.asked.clone();
        if asked.wait_for(|asked| *asked).await.is_err() {
            // The listener is gone: nobody will ever ask.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
impl Interrupt {
    /// One that is heard when the test says so.
    pub fn of_a_test() -> (watch::Sender<bool>, Self) {
        let (ask, asked) = watch::channel(false);
        (ask, Self { asked })
    }
}

#[cfg(unix)]
struct Signals(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        ))
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};

    #[tokio::test(start_paused = true)]
    async fn work_has_all_the_time_until_an_end_is_asked_for() {
        let (ask, interrupt) = Interrupt::of_a_test();
        let hour = tokio::time::sleep(Duration::from_secs(3600));
        assert!(interrupt.within(CLOSE_GRACE, hour).await.is_some());
        assert!(!interrupt.heard());
        ask.send(true).unwrap();
        assert!(interrupt.heard());
        assert_eq!(interrupt.within(CLOSE_GRACE, ready(7)).await, Some(7));
        assert_eq!(interrupt.within(CLOSE_GRACE, pending::<()>()).await, None);
    }

    #[test]
    fn the_graces_together_are_within_what_systems_give() {
        let all = FINISH_GRACE + TAKE_BACK_GRACE + LOOK_GRACE + CLOSE_GRACE;
        assert!(all <= Duration::from_millis(4500));
    }
}
