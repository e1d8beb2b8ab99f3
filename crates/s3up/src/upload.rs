//! One object on its way: bytes in, parts out, several in flight.
//!
//! ```text
//! write ─▶ Filling ──part full──▶ task: MD5, UploadPart, retries ─▶ PartReceipt
//!            │                      (at most parts_in_flight, else write waits)
//! send_rest ─┤ the last part                    wait for all parts
//! finish ────┴─ few bytes ─▶ one PUT            else ─▶ Complete
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinHandle, JoinSet};

use crate::background::Background;
use crate::client::{CreatedUpload, Stored, UploadRef};
use crate::commit;
use crate::error::{Error, ErrorKind};
use crate::files::{FileRange, Room, SourceProblem};
use crate::journal::OfFile;
use crate::part::{self, Listed, PartBody};
use crate::part_sizes::{MAX_PARTS, PartSizes};
use crate::payload::Filling;
use crate::progress::UploadProgress;
use crate::receipt::{PartReceipt, Receipt};
use crate::retry::{Answered, GivenUp};
use crate::session::{Sent, Session};

/// An upload that has been started.
///
/// It ends by [`finish`](Upload::finish) or [`abort`](Upload::abort). Dropped before, it is
/// aborted in the background, which [`Uploader::close`](crate::Uploader::close) waits for.
pub struct Upload {
    session: Arc<Session>,
    stage: Stage,
    filling: Filling,
    sizes: PartSizes,
    next_part: u32,
    /// Bytes cut into parts so far.
    size: u64,
    /// Parts of an interrupted upload that the server has.
    listed: BTreeMap<u32, Listed>,
    in_flight: JoinSet<Result<PartReceipt, Error>>,
    parts: Vec<PartReceipt>,
    /// Whether the rest was asked for, behind which no byte can follow.
    closed: bool,
    /// Aborts need a runtime even where the drop happens outside of one.
    runtime: Handle,
    background: Arc<Background>,
}

enum Stage {
    /// Nothing has been sent; a small object never leaves this stage.
    Collecting,
    /// The upload is being created, in a task, so that its id is not lost when a caller gives up.
    Opening(JoinHandle<Result<Answered<CreatedUpload>, GivenUp>>),
    /// Parts are being sent.
    Open(UploadRef, Option<SystemTime>),
    /// Finished, aborted or failed.
    Ended,
}

impl Upload {
    pub(crate) fn new(
        session: Session,
        expected: Option<u64>,
        background: Arc<Background>,
    ) -> Self {
        Self {
            sizes: PartSizes::new(session.options.part_size, expected),
            session: Arc::new(session),
            stage: Stage::Collecting,
            filling: Filling::default(),
            next_part: 1,
            size: 0,
            listed: BTreeMap::new(),
            in_flight: JoinSet::new(),
            parts: Vec::new(),
            closed: false,
            runtime: Handle::current(),
            background,
        }
    }

    /// Goes on with `upload`, of which the server has the parts in `listed`.
    pub(crate) fn going_on(
        self,
        upload: UploadRef,
        since: Option<SystemTime>,
        listed: BTreeMap<u32, Listed>,
    ) -> Self {
        // `Upload` ends its stage on drop, so that no field can be moved out of it.
        let mut this = self;
        this.stage = Stage::Open(upload, since);
        this.listed = listed;
        this
    }

    /// Counters to watch while the upload runs.
    #[must_use]
    pub fn progress(&self) -> Arc<UploadProgress> {
        Arc::clone(&self.session.progress)
    }

    /// The size of the next part in bytes; a caller that writes blocks of this size saves the
    /// uploader the splitting.
    #[must_use]
    pub fn part_size(&self) -> u64 {
        self.sizes.of(self.next_part)
    }

    /// Takes the next bytes. Waits while as many parts as allowed are in flight, so that memory
    /// stays bounded as [`UploadOptions`](crate::UploadOptions) says, beside what is written at
    /// once.
    ///
    /// If the call is given up while it waits, the bytes have been taken nevertheless.
    ///
    /// # Errors
    ///
    /// The failure of any part so far. The upload has then been aborted, and further calls
    /// answer [`ErrorKind::Ended`], as they do behind [`send_rest`](Upload::send_rest).
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), Error> {
        self.check_live()?;
        if self.closed {
            return Err(self.session.error(ErrorKind::Ended));
        }
        self.session.progress.accept(bytes.len() as u64);
        self.filling.push(bytes);
        match self.send_full_parts().await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fail(error).await),
        }
    }

    /// Sends what is left and waits until the server has all parts. What remains is
    /// [`finish`](Upload::finish), one request that commits, or [`abort`](Upload::abort): a caller
    /// that wants to be interrupted until the last moment waits for this first. An object small
    /// enough for one PUT stays here until `finish`.
    ///
    /// If the call is given up, it can be made again, or the upload aborted.
    ///
    /// # Errors
    ///
    /// As [`write`](Upload::write).
    pub async fn send_rest(&mut self) -> Result<(), Error> {
        self.check_live()?;
        self.closed = true;
        if self.is_small() {
            return Ok(());
        }
        match self.drain().await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fail(error).await),
        }
    }

    /// Sends what is left, if [`send_rest`](Upload::send_rest) has not, and makes the object
    /// appear, whole.
    ///
    /// A call that is given up before it commits leaves nothing: the upload is aborted in the
    /// background, as if it had been dropped. Given up later, the object may appear.
    ///
    /// # Errors
    ///
    /// What went wrong, with its [`Outcome`](crate::Outcome): not committed, or unknown.
    pub async fn finish(mut self) -> Result<Receipt, Error> {
        self.send_rest().await?;
        let (stored, sent) = if self.is_small() {
            self.put().await?
        } else {
            match self.complete().await {
                Ok(stored) => (stored, Sent::InParts(std::mem::take(&mut self.parts))),
                Err(error) => return Err(self.fail(error).await),
            }
        };
        self.stage = Stage::Ended;
        Ok(self.session.receipt(self.size, stored, sent))
    }

    /// Throws away what was sent.
    ///
    /// # Errors
    ///
    /// What kept the server from doing so; its parts may then still be stored.
    pub async fn abort(mut self) -> Result<(), Error> {
        match self.start_abort() {
            Some(aborted) => aborted
                .await
                .unwrap_or_else(|_| Err(self.session.error(ErrorKind::Internal))),
            None => Ok(()),
        }
    }

    fn check_live(&self) -> Result<(), Error> {
        match self.stage {
            Stage::Ended => Err(self.session.error(ErrorKind::Ended)),
            _ => Ok(()),
        }
    }

    /// Whether the object, as far as it has been written, goes out by one PUT.
    fn is_small(&self) -> bool {
        let put_below = self.session.options.put_below();
        matches!(self.stage, Stage::Collecting) && self.filling.len() < put_below
    }

    async fn put(&mut self) -> Result<(Stored, Sent), Error> {
        let body = self.filling.take(u64::MAX);
        self.size = body.len();
        let integrity = self.session.options.integrity;
        let checksum = self.session.digests.checksum_of(integrity, &body).await;
        let stored = commit::put(&self.session, body, checksum).await?;
        Ok((stored, Sent::AtOnce(checksum)))
    }

    /// Sends the last part, too, and waits for all of them.
    async fn drain(&mut self) -> Result<(), Error> {
        self.send_full_parts().await?;
        if self.filling.len() > 0 {
            self.send_part().await?;
        }
        while let Some(part) = self.in_flight.join_next().await {
            self.note(part)?;
        }
        Ok(())
    }

    async fn complete(&mut self) -> Result<Stored, Error> {
        self.parts.sort_by_key(|part| part.number);
        let (upload, since) = self.open().await?;
        let whole = commit::Whole {
            upload: &upload,
            since,
            parts: &self.parts,
            size: self.size,
        };
        let stored = whole.complete(&self.session).await;
        // Whatever came of it, nothing is left to abort: the commit has seen to it.
        self.stage = Stage::Ended;
        stored
    }

    async fn send_full_parts(&mut self) -> Result<(), Error> {
        while self.filling.len() >= self.part_size() {
            self.send_part().await?;
        }
        while let Some(part) = self.in_flight.try_join_next() {
            self.note(part)?;
        }
        Ok(())
    }

    /// Sends the next part of what was written.
    async fn send_part(&mut self) -> Result<(), Error> {
        let upload = self.wait_for_room().await?;
        // From here on nothing waits: a caller that gives up loses no bytes.
        let body = self.filling.take(self.part_size());
        self.spawn_part(upload, PartBody::Written(body));
        Ok(())
    }

    /// Refuses an object that is only to be created where another stands already.
    pub(crate) async fn check_free(&mut self) -> Result<(), Error> {
        match commit::check_free(&self.session).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fail(error).await),
        }
    }

    /// Sends a range of a file as the next part, which it reads when it is its turn. `room` is
    /// held until the part has been sent.
    pub(crate) async fn send_range(&mut self, range: FileRange, room: Room) -> Result<(), Error> {
        self.check_live()?;
        match self.wait_for_room().await {
            Ok(upload) => {
                self.spawn_part(upload, PartBody::OfFile(range, room));
                Ok(())
            }
            Err(error) => Err(self.fail(error).await),
        }
    }

    /// Ends an upload whose file cannot be read as it was.
    pub(crate) async fn give_up(mut self, problem: SourceProblem) -> Error {
        let error = problem.of(&self.session);
        self.fail(error).await
    }

    /// Ends an upload that is not to go on.
    pub(crate) async fn stop(mut self) -> Error {
        let error = self.session.error(ErrorKind::Stopped);
        self.fail(error).await
    }

    /// Opens the upload, and waits until fewer parts than allowed are in flight.
    async fn wait_for_room(&mut self) -> Result<UploadRef, Error> {
        if self.next_part > MAX_PARTS {
            return Err(commit::too_large(&self.session));
        }
        let (upload, _) = self.open().await?;
        let allowed = self.session.options.parts_in_flight;
        let allowed = self.sizes.in_flight(self.next_part, allowed);
        while let Some(part) = self.in_flight.try_join_next() {
            self.note(part)?;
        }
        while self.in_flight.len() >= allowed {
            if let Some(part) = self.in_flight.join_next().await {
                self.note(part)?;
            }
        }
        Ok(upload)
    }

    fn spawn_part(&mut self, upload: UploadRef, body: PartBody) {
        let number = self.next_part;
        self.next_part += 1;
        self.size += body.len();
        let session = Arc::clone(&self.session);
        let listed = self.listed.remove(&number);
        let sending = part::send(session, upload, number, body, listed);
        self.in_flight.spawn_on(sending, &self.runtime);
    }

    /// The id of the upload, which is created on the first call.
    async fn open(&mut self) -> Result<(UploadRef, Option<SystemTime>), Error> {
        if matches!(self.stage, Stage::Collecting) {
            let session = Arc::clone(&self.session);
            self.stage = Stage::Opening(self.runtime.spawn(create(session)));
        }
        if let Stage::Opening(creating) = &mut self.stage {
            let created = creating.await;
            self.stage = Stage::Ended;
            let created = created.map_err(|error| panicked(&self.session, error))?;
            let created = created.map_err(|given_up| self.session.fault(given_up.error))?;
            let created = created.value;
            self.stage = Stage::Open(self.session.upload(created.upload_id), created.date);
        }
        match &self.stage {
            Stage::Open(upload, since) => Ok((upload.clone(), *since)),
            _ => Err(self.session.error(ErrorKind::Ended)),
        }
    }

    fn note(&mut self, part: Result<Result<PartReceipt, Error>, JoinError>) -> Result<(), Error> {
        self.parts
            .push(part.map_err(|error| panicked(&self.session, error))??);
        Ok(())
    }

    /// Ends the upload after `error`, which is what the caller hears whatever the abort brings.
    async fn fail(&mut self, error: Error) -> Error {
        if matches!(self.stage, Stage::Open(..)) && self.session.keeps_after(error.kind()) {
            self.stage = Stage::Ended;
            self.in_flight.shutdown().await;
            return error.resumable();
        }
        if let Some(aborted) = self.start_abort() {
            // A failed abort has been logged, and hides nothing.
            let _ = aborted.await;
        }
        error
    }

    /// Ends the upload in the background, where nobody can interrupt it.
    fn start_abort(&mut self) -> Option<oneshot::Receiver<Result<(), Error>>> {
        let stage = std::mem::replace(&mut self.stage, Stage::Ended);
        if matches!(stage, Stage::Collecting | Stage::Ended) {
            return None;
        }
        let mut in_flight = std::mem::take(&mut self.in_flight);
        let session = Arc::clone(&self.session);
        Some(self.background.spawn(&self.runtime, async move {
            // A part that arrives behind the abort would be stored and billed.
            in_flight.shutdown().await;
            let upload = match stage {
                Stage::Open(upload, _) => upload,
                Stage::Opening(creating) => match creating.await {
                    Ok(Ok(created)) => session.upload(created.value.upload_id),
                    _ => return Ok(()),
                },
                Stage::Collecting | Stage::Ended => return Ok(()),
            };
            let aborted = session.abort(&upload).await;
            if aborted.is_ok() {
                session.note.settle().await;
            }
            aborted.map(|_| ()).map_err(|error| {
                // Told here too, because after a drop nobody hears the result.
                let (target, id) = (session.target(), &upload.upload_id);
                log::warn!("{target}: upload {id} is not aborted, its parts may stay: {error}");
                let endpoint = session.client.endpoint();
                Error::call("abort the upload of", target, endpoint, error)
            })
        }))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        drop(self.start_abort());
    }
}

/// Creates the upload, and notes it before and after, so that it can be found if this process dies.
async fn create(session: Arc<Session>) -> Result<Answered<CreatedUpload>, GivenUp> {
    session.note_intent().await;
    let call = || {
        session
            .client
            .create_multipart_upload(session.object.clone())
    };
    let created = session
        .retrying(session.options.retry, "CreateMultipartUpload", call)
        .await;
    let doubt = match &created {
        Ok(answered) => answered.after_doubt,
        Err(given_up) => given_up.in_doubt,
    };
    if doubt {
        log::warn!(
            "{}: a reply to CreateMultipartUpload was lost, an empty upload may be left there",
            session.target()
        );
    }
    match &created {
        Ok(answered) => {
            let CreatedUpload { upload_id, date } = &answered.value;
            let date = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok());
            let file = session.file.clone().map(|file| OfFile {
                server_unix_s: date.map(|since| since.as_secs()),
                ..file
            });
            session.note.created(upload_id, file).await;
            if doubt {
                // The entry is that of the upload that is known; the other needs one, too.
                session.note_orphan().await;
            }
        }
        Err(_) if doubt => {}
        Err(_) => session.note.settle().await,
    }
    created
}

fn panicked(session: &Session, error: JoinError) -> Error {
    session.error(ErrorKind::Internal).with_source(error)
}
