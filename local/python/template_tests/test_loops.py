"""Functions that can trigger themselves."""

import unittest

from .expanded import Stack, listed, logical_id, statements

# The type of resource that each action of a role triggers, and the event of a bucket.
TRIGGERS = {
    "sns:Publish": ("AWS::SNS::Topic", None),
    "sqs:SendMessage": ("AWS::SQS::Queue", None),
    "s3:PutObject": ("AWS::S3::Bucket", "s3:ObjectCreated:*"),
    "s3:DeleteObject": ("AWS::S3::Bucket", "s3:ObjectRemoved:*"),
}


def triggered_by_functions(stack):
    """Yields each function with the topics, queues and buckets that it can trigger. A bucket is a
    pair with the event.
    """
    for function, properties in stack.of_type("AWS::Lambda::Function").items():
        for statement in statements(stack, logical_id(properties["Role"])):
            for action in set(listed(statement["Action"])) & TRIGGERS.keys():
                kind, event = TRIGGERS[action]
                for resource in listed(statement["Resource"]):
                    target = logical_id(resource) if resource.startswith("<") else None
                    # Objects: the originals cause events, the renditions do not.
                    is_silent = event and not resource.endswith("/originals/*")
                    if target and stack.resources[target]["Type"] == kind and not is_silent:
                        yield function, (target, event) if event else target


def edges(stack, with_buckets):
    """Returns the pairs (source, target) of all resources where the source triggers the target."""
    found = set(triggered_by_functions(stack))
    for subscription in stack.of_type("AWS::SNS::Subscription").values():
        if subscription["Protocol"] == "sqs":
            found.add((logical_id(subscription["TopicArn"]), logical_id(subscription["Endpoint"])))
    for mapping in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        found.add((logical_id(mapping["EventSourceArn"]), logical_id(mapping["FunctionName"])))
    for bucket, properties in stack.of_type("AWS::S3::Bucket").items():
        notifications = properties.get("NotificationConfiguration", {})
        for topic in notifications.get("TopicConfigurations", []):
            found.add(((bucket, topic["Event"]), logical_id(topic["Topic"])))
        for queue in notifications.get("QueueConfigurations", []):
            found.add(((bucket, queue["Event"]), logical_id(queue["Queue"])))
    return found if with_buckets else {edge for edge in found if not any(isinstance(end, tuple) for end in edge)}


def functions_in_loops(stack, with_buckets):
    """Returns the functions that can trigger themselves, directly or by other functions."""
    found = edges(stack, with_buckets)

    def reached_from(start):
        reached, new = set(), {start}
        while new:
            new = {target for source, target in found if source in new} - reached
            reached |= new
        return reached

    return {name for name in stack.of_type("AWS::Lambda::Function") if name in reached_from(name)}


def functions_that_allow_loops(stack):
    """Returns the functions that Lambda does not stop."""
    functions = stack.of_type("AWS::Lambda::Function").items()
    return {name for name, properties in functions if properties.get("RecursiveLoop") == "Allow"}


class Loops(unittest.TestCase):
    """Lambda stops a chain of SNS, SQS, S3 and Lambda after about 16 invocations of a function.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    """

    def setUp(self):
        self.stack = Stack()

    def test_the_functions_that_continue_their_work_by_messages_allow_loops(self):
        loops = functions_in_loops(self.stack, with_buckets=False)
        self.assertEqual(loops, {"IndexFunction", "SmartAlbumsFunction"})
        self.assertEqual(functions_that_allow_loops(self.stack), loops)

    def test_the_only_loop_of_the_bucket_is_short(self):
        # cleanup deletes originals, and each deleted original calls it. The second call finds no
        # row of the picture and deletes nothing. So Lambda may stop this loop.
        loops = functions_in_loops(self.stack, with_buckets=True)
        self.assertEqual(loops - functions_that_allow_loops(self.stack), {"CleanupFunction"})

    def test_an_alarm_counts_the_invocations_of_each_function_that_allows_loops(self):
        counted = set()
        # Some alarms exist only with a receiver.
        for alarm in Stack({"AlarmEmail": "operator@example.org"}).of_type("AWS::CloudWatch::Alarm").values():
            if (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Invocations", "Sum"):
                counted |= {logical_id(dimension["Value"]) for dimension in alarm["Dimensions"]}
                self.assertEqual(alarm["Threshold"], 100_000)
                self.assertEqual(alarm["AlarmActions"], ["<AlarmsTopic>"])
        self.assertEqual(counted, functions_that_allow_loops(self.stack))


if __name__ == "__main__":
    unittest.main()
