"""Tests of the client against a local server that replies as Cognito, the API and S3."""

from __future__ import annotations

import base64
import calendar
import io
import json
import re
import time
import traceback
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from unittest import mock

import albumen

USER = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d"
Answer = tuple[int, object, dict[str, str]]


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Replies to each request with the result of `answer`, and keeps the calls of the API."""

    answer: Callable[[Request], Answer]
    url: str = ""
    expires_in: float = 3600
    #: Replaces fields of `config.json`.
    config: dict[str, Any] = field(default_factory=dict)
    #: Replies of Cognito that come before the others.
    refusals: list[Answer] = field(default_factory=list)
    sign_ins: list[str] = field(default_factory=list)
    calls: list[Request] = field(default_factory=list)

    def reply(self, request: Request) -> Answer:
        if request.path == "/config.json":
            names = ("userPoolId", "clientId", "identityPoolId")
            return 200, {name: "x" for name in names} | self.addresses() | self.config, {}
        if target := request.headers.get("x-amz-target"):
            return self.identity(target.split(".")[1], json.loads(request.body))
        self.calls.append(request)
        return self.answer(request)

    def addresses(self) -> dict[str, str]:
        return {"region": "eu-west-1", "api": f"{self.url}/v1", "endpoint": self.url}

    def identity(self, operation: str, request: dict[str, Any]) -> Answer:
        if self.refusals:
            return self.refusals.pop(0)
        if operation == "InitiateAuth":
            self.sign_ins.append(request["AuthFlow"])
            if request["AuthParameters"].get("PASSWORD") == "wrong":
                message = "Incorrect username or password."
                return 400, {"__type": "NotAuthorizedException", "message": message}, {}
            claims = base64.urlsafe_b64encode(json.dumps({"sub": USER}).encode()).decode()
            tokens = {"IdToken": f"e30.{claims.rstrip('=')}.x", "RefreshToken": "r"}
            return 200, {"AuthenticationResult": tokens}, {}
        if operation == "GetId":
            return 200, {"IdentityId": "i"}, {}
        keys = {"AccessKeyId": "AKID", "SecretKey": "s", "SessionToken": "t"}
        return 200, {"Credentials": keys | {"Expiration": time.time() + self.expires_in}}, {}


@contextmanager
def serve(answer: Callable[[Request], Answer]) -> Iterator[Server]:
    server = Server(answer)

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length)
            request = Request(self.command, self.path, headers, body)
            status, content, extra = server.reply(request)
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response_only(status)
            for name, value in {"content-length": str(len(data)), **extra}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def log_message(self, format: str, *args: object) -> None:
            pass

    class HttpServer(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Ignores clients that close the connection."""

    http = HttpServer(("127.0.0.1", 0), Handler)
    Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    server.url = f"http://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


def ok(data: object, code: int = 200) -> Answer:
    return code, {"code": code, "data": data, "notes": None}, {}


def refused(code: int, notes: str, **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return code, {"code": code, "data": None, "notes": notes}, names


class Calls(unittest.TestCase):
    def test_a_call_of_a_visitor_is_not_signed_and_has_the_key(self) -> None:
        with serve(lambda _: ok({"items": [], "cursor": None})) as server:
            client = albumen.connect(f"{server.url}/", api_key="key")
            client.api.list_public_pictures(limit=5)
        [call] = server.calls
        self.assertEqual((call.method, call.path), ("GET", "/v1/public?limit=5"))
        self.assertEqual(call.headers["x-api-key"], "key")
        self.assertNotIn("authorization", call.headers)

    def test_a_call_of_a_member_is_signed_and_returns_the_data(self) -> None:
        with serve(lambda _: ok({"id": "a"}, 201)) as server:
            member = albumen.connect(server.url).sign_in("ada@example.org", "secret")
            self.assertEqual(member.user_id, USER)
            self.assertEqual(member.api.create_album({"title": "Léman"})["id"], "a")
        [call] = server.calls
        self.assertEqual(json.loads(call.body), {"title": "Léman"})
        self.assertRegex(
            call.headers["authorization"],
            r"^AWS4-HMAC-SHA256 Credential=AKID/\d{8}/eu-west-1/execute-api/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, ",
        )

    def test_a_query_is_encoded_as_signatures_require(self) -> None:
        with serve(lambda _: ok({"items": [], "cursor": None})) as server:
            albumen.connect(server.url).api.find_people(name="Zoë O'Brien~ +")
        self.assertEqual(server.calls[0].path, "/v1/users?name=Zo%C3%AB%20O%27Brien~%20%2B")

    def test_an_identifier_is_one_segment_of_the_path(self) -> None:
        with serve(lambda _: ok({})) as server:
            albumen.connect(server.url).api.get_public_album("a/b c")
        self.assertEqual(server.calls[0].path, "/v1/public/albums/a%2Fb%20c")

    def test_items_reads_all_pages(self) -> None:
        def page(request: Request) -> Answer:
            last = "cursor=next" in request.path
            return ok({"items": [{"id": "b" if last else "a"}], "cursor": None if last else "next"})

        with serve(page) as server:
            api = albumen.connect(server.url).api
            found = [picture["id"] for picture in albumen.items(api.list_public_pictures, limit=1)]
        self.assertEqual(found, ["a", "b"])
        self.assertEqual(server.calls[1].path, "/v1/public?limit=1&cursor=next")


class Failures(unittest.TestCase):
    def test_an_error_reply_has_a_code_and_notes(self) -> None:
        answer = refused(404, "There is nothing at this address.")
        with serve(lambda _: answer) as server, self.assertRaises(albumen.ApiError) as raised:
            albumen.connect(server.url).api.get_public_album("a")
        self.assertEqual(raised.exception.code, 404)
        self.assertEqual(str(raised.exception), "There is nothing at this address. (404)")

    def test_a_call_waits_as_the_reply_asks(self) -> None:
        answers = [refused(429, "Too many calls.", retry_after="7"), ok({})]
        with serve(lambda _: answers.pop(0)) as server, mock.patch("time.sleep") as sleep:
            albumen.connect(server.url).api.get_status()
        sleep.assert_called_once_with(7)

    def test_a_call_does_not_wait_longer_than_its_maximum(self) -> None:
        answer = refused(429, "You have added 2,000 pictures today.", retry_after="7200")
        with serve(lambda _: answer) as server, self.assertRaises(albumen.ApiError) as raised:
            albumen.connect(server.url).api.get_status()
        self.assertEqual(raised.exception.retry_after, 7200)
        self.assertEqual(len(server.calls), 1)

    def test_an_address_without_a_site_is_named(self) -> None:
        with serve(lambda _: (200, b"<html>", {})) as server:
            with self.assertRaisesRegex(albumen.SiteError, "is not an Albumen site"):
                albumen.connect(f"{server.url}/other")

    def test_an_address_that_is_not_encrypted_is_refused(self) -> None:
        with self.assertRaisesRegex(albumen.SiteError, "is not encrypted. Write it with https://"):
            albumen.connect("http://photos.example.org/")

    def test_a_site_whose_addresses_are_not_encrypted_is_refused(self) -> None:
        with serve(lambda _: ok({})) as server:
            for name in ("api", "endpoint"):
                for address in ("http://photos.example.org/", "ftp://127.0.0.1/", "https://[", 5):
                    server.config = {name: address}
                    with self.subTest(name, address=address), self.assertRaises(albumen.SiteError):
                        albumen.connect(server.url)

    def test_redirects_are_followed_within_the_site_only(self) -> None:
        to: dict[str, str] = {}
        with serve(lambda _: (302, b"", to)) as server:
            to["location"] = "/config.json"
            self.assertEqual(albumen.connect(f"{server.url}/moved").config.site, server.url)
            # The same server under another name.
            to["location"] = server.url.replace("127.0.0.1", "localhost") + "/config.json"
            message = r"redirects to http://localhost:\d+. If you trust"
            with self.assertRaisesRegex(albumen.SiteError, message):
                albumen.connect(f"{server.url}/moved")
            for location in ("/moved/config.json", "https://[", "http://127.0.0.1:x/"):
                to["location"] = location
                with self.assertRaisesRegex(albumen.SiteError, "is not an Albumen site"):
                    albumen.connect(f"{server.url}/moved")

    def test_only_a_site_of_this_machine_replaces_aws(self) -> None:
        local, remote = "http://127.0.0.1:4601", "https://photos.example.org"
        addresses = {"region": "eu-west-1", "api": "https://api.example.org"}
        cases: tuple[tuple[str, dict[str, str], bool], ...] = (
            (remote, {}, True),
            (local, {"endpoint": "http://localhost:4600"}, True),
            (remote, {"endpoint": "http://localhost:4600"}, False),
            (local, {"endpoint": "https://cognito.example.org"}, False),
            (remote, {"region": "eu-west-1.example.org/"}, False),
        )
        for site, changes, is_trusted in cases:
            names = ("userPoolId", "clientId", "identityPoolId")
            content = {name: "x" for name in names} | addresses | changes
            reply = mock.Mock(data=json.dumps(content))
            reply.get_redirect_location.return_value = False
            with self.subTest(site, changes=changes):
                with mock.patch("albumen.http.Http.send", return_value=reply):
                    if is_trusted:
                        self.assertEqual(albumen.connect(site).config.site, site)
                    else:
                        self.assertRaises(albumen.SiteError, albumen.connect, site)

    def test_a_network_error_does_not_contain_the_url(self) -> None:
        with serve(lambda _: ok({})) as server:
            client = albumen.connect(server.url)
        with self.assertRaises(albumen.NetworkError) as raised:
            client.open_link("secret").read()
        text = "".join(traceback.format_exception(raised.exception))
        self.assertIn("No reply arrived from 127.0.0.1 (NewConnectionError).", text)
        self.assertNotIn("secret", text.replace('("secret")', ""))

    def test_a_closed_port_is_a_network_error(self) -> None:
        with serve(lambda _: ok({})) as server:
            pass
        with self.assertRaises(albumen.NetworkError):
            albumen.connect(server.url)

    def test_a_wrong_password_has_the_message_of_cognito(self) -> None:
        with serve(lambda _: ok({})) as server:
            with self.assertRaisesRegex(albumen.IdentityError, "Incorrect username or password"):
                albumen.connect(server.url).sign_in("ada@example.org", "wrong")


    def test_a_cognito_that_fails_is_called_again(self) -> None:
        failures: list[Answer] = [
            (400, {"__type": "TooManyRequestsException", "message": "Too many requests"}, {}),
            (500, {"__type": "InternalErrorException", "message": "Try again"}, {}),
            (503, b"", {}),
        ]
        with serve(lambda _: ok({})) as server, mock.patch("time.sleep"):
            client = albumen.connect(server.url)
            server.refusals = failures[:2]
            self.assertEqual(client.sign_in("ada@example.org", "secret").user_id, USER)
            server.refusals = failures[:]
            with self.assertRaisesRegex(albumen.NetworkError, "Cognito failed. Try again"):
                client.sign_in("ada@example.org", "secret")


class Sessions(unittest.TestCase):
    def test_a_wrong_clock_is_corrected_once(self) -> None:
        for minutes in (-20, 20):
            server_time = time.time() + minutes * 60

            def answer(request: Request, now: float = server_time) -> Answer:
                signed_at = time.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ")
                if abs(calendar.timegm(signed_at) - now) > 300:
                    return refused(403, "Your clock is wrong.", date=formatdate(now, usegmt=True))
                return ok({"items": [], "cursor": None})

            with serve(answer) as server:
                member = albumen.connect(server.url).sign_in("ada@example.org", "secret")
                member.api.list_feed()
                member.api.list_feed()
            self.assertEqual(len(server.calls), 3, "the second call has the right time")

    def test_credentials_are_renewed_before_they_expire(self) -> None:
        with serve(lambda _: ok({"items": [], "cursor": None})) as server:
            server.expires_in = 299
            member = albumen.connect(server.url).sign_in("ada@example.org", "secret")
            server.expires_in = 3600
            member.api.list_feed()
            member.api.list_feed()
        self.assertEqual(server.sign_ins, ["USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH"])


    def test_credentials_are_used_until_they_expire_if_cognito_fails(self) -> None:
        failure: Answer = (500, {"__type": "InternalErrorException", "message": "Try again"}, {})
        empty = ok({"items": [], "cursor": None})
        with serve(lambda _: empty) as server, mock.patch("time.sleep"):
            server.expires_in = 299
            member = albumen.connect(server.url).sign_in("ada@example.org", "secret")
            server.refusals = [failure] * 6
            member.api.list_feed()
            member.api.list_feed()
            self.assertEqual(len(server.refusals), 3, "the second call does not renew them")
            with mock.patch.object(member._identity.clock, "now", lambda: time.time() + 300):
                with self.assertRaises(albumen.NetworkError):
                    member.api.list_feed()
                server.expires_in = 3600
                member.api.list_feed()
        self.assertEqual(len(server.calls), 3)


class Links(unittest.TestCase):
    def test_a_link_is_opened_by_its_url_or_its_token(self) -> None:
        with serve(lambda _: ok({})) as server:
            client = albumen.connect(server.url)
            for url in ("{}/s/t-1_", "{}/s/t-1_/", "{}/s/t-1_?utm=1#x", "/s/t-1_", "t-1_"):
                self.assertEqual(client.open_link(url.format(server.url)).token, "t-1_", url)
            with self.assertRaisesRegex(albumen.SiteError, "belongs to https://other.example, not"):
                client.open_link("https://other.example/s/t-1_")
            for url in ("", "{}/", "{}/s/", "{}/s/t/x", "https://[/s/t", "other.example/t"):
                with self.assertRaisesRegex(albumen.SiteError, "This is not a share link"):
                    client.open_link(url.format(server.url))

    def test_the_password_of_a_link_opens_it(self) -> None:
        def answer(request: Request) -> Answer:
            if request.path.endswith("/unlock"):
                if json.loads(request.body) != {"password": "correct horse"}:
                    return refused(403, "The password is wrong.")
                return ok({"session": "s", "expiresAt": "2026-11-29T08:30:00Z"})
            is_unlocked = request.headers.get("x-link-session") == "s"
            return ok({"kind": "album", "needsPassword": not is_unlocked})

        with serve(answer) as server:
            client = albumen.connect(server.url)
            url = f"{server.url}/s/token"
            self.assertTrue(client.open_link(url).read()["needsPassword"])
            self.assertFalse(client.open_link(url, "correct horse").read()["needsPassword"])
            with self.assertRaisesRegex(albumen.ApiError, "The password is wrong"):
                client.open_link(url, "wrong")
        self.assertEqual(server.calls[0].path, "/v1/shared/token")


class Processing(unittest.TestCase):
    def test_a_picture_that_fails_has_a_reason(self) -> None:
        states = [{"state": "processing"}, {"state": "failed", "failure": "The file is damaged."}]
        with serve(lambda _: ok(PICTURE | states.pop(0))) as server, mock.patch("time.sleep"):
            member = albumen.connect(server.url).sign_in("ada@example.org", "secret")
            picture = member.api.get_picture(USER, "p")
            with self.assertRaisesRegex(albumen.ProcessingError, "The file is damaged"):
                member.wait_until_ready(picture)

    def test_a_picture_that_is_never_ready_ends_the_wait(self) -> None:
        with serve(lambda _: ok(PICTURE)) as server:
            member = albumen.connect(server.url).sign_in("ada@example.org", "secret")
            picture = member.api.get_picture(USER, "p")
            with self.assertRaises(TimeoutError):
                member.wait_until_ready(picture, timeout=0)


PART = 5 * 1024 * 1024
PICTURE = {"id": "p", "owner": {"id": USER}, "state": "awaitingUpload"}


class Store:
    """Registers a picture and receives its bytes, in parts if the client sends parts."""

    def __init__(self, failures: int = 0) -> None:
        self.server: Server
        self.length = 0
        self.failures = failures
        self.parts: dict[int, bytes] = {}
        self.completed = b""
        self.created_reply: bytes | None = None
        self.completed_reply = b"<CompleteMultipartUploadResult/>"
        self.states: list[str] = []

    def presigned(self, method: str, query: str, length: int | None) -> dict[str, object]:
        headers = {} if length is None else {"content-length": str(length)}
        return {"method": method, "url": f"{self.server.url}/s3?{query}", "headers": headers}

    def answer(self, request: Request) -> Answer:
        if request.path == "/v1/pictures":
            self.length = json.loads(request.body)["bytes"]
            upload = self.presigned("PUT", "all", self.length)
            return ok({"picture": PICTURE, "upload": upload}, 201)
        if request.path.endswith("/upload"):
            step = json.loads(request.body)
            if step["step"] != "part":
                return ok(self.presigned("POST", step["step"], None))
            rest = self.length - (step["number"] - 1) * PART
            return ok(self.presigned("PUT", f"part={step['number']}", min(PART, rest)))
        if request.method == "GET":
            return ok(PICTURE | {"state": self.states.pop(0)})
        if self.failures:
            self.failures -= 1
            return 503, b"", {}
        operation, value = re.findall(r"\?(\w+)=?(\w*)", request.path)[0]
        if operation == "create":
            name = "http://s3.amazonaws.com/doc/2006-03-01/"
            text = f'<Result xmlns="{name}"><UploadId>u</UploadId></Result>'
            return 200, self.created_reply or text.encode(), {}
        if operation == "complete":
            self.completed = request.body
            return 200, self.completed_reply, {}
        self.parts[int(value or 0)] = request.body
        return 200, b"", {"etag": f'"{value}"'}


class Uploads(unittest.TestCase):
    def upload(self, store: Store, data: bytes, **options: Any) -> list[tuple[int, int]]:
        sent: list[tuple[int, int]] = []
        with serve(store.answer) as server, mock.patch("time.sleep"):
            store.server = server
            member = albumen.connect(server.url).sign_in("ada@example.org", "secret")
            member.upload(
                data,
                content_type="image/jpeg",
                progress=lambda done, total: sent.append((done, total)),
                **options,
            )
        return sent

    def test_a_file_is_sent_again_after_a_failure_of_s3(self) -> None:
        store = Store(failures=1)
        sent = self.upload(store, b"x" * 100_000)
        self.assertEqual(store.parts, {0: b"x" * 100_000})
        self.assertEqual(sent[-1], (100_000, 100_000))

    def test_a_large_file_is_sent_in_parts(self) -> None:
        data = bytes(range(256)) * 4096 * 11
        store = Store()
        self.upload(store, data, in_parts=True)
        self.assertEqual([len(store.parts[n]) for n in (1, 2, 3)], [PART, PART, 1 << 20])
        self.assertEqual(b"".join(store.parts.values()), data)
        part = b"<Part><PartNumber>3</PartNumber><ETag>\"3\"</ETag></Part>"
        self.assertIn(part, store.completed)

    def test_a_refused_upload_has_the_status(self) -> None:
        store = Store(failures=9)
        with self.assertRaises(albumen.UploadError) as raised:
            self.upload(store, b"x")
        self.assertEqual((raised.exception.status, store.failures), (503, 5))

    def test_a_reply_that_is_not_from_s3_is_a_network_error(self) -> None:
        store = Store()
        store.created_reply = b"<html>"
        with self.assertRaisesRegex(albumen.NetworkError, "The reply is not from S3"):
            self.upload(store, b"x", in_parts=True)

    def test_an_upload_with_an_unknown_outcome_is_looked_up(self) -> None:
        for reply in (b"<html>", b"", b"<Error><Code>InternalError</Code></Error>"):
            store = Store()
            store.completed_reply = reply
            store.states = ["awaitingUpload", "processing"]
            self.upload(store, b"x", in_parts=True)
            self.assertEqual(store.states, [])
            store.states = ["awaitingUpload"] * 5
            with self.assertRaises((albumen.NetworkError, albumen.UploadError)):
                self.upload(store, b"x", in_parts=True)

    def test_a_file_that_cannot_be_read_is_no_failure_of_the_network(self) -> None:
        store, reads = Store(), []

        class Broken(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                reads.append(size)
                raise OSError("Input/output error")

        with mock.patch("albumen.upload.io", mock.Mock(BytesIO=Broken)):
            with self.assertRaisesRegex(OSError, "Input/output error"):
                self.upload(store, b"x")
        self.assertEqual(len(reads), 1)

    def test_a_file_of_an_unknown_type_is_not_registered(self) -> None:
        with serve(lambda _: ok({})) as server:
            member = albumen.connect(server.url).sign_in("ada@example.org", "secret")
            with self.assertRaisesRegex(ValueError, "notes.txt is not a picture"):
                member.upload("notes.txt")
        self.assertEqual(server.calls, [])


if __name__ == "__main__":
    unittest.main()
