"""API Gateway on the local cloud."""

import os
import unittest
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime

import aws
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .helpers import ENDPOINT, deploy, session

ORIGIN = "'https://photos.example.org'"


def operation():
    """Returns an operation whose mock integration replies with 200 and a CORS header."""
    headers = {"method.response.header.Access-Control-Allow-Origin": ORIGIN}
    response = {"statusCode": "200", "responseTemplates": {"application/json": "{}"}, "responseParameters": headers}
    integration = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode" : 200}'}}
    return {"x-amazon-apigateway-integration": integration | {"responses": {"default": response}}}


def status_of(address):
    """Returns the status of a GET request."""
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def api():
    """Returns resources of an API with a CORS preflight, as SAM defines it."""
    body = {"swagger": "2.0", "info": {"title": "preflight", "version": "1"}, "paths": {"/pictures": {"options": operation()}}}
    return {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "preflight", "Body": body}},
        "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "v1"}},
    }


def members_api():
    """Returns resources of an API with a signed route, and of the replies to refused calls."""
    operation = {
        "x-amazon-apigateway-auth": {"type": "AWS_IAM"},
        "security": [{"sigv4": []}],
        "x-amazon-apigateway-integration": {"type": "mock"},
    }
    body = {
        "swagger": "2.0",
        "info": {"title": "members", "version": "1"},
        "securityDefinitions": {
            "sigv4": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
        },
        "paths": {"/pictures": {"get": operation}},
    }
    refusal = {
        "RestApiId": {"Ref": "Api"},
        "ResponseType": "MISSING_AUTHENTICATION_TOKEN",
        "StatusCode": "403",
        "ResponseParameters": {"gatewayresponse.header.Access-Control-Expose-Headers": "'Date'"},
    }
    denial = {
        "RestApiId": {"Ref": "Api"},
        "ResponseType": "ACCESS_DENIED",
        "StatusCode": "403",
        "ResponseTemplates": {"application/json": '{"code": 403}'},
    }
    return {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "members", "Body": body}},
        "Refusal": {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": refusal},
        "Denial": {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": denial},
        "Deployment": {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": ["Refusal", "Denial"],
            "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "v1"},
        },
    }


class Apis(unittest.TestCase):
    """APIs respond as on AWS."""

    def test_a_preflight_reply_has_the_headers_of_the_definition(self):
        status = deploy("preflight", api(), {"Id": {"Value": {"Ref": "Api"}}})
        self.assertEqual(status, "CREATE_COMPLETE")
        address = f"{ENDPOINT}/_aws/execute-api/{aws.outputs_of('preflight')['Id']}/v1/pictures"
        with urllib.request.urlopen(urllib.request.Request(address, method="OPTIONS")) as answer:
            self.assertEqual((answer.status, answer.headers["Access-Control-Allow-Origin"]), (200, ORIGIN.strip("'")))

    def test_the_settings_of_a_method_apply_to_it_alone(self):
        paths = {"/public/{id}": {"get": operation()}, "/feed": {"get": operation()}}
        body = {"swagger": "2.0", "info": {"title": "limits", "version": "1"}, "paths": paths}
        limited = {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 0.001}
        settings = [{"ResourcePath": "/~1public~1{id}", "HttpMethod": "GET"} | limited]
        stage = {"RestApiId": {"Ref": "Api"}, "StageName": "v1", "DeploymentId": {"Ref": "Deployment"}}
        resources = {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "limits", "Body": body}},
            "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}}},
            "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": stage | {"MethodSettings": settings}},
        }
        self.assertEqual(deploy("limits", resources, {"Id": {"Value": {"Ref": "Api"}}}), "CREATE_COMPLETE")
        address = f"{ENDPOINT}/_aws/execute-api/{aws.outputs_of('limits')['Id']}/v1"
        paths = ["/public/a", "/public/b", "/feed", "/feed"]
        self.assertEqual([status_of(address + path) for path in paths], [200, 429, 200, 200])


    def test_the_reply_to_a_refused_call_has_the_headers_of_the_gateway_response(self):
        status = deploy("refusal", members_api(), {"Id": {"Value": {"Ref": "Api"}}})
        self.assertEqual(status, "CREATE_COMPLETE")
        address = f"{ENDPOINT}/_aws/execute-api/{aws.outputs_of('refusal')['Id']}/v1/pictures"
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address)
        with refused.exception as answer:
            self.assertEqual((answer.status, answer.headers["Access-Control-Expose-Headers"]), (403, "Date"))
            self.assertIsNotNone(parsedate_to_datetime(answer.headers["Date"]))

    def test_a_call_that_no_policy_allows_gets_the_gateway_response(self):
        self.assertEqual(deploy("denial", members_api(), {"Id": {"Value": {"Ref": "Api"}}}), "CREATE_COMPLETE")
        address = f"{ENDPOINT}/_aws/execute-api/{aws.outputs_of('denial')['Id']}/v1/pictures"
        keys = session("denied")
        signed = AWSRequest("GET", address)
        keys = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        SigV4Auth(keys, "execute-api", os.environ["AWS_DEFAULT_REGION"]).add_auth(signed)
        with self.assertRaises(urllib.error.HTTPError) as denied:
            urllib.request.urlopen(urllib.request.Request(address, headers=dict(signed.headers)))
        with denied.exception as answer:
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (403, "application/json"))
            self.assertEqual(answer.read(), b'{"code": 403}')


if __name__ == "__main__":
    unittest.main()
