"""The errors of the client."""

from __future__ import annotations


class AlbumenError(Exception):
    """The base class of all errors of the client."""


class ApiError(AlbumenError):
    """The API refused a call. `notes` says what to do."""

    def __init__(self, code: int, notes: str, retry_after: int | None = None) -> None:
        super().__init__(f"{notes} ({code})")
        self.code = code
        self.notes = notes
        #: The seconds after which the call can succeed, from the header `Retry-After`.
        self.retry_after = retry_after


class IdentityError(AlbumenError):
    """Cognito refused the sign-in, or the session has ended."""


class SiteError(AlbumenError):
    """The address is not that of an Albumen site."""


class NetworkError(AlbumenError):
    """No valid reply arrived. It is unknown whether the call had an effect."""


class UploadError(AlbumenError):
    """S3 refused the bytes of a picture."""

    def __init__(self, status: int) -> None:
        super().__init__(f"S3 refused the upload with status {status}. Upload the picture again.")
        self.status = status


class ProcessingError(AlbumenError):
    """The file of a picture cannot be processed. The message is the reason."""
