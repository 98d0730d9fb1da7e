"""Dead letters on the local cloud: shown and sent back."""

import json
import unittest

from botocore.exceptions import ClientError

from dead_letters import DeadLetters

from .helpers import client, deploy, keeper


def queue(name, **properties):
    """A queue of a template, called as it is there."""
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}


def arn(name):
    """The ARN of a queue."""
    return f"arn:aws:sqs:us-east-1:000000000000:{name}"


class Shown(unittest.TestCase):
    """The dead letters of a stack, and of one of its functions, as `cargo dev logs` shows them."""

    def test_dead_letters_are_shown_and_stay(self):
        sqs = client("sqs")
        template = {"StreamFailures": queue("StreamFailures"), "Busy": queue("Busy")}
        for name in ("Resize", "Mail"):
            target = {"Fn::GetAtt": [f"{name}DeadLetters", "Arn"]}
            policy = {"deadLetterTargetArn": target, "maxReceiveCount": 1}
            template |= {f"{name}DeadLetters": queue(f"{name}DeadLetters"), name: queue(name, RedrivePolicy=policy)}
        self.assertEqual(deploy("letters", template), "CREATE_COMPLETE")
        function = keeper("resizer", "/nowhere")
        client("lambda").create_event_source_mapping(FunctionName=function, EventSourceArn=arn("Resize"), Enabled=False)

        everyone = DeadLetters("letters")
        self.assertEqual(everyone.news(), ["no dead letters"])
        self.assertEqual(everyone.news(), [], "nothing new")
        urls = {name: sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in ("ResizeDeadLetters", "StreamFailures")}
        sqs.send_message(QueueUrl=urls["ResizeDeadLetters"], MessageBody="many\nwords " + "x" * 1000)
        (head, body, advice) = everyone.news()
        self.assertEqual(head, "ResizeDeadLetters: 1 dead letter")
        self.assertTrue(body.startswith("  many words xx") and body.endswith("x…") and len(body) < 210, body)
        self.assertIn(f"start-message-move-task --source-arn {arn('ResizeDeadLetters')}", advice)
        sqs.send_message(QueueUrl=urls["StreamFailures"], MessageBody="{}")
        self.assertEqual(everyone.news()[:2], ["StreamFailures: 1 dead letter", "  {}"])

        heads = [line for line in DeadLetters("letters").news() if not line.startswith(" ")]
        expected = ["MailDeadLetters: no dead letters", "ResizeDeadLetters: 1 dead letter", "StreamFailures: 1 dead letter"]
        self.assertEqual(heads, expected)
        self.assertEqual(DeadLetters("letters", "resizer").news(), [head, body, advice])
        self.assertEqual(len(sqs.receive_message(QueueUrl=urls["ResizeDeadLetters"])["Messages"]), 1, "not consumed")


class SentBack(unittest.TestCase):
    """Dead letters go back to where they came from."""

    def test_a_dead_letter_is_sent_back(self):
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
