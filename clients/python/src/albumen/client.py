"""Calls of visitors and of members."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from .config import Config
from .errors import ProcessingError
from .generated.models import Picture, Visibility
from .generated.operations import Api
from .http import Http, Patience, Reply, read_data, url_with_query
from .identity import Identity
from .link import OpenLink
from .upload import Progress, Source, open_content, upload_in_parts

#: Larger files are sent in parts.
_MAX_BYTES_AT_ONCE = 16 * 1024 * 1024
#: The seconds between two reads of a picture that is being processed.
_FIRST_INTERVAL, _LAST_INTERVAL = 0.2, 2.0


class Client:
    """A deployment, as a visitor without an account sees it.

    `api` has one method for each operation. Operations of members need `sign_in`.
    """

    def __init__(
        self, config: Config, http: Http, api_key: str | None = None, max_wait: float = 60
    ) -> None:
        self.config = config
        self.api = Api(self._call)
        self._http = http
        self._api_key = api_key
        self._max_wait = max_wait

    def sign_in(self, email: str, password: str) -> Member:
        """Signs in a member.

        Raises `IdentityError` if the password is wrong or the address is not confirmed.
        """
        identity = Identity(self.config, self._http, email, password)
        return Member(self.config, self._http, identity, self._max_wait)

    def open_link(self, url: str, password: str | None = None) -> OpenLink:
        """Opens a share link by its URL or its token.

        Raises `ApiError` with code 404 if the link does not exist, and 403 if the password is
        wrong. Raises `SiteError` for a URL of another site.
        """
        return OpenLink(self.api, self._http, self.config.site, url, password)

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Mapping[str, object] | None = None,
        envelope: bool = True,
    ) -> Any:
        url = url_with_query(self.config.api + path, query)
        sent = {name: value for name, value in (headers or {}).items() if value is not None}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            sent["content-type"] = "application/json"
        patience = Patience(self._max_wait)
        while True:
            reply = self._send(method, url, sent, content)
            if not patience.wait(reply):
                return read_data(reply, envelope)

    def _send(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Reply:
        if self._api_key:
            headers = {**headers, "x-api-key": self._api_key}
        return self._http.send(method, url, headers, body)


class Member(Client):
    """A signed-in member. Signs each call with the credentials of the member."""

    def __init__(self, config: Config, http: Http, identity: Identity, max_wait: float) -> None:
        super().__init__(config, http, None, max_wait)
        self._identity = identity

    @property
    def user_id(self) -> str:
        """The id of the member."""
        return self._identity.user_id

    def _send(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Reply:
        clock = self._identity.clock
        signed_at = clock.now()
        reply = self._send_at(signed_at, method, url, headers, body)
        if reply.status == 403 and clock.correct(signed_at, reply):
            reply = self._send_at(clock.now(), method, url, headers, body)
        return reply

    def _send_at(
        self, time: float, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> Reply:
        signed = self._identity.sign(method, url, headers, body, time)
        return self._http.send(method, url, signed, body)

    def upload(
        self,
        file: Source,
        *,
        content_type: str | None = None,
        caption: str | None = None,
        visibility: Visibility = "private",
        progress: Progress | None = None,
        in_parts: bool | None = None,
    ) -> Picture:
        """Uploads a picture, and returns it as registered, before it is processed.

        `file` is a path, or the bytes with their `content_type`. Files of more than 16 MiB are sent
        in parts, unless `in_parts` decides otherwise. `progress` is called with the number of bytes
        sent so far, and the total.

        Raises `UploadError` if S3 refuses the bytes.
        """
        with open_content(file, content_type, progress) as content:
            registered = self.api.create_picture(
                {
                    "contentType": content.content_type,
                    "bytes": content.length,
                    "visibility": visibility,
                    "caption": caption,
                }
            )
            picture = registered["picture"]
            if in_parts if in_parts is not None else content.length > _MAX_BYTES_AT_ONCE:
                upload_in_parts(self.api, self._http, picture, content)
            else:
                content.put(self._http, registered["upload"])
        return picture

    def wait_until_ready(self, picture: Picture, *, timeout: float = 120) -> Picture:
        """Waits until an uploaded picture is processed, and returns it.

        Raises `ProcessingError` if the file cannot be processed, and `TimeoutError`.
        """
        deadline, interval = time.monotonic() + timeout, _FIRST_INTERVAL
        owner_id, id = picture["owner"]["id"], picture["id"]
        while True:
            current = self.api.get_picture(owner_id, id)
            if current["state"] == "ready":
                return current
            if current["state"] == "failed":
                raise ProcessingError(current.get("failure") or "The file cannot be processed.")
            if time.monotonic() + interval > deadline:
                raise TimeoutError(f"Picture {id} is not ready after {timeout:g} seconds.")
            time.sleep(interval)
            interval = min(interval * 1.5, _LAST_INTERVAL)


def connect(
    site: str, *, api_key: str | None = None, timeout: float = 30, max_wait: float = 60
) -> Client:
    """Reads the addresses of a deployment from its site, such as `https://photos.example.org/`.

    `api_key` is a developer key, for higher limits of calls without an account. `timeout` is the
    maximum number of seconds in which a connection must open, and between two packets of a reply.
    If a limit is reached, a call waits as the reply asks, at most `max_wait` seconds in all.

    Raises `SiteError` if the address is not that of an Albumen site.
    """
    http = Http(timeout)
    return Client(Config.read(site, http), http, api_key, max_wait)
