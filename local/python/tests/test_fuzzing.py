"""The real values in generated requests, and the signatures."""

import json
import pathlib
import sys
import unittest
import urllib.parse
import uuid

import requests
from botocore.credentials import ReadOnlyCredentials

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from fuzz_api import operations_of, unreached
from fuzzing.callers import canonical, sign
from fuzzing.values import KEEP_ONE_OF, MAX_VALUES, Values, kind_of

SPECIFICATION = pathlib.Path(__file__).parents[3] / "docs/openapi.json"
OWNER, PICTURE, COMMENT = (str(uuid.UUID(int=number)) for number in (1, 2, 3))
KEY = {"ownerId": OWNER, "id": PICTURE}
READ, REGISTER = "GET /pictures/{ownerId}/{id}", "POST /pictures"
REMOVE = "DELETE /pictures/{ownerId}/{id}"


def values():
    paths = {"pictures": [KEY], "deletable pictures": [], "comments": [], "devices": [], "keys": []}
    return Values(paths, handles=["ada"], hashes=["ab" * 32])


def random_key():
    return {"ownerId": str(uuid.uuid4()), "id": str(uuid.uuid4())}


class RealValues(unittest.TestCase):
    """Real values replace generated ones in most of the requests."""

    def test_replaces_ids_in_most_requests(self):
        found = [values().replace(READ, random_key(), {}, {})[0] for _ in range(400)]
        self.assertEqual({tuple(each) for each in found}, {(), tuple(KEY)})
        self.assertAlmostEqual(found.count({}), 400 / KEEP_ONE_OF, delta=60)

    def test_the_same_request_gets_the_same_values(self):
        key = random_key()
        self.assertEqual(len({str(values().replace(READ, key, {}, {})) for _ in range(5)}), 1)

    def test_keeps_invalid_ids(self):
        for number in range(20):
            self.assertEqual(values().replace(READ, {"ownerId": OWNER, "id": f"x{number}"}, {}, {})[0], {})

    def test_deletes_only_pictures_that_no_other_request_needs(self):
        known = values()
        self.assertEqual([known.replace(REMOVE, random_key(), {}, {})[0] for _ in range(20)], [{}] * 20)
        known.learn(REGISTER, {}, {"picture": {"owner": {"id": OWNER}, "id": PICTURE}}, None)
        self.assertIn(KEY, [known.replace(REMOVE, random_key(), {}, {})[0] for _ in range(40)])

    def test_replaces_generated_tokens_of_links(self):
        known = values()
        known.paths["tokens"] = [{"token": "real"}]
        found = [known.replace("GET /shared/{token}", {"token": str(n)}, {}, {})[0] for n in range(20)]
        self.assertIn({"token": "real"}, found)

    def test_learns_comments_devices_keys_cursors_and_tags(self):
        known = values()
        known.learn("POST /pictures/{ownerId}/{id}/comments", KEY, {"id": COMMENT}, None)
        known.learn("POST /devices", {}, {"id": PICTURE}, None)
        known.learn("GET /public", {}, {"items": [], "cursor": "next"}, '"tag"')
        self.assertEqual(known.paths["comments"], [KEY | {"commentId": COMMENT}])
        known.learn("POST /keys", {}, {"id": PICTURE, "key": "a" * 40}, None)
        self.assertEqual(known.paths["devices"], [{"id": PICTURE}])
        self.assertEqual(known.paths["keys"], [{"keyId": PICTURE}])
        found = [known.replace("GET /public", {}, {"cursor": str(n)}, {"If-None-Match": "x"}) for n in range(20)]
        self.assertIn(({}, {"cursor": "next"}, {"If-None-Match": '"tag"'}), found)

    def test_keeps_the_newest_values(self):
        known = values()
        for number in range(MAX_VALUES + 5):
            known.learn("POST /devices", {}, {"id": number}, None)
        self.assertEqual([each["id"] for each in known.paths["devices"]], list(range(5, MAX_VALUES + 5)))


class Operations(unittest.TestCase):
    """The operations of the specification."""

    def test_each_path_parameter_has_real_values(self):
        operations = operations_of(json.loads(SPECIFICATION.read_text()))
        self.assertIn(READ, operations)
        self.assertEqual([name for name in operations if "{" in name and not kind_of(name)], [])

    def test_an_operation_without_a_success_is_unreached(self):
        counts = {READ: {"404": 9, "304": 1}, REGISTER: {"400": 5}}
        self.assertEqual(unreached(counts, [READ, REGISTER, REMOVE]), [REGISTER, REMOVE])


class Signatures(unittest.TestCase):
    """A signature is for the bytes and the address that are sent."""

    def test_encodes_the_query(self):
        self.assertEqual(canonical("a=x y+z&b=%c3%bc!&%41=&b=/~&&c"), "a=x%20y%20z&b=%C3%BC%21&A=&b=%2F~&c=")

    def headers(self, url, body):
        prepared = requests.Request("POST", url, data=body).prepare()
        return sign(prepared, ReadOnlyCredentials("key", "secret", "token"), "us-east-1").headers

    def test_signs_body_and_address(self):
        url = "http://localhost/v1/users?name=" + urllib.parse.quote("a/b ü")
        signed = self.headers(url, b"{}")
        self.assertTrue(signed["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=key/"))
        self.assertEqual(signed["X-Amz-Security-Token"], "token")
        for other in (self.headers(url, b"[]"), self.headers(url + "c", b"{}")):
            self.assertNotEqual(other["Authorization"], signed["Authorization"])


if __name__ == "__main__":
    unittest.main()
