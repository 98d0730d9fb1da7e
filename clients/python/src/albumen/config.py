"""The addresses of a deployment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

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

    @classmethod
    def read(cls, site: str, http: Http) -> Config:
        """Reads `config.json` of a site.

        Raises `SiteError` if the address is not that of an Albumen site, or not encrypted.
        """
        base = site if "://" in site else f"https://{site}"
        if not _is_secure(base):
            raise SiteError(f"{site} is not encrypted. Write it with https://.")
        reply = http.send("GET", f"{base.rstrip('/')}/config.json", {}, redirects=3)
        try:
            content = json.loads(reply.data)
            config = cls(
                region=content["region"],
                api=content["api"].rstrip("/"),
                user_pool_id=content["userPoolId"],
                client_id=content["clientId"],
                identity_pool_id=content["identityPoolId"],
                endpoint=content.get("endpoint"),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SiteError(f"{site} is not an Albumen site. Check the address.") from error
        if not (_is_secure(config.api) and (not config.endpoint or _is_secure(config.endpoint))):
            raise SiteError(f"{site} names addresses that are not encrypted. Do not sign in there.")
        return config


def _is_secure(url: str) -> bool:
    """Returns `True` if nobody else can read or change what is sent to a URL."""
    parts = urlsplit(url)
    is_this_machine = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine)
