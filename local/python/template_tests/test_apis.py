"""The REST API and the WebSocket API."""

import json
import re
import unittest

from .expanded import OPEN, SOURCE, TRANSFORMED, WORKSPACE, Stack, logical_id


class Apis(unittest.TestCase):
    """The APIs have the stages and replies that the template names, and no others."""

    def setUp(self):
        self.stack = Stack()

    def test_the_rest_api_has_one_stage(self):
        # https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
        stages = [stage["StageName"] for stage in self.stack.of_type("AWS::ApiGateway::Stage").values()]
        deployments = self.stack.of_type("AWS::ApiGateway::Deployment").values()
        # A deployment with the name of a stage creates this stage, too.
        stages += [deployment["StageName"] for deployment in deployments if "StageName" in deployment]
        self.assertEqual(stages, ["v1"])

    def test_the_stage_has_throttling_settings(self):
        [stage] = self.stack.of_type("AWS::ApiGateway::Stage").values()
        every = [setting for setting in stage["MethodSettings"] if setting["ResourcePath"] == "/*"]
        self.assertEqual([setting["HttpMethod"] for setting in every], ["*"])
        self.assertTrue(all("ThrottlingRateLimit" in setting for setting in stage["MethodSettings"]))

    def test_one_client_cannot_block_the_visitors_of_share_links_with_few_calls(self):
        # links limits the attempts of each address. A small budget of the method is for everyone.
        # That of unlock is smaller, because an owner of many links has attempts for each, and a
        # call takes 0.2 seconds of a processor: 50 a second would occupy all ten executions of a
        # new account.
        [api] = self.stack.of_type("AWS::ApiGateway::RestApi").values()
        [stage] = self.stack.of_type("AWS::ApiGateway::Stage").values()
        limits = {(found["ResourcePath"], found["HttpMethod"]): found for found in stage["MethodSettings"]}
        paths = {path: methods for path, methods in api["Body"]["paths"].items() if path.startswith("/shared/")}
        self.assertIn("/shared/{token}/unlock", paths)
        for path, methods in paths.items():
            for method in {method.upper() for method in methods} - {"HEAD", "OPTIONS"}:
                limit = limits[("/" + path.replace("/", "~1"), method)]
                if path.endswith("/unlock"):
                    rates = (limit["ThrottlingRateLimit"], limit["ThrottlingBurstLimit"])
                    self.assertEqual(rates, (20, 40))
                else:
                    self.assertGreaterEqual(limit["ThrottlingRateLimit"], 50, (path, method))

    def test_the_keys_of_one_member_cannot_use_up_the_budget_of_an_open_method(self):
        [api] = self.stack.of_type("AWS::ApiGateway::RestApi").values()
        [stage] = self.stack.of_type("AWS::ApiGateway::Stage").values()
        self.assertEqual(api["ApiKeySourceType"], "AUTHORIZER")
        limits = {(found["ResourcePath"], found["HttpMethod"]): found for found in stage["MethodSettings"]}
        parameters = TRANSFORMED["Parameters"]
        [keys] = re.findall(r"MAX_KEYS: u32 = (\d+);", (WORKSPACE / "shared/domain/src/developer_key.rs").read_text())
        rate, burst = (
            int(keys) * parameters[f"Key{name}"]["MaxValue"] + parameters[f"Open{name}"]["MaxValue"] for name in ("CallsPerSecond", "Burst")
        )
        methods = [
            (path, method.upper())
            for path, operations in api["Body"]["paths"].items()
            for method, operation in operations.items()
            if operation.get("security") == OPEN and not path.endswith("/unlock")
        ]
        self.assertGreaterEqual(len(methods), 18)
        for path, method in methods:
            limit = limits[("/" + path.replace("/", "~1"), method)]
            self.assertGreaterEqual(limit["ThrottlingRateLimit"], rate, (path, method))
            self.assertGreaterEqual(limit["ThrottlingBurstLimit"], burst, (path, method))

    def test_anonymous_callers_have_a_key_and_smaller_limits(self):
        [anonymous] = self.stack.of_type("AWS::ApiGateway::ApiKey").values()
        function = self.stack.resources["AuthorizeFunction"]["Properties"]
        self.assertEqual(function["Environment"]["Variables"]["ANONYMOUS_KEY"], anonymous["Value"])
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-setup-api-keys.html
        self.assertRegex(anonymous["Value"], "^[0-9A-Za-z]{20,128}$")
        plans = self.stack.of_type("AWS::ApiGateway::UsagePlan")
        for name in ("RateLimit", "BurstLimit"):
            self.assertLess(plans["AnonymousPlan"]["Throttle"][name], plans["KeysPlan"]["Throttle"][name])
        self.assertEqual(plans["KeysPlan"]["UsagePlanName"], self.stack.resources["KeysFunction"]["Properties"]["Environment"]["Variables"]["KEYS_PLAN"])

    def test_a_throttled_authorizer_can_be_called_again(self):
        [api] = self.stack.of_type("AWS::ApiGateway::RestApi").values()
        replies = api["Body"]["x-amazon-apigateway-gateway-responses"]
        for name in ("AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE"):
            reply = replies[name]
            self.assertEqual(reply["statusCode"], "503")
            self.assertEqual(reply["responseParameters"]["gatewayresponse.header.Retry-After"], "'1'")
            self.assertEqual(json.loads(reply["responseTemplates"]["application/json"])["code"], 503)

    def test_a_function_replies_to_unknown_addresses_and_methods(self):
        # A setting of the stage applies to one method, not to ANY.
        methods = {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}
        [api] = self.stack.of_type("AWS::ApiGateway::RestApi").values()
        [stage] = self.stack.of_type("AWS::ApiGateway::Stage").values()
        for path, setting in (("/", "/"), ("/{proxy+}", "/~1{proxy+}")):
            defined = {method.upper() for method in api["Body"]["paths"][path]} - {"OPTIONS"}
            self.assertEqual(defined, methods, path)
            limited = {found["HttpMethod"] for found in stage["MethodSettings"] if found["ResourcePath"] == setting}
            self.assertEqual(limited, methods, path)

    def test_the_reply_to_an_undefined_method_says_what_is_wrong(self):
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
        [api] = self.stack.of_type("AWS::ApiGateway::RestApi").values()
        replies = api["Body"]["x-amazon-apigateway-gateway-responses"]
        reply = replies["MISSING_AUTHENTICATION_TOKEN"]
        envelope = json.loads(reply["responseTemplates"]["application/json"])
        self.assertEqual((reply["statusCode"], envelope["code"], envelope["data"]), ("403", 403, None))
        self.assertIn("not signed in", envelope["notes"])
        self.assertIn("method", envelope["notes"])

    def test_every_reply_of_the_gateway_has_the_headers_of_cors(self):
        [api] = self.stack.of_type("AWS::ApiGateway::RestApi").values()
        for name, reply in api["Body"]["x-amazon-apigateway-gateway-responses"].items():
            header = "gatewayresponse.header.Access-Control-Allow-Origin"
            self.assertEqual(reply["responseParameters"][header], "'*'", name)
            caching = reply["responseParameters"]["gatewayresponse.header.Cache-Control"]
            self.assertEqual(caching, "'no-store'", name)
            self.assertEqual(set(json.loads(reply["responseTemplates"]["application/json"])), {"code", "data", "notes"})

    def test_the_stage_of_the_websocket_api_depends_on_its_routes(self):
        for stage in self.stack.of_type("AWS::ApiGatewayV2::Stage"):
            self.assertEqual(
                set(self.stack.resources[stage]["DependsOn"]), set(self.stack.of_type("AWS::ApiGatewayV2::Route"))
            )

    def test_no_arn_names_a_partition(self):
        self.assertNotIn("arn:aws", SOURCE)


class Mail(unittest.TestCase):
    """`deliver` sends from one identity of SES."""

    def identities(self, **parameters):
        """Returns the created identities and the resources that `deliver` can send from."""
        stack = Stack(parameters)
        created = [identity["EmailIdentity"] for identity in stack.of_type("AWS::SES::EmailIdentity").values()]
        role = logical_id(stack.resources["DeliverFunction"]["Properties"]["Role"])
        policies = stack.resources[role]["Properties"]["Policies"]
        allowed = [
            statement["Resource"].split("/", 1)[1]
            for policy in policies
            for statement in policy["PolicyDocument"]["Statement"]
            if "ses:SendEmail" in statement["Action"]
        ]
        return created, allowed

    def test_no_identity_exists_without_a_sender(self):
        self.assertEqual(self.identities(), ([], []))

    def test_the_stack_creates_the_identity_of_a_new_sender(self):
        sender = "albumen@example.org"
        self.assertEqual(self.identities(MailFrom=sender), ([sender], [sender]))

    def test_the_stack_uses_an_identity_that_exists(self):
        for identity in ("example.org", "albumen@example.org"):
            found = self.identities(MailFrom="albumen@example.org", VerifiedMailIdentity=identity)
            self.assertEqual(found, ([], [identity]))

    def test_cognito_sends_the_codes_of_sign_ups_by_ses_if_wanted(self):
        # https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
        sender = "albumen@example.org"
        for parameters, identity in (({}, sender), ({"VerifiedMailIdentity": "example.org"}, "example.org")):
            [pool] = Stack({"MailFrom": sender, "SignUpMail": "ses"} | parameters).of_type("AWS::Cognito::UserPool").values()
            mail = pool["EmailConfiguration"]
            self.assertEqual((mail["EmailSendingAccount"], mail["From"]), ("DEVELOPER", sender))
            self.assertTrue(mail["SourceArn"].endswith(f":identity/{identity}"), mail)
        [pool] = Stack({"MailFrom": sender}).of_type("AWS::Cognito::UserPool").values()
        self.assertNotIn("EmailConfiguration", pool)


if __name__ == "__main__":
    unittest.main()
