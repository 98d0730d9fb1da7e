"""The policies of IAM, compared with AWS's list of actions and of the resources that they support.

cfn-lint contains this list, and each of its releases brings the current one. Its own rules W3037
and I3510 do not know which type of resource a reference names, so that most of the faults below
pass them.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
import unittest

import cfnlint.data.AdditionalSpecs
from cfnlint.helpers import load_resource

from .expanded import Stack, complete_stack, listed

SERVICES = load_resource(cfnlint.data.AdditionalSpecs, "Policies.json")

# The types of resources, in the words of AWS, that a reference to an attribute names, and those
# that a path behind it names.
REFERENCES = {
    ("AWS::Cognito::UserPool", ".Arn"): ({"userpool"}, None),
    ("AWS::DynamoDB::Table", ".Arn"): ({"table"}, {"index"}),
    ("AWS::DynamoDB::Table", ".StreamArn"): ({"stream"}, None),
    ("AWS::Lambda::Function", ".Arn"): ({"function"}, None),
    # It ends with `:*`, which stands for all streams of the group.
    ("AWS::Logs::LogGroup", ".Arn"): ({"log-group", "log-stream"}, None),
    ("AWS::S3::Bucket", ".Arn"): ({"bucket"}, {"object"}),
    ("AWS::SNS::Topic", None): ({"topic"}, None),
    ("AWS::SQS::Queue", ".Arn"): ({"queue"}, None),
}
# The types of resources that an ARN names.
ARNS = {
    r"arn:aws:apigateway:us-east-1::/apikeys": "apikeys",
    r"arn:aws:apigateway:us-east-1::/apikeys/\*": "apikey",
    r"arn:aws:apigateway:us-east-1::/usageplans": "usageplans",
    r"arn:aws:apigateway:us-east-1::/usageplans/<\w+>/keys": "usageplankeys",
    r"arn:aws:apigateway:us-east-1::/usageplans/<\w+>/usage": "usageplan",
    r"arn:aws:execute-api:us-east-1:123456789012:<\w+>/v1/.+": "execute-api-general",
    r"arn:aws:ses:us-east-1:123456789012:identity/.+": "identity",
    r"arn:aws:sns:us-east-1:123456789012:app/\w+/\w+": "application",
    r"arn:aws:sns:us-east-1:123456789012:endpoint/\w+/\w+/\*": "endpoint",
}

# Exceptions.
#
# AWS's list has no resources for these actions, or only topics, so that it demands `*`. SNS refuses
# them with the ARN of the platform application ("not authorized to perform: SNS:DeleteEndpoint on
# resource: arn:aws:sns:us-east-1:…:app/GCM/…"), and the emulator with the ARN of the endpoint. Both
# are narrower than `*`, so a role needs both.
UNDOCUMENTED = {
    "sns:CreatePlatformEndpoint": {"application"},
    "sns:DeleteEndpoint": {"application", "endpoint"},
    "sns:SetEndpointAttributes": {"application", "endpoint"},
}
# The endpoint to which an application publishes is its `TargetArn`.
# https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
ALSO = {"sns:Publish": {"application", "endpoint"}}
# A policy that several queues share. Each queue has a copy, in which `*` is this queue.
SHARED_POLICIES = {"ActivityQueuesPolicy", "WorkerQueuesPolicy"}
# Lambda assumes a role for the functions that have it, and only `iam:PassRole` gives it to one.
TRUSTED_WITHOUT_CONDITION = {"lambda.amazonaws.com"}


def described(action):
    """Returns AWS's description of an action, or `None` if there is no such action."""
    service, _, name = action.partition(":")
    return SERVICES.get(service, {}).get("Actions", {}).get(name.lower())


def supported(action):
    """Returns the types of resources that an action supports."""
    types = listed((described(action) or {}).get("Resources", []))
    return UNDOCUMENTED.get(action, {name.lower() for name in types} | ALSO.get(action, set()))


class Policies:
    """The statements of all policies of a stack."""

    def __init__(self, stack):
        self.stack = stack

    def documents(self):
        """Yields the logical id and each policy of each resource, without the trust policies."""
        for id, found in self.stack.resources.items():
            properties = found.get("Properties", {})
            for policy in properties.get("Policies", []) if found["Type"] == "AWS::IAM::Role" else [properties]:
                if "PolicyDocument" in policy:
                    yield id, policy["PolicyDocument"]

    def statements(self):
        """Yields the logical id and each statement, without the trust policies."""
        for id, document in self.documents():
            for statement in document["Statement"]:
                yield id, statement

    def types(self, resource):
        """Returns the types of resources that the resource of a statement names."""
        match = re.fullmatch(r"<(\w+)(\.\w+)?>(/.+)?", resource)
        if match:
            kind = self.stack.resources[match[1]]["Type"]
            found = REFERENCES.get((kind, match[2]), (None, None))[bool(match[3])]
        else:
            found = {name for pattern, name in ARNS.items() if re.fullmatch(pattern, resource)}
        if not found:
            raise AssertionError(f"Add the type of {resource} to REFERENCES or ARNS.")
        return found

    def problems(self):
        """Yields a sentence for each problem of each statement."""
        for id, statement in self.statements():
            for problem in self.problems_of(id, statement):
                yield f"{id}: {problem}"

    def problems_of(self, id, statement):
        """Yields a sentence for each problem of a statement."""
        actions, resources = listed(statement["Action"]), listed(statement["Resource"])
        if statement["Effect"] == "Deny":
            return
        if statement.get("Principal") in ("*", {"AWS": "*"}):
            yield "everybody is allowed"
        unknown = [action for action in actions if described(action) is None]
        for action in unknown:
            yield f"there is no action {action}" if "*" not in action else f"{action} is more than one action"
        known = [action for action in actions if action not in unknown]
        if resources == ["*"] and id in SHARED_POLICIES:
            return
        types = {resource: self.types(resource) for resource in resources if resource != "*"}
        for action in known:
            yield from self.problems_of_action(action, resources, set().union(*types.values()))
        for resource, found in types.items():
            if not any(supported(action) & found for action in known):
                yield f"no action of the statement supports {resource}"

    @staticmethod
    def problems_of_action(action, resources, types):
        """Yields a sentence for each problem of an action with the resources of its statement."""
        if not supported(action):
            if resources != ["*"]:
                yield f"{action} supports no resource but *"
        elif "*" in resources:
            yield f"{action} is allowed on all resources, but supports {sorted(supported(action))}"
        elif action in UNDOCUMENTED and UNDOCUMENTED[action] - types:
            yield f"{action} also needs {sorted(UNDOCUMENTED[action] - types)}"
        elif not supported(action) & types:
            yield f"{action} does not support {sorted(types)}, but {sorted(supported(action))}"


class Statements(unittest.TestCase):
    """Each statement allows actions that exist, on resources that they support."""

    def test_the_default_stack_and_the_complete_one_have_no_problems(self):
        for stack in (Stack(), complete_stack()):
            self.assertGreater(len(list(Policies(stack).statements())), 100)
            self.assertEqual(list(Policies(stack).problems()), [])

    def test_finds_faults(self):
        table, queue, bucket = "<PicturesTable.Arn>", "<RebuildQueue.Arn>", "<MediaBucket.Arn>"
        for actions, resources, problems in (
            (["dynamodb:GetItems"], table, ["there is no action dynamodb:GetItems", f"no action of the statement supports {table}"]),
            (["sqs:*"], queue, ["sqs:* is more than one action", f"no action of the statement supports {queue}"]),
            (["dynamodb:GetItem"], "*", ["dynamodb:GetItem is allowed on all resources, but supports ['table']"]),
            (["dynamodb:ListStreams"], table, ["dynamodb:ListStreams supports no resource but *", f"no action of the statement supports {table}"]),
            (["dynamodb:Query", "dynamodb:PutItem"], f"{table}/index/ByHash", ["dynamodb:PutItem does not support ['index'], but ['table']"]),
            (["dynamodb:GetItem"], [table, "<PicturesTable.StreamArn>"], ["no action of the statement supports <PicturesTable.StreamArn>"]),
            (["s3:ListBucket", "s3:GetObject"], bucket, ["s3:GetObject does not support ['bucket'], but ['accesspointobject', 'object']"]),
            (["s3:GetObject"], f"{bucket}/originals/*", []),
        ):  # fmt: skip
            statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
            self.assertEqual(list(Policies(Stack()).problems_of("A", statement)), problems)

    def test_each_exception_is_necessary(self):
        used = {action for _, statement in Policies(complete_stack()).statements() for action in listed(statement["Action"])}
        self.assertEqual((UNDOCUMENTED.keys() | ALSO.keys()) - used, set())
        self.assertEqual([action for action in UNDOCUMENTED if described(action).get("Resources")], [])
        shared = {id for id, statement in Policies(Stack()).statements() if statement["Resource"] == "*" and "Principal" in statement}
        self.assertEqual(shared, SHARED_POLICIES)


class Keys(unittest.TestCase):
    """Functions can delete the API keys of members."""

    def test_no_function_can_delete_the_key_of_anonymous_callers(self):
        [anonymous] = Stack().of_type("AWS::ApiGateway::ApiKey")
        deletions = [
            (id, statement["Effect"], statement["Resource"].partition("::")[2])
            for id, statement in Policies(Stack()).statements()
            if "apigateway:DELETE" in listed(statement["Action"])
        ]
        kept = f"/apikeys/<{anonymous}>"
        expected = [(role, *found) for role in ("CleanupRole", "KeysRole") for found in (("Allow", "/apikeys/*"), ("Deny", kept))]
        self.assertEqual(sorted(deletions), expected)


class Links(unittest.TestCase):
    """Only the function `links` can change a link."""

    def test_other_functions_update_only_counters_of_links(self):
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
        # says that the permissions of UpdateItem govern the updates of transactions.
        updates = {
            id: statement
            for id, statement in Policies(complete_stack()).statements()
            if "dynamodb:UpdateItem" in listed(statement["Action"])
            and "<LinksTable.Arn>" in listed(statement["Resource"])
        }
        self.assertNotIn("Condition", updates.pop("LinksRole"))
        self.assertLessEqual({"AlbumsRole", "CleanupRole", "PicturesRole"}, updates.keys())
        counters = {"listId", "entry", "pictures", "bytes", "visits", "lastVisitedAt"}
        for id, statement in updates.items():
            equals = statement["Condition"]["ForAllValues:StringEquals"]
            self.assertLessEqual(set(equals["dynamodb:Attributes"]), counters, id)


class Trust(unittest.TestCase):
    """Only the named services use a role or a function, and only for this stack."""

    def test_each_trust_policy_names_its_service_and_a_condition(self):
        for id, role in complete_stack().of_type("AWS::IAM::Role").items():
            for statement in role["AssumeRolePolicyDocument"]["Statement"]:
                self.assertIsNotNone(described(statement["Action"]), id)
                [principal] = statement["Principal"].values()
                self.assertTrue("Condition" in statement or principal in TRUSTED_WITHOUT_CONDITION, id)

    def test_each_permission_to_invoke_a_function_names_its_source(self):
        for id, permission in complete_stack().of_type("AWS::Lambda::Permission").items():
            self.assertIn("SourceArn", permission, id)


if __name__ == "__main__":
    unittest.main()
