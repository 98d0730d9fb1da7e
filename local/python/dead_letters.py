"""Messages that a function could not deal with: those in the queues that other queues name as their dead-letter queue,
and those that tell of a stream's records.
"""

import json
import os

import boto3

# Where the consumers of streams leave what they could not do, in template.yaml's words.
STREAM_FAILURES = "StreamFailures"
# How many messages of a queue are shown, the most that one call returns, and how many characters of each.
SHOWN, LENGTH = 10, 200


class DeadLetters:
    """The dead-letter queues of a stack, or of one of its functions."""

    def __init__(self, stack, function=None):
        self.sqs = boto3.client("sqs")
        self.queues = dead_letter_queues(self.sqs, stack)
        if function:
            wanted = self.queues_of(function)
            self.queues = {arn: queue for arn, queue in self.queues.items() if arn in wanted}
        self.told = None

    def queues_of(self, function):
        """The queues that messages and records end in which this function could not deal with."""
        mappings = boto3.client("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
        failures = {mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination") for mapping in mappings}
        sources = {mapping["EventSourceArn"] for mapping in mappings}
        return failures | {arn for arn, (_, _, fed) in self.queues.items() if fed & sources}

    def news(self):
        """Lines about all queues at first, and then about those where the number of messages is another one."""
        waiting = {arn: count(attributes(self.sqs, url)) for arn, (_, url, _) in self.queues.items()}
        if waiting == self.told:
            return []
        before, self.told = self.told or {}, waiting
        if not any(waiting.values()):
            return ["no dead letters"]
        return [line for arn in waiting if waiting[arn] != before.get(arn) for line in self.lines(arn, waiting[arn])]

    def lines(self, arn, number):
        """What is to be said of one queue."""
        name, url, _ = self.queues[arn]
        if not number:
            return [f"{name}: no dead letters"]
        # They are visible to everybody again at once.
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=SHOWN, VisibilityTimeout=0)
        bodies = [f"  {shortened(message['Body'])}" for message in found.get("Messages", [])]
        return [f"{name}: {number} dead letter{'s' if number > 1 else ''}", *bodies, f"  {way_back(name, arn)}"]


def dead_letter_queues(sqs, stack):
    """By ARN: name in the template, address, and the ARNs of the queues whose dead letters it takes."""
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
    """All that is known of a queue."""
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def count(attribute):
    """How many messages wait, those that somebody looks at included."""
    return int(attribute["ApproximateNumberOfMessages"]) + int(attribute["ApproximateNumberOfMessagesNotVisible"])


def shortened(text):
    """The beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= LENGTH else f"{line[: LENGTH - 1]}…"


def way_back(name, arn):
    """How to have the messages of a queue dealt with after all."""
    if name == STREAM_FAILURES:
        return "Once the cause is mended, docs/operating.md says how to have these records of a stream dealt with after all."
    call = f"sqs start-message-move-task --source-arn {arn}"
    endpoint, region = os.environ["AWS_ENDPOINT_URL"], os.environ["AWS_DEFAULT_REGION"]
    return f"Once the cause is mended, send them back with `aws --endpoint-url {endpoint} --region {region} {call}`."
