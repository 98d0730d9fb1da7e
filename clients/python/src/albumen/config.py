"""The addresses of a deployment."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from .errors import SiteError
from .http import Http, Reply

#: The maximum number of redirects within a site.
_MAX_REDIRECTS = 5


@dataclass(frozen=True)
class Config:
    """The addresses of a deployment: `config.json` of its site."""

    region: str
    api: str
    user_pool_id: str
    client_id: str
    identity_pool_id: str
    #: The address of Cognito on a local cloud. `None` on AWS.
    endpoint: str | None = None
    #: The origin of the site, such as `https://photos.example.org`. `None` if it is unknown.
    site: str | None = None

    @classmethod
    def read(cls, site: str, http: Http) -> Config:
        """Reads `config.json` of a site.

        Raises `SiteError` if the address is not that of an Albumen site, not encrypted, or
        redirects to another site.
        """
        base = site if "://" in site else f"https://{site}"
        if not _is_secure(base):
            raise SiteError(f"{site} is not encrypted. Write it with https://.")
        reply = _read_within_site(site, f"{base.rstrip('/')}/config.json", http)
        try:
            content = json.loads(reply.data)
            config = cls(
                region=content["region"],
                api=content["api"].rstrip("/"),
                user_pool_id=content["userPoolId"],
                client_id=content["clientId"],
                identity_pool_id=content["identityPoolId"],
                endpoint=content.get("endpoint"),
                site=origin(base),
            )
            # The region becomes a part of the host names of AWS.
            if not re.fullmatch("[A-Za-z0-9-]+", config.region):
                raise ValueError(config.region)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SiteError(f"{site} is not an Albumen site. Check the address.") from error
        if not _is_secure(config.api):
            raise SiteError(f"{site} names addresses that are not encrypted. Do not sign in there.")
        # Only a site of this machine replaces AWS.
        if config.endpoint is not None and not (
            _is_this_machine(base)
            and _is_secure(config.endpoint)
            and _is_this_machine(config.endpoint)
        ):
            raise SiteError(f"{site} names another server for your password. Do not sign in there.")
        return config


def _read_within_site(site: str, url: str, http: Http) -> Reply:
    """Sends a request, and follows redirects within the site.

    Raises `SiteError` for a redirect to another site, which the caller did not name.
    """
    reply = http.send("GET", url, {})
    for _ in range(_MAX_REDIRECTS):
        location = reply.get_redirect_location()
        if not location:
            break
        try:
            target = urljoin(url, location)
            is_same, other = origin(target) == origin(url), origin(target)
        except ValueError:
            raise SiteError(f"{site} is not an Albumen site. Check the address.") from None
        if not is_same:
            raise SiteError(
                f"{site} redirects to {other}. If you trust that site, name its address."
            )
        url = target
        reply = http.send("GET", url, {})
    return reply


def origin(url: str) -> str:
    """Returns the origin of a URL, without the default port."""
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def _is_secure(url: object) -> bool:
    """Returns `True` if nobody else can read or change what is sent to a URL."""
    try:
        parts = urlsplit(str(url))
    except ValueError:
        return False
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(url))
    return bool(parts.hostname) and is_secure


def _is_this_machine(url: object) -> bool:
    try:
        return urlsplit(str(url)).hostname in ("localhost", "127.0.0.1", "::1")
    except ValueError:
        return False
