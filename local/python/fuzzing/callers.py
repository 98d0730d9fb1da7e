"""Members of the local cloud, and the signatures of their calls."""

import datetime
import time
import urllib.parse
import uuid

import boto3
import requests
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

# The confirmation code that the local cloud sends for each sign-up.
CONFIRMATION_CODE = "123456"
# Credentials that expire within this time are renewed.
MARGIN = datetime.timedelta(minutes=5)
# Seconds to wait for a picture.
TIMEOUT = 60


class Member(requests.auth.AuthBase):
    """A member, who signs requests of `requests`."""

    def __init__(self, stack, email, password):
        self.stack, self.email, self.password = stack, email, password
        self.id = None
        self._credentials, self._expires = None, None

    @classmethod
    def sign_up(cls, stack):
        """Creates a member without a profile."""
        name = uuid.uuid4().hex
        member = cls(stack, f"{name}@example.com", f"{name} and more")
        users, client_id = member._client("cognito-idp"), stack["clientId"]
        users.sign_up(
            ClientId=client_id,
            Username=member.email,
            Password=member.password,
            UserAttributes=[{"Name": "email", "Value": member.email}],
        )
        users.confirm_sign_up(ClientId=client_id, Username=member.email, ConfirmationCode=CONFIRMATION_CODE)
        member.sign_in()
        return member

    def entry(self):
        """Returns what `read` needs."""
        return {"email": self.email, "password": self.password}

    def _client(self, service):
        endpoint, region = self.stack["endpoint"], self.stack["region"]
        return boto3.client(service, endpoint_url=endpoint, region_name=region, config=Config(signature_version=UNSIGNED))

    def sign_in(self):
        """Signs in, and gets temporary credentials from the identity pool."""
        reply = self._client("cognito-idp").initiate_auth(
            ClientId=self.stack["clientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": self.email, "PASSWORD": self.password},
        )
        result = reply["AuthenticationResult"]
        provider = f"cognito-idp.{self.stack['region']}.amazonaws.com/{self.stack['userPoolId']}"
        logins, identities = {provider: result["IdToken"]}, self._client("cognito-identity")
        identity = identities.get_id(IdentityPoolId=self.stack["identityPoolId"], Logins=logins)["IdentityId"]
        found = identities.get_credentials_for_identity(IdentityId=identity, Logins=logins)["Credentials"]
        self._credentials = ReadOnlyCredentials(found["AccessKeyId"], found["SecretKey"], found["SessionToken"])
        self._expires = found["Expiration"]
        user = self._client("cognito-idp").get_user(AccessToken=result["AccessToken"])
        self.id = next(each["Value"] for each in user["UserAttributes"] if each["Name"] == "sub")

    def __call__(self, request):
        """Signs the bytes and the address that are sent."""
        if self._expires is None or self._expires - datetime.datetime.now(datetime.timezone.utc) < MARGIN:
            self.sign_in()
        return sign(request, self._credentials, self.stack["region"])

    def call(self, method, path, body=None):
        """Calls a route. Returns `data` of the reply."""
        reply = requests.request(method, self.stack["api"] + path, json=body, auth=self, timeout=TIMEOUT)
        if not reply.ok:
            raise RuntimeError(f"{method} {path}: {reply.status_code} {reply.text[:300]}")
        return reply.json()["data"]

    def create_profile(self):
        """Creates the profile. Returns the handle."""
        handle = f"f{uuid.uuid4().hex[:20]}"
        self.call("POST", "/users", {"handle": handle, "firstName": "Ada", "findable": True})
        return handle

    def register(self, content, visibility):
        """Registers a picture. Returns its parameters of paths, and the presigned upload."""
        body = {"contentType": "image/png", "bytes": len(content), "visibility": visibility}
        reply = self.call("POST", "/pictures", body)
        return {"ownerId": self.id, "id": reply["picture"]["id"]}, reply["upload"]

    def share(self, content, visibility):
        """Uploads a picture and waits until it is ready. Returns its parameters of paths."""
        key, upload = self.register(content, visibility)
        sent = requests.request(
            upload["method"], upload["url"], headers=upload["headers"], data=content, timeout=TIMEOUT
        )
        sent.raise_for_status()
        deadline = time.monotonic() + TIMEOUT
        while self.call("GET", f"/pictures/{self.id}/{key['id']}")["state"] != "ready":
            if time.monotonic() > deadline:
                raise RuntimeError(f"The picture {key['id']} is not ready after {TIMEOUT} seconds.")
            time.sleep(0.2)
        return key


def sign(request, credentials, region):
    """Signs a prepared request of `requests` with Signature Version 4."""
    parts = urllib.parse.urlsplit(request.url)
    request.url = urllib.parse.urlunsplit(parts._replace(query=canonical(parts.query), fragment=""))
    signed = AWSRequest(request.method, request.url, data=request.body)
    SigV4Auth(credentials, "execute-api", region).add_auth(signed)
    request.headers.update(dict(signed.headers))
    return request


def canonical(query):
    """Encodes a query string as a signature requires, because botocore signs it as it is.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return "&".join(f"{encode(name)}={encode(value)}" for name, _, value in pairs)


def encode(text):
    """Encodes a part of a query string in which `+` is a space."""
    return urllib.parse.quote(urllib.parse.unquote_to_bytes(text.replace("+", " ")), safe="-_.~")
