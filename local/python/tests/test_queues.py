"""Consumers of SQS queues on the local cloud."""

import io
import json
import tempfile
import threading
import unittest
import zipfile

from .helpers import client, deploy, event_recorder, events, role, wait_for

# The code of a function that takes the time in its event, or a moment for the messages of a queue.
SLEEPER = """
import time
def handler(event, context):
    time.sleep(event.get("seconds", 0.01))
    return {}
"""
# Seconds that the function is busy, many times less than the messages are hidden.
BUSY = 3


class Concurrency(unittest.TestCase):
    """A stack limits the concurrency of a consumer, as on AWS."""

    def test_the_limit_can_be_the_value_of_a_parameter(self):
        with tempfile.TemporaryDirectory() as folder:
            function = event_recorder("limited", folder)
            # The value of a parameter is text.
            mapping = {"FunctionName": function, "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}}
            mapping["ScalingConfig"] = {"MaximumConcurrency": "2"}
            resources = {
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "limited"}},
                "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping},
            }
            self.assertEqual(deploy("limited", resources), "CREATE_COMPLETE")
            queues = client("sqs")
            url = queues.get_queue_url(QueueName="limited")["QueueUrl"]
            queues.send_message(QueueUrl=url, MessageBody="{}")
            wait_for(lambda: events(folder))


class Throttling(unittest.TestCase):
    """A throttled consumer takes its messages as soon as it has capacity, as on AWS."""

    def test_a_message_does_not_lose_an_attempt_to_throttling(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("index.py", SLEEPER)
        functions, queues = client("lambda"), client("sqs")
        name = "throttled"
        arn = role(name, {"Effect": "Allow", "Action": "*", "Resource": "*"})
        code = {"ZipFile": archive.getvalue()}
        functions.create_function(FunctionName=name, Runtime="python3.12", Handler="index.handler", Role=arn, Code=code, Timeout=10)
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
        queue = queues.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "600"})["QueueUrl"]

        def attribute(attribute_name):
            return queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"][attribute_name]

        started = threading.Thread(
            target=functions.invoke, kwargs={"FunctionName": name, "Payload": json.dumps({"seconds": BUSY})}
        )
        started.start()
        functions.create_event_source_mapping(FunctionName=name, EventSourceArn=attribute("QueueArn"), BatchSize=1)
        queues.send_message(QueueUrl=queue, MessageBody="{}")
        numbers = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        wait_for(lambda: sum(int(attribute(number)) for number in numbers) == 0)
        started.join()
