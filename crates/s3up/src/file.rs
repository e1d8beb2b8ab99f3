//! Uploading a file, which may not change on the way.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

use bytes::Bytes;

use crate::error::{Error, ErrorKind};
use crate::options::ObjectOptions;
use crate::receipt::Receipt;
use crate::upload::Upload;
use crate::uploader::Uploader;

/// What must be the same before and after.
#[derive(PartialEq, Eq)]
struct Identity {
    size: u64,
    modified: Option<SystemTime>,
}

impl From<Metadata> for Identity {
    fn from(metadata: Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

pub(crate) async fn upload(
    uploader: &Uploader,
    path: &Path,
    bucket: &str,
    key: &str,
    mut object: ObjectOptions,
) -> Result<Receipt, Error> {
    let shown = path.display().to_string();
    let endpoint = uploader.client().endpoint().to_owned();
    let target = format!("s3://{}/{}", bucket.escape_debug(), key.escape_debug());
    let unreadable = |error: io::Error| {
        Error::new(
            ErrorKind::SourceUnreadable,
            "upload",
            target.clone(),
            &endpoint,
        )
        .with_detail(format!("{shown} cannot be read"))
        .with_source(error)
    };
    let changed = || {
        Error::new(
            ErrorKind::SourceChanged,
            "upload",
            target.clone(),
            &endpoint,
        )
        .with_detail(format!("{shown} changed while it was read"))
    };

    let (opened, before) = open(path.to_owned()).await.map_err(unreadable)?;
    let mut file = opened;
    object.expected_size = Some(before.size);
    let mut upload = uploader.start(bucket, key, object).await?;
    let mut position = 0;
    while position < before.size {
        let len = upload.part_size().min(before.size - position);
        let (back, read) = match read_at(file, position, len).await {
            Ok(read) => read,
            Err(error) => return give_up(upload, unreadable(error)).await,
        };
        if read.len() as u64 != len {
            return give_up(upload, changed()).await;
        }
        file = back;
        position += len;
        upload.write(read).await?;
    }
    // The path is asked too: a file that was replaced is another one, though ours stays readable.
    let after = tokio::fs::metadata(path).await.map(Identity::from);
    let still = file.metadata().map(Identity::from);
    if !matches!((after, still), (Ok(after), Ok(still)) if after == before && still == before) {
        return give_up(upload, changed()).await;
    }
    upload.finish().await
}

/// Aborts; a failed abort is logged, and the reason for it is what the caller hears.
async fn give_up(upload: Upload, error: Error) -> Result<Receipt, Error> {
    let _ = upload.abort().await;
    Err(error)
}

async fn open(path: std::path::PathBuf) -> io::Result<(File, Identity)> {
    blocking(move || {
        let file = File::open(&path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        Ok((file, metadata.into()))
    })
    .await
}

async fn read_at(mut file: File, position: u64, len: u64) -> io::Result<(File, Bytes)> {
    blocking(move || {
        file.seek(SeekFrom::Start(position))?;
        let mut bytes = Vec::with_capacity(usize::try_from(len).map_err(io::Error::other)?);
        (&mut file).take(len).read_to_end(&mut bytes)?;
        Ok((file, bytes.into()))
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}
