"""SQS: dead letters are sent back."""

import json
import time


def redrive():
    """ministack has no StartMessageMoveTask, by which what lies in a dead-letter queue is sent back to where it came
    from, or elsewhere. Here all of it goes at once: the task is over when the call is answered.
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
        elsewhere = data.get("DestinationArn")
        moves = [(message, queue(elsewhere or home(message))) for message in source["messages"]]
        source["messages"] = []
        for message, target in moves:
            target["messages"].append(as_new(message))
        sqs.esm_wake.set()
        return {"TaskHandle": new_uuid()}

    sqs._HANDLERS["StartMessageMoveTask"] = start


def home(message):
    """The queue that a dead letter comes from."""
    return message["sys"].get("DeadLetterQueueSourceArn") or ""


def as_new(message):
    """A moved message counts as one that nobody has received yet."""
    kept = {name: value for name, value in message["sys"].items() if name != "DeadLetterQueueSourceArn"}
    unread = {"receipt_handle": None, "visible_at": time.time(), "receive_count": 0, "first_receive_at": None}
    return message | unread | {"sys": kept}
