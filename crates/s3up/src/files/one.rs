//! One file: read whole for a PUT, or part by part.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::FileUpload;
use super::buffers::Buffers;
use super::resume::{self, Beginning};
use super::room::{Budget, Room};
use super::source::{FileRange, Read, SourceFile};
use crate::call_error::RACE;
use crate::commit;
use crate::error::{Error, ErrorKind, Outcome};
use crate::part_sizes::{MAX_OBJECT, PartSizes};
use crate::progress::UploadProgress;
use crate::receipt::Receipt;
use crate::retry::RetryPolicy;
use crate::session::{Sent, Session};
use crate::stop::Stop;
use crate::upload::Upload;
use crate::uploader::Uploader;

/// A file of up to so many bytes is opened, read and digested in one go, before its size is known.
const FIRST_READ: u64 = 64 << 10;

/// A file that is ready to be sent, with the room that it takes.
enum Ready {
    Whole(Read, Room),
    ByParts(Arc<SourceFile>, Room),
}

/// Uploads a file with as many parts in flight as are allowed.
pub(crate) async fn upload(uploader: &Uploader, file: &FileUpload) -> Result<Receipt, Error> {
    let never = Arc::default();
    upload_within(None, uploader, file, UploadProgress::default(), never).await
}

/// Uploads a file, within a budget if there is one. Asked to stop, it takes back what is not about
/// to appear.
pub(super) async fn upload_within(
    budget: Option<&Budget>,
    uploader: &Uploader,
    file: &FileUpload,
    progress: UploadProgress,
    stop: Arc<Stop>,
) -> Result<Receipt, Error> {
    let progress = Arc::new(progress);
    let session = || {
        let progress = Arc::clone(&progress);
        let mut session = uploader.session(&file.bucket, &file.key, &file.object, progress)?;
        session.stop = Arc::clone(&stop);
        Ok(session)
    };
    let first = session()?;
    let ready = stop.unless_asked(make_ready(&first, budget, file)).await;
    let ready = ready.unwrap_or_else(|| Err(first.error(ErrorKind::Stopped)))?;
    let sent = match ready {
        Ready::Whole(whole, room) => put(&first, whole, room).await,
        Ready::ByParts(source, _slot) => {
            let mut races = Races::new(&first.options.retry);
            let mut sent = send_parts(uploader, first, &source, budget).await;
            while let Err(error) = &sent
                && races.may_go_on(error)
                && stop.begin_anew()
            {
                log::info!(
                    "{}: another write was under way, sending it again",
                    error.target()
                );
                progress.start_over();
                sent = send_parts(uploader, session()?, &source, budget).await;
            }
            sent
        }
    };
    // That the wait was too short is the stop's doing, not the server's.
    sent.map_err(|error| match error.kind() {
        ErrorKind::TimedOut if stop.is_asked() => error.with_kind(ErrorKind::Stopped),
        _ => error,
    })
}

/// Completions that met another write of the same object (409 ConditionalRequestConflict). S3 wants
/// a new upload then, and all parts again, which a file can give:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html>.
struct Races {
    lost: u32,
    /// After the first one: from then on there is time for others.
    until: Option<Instant>,
    budget: Duration,
}

/// How often all parts are sent again at most.
const MAX_RACES: u32 = 3;

impl Races {
    fn new(retry: &RetryPolicy) -> Self {
        Self {
            lost: 0,
            until: None,
            budget: retry.budget,
        }
    }

    /// Whether all is sent again after this error: behind the first race once, however long that
    /// takes, and behind others as long as the budget of a request lasts.
    fn may_go_on(&mut self, error: &Error) -> bool {
        let is_race = error.s3_code() == Some(RACE) && error.outcome() == Outcome::NotCommitted;
        if !is_race || self.lost == MAX_RACES {
            return false;
        }
        self.lost += 1;
        let now = Instant::now();
        match self.until {
            Some(until) => now < until,
            None => {
                self.until = Some(now + self.budget);
                true
            }
        }
    }
}

/// Opens a file, and reads it if it is small.
async fn make_ready(
    session: &Session,
    budget: Option<&Budget>,
    file: &FileUpload,
) -> Result<Ready, Error> {
    let integrity = session.options.integrity;
    let put_below = session.options.put_below();

    let room = room_for(budget, FIRST_READ).await;
    let at_once = put_below.min(FIRST_READ + 1);
    let (source, whole) = SourceFile::open(&file.path, at_once, integrity)
        .await
        .map_err(|problem| problem.of(session))?;
    if let Some(whole) = whole {
        return Ok(Ready::Whole(whole, room));
    }
    // Given back before more is asked for: files that wait for room hold none.
    drop(room);
    let size = source.size();
    if size > MAX_OBJECT {
        return Err(session.error(ErrorKind::InvalidInput).with_detail(format!(
            "{} is larger than the 5 TiB that S3 allows; split it",
            file.path.display()
        )));
    }
    if size < put_below {
        let room = room_for(budget, size).await;
        let buffers = match budget {
            Some(budget) => budget.buffers.clone(),
            None => Buffers::new(size),
        };
        let whole = source.whole(integrity, buffers).await;
        let whole = whole.map_err(|problem| problem.of(session))?;
        return Ok(Ready::Whole(whole, room));
    }
    let slot = match budget {
        Some(budget) => budget.slot().await,
        None => Room::default(),
    };
    Ok(Ready::ByParts(source, slot))
}

async fn room_for(budget: Option<&Budget>, bytes: u64) -> Room {
    match budget {
        Some(budget) => budget.room_for(bytes).await,
        None => Room::default(),
    }
}

/// `_room` is that of the bytes, and ends with them.
async fn put(session: &Session, whole: Read, _room: Room) -> Result<Receipt, Error> {
    let (bytes, checksum) = whole;
    let size = bytes.len() as u64;
    let stopped = || session.error(ErrorKind::Stopped);
    let free = session.stop.unless_asked(commit::check_free(session));
    free.await.ok_or_else(stopped)??;
    if !session.stop.begin_commit() {
        return Err(stopped());
    }
    session.progress.accept(size);
    let stored = commit::put(session, bytes.into(), checksum).await?;
    Ok(session.receipt(size, stored, Sent::AtOnce(checksum)))
}

async fn send_parts(
    uploader: &Uploader,
    session: Session,
    source: &Arc<SourceFile>,
    budget: Option<&Budget>,
) -> Result<Receipt, Error> {
    let stop = Arc::clone(&session.stop);
    let stopped = session.error(ErrorKind::Stopped);
    let sizes = PartSizes::new(session.options.part_size, Some(source.size()));
    let beginning = async {
        if uploader.is_resuming() {
            return resume::begin(uploader, session, source, sizes.of(1)).await;
        }
        let upload = uploader.begin(session, Some(source.size()));
        Ok(Beginning::Sending(Box::new(upload)))
    };
    let mut upload = match stop.unless_asked(beginning).await {
        None => return Err(stopped),
        Some(Err(error)) => return Err(error),
        Some(Ok(Beginning::Done(receipt))) => return Ok(*receipt),
        Some(Ok(Beginning::Sending(upload))) => upload,
    };
    let sent = stop.unless_asked(send_all(&mut upload, source, budget));
    match sent.await {
        Some(sent) => sent?,
        None => return Err(upload.stop().await),
    }
    match source.check().await {
        Err(problem) => Err(upload.give_up(problem).await),
        Ok(()) if !stop.begin_commit() => Err(upload.stop().await),
        Ok(()) => upload.finish().await,
    }
}

async fn send_all(
    upload: &mut Upload,
    source: &Arc<SourceFile>,
    budget: Option<&Budget>,
) -> Result<(), Error> {
    upload.check_free().await?;
    let size = source.size();
    let buffers = match budget {
        Some(budget) => budget.buffers.clone(),
        None => Buffers::new(upload.part_size()),
    };
    let mut position = 0;
    while position < size {
        // The same for every part but the last: the size is known.
        let len = upload.part_size().min(size - position);
        let range = FileRange {
            source: Arc::clone(source),
            position,
            len,
            buffers: buffers.clone(),
        };
        let room = room_for(budget, len).await;
        upload.send_range(range, room).await?;
        position += len;
    }
    upload.send_rest().await
}
