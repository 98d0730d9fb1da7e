"""The price of a stack that nobody uses."""

import unittest

from .expanded import TRANSFORMED, Stack


class Costs(unittest.TestCase):
    """The defaults cost next to nothing while nobody uses the application."""

    def setUp(self):
        self.stack = Stack()

    def test_no_table_uses_a_key_of_kms(self):
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
        tables = self.stack.of_type("AWS::DynamoDB::Table")
        self.assertEqual([id for id, table in tables.items() if "SSESpecification" in table], [])

    def test_exactly_the_kept_tables_can_be_restored_to_a_point_in_time(self):
        for id, table in self.stack.of_type("AWS::DynamoDB::Table").items():
            is_kept = TRANSFORMED["Resources"][id]["DeletionPolicy"] == "RetainExceptOnCreate"
            recovery = table.get("PointInTimeRecoverySpecification", {})
            self.assertEqual(recovery.get("PointInTimeRecoveryEnabled", False), is_kept, id)

    def test_the_user_pool_has_the_least_expensive_plan(self):
        [pool] = self.stack.of_type("AWS::Cognito::UserPool").values()
        self.assertEqual(pool["UserPoolTier"], "LITE")

    def test_nothing_has_an_hourly_price(self):
        types = {resource["Type"] for resource in self.stack.resources.values()}
        self.assertEqual(types & {"AWS::WAFv2::WebACL", "AWS::KMS::Key", "AWS::EC2::NatGateway"}, set())
        # Aliases and versions can have provisioned concurrency. SAM sets it on the alias.
        published = self.stack.of_type("AWS::Lambda::Alias") | self.stack.of_type("AWS::Lambda::Version")
        for id, properties in published.items():
            self.assertNotIn("ProvisionedConcurrencyConfig", properties, id)

    def test_without_a_maximum_concurrency_lambda_reads_idle_queues_less_often(self):
        # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
        for parameters, limited in (({}, 9), ({"WorkerConcurrency": 0}, 0)):
            mappings = Stack(parameters).of_type("AWS::Lambda::EventSourceMapping").values()
            self.assertEqual(sum("ScalingConfig" in mapping for mapping in mappings), limited)

    def test_without_push_and_email_nothing_reads_the_queue_of_deliver(self):
        platform = "arn:aws:sns:us-east-1:123456789012:app/GCM/albumen"
        for parameters, delivers in (({}, False), ({"MailFrom": "a@example.org"}, True), ({"GooglePushApplication": platform}, True)):
            stack = Stack(parameters)
            mappings = stack.of_type("AWS::Lambda::EventSourceMapping").values()
            read = [mapping["EventSourceArn"] for mapping in mappings if mapping.get("Enabled", True)]
            self.assertEqual("<DeliverQueue.Arn>" in read, delivers)
            self.assertEqual("DeliverSubscription" in stack.resources, delivers)


if __name__ == "__main__":
    unittest.main()
