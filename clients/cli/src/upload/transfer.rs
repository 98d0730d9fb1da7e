//! The upload of one file, which a later process can continue at any point.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::time::Duration;

use bytes::Bytes;
use client::{ClientError, MultipartUpload, NewPicture, Session, UploadedPart};
use domain::{PART_BYTES, PictureId, PictureKey, PresignedRequest, Sha256Hasher, count_parts, part_length};
use indicatif::ProgressBar;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::Value;

use super::check::{self, CHANGED, CheckError, CheckedFile};
use super::journal::{Entry, Journal};
use super::retry::{Error, Reaction, Retry, describe_refusal};

/// The time for which a presigned request must still be valid when it is used.
const MIN_VALIDITY: SignedDuration = SignedDuration::from_secs(10);
/// The number of seconds for which the functions may process an upload that S3 has completed,
/// before the parts are sent again.
const MAX_PROCESSING_SECONDS: u32 = 60;

/// Uploads one file.
pub struct Transfer<'a> {
    pub session: &'a Session,
    pub journal: &'a Journal,
    pub retry: &'a Retry<'a>,
    /// Counts the bytes of the file that S3 has.
    pub progress: &'a ProgressBar,
    /// The number of bytes that were sent, repeated ones included.
    pub sent_bytes: &'a Cell<u64>,
}

/// The reason why an attempt ended.
enum AttemptError {
    Client(ClientError),
    Error(Error),
}

impl From<ClientError> for AttemptError {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

impl From<Error> for AttemptError {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Transfer<'_> {
    /// Uploads a file, and returns its picture when its bytes have arrived. Continues what an
    /// earlier process began.
    ///
    /// # Errors
    /// Returns [`Error::File`] if the API refuses the file or the file changes, and
    /// [`Error::Stopped`].
    pub async fn send(&self, file: &CheckedFile, new: &NewPicture) -> Result<PictureId, Error> {
        let mut attempts = self.retry.attempts();
        let mut most_sent = 0;
        loop {
            let error = match Box::pin(self.attempt(file, new)).await {
                Ok(picture) => return Ok(picture),
                Err(AttemptError::Error(error)) => return Err(error),
                Err(AttemptError::Client(error)) => error,
            };
            self.retry.output.detail(&format!("{}: {error}", file.item.name));
            if self.progress.position() > most_sent {
                most_sent = self.progress.position();
                attempts.reset();
            }
            match Reaction::to(&error) {
                Reaction::Arrived => {
                    if let Some(picture) = self.registered(file) {
                        return self.finish(file, picture).await;
                    }
                    attempts.pause(Reaction::Arrived, error).await?;
                }
                reaction @ Reaction::CheckOutcome { restart } => {
                    match self.check_outcome(file, restart).await? {
                        Some(picture) => return self.finish(file, picture).await,
                        None => attempts.pause(reaction, error).await?,
                    }
                }
                Reaction::Refuse => return Err(Error::File(describe_refusal(&error))),
                reaction => attempts.pause(reaction, error).await?,
            }
        }
    }

    async fn attempt(&self, file: &CheckedFile, new: &NewPicture) -> Result<PictureId, AttemptError> {
        if self.retry.stop.is_set() {
            return Err(Error::Stopped.into());
        }
        let mut create_upload = None;
        let (picture, upload_id) = match self.journal.get(&file.sha256) {
            Some(Entry::Uploaded { picture_id }) => return Ok(picture_id),
            Some(Entry::Sending { picture_id, upload_id }) => (picture_id, Some(upload_id)),
            Some(Entry::Registered { picture_id }) => (picture_id, None),
            Some(Entry::Deleted) | None => {
                let registered = self.session.register(new, file.bytes).await?;
                let picture = registered.key()?.picture_id;
                self.record_registered(file, picture).await?;
                if file.bytes <= PART_BYTES {
                    self.send_whole(file, &registered.upload).await?;
                    return Ok(self.finish(file, picture).await?);
                }
                create_upload = registered.create_upload;
                (picture, None)
            }
        };
        let key = self.key(picture);
        let (upload, parts) = match upload_id {
            Some(upload_id) => {
                let upload = MultipartUpload::resume(self.session, key, upload_id);
                let parts = upload.parts().await?;
                (upload, parts)
            }
            // A file that was registered before is sent in parts whatever its length: the API does
            // not presign the request for the whole file again.
            None => {
                let upload = match create_upload.filter(is_still_valid) {
                    Some(presigned) => {
                        MultipartUpload::create_presigned(self.session, key, &presigned).await?
                    }
                    None => MultipartUpload::create(self.session, key).await?,
                };
                let upload_id = upload.id().clone();
                self.record(file, Entry::Sending { picture_id: picture, upload_id }).await?;
                (upload, Vec::new())
            }
        };
        self.send_parts(file, &upload, parts).await?;
        Ok(self.finish(file, picture).await?)
    }

    /// Sends a file in one request.
    async fn send_whole(&self, file: &CheckedFile, upload: &PresignedRequest) -> Result<(), AttemptError> {
        let mut reader = PartReader::open(file, self.retry).await?;
        let bytes = reader.read(file.bytes).await?;
        if !reader.ends_unchanged(file) {
            return Err(self.abandon(file).await.into());
        }
        self.count(file, "the file", file.bytes);
        self.progress.set_position(0);
        self.session.send_bytes(upload, bytes, self.report(0)).await?;
        Ok(())
    }

    /// Sends the parts that S3 does not have, one after another, and completes the upload.
    async fn send_parts(
        &self,
        file: &CheckedFile,
        upload: &MultipartUpload<'_>,
        mut parts: Vec<UploadedPart>,
    ) -> Result<(), AttemptError> {
        let count = count_parts(file.bytes);
        let mut reader = PartReader::open(file, self.retry).await?;
        // The requests of the parts by their numbers. The last one completes the upload.
        let mut presigned: BTreeMap<u64, PresignedRequest> = BTreeMap::new();
        for number in 1..=count {
            let length = part_length(file.bytes, number).unwrap_or_default();
            let bytes = reader.read(length).await?;
            let start = (number - 1) * PART_BYTES;
            self.progress.set_position(start);
            if parts.iter().any(|part| part.number == number) {
                continue;
            }
            if self.retry.stop.is_set() {
                return Err(Error::Stopped.into());
            }
            let request = match presigned.remove(&number).filter(is_still_valid) {
                Some(request) => request,
                None => {
                    let (request, following) = upload.presign_part(number).await?;
                    presigned = (number + 1..).zip(following).collect();
                    request
                }
            };
            self.count(file, &format!("part {number} of {count}"), length);
            parts.push(upload.send_part(&request, number, bytes, self.report(start)).await?);
        }
        if !reader.ends_unchanged(file) {
            return Err(self.abandon(file).await.into());
        }
        parts.sort_by_key(|part| part.number);
        let completion = match presigned.remove(&(count + 1)).filter(is_still_valid) {
            Some(request) => request,
            None => upload.presign_completion().await?,
        };
        Ok(upload.complete(&completion, &parts).await?)
    }

    /// Reads whether the bytes arrived, after an error that leaves that open. Returns the picture
    /// if they did. If they did not, prepares the next attempt.
    async fn check_outcome(&self, file: &CheckedFile, restart: bool) -> Result<Option<PictureId>, Error> {
        let Some(picture) = self.registered(file) else { return Ok(None) };
        for _ in 0..MAX_PROCESSING_SECONDS {
            match self.read(picture).await? {
                None => {
                    self.record(file, Entry::Deleted).await?;
                    return Ok(None);
                }
                Some(data) if data["state"] != "awaitingUpload" => return Ok(Some(picture)),
                Some(_) if !restart => return Ok(None),
                // S3 has no such upload. If it has completed it, a function has the picture soon.
                Some(_) => self.retry.stop.sleep(Duration::from_secs(1)).await,
            }
            if self.retry.stop.is_set() {
                return Err(Error::Stopped);
            }
        }
        self.record(file, Entry::Registered { picture_id: picture }).await?;
        Ok(None)
    }

    /// Reads a picture of the member. Returns `None` if it does not exist.
    pub async fn read(&self, picture: PictureId) -> Result<Option<Value>, Error> {
        let path = format!("/pictures/{}", self.key(picture));
        let answer = self.retry.repeat(async || {
            let answer = self.session.call(Method::GET, &path, None).await?;
            if answer.code == 404 { Ok(None) } else { answer.ok().map(Some) }
        });
        answer.await
    }

    /// Deletes the picture of a file that changed while it was being sent.
    async fn abandon(&self, file: &CheckedFile) -> Error {
        if let Some(picture) = self.registered(file) {
            let path = format!("/pictures/{}", self.key(picture));
            // If this fails, the picture is deleted after a day, because it is never completed.
            let _ = self.session.call(Method::DELETE, &path, None).await;
        }
        match self.record(file, Entry::Deleted).await {
            Ok(()) => Error::File(CHANGED.into()),
            Err(error) => error,
        }
    }

    async fn record_registered(&self, file: &CheckedFile, picture: PictureId) -> Result<(), Error> {
        let recorded = self.record(file, Entry::Registered { picture_id: picture }).await;
        if recorded.is_err() {
            // A picture without an entry in the journal is not continued.
            let path = format!("/pictures/{}", self.key(picture));
            let _ = self.session.call(Method::DELETE, &path, None).await;
        }
        recorded
    }

    async fn finish(&self, file: &CheckedFile, picture: PictureId) -> Result<PictureId, Error> {
        self.record(file, Entry::Uploaded { picture_id: picture }).await?;
        Ok(picture)
    }

    /// Writes to the journal. Stops the run if that fails.
    pub async fn record(&self, file: &CheckedFile, entry: Entry) -> Result<(), Error> {
        self.journal.set(&file.sha256, entry).await.map_err(|failure| {
            self.retry.stop.set(Some(failure));
            Error::Stopped
        })
    }

    fn registered(&self, file: &CheckedFile) -> Option<PictureId> {
        match self.journal.get(&file.sha256)? {
            Entry::Registered { picture_id }
            | Entry::Sending { picture_id, .. }
            | Entry::Uploaded { picture_id } => Some(picture_id),
            Entry::Deleted => None,
        }
    }

    fn key(&self, picture_id: PictureId) -> PictureKey {
        PictureKey { owner_id: self.session.user(), picture_id }
    }

    fn count(&self, file: &CheckedFile, what: &str, bytes: u64) {
        self.sent_bytes.set(self.sent_bytes.get() + bytes);
        self.retry.output.detail(&format!("{}: sending {what}, {bytes} bytes", file.item.name));
    }

    /// Returns a function that moves the progress bar, for a request that begins at byte `start`.
    fn report(&self, start: u64) -> impl Fn(usize, usize) + Send + Sync + 'static {
        let progress = self.progress.clone();
        move |sent, _| progress.set_position(start + sent as u64)
    }
}

fn is_still_valid(request: &PresignedRequest) -> bool {
    request.expires_at.duration_since(Timestamp::now()) > MIN_VALIDITY
}

/// Reads a file from its start to its end, and hashes what it reads.
struct PartReader {
    file: Option<(File, Sha256Hasher)>,
}

impl PartReader {
    async fn open(file: &CheckedFile, retry: &Retry<'_>) -> Result<Self, Error> {
        let item = file.item.clone();
        let opened = tokio::task::spawn_blocking(move || check::open(&item)).await;
        match opened.map_err(|error| Error::File(error.to_string()))? {
            Ok(opened) => Ok(Self { file: Some((opened, Sha256Hasher::default())) }),
            Err(CheckError::File(reason)) => Err(Error::File(reason)),
            Err(CheckError::Copy(failure)) => {
                retry.stop.set(Some(failure));
                Err(Error::Stopped)
            }
        }
    }

    /// Reads the next bytes.
    async fn read(&mut self, length: u64) -> Result<Bytes, Error> {
        let (mut file, mut hasher) =
            self.file.take().ok_or_else(|| Error::File("The file cannot be read further.".into()))?;
        let read = move || {
            let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
            file.read_exact(&mut bytes)?;
            hasher.update(&bytes);
            Ok::<_, io::Error>((bytes, file, hasher))
        };
        let read = tokio::task::spawn_blocking(read).await.map_err(io::Error::other);
        match read.and_then(|read| read) {
            Ok((bytes, file, hasher)) => {
                self.file = Some((file, hasher));
                Ok(bytes.into())
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(Error::File(CHANGED.into())),
            Err(error) => Err(Error::File(format!("The file cannot be read: {error}."))),
        }
    }

    /// Returns `true` if the bytes read have the hash of the file, and nothing follows them.
    fn ends_unchanged(self, file: &CheckedFile) -> bool {
        self.file.is_some_and(|(mut rest, hasher)| {
            hasher.finish() == file.sha256 && matches!(rest.read(&mut [0]), Ok(0))
        })
    }
}
