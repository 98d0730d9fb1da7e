"""The addresses of a deployment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from .errors import SiteError
from .http import Http


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

        Raises `SiteError` if the address is not that of an Albumen site, or not encrypted.
        """
        base = site if "://" in site else f"https://{site}"
        if not _is_secure(base):
            raise SiteError(f"{site} is not encrypted. Write it with https://.")
        reply = http.send("GET", f"{base.rstrip('/')}/config.json", {}, redirects=3)
        address = base
        for redirect in reply.retries.history if reply.retries else ():
            address = urljoin(address, redirect.redirect_location)
            if not _is_secure(address):
                raise SiteError(f"{site} leads to an address that is not encrypted.")
        try:
            content = json.loads(reply.data)
            config = cls(
                region=content["region"],
                api=content["api"].rstrip("/"),
                user_pool_id=content["userPoolId"],
                client_id=content["clientId"],
                identity_pool_id=content["identityPoolId"],
                endpoint=content.get("endpoint"),
                site=origin(address),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SiteError(f"{site} is not an Albumen site. Check the address.") from error
        if not (_is_secure(config.api) and (not config.endpoint or _is_secure(config.endpoint))):
            raise SiteError(f"{site} names addresses that are not encrypted. Do not sign in there.")
        return config


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
    is_this_machine = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_this_machine)
    )
