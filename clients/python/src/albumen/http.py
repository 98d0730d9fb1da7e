"""HTTP requests, and the replies of the API."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import urllib3

from .errors import ApiError, NetworkError

#: The statuses of replies that have `Retry-After` and to which a repeated call can succeed.
_REPEATABLE = (429, 503)

Reply = urllib3.BaseHTTPResponse


class Http:
    """Sends requests, and does not repeat them."""

    def __init__(self, timeout: float) -> None:
        self._pool = urllib3.PoolManager(timeout=timeout)

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | Iterable[bytes] | None = None,
    ) -> Reply:
        """Sends a request, and follows no redirect.

        Raises `NetworkError` if no reply arrives.
        """
        try:
            retries = urllib3.Retry(total=None, connect=0, read=0, other=0)
            return self._pool.request(
                method, url, headers=dict(headers), body=body, retries=retries, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            # The message of urllib3 has the URL, which can be signed or the secret of a link.
            kind = type(getattr(error, "reason", None) or error).__name__
            raise NetworkError(
                f"No reply arrived from {urlsplit(url).hostname} ({kind}). "
                "Check the connection, then try again."
            ) from None


def url_with_query(url: str, query: Mapping[str, object] | None) -> str:
    """Appends the parameters that are not `None`, encoded as Signature Version 4 requires."""
    pairs = {name: str(value) for name, value in (query or {}).items() if value is not None}
    return f"{url}?{urlencode(pairs, quote_via=quote)}" if pairs else url


def retry_after(reply: Reply) -> int | None:
    """Returns the seconds of the header `Retry-After`."""
    value = reply.headers.get("retry-after", "")
    return int(value) if value.isdecimal() else None


def read_data(reply: Reply, envelope: bool) -> Any:
    """Returns the data of a successful reply.

    Raises `ApiError` for an error reply, and `NetworkError` for a reply that is not from the API.
    """
    try:
        content = json.loads(reply.data)
    except ValueError:
        content = None
    if not isinstance(content, dict) or (envelope and "code" not in content):
        message = f"The reply is not from the Albumen API. Try again later. (status {reply.status})"
        raise NetworkError(message)
    if not 200 <= reply.status < 300:
        notes = content.get("notes") or "The call failed."
        raise ApiError(reply.status, str(notes), retry_after(reply))
    return content["data"] if envelope else content


class Patience:
    """The time for which a call waits in all, when replies ask it to come back later."""

    def __init__(self, seconds: float) -> None:
        self._rest = seconds

    def wait(self, reply: Reply) -> bool:
        """Waits as the reply asks. Returns `False` if the call cannot be repeated in time."""
        seconds = retry_after(reply)
        if reply.status not in _REPEATABLE or seconds is None:
            return False
        seconds = max(seconds, 1)
        if seconds > self._rest:
            return False
        self._rest -= seconds
        time.sleep(seconds)
        return True
