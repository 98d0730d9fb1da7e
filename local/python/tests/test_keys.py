"""API keys and usage plans on the local cloud."""

import datetime
import json
import unittest
import urllib.error
import urllib.request

import aws
from botocore.exceptions import ClientError

from patches.keys import dates, usage_identifier_key

from .helpers import ENDPOINT, client, deploy, function, session

# Allows every call, and names the key in a header of this test.
AUTHORIZER = """
def handler(event, context):
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "a", "policyDocument": policy, "usageIdentifierKey": event["headers"].get("named")}
"""
KEYS = {name: name * 20 for name in ("a", "b", "c")}


def api(authorizer):
    """Returns resources of an API whose authorizer names the keys, as SAM defines it, and of usage
    plans: that of the key `a` allows two calls at once, that of `b` two calls in a day. No plan
    contains `c`.
    """
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{authorizer}/invocations"
    schemes = {
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "names": {
            "type": "apiKey",
            "name": "Unused",
            "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": "request", "authorizerResultTtlInSeconds": 0, "authorizerUri": uri},
        },
    }
    reply = {"statusCode": "200", "responseTemplates": {"application/json": "{}"}}
    integration = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": reply},
    }
    limited = {"security": [{"api_key": []}, {"names": []}], "x-amazon-apigateway-integration": integration}
    free = {"x-amazon-apigateway-integration": integration}
    body = {
        "swagger": "2.0",
        "info": {"title": "keys", "version": "1"},
        "securityDefinitions": schemes,
        "paths": {"/limited": {"get": limited}, "/free": {"get": free}},
    }
    resources = {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "keys", "Body": body, "ApiKeySourceType": "AUTHORIZER"}},
        "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}}},
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "v1", "DeploymentId": {"Ref": "Deployment"}},
        },
    }
    # CloudFormation passes the values of parameters as text.
    limits = {
        "A": {"Throttle": {"BurstLimit": "2", "RateLimit": "0.001"}},
        "B": {"Quota": {"Limit": "2", "Period": "DAY"}},
    }
    for name, value in KEYS.items():
        id = name.upper()
        resources[f"Key{id}"] = {"Type": "AWS::ApiGateway::ApiKey", "Properties": {"Enabled": True, "Value": value}}
        if id in limits:
            stages = [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Stage"}}]
            resources[f"Plan{id}"] = {"Type": "AWS::ApiGateway::UsagePlan", "Properties": {"ApiStages": stages} | limits[id]}
            both = {"KeyId": {"Ref": f"Key{id}"}, "KeyType": "API_KEY", "UsagePlanId": {"Ref": f"Plan{id}"}}
            resources[f"Member{id}"] = {"Type": "AWS::ApiGateway::UsagePlanKey", "Properties": both}
    return resources


class Keys(unittest.TestCase):
    """API Gateway limits the calls of each key as its usage plan says."""

    @classmethod
    def setUpClass(cls):
        names = ("Api", "KeyA", "KeyB", "PlanA", "PlanB")
        outputs = {name: {"Value": {"Ref": name}} for name in names}
        status = deploy("keys", api(function("names-keys", AUTHORIZER)), outputs)
        assert status == "CREATE_COMPLETE", status
        cls.ids = aws.outputs_of("keys")
        cls.gateway = client("apigateway")

    def call(self, named=None, path="limited", **headers):
        """Returns the status of a call for which the authorizer names this key."""
        headers |= {"named": named} if named else {}
        address = f"{ENDPOINT}/_aws/execute-api/{self.ids['Api']}/v1/{path}"
        try:
            with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_the_authorizer_names_the_key_and_not_the_caller(self):
        self.assertEqual(self.call(), 403)
        self.assertEqual(self.call(**{"x-api-key": KEYS["a"]}), 403)
        self.assertEqual(self.call("unknown"), 403)
        self.assertEqual(self.call(KEYS["c"]), 403, "no plan contains the key")

    def test_a_plan_limits_the_calls_at_once_of_its_key_alone(self):
        self.assertEqual([self.call(KEYS["a"]) for _ in range(3)], [200, 200, 429])
        # A method without keys has no limits of a plan, whatever its callers send.
        self.assertEqual(self.call(path="free", **{"x-api-key": KEYS["a"]}), 200)

    def test_a_plan_limits_and_counts_the_calls_of_a_day(self):
        self.assertEqual([self.call(KEYS["b"]) for _ in range(3)], [200, 200, 429])
        today = datetime.datetime.now(datetime.timezone.utc).date()
        period = {"startDate": str(today - datetime.timedelta(days=1)), "endDate": str(today)}
        plan, key = self.ids["PlanB"], self.ids["KeyB"]
        usage = self.gateway.get_usage(usagePlanId=plan, keyId=key, **period)
        self.assertEqual(usage["items"], {key: [[0, 2], [2, 0]]})

    def test_the_limits_of_a_plan_are_numbers(self):
        # boto3 also parses texts as numbers. Other SDKs do not.
        replies = []
        gateway = client("apigateway")
        gateway.meta.events.register("before-parse.*.*", lambda response_dict, **_: replies.append(json.loads(response_dict["body"])))
        for plan in ("PlanA", "PlanB"):
            gateway.get_usage_plan(usagePlanId=self.ids[plan])
        self.assertEqual(replies[0]["throttle"], {"burstLimit": 2, "rateLimit": 0.001})
        self.assertEqual(replies[1]["quota"], {"limit": 2, "period": "DAY"})

    def test_a_deleted_key_is_refused_and_cannot_join_a_plan(self):
        key = self.gateway.create_api_key(name="deleted", enabled=True)
        join = {"usagePlanId": self.ids["PlanB"], "keyId": key["id"], "keyType": "API_KEY"}
        self.gateway.create_usage_plan_key(**join)
        self.assertEqual(self.call(key["value"]), 200)
        self.gateway.delete_api_key(apiKey=key["id"])
        self.assertEqual(self.call(key["value"]), 403)
        with self.assertRaisesRegex(ClientError, "NotFoundException"):
            self.gateway.get_usage(usagePlanId=self.ids["PlanB"], keyId=key["id"], startDate="2026-11-28", endDate="2026-11-29")
        with self.assertRaisesRegex(ClientError, "NotFoundException"):
            self.gateway.create_usage_plan_key(**join)

    def test_policies_limit_the_management_of_keys(self):
        allowed = {"Effect": "Allow", "Action": "apigateway:POST", "Resource": "arn:aws:apigateway:us-east-1::/apikeys"}
        limited = client("apigateway", session("creates-keys", allowed))
        key = limited.create_api_key(name="limited", enabled=True)
        with self.assertRaisesRegex(ClientError, "AccessDenied"):
            limited.delete_api_key(apiKey=key["id"])
        with self.assertRaisesRegex(ClientError, "AccessDenied"):
            limited.get_usage_plans()

    def test_finds_the_key_in_the_reply_of_an_authorizer(self):
        for reply in ({"usageIdentifierKey": "k"}, b'{"usageIdentifierKey": "k"}', '{"usageIdentifierKey": "k"}'):
            self.assertEqual(usage_identifier_key(reply), "k")
        for reply in (None, {}, "[]", "no JSON", {"usageIdentifierKey": None}):
            self.assertEqual(usage_identifier_key(reply), "")

    def test_lists_the_dates_of_a_period(self):
        self.assertEqual(dates("2026-02-27", "2026-03-01"), ["2026-02-27", "2026-02-28", "2026-03-01"])


if __name__ == "__main__":
    unittest.main()
