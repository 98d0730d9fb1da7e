"""API Gateway on the local cloud."""

import unittest
import urllib.request

import aws

from .helpers import ENDPOINT, deploy

ORIGIN = "'https://photos.example.org'"


def api():
    """Returns resources of an API with a CORS preflight, as SAM defines it."""
    headers = {"method.response.header.Access-Control-Allow-Origin": ORIGIN}
    response = {"statusCode": "200", "responseTemplates": {"application/json": "{}"}, "responseParameters": headers}
    integration = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode" : 200}'}}
    operation = {"x-amazon-apigateway-integration": integration | {"responses": {"default": response}}}
    body = {"swagger": "2.0", "info": {"title": "preflight", "version": "1"}, "paths": {"/pictures": {"options": operation}}}
    return {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "preflight", "Body": body}},
        "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "v1"}},
    }


class Apis(unittest.TestCase):
    """APIs respond as on AWS."""

    def test_a_preflight_reply_has_the_headers_of_the_definition(self):
        status = deploy("preflight", api(), {"Id": {"Value": {"Ref": "Api"}}})
        self.assertEqual(status, "CREATE_COMPLETE")
        address = f"{ENDPOINT}/_aws/execute-api/{aws.outputs_of('preflight')['Id']}/v1/pictures"
        with urllib.request.urlopen(urllib.request.Request(address, method="OPTIONS")) as answer:
            self.assertEqual((answer.status, answer.headers["Access-Control-Allow-Origin"]), (200, ORIGIN.strip("'")))


if __name__ == "__main__":
    unittest.main()
