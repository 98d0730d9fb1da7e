"""Patches of SQS: redrive of dead letters."""

import json
import time


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


def source_queue(message):
    """Returns the ARN of the queue that a dead letter comes from."""
    return message["sys"].get("DeadLetterQueueSourceArn") or ""


def as_new(message):
    """Returns a message as if it had never been received."""
    kept = {name: value for name, value in message["sys"].items() if name != "DeadLetterQueueSourceArn"}
    unread = {"receipt_handle": None, "visible_at": time.time(), "receive_count": 0, "first_receive_at": None}
    return message | unread | {"sys": kept}
