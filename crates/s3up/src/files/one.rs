//! One file: read whole for a PUT, or part by part.

use std::sync::Arc;

use super::FileUpload;
use super::buffers::Buffers;
use super::room::{Budget, Room};
use super::source::{FileRange, Read, SourceFile};
use crate::commit;
use crate::error::{Error, ErrorKind};
use crate::part_sizes::MAX_OBJECT;
use crate::progress::UploadProgress;
use crate::receipt::Receipt;
use crate::session::Session;
use crate::uploader::Uploader;

/// A file of up to so many bytes is opened, read and digested in one go, before its size is known.
const FIRST_READ: u64 = 64 << 10;

/// Uploads a file with as many parts in flight as are allowed.
pub(crate) async fn upload(uploader: &Uploader, file: &FileUpload) -> Result<Receipt, Error> {
    upload_within(None, uploader, file, UploadProgress::default()).await
}

/// Uploads a file, within a budget if there is one.
pub(super) async fn upload_within(
    budget: Option<&Budget>,
    uploader: &Uploader,
    file: &FileUpload,
    progress: UploadProgress,
) -> Result<Receipt, Error> {
    let session = uploader.session(&file.bucket, &file.key, &file.object, progress)?;
    let integrity = session.options.integrity;
    let put_below = session.options.put_below();

    let room = room_for(budget, FIRST_READ).await;
    let at_once = put_below.min(FIRST_READ + 1);
    let (source, whole) = SourceFile::open(&file.path, at_once, integrity)
        .await
        .map_err(|problem| problem.of(&session))?;
    if let Some(whole) = whole {
        return put(&session, whole, room).await;
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
        return put(
            &session,
            whole.map_err(|problem| problem.of(&session))?,
            room,
        )
        .await;
    }
    let _slot = match budget {
        Some(budget) => budget.slot().await,
        None => Room::default(),
    };
    send_parts(uploader, session, source, budget).await
}

async fn room_for(budget: Option<&Budget>, bytes: u64) -> Room {
    match budget {
        Some(budget) => budget.room_for(bytes).await,
        None => Room::default(),
    }
}

/// `_room` is that of the bytes, and ends with them.
async fn put(session: &Session, whole: Read, _room: Room) -> Result<Receipt, Error> {
    let (bytes, content_md5) = whole;
    let size = bytes.len() as u64;
    session.progress.accept(size);
    let stored = commit::put(session, bytes.into(), content_md5).await?;
    Ok(session.receipt(size, stored, Vec::new()))
}

async fn send_parts(
    uploader: &Uploader,
    session: Session,
    source: Arc<SourceFile>,
    budget: Option<&Budget>,
) -> Result<Receipt, Error> {
    let size = source.size();
    let mut upload = uploader.begin(session, Some(size));
    let buffers = match budget {
        Some(budget) => budget.buffers.clone(),
        None => Buffers::new(upload.part_size()),
    };
    let mut position = 0;
    while position < size {
        // The same for every part but the last: the size is known.
        let len = upload.part_size().min(size - position);
        let range = FileRange {
            source: Arc::clone(&source),
            position,
            len,
            buffers: buffers.clone(),
        };
        let room = room_for(budget, len).await;
        upload.send_range(range, room).await?;
        position += len;
    }
    upload.send_rest().await?;
    match source.check().await {
        Ok(()) => upload.finish().await,
        Err(problem) => Err(upload.give_up(problem).await),
    }
}
