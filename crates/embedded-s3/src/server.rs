//! A running server: the listener, its connections, and their end.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use s3s::auth::SecretKey;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::api::Api;
use crate::exchange;
use crate::gatekeeper::Gatekeeper;
use crate::identity;
use crate::options::Options;
use crate::served::RequestObserver;
use crate::start_error::StartError;
use crate::store::Store;

/// The region this server says it is in; it takes signatures for any.
const REGION: &str = "us-east-1";

/// Bytes a connection reads ahead. Small: it is held by every part in flight, several times
/// over on its way to the disk.
const READ_BUFFER_BYTES: usize = 128 << 10;

/// A running S3 over a folder. Dropping it stops it at once; [`shutdown`](Self::shutdown) lets
/// requests in flight end first.
pub struct EmbeddedS3 {
    address: SocketAddr,
    access_key_id: String,
    secret_access_key: SecretKey,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl EmbeddedS3 {
    /// Takes the folder's lock, cleans up after a killed process, and listens.
    ///
    /// Must be called within a tokio runtime, on which the server then runs.
    ///
    /// # Errors
    ///
    /// [`StartError::Locked`] when another process serves the folder, [`StartError::NotLoopback`]
    /// and [`StartError::Listen`] about the address or its port, [`StartError::Folder`] when the folder
    /// cannot be prepared.
    pub async fn start(options: Options) -> Result<EmbeddedS3, StartError> {
        if !options.listen.ip().is_loopback() && !options.allow_remote {
            return Err(StartError::NotLoopback {
                listen: options.listen,
            });
        }
        let root = options.root.clone();
        let given_key_id = options.access_key_id.clone();
        let backdated_s = Arc::clone(&options.backdated_s);
        let (store, access_key_id) = on_disk(move || {
            let store = Store::open(&root)?.backdated(backdated_s);
            let access_key_id = identity::access_key_id(store.private_folder(), given_key_id)?;
            Ok((store, access_key_id))
        })
        .await?;
        let secret_access_key = options
            .secret_access_key
            .clone()
            .map_or_else(identity::fresh_secret, SecretKey::from);

        let listen_error = |source| StartError::Listen {
            listen: options.listen,
            source,
        };
        let listener = TcpListener::bind(options.listen)
            .await
            .map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let endpoint = endpoint(address);
        let store = on_disk(move || store.announce(&endpoint).map(|()| store)).await?;

        let gatekeeper = Gatekeeper {
            access_key_id: access_key_id.clone(),
            secret_access_key: secret_access_key.clone(),
            faults: options.faults.clone(),
        };
        let api = Api::new(store, access_key_id.clone(), &options);
        let mut service = S3ServiceBuilder::new(api);
        service.set_auth(gatekeeper.clone());
        service.set_access(gatekeeper);
        let (stop, stopped) = oneshot::channel();
        let front = Arc::new(Front {
            service: service.build(),
            requests: AtomicU64::new(1),
            observer: options.observer,
        });
        let server = tokio::spawn(serve(listener, front, stopped, options.shutdown_grace));
        log::debug!("embedded S3 listens on {address}");
        Ok(Self {
            address,
            access_key_id,
            secret_access_key,
            stop: Some(stop),
            server,
        })
    }

    /// Where clients find it, such as `http://127.0.0.1:40123`. Addresses are path-style.
    #[must_use]
    pub fn endpoint(&self) -> String {
        endpoint(self.address)
    }

    /// The key id to sign with.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret to sign with.
    #[must_use]
    pub fn secret_access_key(&self) -> &str {
        self.secret_access_key.expose()
    }

    /// The region to sign for.
    #[must_use]
    pub fn region(&self) -> &str {
        REGION
    }

    /// Stops listening, lets requests in flight end within
    /// [`Options::shutdown_grace`], cuts the rest, and frees the folder.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only if the server has ended already.
            let _sent = stop.send(());
        }
        if let Err(error) = (&mut self.server).await {
            log::error!("the embedded S3 ended badly: {error}");
        }
    }
}

impl Drop for EmbeddedS3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

// By hand, because a derived one would list more than helps.
impl fmt::Debug for EmbeddedS3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedS3")
            .field("endpoint", &self.endpoint())
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// What all connections share.
struct Front {
    service: S3Service,
    /// Numbers the requests.
    requests: AtomicU64,
    observer: Option<RequestObserver>,
}

fn endpoint(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// Runs on a thread that may wait for the disk.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StartError> + Send + 'static,
) -> Result<T, StartError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

async fn serve(
    listener: TcpListener,
    front: Arc<Front>,
    mut stopped: oneshot::Receiver<()>,
    grace: Duration,
) {
    // Dropped with this future, which ends every connection with the server.
    let mut connections = JoinSet::new();
    let graceful = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let watcher = graceful.watcher();
                    connections.spawn(connection(stream, Arc::clone(&front), watcher));
                }
                Err(error) => {
                    // Out of file descriptors, most likely: connections that end free some.
                    log::warn!("the embedded S3 cannot accept a connection: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            // An error means that the handle is gone: stop as well.
            _ = &mut stopped => break,
        }
    }
    drop(listener);
    if tokio::time::timeout(grace, graceful.shutdown())
        .await
        .is_err()
    {
        log::warn!("the embedded S3 cuts {} connections", connections.len());
    }
    connections.shutdown().await;
}

async fn connection(stream: TcpStream, front: Arc<Front>, watcher: Watcher) {
    // Replies are small and wait for nothing: Nagle would hold them for an acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        log::debug!("cannot set TCP_NODELAY: {error}");
    }
    let answer = service_fn(move |request| {
        let front = Arc::clone(&front);
        async move {
            let id = front.requests.fetch_add(1, Ordering::Relaxed);
            exchange::answer(&front.service, id, front.observer.as_ref(), request).await
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        // A client that ends its side in mid-body still gets the error.
        .half_close(true)
        .max_buf_size(READ_BUFFER_BYTES)
        .serve_connection(TokioIo::new(stream), answer);
    if let Err(error) = watcher.watch(served).await {
        log::debug!("a connection to the embedded S3 ended early: {error}");
    }
}
