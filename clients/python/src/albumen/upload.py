"""Sends the files of pictures to S3."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from .errors import ApiError, NetworkError, UploadError
from .generated.models import ContentType, Picture, Upload, UploadStep
from .generated.operations import Api
from .http import Http, Reply

#: A path, or the bytes of a file.
Source = str | os.PathLike[str] | bytes
#: A function that is called with the number of bytes sent so far, and the total.
Progress = Callable[[int, int], None]

_PART_BYTES = 5 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_MAX_ATTEMPTS = 4
#: The reads of a picture, one a second, after an upload with an unknown outcome.
_MAX_READS = 5
_CONTENT_TYPES: dict[str, ContentType] = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".heif": "image/heic",
}


class _FileError(Exception):
    """The file cannot be read. urllib3 takes an `OSError` for a failure of the network."""


def _chunks(
    file: IO[bytes], start: int, end: int, progress: Callable[[int], None]
) -> Iterator[bytes]:
    """Reads the bytes of a file from `start` to `end`. Reports each read."""
    while start < end:
        try:
            file.seek(start)
            chunk = file.read(min(_CHUNK_BYTES, end - start))
        except OSError as error:
            raise _FileError from error
        if not chunk:
            return
        yield chunk
        start += len(chunk)
        progress(start)


class Content:
    """The bytes of a picture and their type."""

    def __init__(
        self, file: IO[bytes], length: int, content_type: ContentType, progress: Progress | None
    ) -> None:
        self.length = length
        self.content_type = content_type
        self._file = file
        self._progress = progress or (lambda sent, total: None)

    def put(self, http: Http, upload: Upload, start: int = 0, end: int | None = None) -> Reply:
        """Sends a range of the bytes, again after a failure of the network or of S3.

        Returns the reply of S3: 412 if an earlier attempt stored the picture. Raises `UploadError`
        for other error replies, `NetworkError`, and `OSError` if the file cannot be read.
        """
        end = self.length if end is None else end

        def send() -> Reply:
            def progress(sent: int) -> None:
                self._progress(sent, self.length)

            chunks = _chunks(self._file, start, end, progress)
            try:
                return http.send(upload["method"], upload["url"], upload["headers"], chunks)
            except _FileError as error:
                raise error.__cause__ or error from None

        return _repeat(send)


def _repeat(send: Callable[[], Reply]) -> Reply:
    """Sends a request to S3 up to `_MAX_ATTEMPTS` times."""
    for attempt in range(_MAX_ATTEMPTS):
        is_last = attempt == _MAX_ATTEMPTS - 1
        try:
            reply = send()
        except NetworkError:
            if is_last:
                raise
        else:
            if reply.status < 300 or reply.status == 412:
                return reply
            # 409: another attempt to store the picture is not complete.
            if is_last or (reply.status < 500 and reply.status != 409):
                raise UploadError(reply.status)
        time.sleep(0.5 * 2**attempt)
    raise AssertionError("unreachable")


@contextmanager
def open_content(
    source: Source, content_type: str | None, progress: Progress | None
) -> Iterator[Content]:
    """Opens a file. The default of `content_type` follows from the ending of its name."""
    if isinstance(source, bytes):
        if content_type is None:
            raise ValueError("Bytes have no name. Pass their `content_type`, such as `image/jpeg`.")
        file: IO[bytes] = io.BytesIO(source)
        length = len(source)
    else:
        path = Path(source)
        content_type = content_type or _CONTENT_TYPES.get(path.suffix.lower())
        if content_type is None:
            endings = ", ".join(_CONTENT_TYPES)
            raise ValueError(f"{path.name} is not a picture. Pass `content_type`, or use {endings}.")
        file, length = path.open("rb"), path.stat().st_size
    with file:
        # The API checks the type.
        yield Content(file, length, content_type, progress)  # type: ignore[arg-type]


def upload_in_parts(api: Api, http: Http, picture: Picture, content: Content) -> None:
    """Sends the bytes of a registered picture in parts of 5 MiB (S3's multipart upload)."""
    owner_id, id = picture["owner"]["id"], picture["id"]

    def presign(step: UploadStep) -> Upload:
        return api.presign_upload_step(owner_id, id, step)

    def send(step: UploadStep, body: bytes = b"") -> Reply:
        def send_once() -> Reply:
            upload = presign(step)
            return http.send(upload["method"], upload["url"], upload["headers"], body)

        return _repeat(send_once)

    created = _parse(send({"step": "create"}))
    upload_id = created.findtext("{*}UploadId") or ""
    complete = ElementTree.Element("CompleteMultipartUpload")
    for number, start in enumerate(range(0, content.length, _PART_BYTES), start=1):
        upload = presign({"step": "part", "uploadId": upload_id, "number": number})
        end = min(start + _PART_BYTES, content.length)
        reply = content.put(http, upload, start, end)
        part = ElementTree.SubElement(complete, "Part")
        ElementTree.SubElement(part, "PartNumber").text = str(number)
        ElementTree.SubElement(part, "ETag").text = reply.headers["etag"]
    try:
        reply = send(
            {"step": "complete", "uploadId": upload_id}, ElementTree.tostring(complete, "utf-8")
        )
        # S3 can report an error in a reply with status 200.
        if _parse(reply).tag.endswith("Error"):
            raise UploadError(reply.status)
    except (ApiError, UploadError, NetworkError):
        # The reply to an attempt that stored the picture can be lost.
        if not _is_stored(api, owner_id, id):
            raise


def _parse(reply: Reply) -> ElementTree.Element:
    """Parses a reply of S3."""
    try:
        return ElementTree.fromstring(reply.data)
    except ElementTree.ParseError:
        message = f"The reply is not from S3. Try again later. (status {reply.status})"
        raise NetworkError(message) from None


def _is_stored(api: Api, owner_id: str, id: str) -> bool:
    """Returns `True` if the API notices within some seconds that S3 has stored the picture."""
    for attempt in range(_MAX_READS):
        if attempt:
            time.sleep(1)
        if api.get_picture(owner_id, id)["state"] != "awaitingUpload":
            return True
    return False
