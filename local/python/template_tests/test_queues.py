"""Queues and their consumers."""

import math
import unittest

from .expanded import Stack, listed, logical_id

# AWS advises to hide a message for this many times the timeout of its function, and to receive it
# at least this often before it is a dead letter.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
TIMEOUTS = 6
MIN_ATTEMPTS = 5
# Seconds in which pictures that one person adds to an album are one batch.
BATCH = 300
# Seconds that a message survives although each invocation is throttled.
THROTTLED = 3_600
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
MIN_CONCURRENCY = 2


class Queues(unittest.TestCase):
    """A throttled message is not lost, and each policy covers one queue."""

    def setUp(self):
        self.stack = Stack()
        self.queues = self.stack.of_type("AWS::SQS::Queue")

    def consumers(self):
        """Yields the consumer, the function and the queue of each queue that a function reads."""
        functions = self.stack.of_type("AWS::Lambda::Function")
        for mapping in self.stack.of_type("AWS::Lambda::EventSourceMapping").values():
            queue = self.queues.get(logical_id(mapping["EventSourceArn"]))
            if queue:
                yield mapping, functions[logical_id(mapping["FunctionName"])], queue

    def test_a_message_survives_an_hour_of_throttling(self):
        consumers = list(self.consumers())
        self.assertGreaterEqual(len(consumers), 7)
        for mapping, function, queue in consumers:
            with self.subTest(mapping["EventSourceArn"]):
                hidden, attempts = queue["VisibilityTimeout"], queue["RedrivePolicy"]["maxReceiveCount"]
                self.assertGreaterEqual(hidden, TIMEOUTS * function["Timeout"])
                self.assertGreaterEqual(attempts, MIN_ATTEMPTS)
                self.assertGreaterEqual(hidden * attempts, THROTTLED)
                self.assertGreaterEqual(mapping["ScalingConfig"]["MaximumConcurrency"], MIN_CONCURRENCY)

    def test_a_message_about_a_batch_waits_until_the_batch_is_complete(self):
        consumers = {logical_id(mapping["FunctionName"]): (function, queue) for mapping, function, queue in self.consumers()}
        for name in "DeliverFunction", "LiveFunction":
            function, queue = consumers[name]
            delay = int(function["Environment"]["Variables"]["NOTICE_DELAY"])
            self.assertGreater(delay, BATCH)
            # The waiting message keeps the attempts that it needs if the function fails.
            attempts = queue["RedrivePolicy"]["maxReceiveCount"] - math.ceil(delay / queue["VisibilityTimeout"])
            self.assertGreaterEqual(attempts, 15)

    def test_a_policy_names_no_other_queue(self):
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/AccessPolicyLanguage_SpecialInfo.html
        for id, policy in self.stack.of_type("AWS::SQS::QueuePolicy").items():
            queues = {f"<{logical_id(queue)}.Arn>" for queue in policy["Queues"]}
            for statement in policy["PolicyDocument"]["Statement"]:
                named = listed(statement["Resource"])
                self.assertTrue(named == ["*"] or (len(queues) == 1 and set(named) == queues), id)

    def test_each_policy_of_a_queue_has_a_condition(self):
        for id, policy in self.stack.of_type("AWS::SQS::QueuePolicy").items():
            for statement in policy["PolicyDocument"]["Statement"]:
                self.assertIn("aws:SourceArn", str(statement["Condition"]), id)

    def test_a_queue_has_one_policy(self):
        policies = self.stack.of_type("AWS::SQS::QueuePolicy").values()
        queues = [logical_id(queue) for policy in policies for queue in policy["Queues"]]
        self.assertEqual(len(queues), len(set(queues)))


if __name__ == "__main__":
    unittest.main()
