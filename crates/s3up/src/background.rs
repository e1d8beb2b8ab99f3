//! Work that outlives the upload it belongs to: aborts after a drop.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// How long [`Background::close`] waits.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(crate) struct Background {
    tasks: Mutex<Tasks>,
}

/// Tasks that go on when nobody holds them: a plain `JoinSet` would cancel them, and the aborts
/// of the uploads that are dropped last would never be sent.
#[derive(Default)]
struct Tasks(JoinSet<()>);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.detach_all();
    }
}

impl Background {
    /// Runs `work` to its end, whether or not anybody waits for the result.
    pub fn spawn<T: Send + 'static>(
        &self,
        runtime: &Handle,
        work: impl Future<Output = T> + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (done, result) = oneshot::channel();
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.0.try_join_next().is_some() {}
        tasks.0.spawn_on(
            async move {
                // Nobody listening is no failure: the work was the point.
                let _ = done.send(work.await);
            },
            runtime,
        );
        result
    }

    /// Waits for what was spawned, for a bounded time; what takes longer goes on nevertheless.
    pub async fn close(&self) {
        let mut tasks = Tasks::default();
        let all = async {
            // Again until there are none: the end of one may have been the beginning of others.
            loop {
                tasks =
                    std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
                if tasks.0.is_empty() {
                    break;
                }
                while tasks.0.join_next().await.is_some() {}
            }
        };
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            log::warn!(
                "{} uploads could not be aborted in time, their parts may still be stored",
                tasks.0.len()
            );
        }
    }
}
