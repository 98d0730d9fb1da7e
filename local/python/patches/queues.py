"""Patches of SQS: redrive of dead letters, and throttled consumers."""

import json
import threading
import time

# Seconds between two invocations with the same messages.
RETRY_INTERVAL = 0.5


def support_redrive():
    """Adds StartMessageMoveTask, which moves the messages of a dead-letter queue back to their
    source queues or to another queue. ministack lacks the action. The patch moves all messages
    before the call returns.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
    """
    from ministack.core.responses import new_uuid
    from ministack.services import sqs

    def queue(arn):
        found = sqs._queue_by_arn(arn)
        if found is None:
            raise sqs._Err("ResourceNotFoundException", f"There is no queue {arn}.")
        return found

    def has_dead_letters(arn):
        policies = [found["attributes"].get("RedrivePolicy") for found in sqs._queues.values()]
        return any(json.loads(policy).get("deadLetterTargetArn") == arn for policy in policies if policy)

    def start(data, _url):
        source = queue(data.get("SourceArn") or "")
        if not has_dead_letters(data["SourceArn"]):
            raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
        destination = data.get("DestinationArn")
        moves = [(message, queue(destination or source_queue(message))) for message in source["messages"]]
        source["messages"] = []
        for message, target in moves:
            target["messages"].append(as_new(message))
        sqs.esm_wake.set()
        return {"TaskHandle": new_uuid()}

    sqs._HANDLERS["StartMessageMoveTask"] = start


def retry_throttled_batches():
    """Repeats a throttled invocation with the messages of a queue while these are hidden. ministack
    drops the batch, so that a throttled function loses an attempt of each message, and after the
    last one the messages are dead letters.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    from ministack.services import lambda_svc

    run_batch, execute = lambda_svc._run_sqs_batch, lambda_svc._execute_function
    running = threading.local()

    def run_batch_with_retries(esm, function, event, batch, *queue):
        running.until = min(message["visible_at"] for message in batch)
        try:
            run_batch(esm, function, event, batch, *queue)
        finally:
            running.until = None

    def execute_with_retries(function, event):
        until = getattr(running, "until", None)
        result = execute(function, event)
        while until and result.get("throttle") and time.time() + RETRY_INTERVAL < until:
            time.sleep(RETRY_INTERVAL)
            result = execute(function, event)
        return result

    lambda_svc._run_sqs_batch, lambda_svc._execute_function = run_batch_with_retries, execute_with_retries


def read_concurrency_as_number():
    """Reads the maximum concurrency of a consumer as a number. CloudFormation converts the value of
    a parameter, which is text. ministack does not, so that it reads no queue at all.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    from ministack.services import lambda_svc

    concurrency = lambda_svc._sqs_esm_concurrency

    def numeric_concurrency(mapping, *rest):
        scaling = mapping.get("ScalingConfig") or {}
        if "MaximumConcurrency" in scaling:
            scaling["MaximumConcurrency"] = int(scaling["MaximumConcurrency"])
        return concurrency(mapping, *rest)

    lambda_svc._sqs_esm_concurrency = numeric_concurrency


def source_queue(message):
    """Returns the ARN of the queue that a dead letter comes from."""
    return message["sys"].get("DeadLetterQueueSourceArn") or ""


def as_new(message):
    """Returns a message as if it had never been received."""
    kept = {name: value for name, value in message["sys"].items() if name != "DeadLetterQueueSourceArn"}
    unread = {"receipt_handle": None, "visible_at": time.time(), "receive_count": 0, "first_receive_at": None}
    return message | unread | {"sys": kept}
