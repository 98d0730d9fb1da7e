"""Reads dead letters, which are messages that a function failed to process. The dead-letter queues
and the queue for failed stream records contain them.
"""

import json
import os

import boto3

# The logical id in template.yaml of the queue for failed records of streams.
STREAM_FAILURES = "StreamFailures"
# The maximum number of shown messages of a queue, which is the maximum of one call.
MAX_MESSAGES = 10
# The maximum number of shown characters of a message.
MAX_LENGTH = 200


class DeadLetters:
    """The dead-letter queues of a stack, or of one of its functions."""

    def __init__(self, stack, function=None):
        self.sqs = boto3.client("sqs")
        self.queues = dead_letter_queues(self.sqs, stack)
        if function:
            arns = self.queues_of(function)
            self.queues = {arn: queue for arn, queue in self.queues.items() if arn in arns}
        self.counts = None

    def queues_of(self, function):
        """Returns the ARNs of the queues for messages and records that a function failed to
        process.
        """
        mappings = boto3.client("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
        failures = {mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination") for mapping in mappings}
        sources = {mapping["EventSourceArn"] for mapping in mappings}
        return failures | {arn for arn, (_, _, fed) in self.queues.items() if fed & sources}

    def changes(self):
        """Returns lines about the queues in which the number of messages has changed since the last
        call.
        """
        waiting = {arn: count(attributes(self.sqs, url)) for arn, (_, url, _) in self.queues.items()}
        if waiting == self.counts:
            return []
        before, self.counts = self.counts or {}, waiting
        if not any(waiting.values()):
            return ["no dead letters"]
        return [line for arn in waiting if waiting[arn] != before.get(arn) for line in self.lines(arn, waiting[arn])]

    def lines(self, arn, number):
        """Returns the lines about one queue."""
        name, url, _ = self.queues[arn]
        if not number:
            return [f"{name}: no dead letters"]
        # With a timeout of 0, the messages stay visible to other consumers.
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=MAX_MESSAGES, VisibilityTimeout=0)
        bodies = [f"  {shortened(message['Body'])}" for message in found.get("Messages", [])]
        return [f"{name}: {number} dead letter{'s' if number > 1 else ''}", *bodies, f"  {redrive_advice(name, arn)}"]


def dead_letter_queues(sqs, stack):
    """Returns the dead-letter queues of a stack by ARN. Each value contains the logical id, the URL
    and the set of the ARNs of its source queues.
    """
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    queues = [resource for resource in resources if resource["ResourceType"] == "AWS::SQS::Queue"]
    known = {queue["LogicalResourceId"]: queue["PhysicalResourceId"] for queue in queues}
    about = {name: attributes(sqs, url) for name, url in known.items()}
    fed = {}
    for attribute in about.values():
        target = json.loads(attribute.get("RedrivePolicy") or "{}").get("deadLetterTargetArn")
        fed.setdefault(target, set()).add(attribute["QueueArn"])
    arns = {name: attribute["QueueArn"] for name, attribute in about.items()}
    return {
        arn: (name, known[name], fed.get(arn, set()))
        for name, arn in sorted(arns.items())
        if arn in fed or name == STREAM_FAILURES
    }


def attributes(sqs, url):
    """Returns all attributes of a queue."""
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def count(attribute):
    """Returns the number of messages of a queue, including messages in flight."""
    return int(attribute["ApproximateNumberOfMessages"]) + int(attribute["ApproximateNumberOfMessagesNotVisible"])


def shortened(text):
    """Returns the beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_LENGTH else f"{line[: MAX_LENGTH - 1]}…"


def redrive_advice(name, arn):
    """Returns advice on how to process the messages of a queue again."""
    if name == STREAM_FAILURES:
        return "Fix the cause, then see docs/operating.md on how to process these stream records again."
    call = f"sqs start-message-move-task --source-arn {arn}"
    endpoint, region = os.environ["AWS_ENDPOINT_URL"], os.environ["AWS_DEFAULT_REGION"]
    return f"Fix the cause, then redrive them: `aws --endpoint-url {endpoint} --region {region} {call}`."
