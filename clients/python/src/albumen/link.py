"""Share links, which show an album or a picture to everyone who has the URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from .config import origin
from .errors import SiteError
from .generated.models import GuestRegistration, Picture, SharedLink
from .generated.operations import Api
from .http import Http
from .paging import items
from .upload import Progress, Source, open_content


class OpenLink:
    """An open share link."""

    def __init__(
        self, api: Api, http: Http, site: str | None, url: str, password: str | None
    ) -> None:
        #: The secret part of the URL.
        self.token = _token(url, site)
        self._api = api
        self._http = http
        self._session = None
        if password is not None:
            unlocked = api.unlock_shared_link(self.token, {"password": password})
            self._session = unlocked["session"]

    def read(self) -> SharedLink:
        """Returns the album or the picture of the link, and the rights of its visitors."""
        return self._api.get_shared_link(self.token, x_link_session=self._session)

    def pictures(self) -> Iterator[Picture]:
        """Yields the pictures of the album."""
        return items(
            self._api.list_shared_pictures, self.token, x_link_session=self._session, limit=100
        )

    def upload(
        self,
        file: Source,
        name: str,
        *,
        content_type: str | None = None,
        caption: str | None = None,
        progress: Progress | None = None,
    ) -> GuestRegistration:
        """Sends a picture as a guest with this name, if the link has the right `upload`.

        The `guestKey` of the result reads and deletes the picture later. See `Member.upload` for
        `file`.
        """
        with open_content(file, content_type, progress) as content:
            registered = self._api.create_shared_picture(
                self.token,
                {
                    "contentType": content.content_type,
                    "bytes": content.length,
                    "name": name,
                    "caption": caption,
                },
                x_link_session=self._session,
            )
            content.put(self._http, registered["upload"])
        return registered


def _token(url: str, site: str | None) -> str:
    """Returns the token of a share link of a site, or the token itself.

    Raises `SiteError` if the URL is not that of a share link, or of another site.
    """
    if re.fullmatch(r"[A-Za-z0-9_-]+", url):
        return url
    if "://" not in url and not url.startswith("/"):
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        of_link = origin(url) if parts.netloc else site
    except ValueError:
        parts, of_link = urlsplit(""), site
    match = re.fullmatch(r"/s/([A-Za-z0-9_-]+)/?", parts.path)
    if not match:
        raise SiteError("This is not a share link. Check the address.")
    if site and of_link != site:
        raise SiteError(f"The share link belongs to {of_link}, not to {site}. Connect to its site.")
    return match[1]
