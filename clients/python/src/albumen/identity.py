"""Sign-in to Cognito, and the temporary credentials of a member."""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .config import Config
from .errors import IdentityError, NetworkError
from .http import Http, Reply

#: Credentials that expire within this number of seconds are renewed.
_MARGIN = 5 * 60
#: A difference of clocks up to this number of seconds is due to the network.
_TOLERANCE = 60
#: The seconds between two renewals of credentials if Cognito does not answer.
_RENEWAL_INTERVAL = 30
_MAX_ATTEMPTS = 3
_THROTTLED = ("TooManyRequestsException", "ThrottlingException", "Throttling")
_USER_POOLS = ("cognito-idp", "AWSCognitoIdentityProviderService")
_IDENTITY_POOLS = ("cognito-identity", "AWSCognitoIdentityService")


class Clock:
    """The clock of the device, corrected by the `Date` of a refused call."""

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> float:
        """Returns the time of the server in seconds since 1970."""
        return time.time() + self._offset

    def correct(self, signed_at: float, reply: Reply) -> bool:
        """Sets the clock to the `Date` of the reply to a call that was signed at `signed_at`.

        Returns `False` if the clock was right, or if the reply has no `Date`.
        """
        try:
            server = parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
        except (TypeError, ValueError):
            return False
        if abs(server - signed_at) <= _TOLERANCE:
            return False
        self._offset = server - time.time()
        return True


@dataclass(frozen=True)
class _Tokens:
    identity: str
    refresh: str


class _Signer(SigV4Auth):
    """Signs with a given time instead of that of the device.

    botocore sets its own time just before it calls the method below, which its type stubs omit.
    """

    def __init__(self, credentials: Credentials, region: str, signed_at: float) -> None:
        super().__init__(credentials, "execute-api", region)
        self._timestamp = time.strftime(SIGV4_TIMESTAMP, time.gmtime(signed_at))

    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        request.context["timestamp"] = self._timestamp
        super()._modify_request_before_signing(request)  # type: ignore[misc]


class Identity:
    """A signed-in member. Renews the credentials before they expire."""

    def __init__(self, config: Config, http: Http, email: str, password: str) -> None:
        self.clock = Clock()
        self._config = config
        self._http = http
        self._lock = threading.Lock()
        self._tokens = self._authenticate(
            "USER_PASSWORD_AUTH", {"USERNAME": email, "PASSWORD": password}, None
        )
        self._credentials, self._expires = self._read_credentials()
        self._renews = self._expires - _MARGIN
        #: The id of the member.
        self.user_id = _subject(self._tokens.identity)

    def sign(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, signed_at: float
    ) -> dict[str, str]:
        """Returns the headers with a signature."""
        request = AWSRequest(method=method, url=url, headers=headers, data=body or b"")
        credentials, region = self._current_credentials(), self._config.region
        _Signer(credentials, region, signed_at).add_auth(request)
        return dict(request.headers.items())

    def _current_credentials(self) -> Credentials:
        with self._lock:
            now = self.clock.now()
            if self._renews < now:
                try:
                    self._renew()
                except NetworkError:
                    if self._expires < now:
                        raise
                    self._renews = now + _RENEWAL_INTERVAL
            return self._credentials

    def _renew(self) -> None:
        refresh = self._tokens.refresh
        self._tokens = self._authenticate(
            "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": refresh}, refresh
        )
        self._credentials, self._expires = self._read_credentials()
        self._renews = self._expires - _MARGIN

    def _authenticate(self, flow: str, parameters: dict[str, str], refresh: str | None) -> _Tokens:
        request = {
            "AuthFlow": flow,
            "ClientId": self._config.client_id,
            "AuthParameters": parameters,
        }
        reply = self._call(_USER_POOLS, "InitiateAuth", request)
        result = reply.get("AuthenticationResult")
        if not result:
            raise IdentityError(
                "Cognito requires another step to sign in, which this client does not support. "
                "Sign in on the site."
            )
        # A renewal returns a refresh token only if Cognito replaces it.
        return _Tokens(result["IdToken"], result.get("RefreshToken") or refresh or "")

    def _read_credentials(self) -> tuple[Credentials, float]:
        config = self._config
        provider = f"cognito-idp.{config.region}.amazonaws.com/{config.user_pool_id}"
        logins = {provider: self._tokens.identity}
        request = {"IdentityPoolId": config.identity_pool_id, "Logins": logins}
        identity = self._call(_IDENTITY_POOLS, "GetId", request)["IdentityId"]
        request = {"IdentityId": identity, "Logins": logins}
        received = self._call(_IDENTITY_POOLS, "GetCredentialsForIdentity", request)["Credentials"]
        credentials = Credentials(
            received["AccessKeyId"], received["SecretKey"], received["SessionToken"]
        )
        return credentials, float(received["Expiration"])

    def _call(self, service: tuple[str, str], operation: str, request: dict[str, Any]) -> Any:
        """Calls an operation of Cognito that needs no signature.

        Raises `IdentityError` if Cognito refuses it, and `NetworkError` if Cognito fails or has too
        many calls, even if it is repeated.
        """
        host, target = service
        url = self._config.endpoint or f"https://{host}.{self._config.region}.amazonaws.com/"
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": f"{target}.{operation}",
        }
        for attempt in range(_MAX_ATTEMPTS):
            if attempt:
                time.sleep(0.5 * 2**attempt)
            reply = self._http.send("POST", url, headers, json.dumps(request).encode())
            try:
                content = json.loads(reply.data)
            except ValueError:
                content = {}
            if reply.status == 200:
                return content
            is_throttled = str(content.get("__type")).rsplit("#", 1)[-1] in _THROTTLED
            message = content.get("message")
            if message and reply.status < 500 and not is_throttled:
                raise IdentityError(message)
        raise NetworkError(f"Cognito failed. Try again in a moment. (status {reply.status})")


def _subject(token: str) -> str:
    """Returns the `sub` of a JWT. The server verifies the token at each call."""
    claims = token.split(".")[1]
    padded = claims + "=" * (-len(claims) % 4)
    return str(json.loads(base64.urlsafe_b64decode(padded))["sub"])
