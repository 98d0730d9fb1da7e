//! Downloads of originals.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::Session;
use domain::{Sha256, Sha256Hasher};
use futures_util::StreamExt;
use reqwest::{Method, StatusCode};
use tempfile::NamedTempFile;
use tokio::time::{sleep, timeout};

use super::ExportError;
use super::folder::temporary_beside;
use super::picture::Picture;
use crate::failure::{Failure, describe_file_error};

/// The waiting times before the next attempts after the connection is lost.
const BACK_OFF: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];
/// The time without a byte after which the connection counts as lost.
const STALL_TIMEOUT: Duration = Duration::from_secs(60);

const GONE: ExportError = ExportError::Skipped("The picture was deleted during the export.");

/// Downloads originals of one session.
#[derive(Debug)]
pub struct Download<'a> {
    session: &'a Session,
    http: reqwest::Client,
}

/// The reason why an attempt failed.
enum AttemptError {
    /// Another attempt can succeed.
    Connection,
    /// The URL has expired.
    Expired,
    /// S3 replied with this status.
    Status(StatusCode),
    /// The file cannot be written.
    Disk(io::Error),
}

impl<'a> Download<'a> {
    /// Creates a client. Sends no request.
    pub fn new(session: &'a Session) -> Result<Self, Failure> {
        let http = reqwest::Client::builder().connect_timeout(STALL_TIMEOUT).build();
        let http = http.map_err(|error| Failure::Failed(format!("The program cannot start: {error}.")))?;
        Ok(Self { session, http })
    }

    /// Downloads the original of a picture from `url` to `path`. The file is complete as soon as it
    /// has this name.
    pub async fn save(&self, picture: &Picture, url: &str, path: &Path) -> Result<Sha256, ExportError> {
        let mut url = url.to_owned();
        let mut waits = BACK_OFF.into_iter();
        let mut renewals = 2;
        loop {
            let error = match self.attempt(picture, &url, path).await {
                Ok((file, sha256)) => {
                    persist(file, path.to_owned()).await.map_err(|error| disk_error(path, &error))?;
                    return Ok(sha256);
                }
                Err(error) => error,
            };
            match error {
                AttemptError::Expired if renewals > 0 => {
                    renewals -= 1;
                    url = self.renew(picture).await?;
                }
                AttemptError::Connection => sleep(waits.next().ok_or(ExportError::Lost)?).await,
                AttemptError::Status(status) if status.is_server_error() => {
                    sleep(waits.next().ok_or(ExportError::Lost)?).await;
                }
                AttemptError::Status(StatusCode::NOT_FOUND) => return Err(GONE),
                AttemptError::Expired => return Err(refused(picture, StatusCode::FORBIDDEN)),
                AttemptError::Status(status) => return Err(refused(picture, status)),
                AttemptError::Disk(error) => return Err(disk_error(path, &error)),
            }
        }
    }

    /// Writes the original to an incomplete file, and checks its length.
    async fn attempt(
        &self,
        picture: &Picture,
        url: &str,
        path: &Path,
    ) -> Result<(NamedTempFile, Sha256), AttemptError> {
        let send = timeout(STALL_TIMEOUT, self.http.get(url).send()).await;
        let response = send.map_err(|_| AttemptError::Connection)?.map_err(|_| AttemptError::Connection)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::FORBIDDEN => return Err(AttemptError::Expired),
            status => return Err(AttemptError::Status(status)),
        }
        let (mut length, mut hasher) = (0, Sha256Hasher::default());
        let mut file = temporary_beside(path).map_err(AttemptError::Disk)?;
        let mut body = response.bytes_stream();
        while let Some(chunk) =
            timeout(STALL_TIMEOUT, body.next()).await.map_err(|_| AttemptError::Connection)?
        {
            let chunk = chunk.map_err(|_| AttemptError::Connection)?;
            io::Write::write_all(&mut file, &chunk).map_err(AttemptError::Disk)?;
            hasher.update(&chunk);
            length += chunk.len() as u64;
        }
        if length == picture.bytes { Ok((file, hasher.finish())) } else { Err(AttemptError::Connection) }
    }

    /// Returns a new URL.
    async fn renew(&self, picture: &Picture) -> Result<String, ExportError> {
        let path = format!("/pictures/{}/{}", self.session.user(), picture.id);
        let answer = self.session.call(Method::GET, &path, None).await.map_err(Failure::from)?;
        if answer.code == 404 {
            return Err(GONE);
        }
        let data = answer.ok().map_err(Failure::from)?;
        data["original"]["url"].as_str().map(str::to_owned).ok_or(GONE)
    }
}

/// Writes a file to the disk and gives it its name, unless another file has it.
async fn persist(file: NamedTempFile, path: PathBuf) -> io::Result<()> {
    let persist = move || {
        file.as_file().sync_all()?;
        file.persist_noclobber(path)?;
        Ok(())
    };
    tokio::task::spawn_blocking(persist).await.map_err(io::Error::other)?
}

fn refused(picture: &Picture, status: StatusCode) -> ExportError {
    ExportError::Picture(format!(
        "S3 refused the original of {} with status {status}. Try again.",
        picture.id
    ))
}

/// Another file at the path, or a folder that is a file, affects one picture only.
pub(super) fn disk_error(path: &Path, error: &io::Error) -> ExportError {
    use io::ErrorKind::{AlreadyExists, IsADirectory, NotADirectory};
    match error.kind() {
        AlreadyExists | IsADirectory | NotADirectory => ExportError::Picture(in_the_way(path)),
        _ => ExportError::All(Failure::Failed(describe_file_error("write", path, error))),
    }
}

/// Explains that the path of a picture has other contents.
pub(super) fn in_the_way(path: &Path) -> String {
    format!("Another file is in the place of {}. Move it away, and run the command again.", path.display())
}
