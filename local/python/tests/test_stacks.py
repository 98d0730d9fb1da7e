"""Calls of `cargo dev deploy`: the state of a stack, its deletion, and its verification."""

import contextlib
import http.server
import io
import json
import os
import threading
import unittest
from unittest import mock

import stacks

from .helpers import client, deploy

KEPT = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "RetainExceptOnCreate", "Properties": {"BucketName": "deploy-kept"}}
DELETED = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "deploy-deleted"}}
NOT_SIGNED_IN = (403, {"code": 403, "data": None, "notes": "You are not signed in."})
NO_MEMBER = (403, {"code": 403, "data": None, "notes": "Sign in as a member."})


@contextlib.contextmanager
def site(replies):
    """Serves replies at paths, as lists of pairs of status and body. The last reply repeats. Yields
    the root, without a slash at the end.
    """

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            signed = " signed" if self.headers["Authorization"] else ""
            found = replies.get(self.path.split("?")[0] + signed, [(404, None)])
            status, body = found.pop(0) if len(found) > 1 else found[0]
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def deployed():
    """Returns the replies of a stack that is deployed correctly."""
    return {
        "/v1/status": (200, {"code": 200, "data": {}, "notes": None}),
        "/": (200, b"<!doctype html><html lang=en>"),
        "/config.json": (200, {"userPoolId": "pool"}),
        "/v1/feed": NOT_SIGNED_IN,
        "/v1/feed signed": NO_MEMBER,
        "/renditions/verification": (404, b"<Error><Code>NoSuchKey</Code></Error>"),
    }


def problems(changes, patience="0", renditions_from="site"):
    """Returns the problems of a stack, some of whose replies differ."""
    replies = deployed() | changes
    replies = {path: found if isinstance(found, list) else [found] for path, found in replies.items()}
    with site(replies) as root, mock.patch.dict(os.environ, AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b"):
        found = stacks.verify(f"{root}/v1", f"{root}/", "pool", "media", renditions_from, patience)
        return [text.replace(root, "") for text in found]


class Stacks(unittest.TestCase):
    """A stack with a bucket that is kept and one that is deleted."""

    def test_a_stack_is_deleted_except_for_what_it_keeps(self):
        s3 = client("s3")
        self.assertIsNone(stacks.stack("deploy"))
        deploy("deploy", {"Kept": KEPT, "Deleted": DELETED}, {"Name": {"Value": "a"}})
        found = stacks.stack("deploy")
        self.assertEqual((found["status"], found["outputs"]), ("CREATE_COMPLETE", {"Name": "a"}))
        kept = {resource["name"]: resource["isKept"] for resource in stacks.resources("deploy")}
        self.assertEqual(kept, {"deploy-kept": True, "deploy-deleted": False})
        for bucket in kept:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
            s3.put_object(Bucket=bucket, Key="a", Body=b"1")
            s3.put_object(Bucket=bucket, Key="a", Body=b"2")
            s3.delete_object(Bucket=bucket, Key="a")
        self.assertEqual(stacks.empty("deploy-deleted"), 3)
        with contextlib.redirect_stderr(io.StringIO()) as progress:
            stacks.delete("deploy")
        self.assertIn("DELETE_COMPLETE  Deleted", progress.getvalue())
        self.assertIsNone(stacks.stack("deploy"))
        self.assertEqual([stacks.bucket("deploy-kept"), stacks.bucket("deploy-deleted")], [True, False])
        stacks.remove("AWS::S3::Bucket", "deploy-kept")
        self.assertFalse(stacks.bucket("deploy-kept"))

    def test_an_error_has_a_code(self):
        for missing, code in (("AWS_ACCESS_KEY_ID", "NoCredentialsError"), ("AWS_DEFAULT_REGION", "NoRegionError")):
            settings = {name: text for name, text in os.environ.items() if name != missing}
            files = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
            settings |= files | {"AWS_EC2_METADATA_DISABLED": "true"}
            with mock.patch.dict(os.environ, settings, clear=True):
                self.assertEqual(stacks.run("account")["error"]["code"], code)
        self.assertEqual(stacks.run("resources", "no-such-stack")["error"]["code"], "ValidationError")


class Verification(unittest.TestCase):
    """A deployed stack answers as it must."""

    def test_finds_nothing_wrong_with_a_stack_that_answers(self):
        self.assertEqual(problems({}), [])

    def test_names_each_reply_that_is_wrong(self):
        broken = (500, {"message": "Internal server error"})
        self.assertEqual(problems({"/v1/status": broken}), ["GET /v1/status answers 500, not 200 with a status"])
        self.assertEqual(problems({"/": (200, b"")}), ["GET / answers 200, not 200 with the page"])
        old = (200, {"userPoolId": "old"})
        self.assertEqual(problems({"/config.json": old}), ["GET /config.json answers 200 without the user pool of this stack"])
        html = (200, b"<html")
        self.assertEqual(problems({"/config.json": html}), ["GET /config.json answers 200 without the user pool of this stack"])
        opened = (200, {"code": 200, "data": {}, "notes": None})
        expected = ["GET /v1/feed without a signature answers 200, not 403 in the format of the API"]
        self.assertEqual(problems({"/v1/feed": opened}), expected)
        refused = (403, {"code": 403, "data": None, "notes": "Your sign-in could not be verified."})
        self.assertEqual(len(problems({"/v1/feed signed": refused})), 1)
        self.assertEqual(len(problems({"/v1/feed signed": broken})), 1)

    def test_accepts_that_the_developer_cannot_read_renditions(self):
        denied = (403, b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
        self.assertEqual(problems({"/renditions/verification": denied}), [])

    def test_names_the_parameter_that_helps_if_s3_refuses_signatures_through_cloudfront(self):
        unsigned = b"<Error><Code>AccessDenied</Code><HeadersNotSigned>x-amz-cf-id</HeadersNotSigned></Error>"
        for refused in (unsigned, b"<Error><Code>SignatureDoesNotMatch</Code></Error>"):
            [problem] = problems({"/renditions/verification": (403, refused)})
            self.assertTrue(problem.startswith("GET /renditions/verification answers 403: <Error>"))
            self.assertTrue(problem.endswith("deploy with the parameter RenditionsFrom=bucket."))
            self.assertEqual(problems({"/renditions/verification": (403, refused)}, renditions_from="bucket"), [])

    def test_waits_for_a_new_stack(self):
        replies = [(503, None), deployed()["/v1/status"]]
        self.assertEqual(problems({"/v1/status": replies}, patience="30"), [])


if __name__ == "__main__":
    unittest.main()
