"""Names and sizes for the longest stack name, against the quotas of AWS."""

import json
import re
import unittest

from .expanded import TRANSFORMED, WORKSPACE, Stack

# The maximum length of a stack name, which `cargo dev` checks.
MAX_STACK_NAME = int(re.search(r"MAX_STACK_NAME: usize = (\d+);", (WORKSPACE / "local/src/stack_name.rs").read_text())[1])
LONGEST_REGION = "ap-southeast-1"
LONGEST_PARTITION = "aws-us-gov"
# CloudFormation adds a hyphen and at most 13 characters to the names that it creates.
RANDOM = "-ABCDEFGHIJKLM"

# The property with the name of a resource, and the maximum length of the name.
NAMES = {
    "AWS::ApiGatewayV2::Api": ("Name", 128),
    "AWS::CloudFront::CachePolicy": ("CachePolicyConfig.Name", 128),
    "AWS::CloudFront::Function": ("Name", 64),
    "AWS::CloudFront::OriginAccessControl": ("OriginAccessControlConfig.Name", 64),
    "AWS::CloudFront::OriginRequestPolicy": ("OriginRequestPolicyConfig.Name", 128),
    "AWS::CloudFront::ResponseHeadersPolicy": ("ResponseHeadersPolicyConfig.Name", 128),
    "AWS::CloudWatch::Alarm": ("AlarmName", 255),
    "AWS::Cognito::IdentityPool": ("IdentityPoolName", 128),
    "AWS::Cognito::UserPool": ("UserPoolName", 128),
    "AWS::DynamoDB::Table": ("TableName", 255),
    "AWS::IAM::Role": ("RoleName", 64),
    "AWS::Lambda::Function": ("FunctionName", 64),
    "AWS::Logs::LogGroup": ("LogGroupName", 512),
    "AWS::S3::Bucket": ("BucketName", 63),
    "AWS::SNS::Topic": ("TopicName", 256),
    "AWS::SQS::Queue": ("QueueName", 80),
    "AWS::Scheduler::Schedule": ("Name", 64),
    "AWS::WAFv2::WebACL": ("Name", 128),
}

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MAX_ROLE_POLICIES = 10_240
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_ENVIRONMENT = 4_096
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_FUNCTION_CODE, MAX_BEHAVIORS, MAX_POLICIES = 10_240, 25, 20
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAX_TEMPLATE, MAX_RESOURCES, MAX_PARAMETERS, MAX_OUTPUTS = 1_000_000, 500, 200, 200


def largest_stack():
    """Returns the stack with the longest names and all optional parts."""
    platform = f"arn:{LONGEST_PARTITION}:sns:{LONGEST_REGION}:123456789012:app"
    return Stack(
        {
            "AWS::Partition": LONGEST_PARTITION,
            "AWS::Region": LONGEST_REGION,
            "AWS::StackName": "a" * MAX_STACK_NAME,
            "ApplePushApplication": f"{platform}/APNS_SANDBOX/{'a' * 64}",
            "GooglePushApplication": f"{platform}/GCM/{'a' * 64}",
            "MailFrom": f"{'a' * 64}@{'a' * 63}.example",
            "RequestsPerAddress": 1_000,
            "SiteTitle": "ü" * 60,
            **dict.fromkeys(("ContactUrl", "ImprintUrl", "PrivacyUrl", "TermsUrl"), "https://" + "a" * 400),
        }
    )


def generated_name(logical_id):
    """Returns the name that CloudFormation creates for a resource without one."""
    return "a" * MAX_STACK_NAME + "-" + logical_id + RANDOM


def with_long_references(value):
    """Returns the text of a value with long names and ARNs instead of references."""

    def replacement(match):
        name, attribute = generated_name(match[1]), match[2] or ""
        if not attribute.endswith("Arn"):
            return name
        stream = "/stream/2026-11-28T00:00:00.000" if attribute == ".StreamArn" else ""
        return f"arn:{LONGEST_PARTITION}:cognito-idp:{LONGEST_REGION}:123456789012:userpool/{name}{stream}"

    return re.sub(r"<(\w+)(\.\w+)?>", replacement, json.dumps(value, separators=(",", ":")))


class Names(unittest.TestCase):
    """A stack with the longest allowed name stays below the quotas of AWS."""

    def setUp(self):
        self.stack = largest_stack()

    def test_the_longest_names_are_allowed(self):
        for kind, (path, longest) in NAMES.items():
            for id, properties in self.stack.of_type(kind).items():
                name = properties
                for key in path.split("."):
                    name = name.get(key, {})
                self.assertLessEqual(len(name or generated_name(id)), longest, id)

    def test_a_longer_stack_name_is_not_allowed(self):
        buckets = self.stack.of_type("AWS::S3::Bucket").values()
        self.assertEqual(max(len(bucket["BucketName"]) for bucket in buckets), NAMES["AWS::S3::Bucket"][1])

    def test_each_role_has_room_for_its_policies(self):
        for id, role in self.stack.of_type("AWS::IAM::Role").items():
            documents = [policy["PolicyDocument"] for policy in role["Policies"]]
            self.assertLessEqual(sum(len(with_long_references(document)) for document in documents), MAX_ROLE_POLICIES, id)

    def test_each_function_has_room_for_its_environment(self):
        for id, function in self.stack.of_type("AWS::Lambda::Function").items():
            variables = function["Environment"]["Variables"]
            self.assertLessEqual(len(with_long_references(variables)), MAX_ENVIRONMENT, id)

    def test_the_site_stays_below_the_quotas_of_cloudfront(self):
        for id, function in self.stack.of_type("AWS::CloudFront::Function").items():
            self.assertLess(len(with_long_references(function["FunctionCode"]).encode()), MAX_FUNCTION_CODE, id)
        [distribution] = self.stack.of_type("AWS::CloudFront::Distribution").values()
        self.assertLessEqual(len(distribution["DistributionConfig"]["CacheBehaviors"]), MAX_BEHAVIORS)
        # The quota of an account, in which other stacks can exist.
        for kind in ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy"):
            self.assertLessEqual(len(self.stack.of_type(f"AWS::CloudFront::{kind}")), MAX_POLICIES // 2, kind)

    def test_the_template_is_small_enough(self):
        self.assertLessEqual(len(json.dumps(TRANSFORMED)), MAX_TEMPLATE)
        self.assertLessEqual(len(TRANSFORMED["Resources"]), MAX_RESOURCES)
        self.assertLessEqual(len(TRANSFORMED["Parameters"]), MAX_PARAMETERS)
        self.assertLessEqual(len(TRANSFORMED["Outputs"]), MAX_OUTPUTS)


if __name__ == "__main__":
    unittest.main()
