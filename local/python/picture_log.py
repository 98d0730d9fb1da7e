"""Finds the log lines about a picture, in all functions of a stack."""

import json
import uuid

import boto3

# Milliseconds before the id of a picture was generated, because clocks differ.
CLOCK_SKEW = 60_000
# Milliseconds within which an invocation writes all its lines. The longest timeout is 60 seconds.
INVOCATION = 120_000


def picture_log(stack, picture):
    """Yields the log events about a picture, and the events that start and end the invocations with
    these events. Each has the name of its function without the stack, `timestamp` (milliseconds
    since 1970) and `message`.
    """
    client = boto3.client("logs")
    for name in functions_of(stack):
        found = list(read(client, name, picture, created_at(picture) - CLOCK_SKEW))
        times = {}
        for event in found:
            times.setdefault(request_of(event["message"]), []).append(event["timestamp"])
        times.pop(None, None)
        for request, written in times.items():
            around = read(client, name, request, min(written) - INVOCATION, max(written) + INVOCATION)
            found += [event for event in around if picture not in event["message"]]
        for event in found:
            function = name.removeprefix(f"{stack}-")
            yield {"function": function, "timestamp": event["timestamp"], "message": event["message"].rstrip()}


def functions_of(stack):
    """Returns the names of the functions of a stack, in order."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return sorted(found["PhysicalResourceId"] for found in resources if found["ResourceType"] == "AWS::Lambda::Function")


def created_at(picture):
    """Returns the time in the id of a picture (UUID version 7), in milliseconds since 1970."""
    return uuid.UUID(picture).int >> 80


def request_of(message):
    """Returns the id of the request of a log line, or `None` if the line is not JSON."""
    try:
        spans = json.loads(message)["spans"]
    except (ValueError, KeyError, TypeError):
        return None
    return next((span["requestId"] for span in spans if "requestId" in span), None)


def read(client, name, term, start, end=None):
    """Returns the log events of a function that contain a term."""
    limits = {"startTime": start} | ({} if end is None else {"endTime": end})
    # A term in quotation marks can contain hyphens.
    pages = client.get_paginator("filter_log_events").paginate(
        logGroupName=f"/aws/lambda/{name}", filterPattern=f'"{term}"', **limits
    )
    try:
        return [event for page in pages for event in page["events"]]
    except client.exceptions.ResourceNotFoundException:
        return []  # The function has not been invoked yet.
