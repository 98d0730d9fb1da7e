//! Receives an original from S3, and continues after a lost connection.

use std::io::{self, Seek, Write};
use std::time::Duration;

use client::Session;
use domain::{Sha256, Sha256Hasher};
use futures_util::StreamExt;
use reqwest::header::RANGE;
use reqwest::{Method, StatusCode};
use tempfile::NamedTempFile;
use tokio::time::{sleep, timeout};

use crate::failure::Failure;

/// The delays before further attempts after the connection was lost.
const DELAYS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];
/// The time without a byte after which the connection counts as lost.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// The number of new URLs for one original. A URL expires within 15 minutes.
const MAX_RENEWALS: usize = 2;

/// The client of S3, which reuses its connections.
#[derive(Debug)]
pub struct Receiver {
    http: reqwest::Client,
}

/// An event of a download.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// So many bytes have arrived in all.
    Received(u64),
    /// The connection is lost. Another attempt follows.
    Lost,
}

/// The reason why an original was not received.
#[derive(Debug)]
pub enum ReceiveError {
    /// No attempt received the last byte.
    Lost,
    /// The picture or its original no longer exists.
    Gone,
    /// S3 replied with this status.
    Refused(StatusCode),
    /// The file cannot be written.
    Disk(io::Error),
    /// There is no new URL, because the API failed.
    Api(Failure),
}

/// The reason why an attempt failed.
enum AttemptError {
    /// The next attempt can succeed.
    Connection,
    Status(StatusCode),
    Disk(io::Error),
}

/// The bytes that have arrived.
struct Partial<'a> {
    file: &'a mut NamedTempFile,
    hasher: Sha256Hasher,
    length: u64,
}

impl Receiver {
    /// Creates a client. Sends no request.
    pub fn new() -> Result<Self, Failure> {
        let http = reqwest::Client::builder().connect_timeout(STALL_TIMEOUT).build();
        let http = http.map_err(|error| Failure::Failed(format!("The program cannot start: {error}.")))?;
        Ok(Self { http })
    }

    /// Writes an original of `bytes` bytes to an empty file, and returns its hash. If S3 does not
    /// accept the URL, `renew` returns another one.
    pub async fn receive(
        &self,
        url: &str,
        bytes: u64,
        file: &mut NamedTempFile,
        renew: impl AsyncFn() -> Result<String, ReceiveError>,
        report: impl Fn(Progress),
    ) -> Result<Sha256, ReceiveError> {
        let mut url = url.to_owned();
        let mut partial = Partial { file, hasher: Sha256Hasher::default(), length: 0 };
        let (mut delays, mut renewals) = (DELAYS.into_iter(), MAX_RENEWALS);
        loop {
            match self.attempt(&url, bytes, &mut partial, &report).await {
                Ok(()) => return Ok(partial.hasher.finish()),
                Err(AttemptError::Connection) => {
                    let delay = delays.next().ok_or(ReceiveError::Lost)?;
                    report(Progress::Lost);
                    sleep(delay).await;
                }
                Err(AttemptError::Status(StatusCode::FORBIDDEN)) if renewals > 0 => {
                    renewals -= 1;
                    url = Box::pin(renew()).await?;
                }
                Err(AttemptError::Status(StatusCode::NOT_FOUND)) => return Err(ReceiveError::Gone),
                Err(AttemptError::Status(status)) => return Err(ReceiveError::Refused(status)),
                Err(AttemptError::Disk(error)) => return Err(ReceiveError::Disk(error)),
            }
        }
    }

    /// Appends the missing bytes.
    async fn attempt(
        &self,
        url: &str,
        bytes: u64,
        partial: &mut Partial<'_>,
        report: &impl Fn(Progress),
    ) -> Result<(), AttemptError> {
        if partial.length == bytes {
            return Ok(());
        }
        let mut request = self.http.get(url);
        if partial.length > 0 {
            request = request.header(RANGE, format!("bytes={}-", partial.length));
        }
        let reply = timeout(STALL_TIMEOUT, request.send()).await.map_err(|_| AttemptError::Connection)?;
        let reply = reply.map_err(|_| AttemptError::Connection)?;
        match reply.status() {
            StatusCode::PARTIAL_CONTENT => {}
            StatusCode::OK => partial.clear()?,
            status if status.is_server_error() => return Err(AttemptError::Connection),
            status => return Err(AttemptError::Status(status)),
        }
        let mut body = reply.bytes_stream();
        while let Some(chunk) =
            timeout(STALL_TIMEOUT, body.next()).await.map_err(|_| AttemptError::Connection)?
        {
            partial.add(&chunk.map_err(|_| AttemptError::Connection)?)?;
            report(Progress::Received(partial.length));
        }
        if partial.length > bytes {
            partial.clear()?;
        }
        if partial.length == bytes { Ok(()) } else { Err(AttemptError::Connection) }
    }
}

impl Partial<'_> {
    fn clear(&mut self) -> Result<(), AttemptError> {
        self.hasher = Sha256Hasher::default();
        self.length = 0;
        self.file.as_file().set_len(0).and_then(|()| self.file.rewind()).map_err(AttemptError::Disk)
    }

    fn add(&mut self, chunk: &[u8]) -> Result<(), AttemptError> {
        self.file.write_all(chunk).map_err(AttemptError::Disk)?;
        self.hasher.update(chunk);
        self.length += chunk.len() as u64;
        Ok(())
    }
}

/// Returns a new URL of the original of the picture at this path of the API.
pub async fn renew(session: &Session, path: &str) -> Result<String, ReceiveError> {
    let fail = |error| ReceiveError::Api(Failure::from(error));
    let answer = session.call(Method::GET, path, None).await.map_err(fail)?;
    if answer.code == 404 {
        return Err(ReceiveError::Gone);
    }
    let picture = answer.ok().map_err(fail)?;
    picture["original"]["url"].as_str().map(str::to_owned).ok_or(ReceiveError::Gone)
}

/// Explains that S3 did not send the original of a picture.
pub fn describe_refusal(id: &str, status: StatusCode) -> String {
    format!("The site refused the download of {id} (status {}). Try again in a moment.", status.as_u16())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;

    use client::Stack;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const BYTES: &[u8] = b"abcdef";

    /// Receives [`BYTES`] from a server that sends these replies, each on a connection of its own.
    /// Returns the hash, the number of new URLs, and for each request the first missing byte.
    async fn receive(
        replies: &'static [&'static str],
    ) -> (Result<Sha256, ReceiveError>, usize, Vec<Option<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let mut ranges = Vec::new();
            for reply in replies {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 4096];
                let length = stream.read(&mut request).await.unwrap();
                let request = String::from_utf8_lossy(&request[..length]).to_ascii_lowercase();
                let range = request.lines().find_map(|line| line.strip_prefix("range: bytes="));
                ranges.push(range.map(str::to_owned));
                let (status, body) = reply.split_once(' ').unwrap();
                let length = if status == "206" { BYTES.len() - 3 } else { BYTES.len() };
                let head = format!(
                    "HTTP/1.1 {status} Status\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
                );
                stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            }
            ranges
        });
        let mut file = NamedTempFile::new().unwrap();
        let renewals = Cell::new(0);
        let renew = async || {
            renewals.set(renewals.get() + 1);
            Ok(url.clone())
        };
        // Installs the provider of TLS, as a session does.
        let _ = Stack::discover(&"http://127.0.0.1:9/".parse().unwrap()).await;
        let receiver = Receiver::new().unwrap();
        let length = BYTES.len() as u64;
        let result = receiver.receive(&url, length, &mut file, renew, |_| ()).await;
        if result.is_ok() {
            assert_eq!(fs::read(file.path()).unwrap(), BYTES);
        }
        (result, renewals.get(), server.await.unwrap())
    }

    #[tokio::test]
    async fn continues_after_a_lost_connection() {
        let continued = async {
            let (result, _, ranges) = receive(&["200 abc", "206 def"]).await;
            assert_eq!(result.unwrap(), Sha256::of(BYTES));
            assert_eq!(ranges, [None, Some("3-".into())]);
        };
        let without_ranges = async {
            let (result, _, ranges) = receive(&["200 abc", "200 abcdef"]).await;
            assert_eq!(result.unwrap(), Sha256::of(BYTES));
            assert_eq!(ranges, [None, Some("3-".into())]);
        };
        tokio::join!(continued, without_ranges);
    }

    #[tokio::test]
    async fn renews_a_url_that_expired() {
        let (result, renewals, _) = receive(&["403 expire", "200 abcdef"]).await;
        assert_eq!((result.unwrap(), renewals), (Sha256::of(BYTES), 1));
        let (result, renewals, _) = receive(&["403 expire", "403 expire", "403 expire"]).await;
        assert!(matches!(result, Err(ReceiveError::Refused(StatusCode::FORBIDDEN))), "{result:?}");
        assert_eq!(renewals, MAX_RENEWALS);
        let (result, ..) = receive(&["404 absent"]).await;
        assert!(matches!(result, Err(ReceiveError::Gone)), "{result:?}");
    }
}
