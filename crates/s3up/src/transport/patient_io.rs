//! A connection that is still read when it can no longer be written.
//!
//! A server that refuses a large body answers early and closes. Writing then fails with a broken
//! pipe while the answer, the real reason, lies unread in the socket's buffer. Here a failed
//! write waits a moment, so that the reader sees the answer first.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::time::Sleep;

/// How long an answer may take to be found behind a failed write.
const GRACE: Duration = Duration::from_millis(500);

pub(crate) struct PatientIo<T> {
    inner: T,
    /// The write that failed, and until when its error is held back.
    failed: Option<(io::Error, Pin<Box<Sleep>>)>,
}

impl<T> PatientIo<T> {
    pub fn new(inner: T) -> Self {
        Self {
            inner,
            failed: None,
        }
    }

    /// Holds a failed write back; hands everything else on.
    fn after_write<R>(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        match result {
            Poll::Ready(Err(error)) => {
                self.failed = Some((error, Box::pin(tokio::time::sleep(GRACE))));
                // The reader may have been polled just before the failure: let it look again.
                cx.waker().wake_by_ref();
                self.poll_failed(cx)
            }
            other => other,
        }
    }

    fn poll_failed<R>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<R>> {
        if let Some((error, until)) = &mut self.failed
            && until.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Err(io::Error::new(error.kind(), error.to_string())));
        }
        Poll::Pending
    }
}

impl<T: Read + Unpin> Read for PatientIo<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<T: Write + Unpin> Write for PatientIo<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.failed.is_some() {
            return self.poll_failed(cx);
        }
        let result = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.after_write(cx, result)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.failed.is_some() {
            return self.poll_failed(cx);
        }
        let result = Pin::new(&mut self.inner).poll_flush(cx);
        self.after_write(cx, result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.failed.is_some() {
            return self.poll_failed(cx);
        }
        let result = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.after_write(cx, result)
    }
}

impl<T: Connection> Connection for PatientIo<T> {
    fn connected(&self) -> Connected {
        self.inner.connected()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body_util::Full;

    use super::*;

    const REPLY: &[u8] =
        b"HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

    /// A connection whose writes fail, and whose reply can be read only thereafter.
    #[derive(Default)]
    struct Refusing {
        write_failed: bool,
        replied: bool,
    }

    impl Read for Refusing {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            mut buf: ReadBufCursor<'_>,
        ) -> Poll<io::Result<()>> {
            if !self.write_failed {
                return Poll::Pending;
            }
            if !self.replied {
                self.replied = true;
                buf.put_slice(REPLY);
            }
            Poll::Ready(Ok(()))
        }
    }

    impl Write for Refusing {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.write_failed = true;
            Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// The status that hyper finds behind a request on this connection.
    async fn status(io: impl Read + Write + Send + Unpin + 'static) -> Option<u16> {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        tokio::spawn(connection);
        let request = http::Request::put("/").body(Full::new(Bytes::from_static(b"body")));
        let response = sender.send_request(request.unwrap()).await;
        response.ok().map(|response| response.status().as_u16())
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_behind_a_failed_write_is_found() {
        assert_eq!(status(Refusing::default()).await, None);
        assert_eq!(status(PatientIo::new(Refusing::default())).await, Some(403));
    }
}
