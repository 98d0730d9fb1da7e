"""Dead letters on the local cloud: display and redrive."""

import json
import unittest

from botocore.exceptions import ClientError

from dead_letters import DeadLetters

from .helpers import client, deploy, event_recorder


def queue(name, **properties):
    """Returns the resource of a queue."""
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}


def arn(name):
    """Returns the ARN of a queue."""
    return f"arn:aws:sqs:us-east-1:000000000000:{name}"


class Display(unittest.TestCase):
    """The dead letters of a stack or function, as `cargo dev logs` shows them."""

    def test_shows_dead_letters_without_consuming_them(self):
        sqs = client("sqs")
        template = {"StreamFailures": queue("StreamFailures"), "Busy": queue("Busy")}
        for name in ("Resize", "Mail"):
            target = {"Fn::GetAtt": [f"{name}DeadLetters", "Arn"]}
            policy = {"deadLetterTargetArn": target, "maxReceiveCount": 1}
            template |= {f"{name}DeadLetters": queue(f"{name}DeadLetters"), name: queue(name, RedrivePolicy=policy)}
        self.assertEqual(deploy("letters", template), "CREATE_COMPLETE")
        function = event_recorder("resizer", "/nowhere")
        client("lambda").create_event_source_mapping(FunctionName=function, EventSourceArn=arn("Resize"), Enabled=False)

        whole_stack = DeadLetters("letters")
        self.assertEqual(whole_stack.changes(), ["no dead letters"])
        self.assertEqual(whole_stack.changes(), [], "nothing new")
        urls = {name: sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in ("ResizeDeadLetters", "StreamFailures")}
        sqs.send_message(QueueUrl=urls["ResizeDeadLetters"], MessageBody="many\nwords " + "x" * 1000)
        (head, body, advice) = whole_stack.changes()
        self.assertEqual(head, "ResizeDeadLetters: 1 dead letter")
        self.assertTrue(body.startswith("  many words xx") and body.endswith("x…") and len(body) < 210, body)
        self.assertIn(f"start-message-move-task --source-arn {arn('ResizeDeadLetters')}", advice)
        sqs.send_message(QueueUrl=urls["StreamFailures"], MessageBody="{}")
        self.assertEqual(whole_stack.changes()[:2], ["StreamFailures: 1 dead letter", "  {}"])

        heads = [line for line in DeadLetters("letters").changes() if not line.startswith(" ")]
        expected = ["MailDeadLetters: no dead letters", "ResizeDeadLetters: 1 dead letter", "StreamFailures: 1 dead letter"]
        self.assertEqual(heads, expected)
        self.assertEqual(DeadLetters("letters", "resizer").changes(), [head, body, advice])
        self.assertEqual(len(sqs.receive_message(QueueUrl=urls["ResizeDeadLetters"])["Messages"]), 1, "not consumed")


class Redrive(unittest.TestCase):
    """Dead letters move back to their source queue."""

    def test_moves_a_dead_letter_back_to_its_source_queue(self):
        sqs = client("sqs")
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        policy = json.dumps({"deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1})
        work = sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})
        work = work["QueueUrl"]
        sqs.send_message(QueueUrl=work, MessageBody="one")
        self.assertEqual(len(sqs.receive_message(QueueUrl=work)["Messages"]), 1)
        self.assertNotIn("Messages", sqs.receive_message(QueueUrl=work))
        self.assertEqual(sqs.receive_message(QueueUrl=dead, VisibilityTimeout=0)["Messages"][0]["Body"], "one")
        sqs.start_message_move_task(SourceArn=arn("dead"))
        self.assertNotIn("Messages", sqs.receive_message(QueueUrl=dead))
        self.assertEqual(sqs.receive_message(QueueUrl=work)["Messages"][0]["Body"], "one")
        with self.assertRaises(ClientError):
            sqs.start_message_move_task(SourceArn=arn("work"))
