"""The specification of the API, which the functions declare, describes the API of the template."""

import json
import unittest

import openapi_spec_validator

from .expanded import OPEN, WORKSPACE, Stack

SPECIFICATION = json.loads((WORKSPACE / "docs/openapi.json").read_text())
# `status` replies to all other addresses.
UNKNOWN = ["/", "/{proxy+}"]
# The routes of `pages` reply with documents, which are not a part of the API.
PAGES = "/pages/"


def is_open(security):
    """Returns `True` if the security of an operation of API Gateway needs no credentials."""
    return security == OPEN


class Specification(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        [api] = Stack().of_type("AWS::ApiGateway::RestApi").values()
        self.operations = {
            (path, method): operation
            for path, methods in api["Body"]["paths"].items()
            for method, operation in methods.items()
            if path not in UNKNOWN and not path.startswith(PAGES) and method != "options"
        }

    def test_it_is_valid(self):
        openapi_spec_validator.validate(SPECIFICATION)

    def test_it_has_the_routes_and_the_authorization_of_the_template(self):
        specified = {
            (path, method): {} in operation.get("security", SPECIFICATION["security"])
            for path, methods in SPECIFICATION["paths"].items()
            for method, operation in methods.items()
        }
        defined = {
            route: is_open(operation["security"]) for route, operation in self.operations.items() if route[1] != "head"
        }
        self.assertEqual(specified, defined)

    def test_the_other_routes_need_a_signature(self):
        for route, operation in self.operations.items():
            if not is_open(operation["security"]):
                self.assertEqual(operation["security"], [{"AWS_IAM": []}], route)

    def test_exactly_the_open_routes_to_read_have_head(self):
        heads = {path for path, method in self.operations if method == "head"}
        open_routes = {
            path for (path, method), operation in self.operations.items()
            if method == "get" and is_open(operation["security"])
        }
        self.assertEqual(heads, open_routes)
