"""Recorded push notifications and e-mails on the local cloud."""

import json
import unittest
import urllib.parse

from botocore.exceptions import ClientError

from .helpers import client, deploy, get, role, session


class Pushes(unittest.TestCase):
    """Push notifications are recorded, and invalid ones rejected as on AWS."""

    def test_records_messages_in_the_format_of_the_platform(self):
        root = client("sns")
        attributes = {"PlatformCredential": "secret"}
        app = root.create_platform_application(Name="phones", Platform="GCM", Attributes=attributes)
        app = app["PlatformApplicationArn"]
        with self.assertRaises(root.exceptions.AuthorizationErrorException):
            client("sns", session("stranger")).create_platform_endpoint(PlatformApplicationArn=app, Token="t1")
        endpoints = {"Effect": "Allow", "Action": "sns:*", "Resource": "arn:aws:sns:us-east-1:000000000000:endpoint/*"}
        sns = client("sns", session("phones", endpoints, {"Effect": "Allow", "Action": "sns:*", "Resource": app}))
        endpoint = sns.create_platform_endpoint(PlatformApplicationArn=app, Token="t1")["EndpointArn"]
        again = sns.create_platform_endpoint(PlatformApplicationArn=app, Token="t1")["EndpointArn"]
        self.assertEqual(endpoint, again)
        self.assertTrue(endpoint.startswith("arn:aws:sns:us-east-1:000000000000:endpoint/GCM/phones/"), endpoint)
        parts = json.dumps({"default": "d", "GCM": '{"data": {}}'})
        sns.publish(TargetArn=endpoint, Message=parts, MessageStructure="json")
        sns.publish(TargetArn=endpoint, Message="plain")
        listed = f"/_ministack/sns/platform-endpoint-messages?endpointArn={urllib.parse.quote(endpoint)}"
        found = get(listed)["platform_endpoint_messages"]
        self.assertEqual([message["Payload"] for message in found], ['{"data": {}}', "plain"])
        self.assertEqual({(message["Token"], message["Platform"]) for message in found}, {("t1", "GCM")})

        with self.assertRaises(sns.exceptions.InvalidParameterException):
            sns.publish(TargetArn=endpoint, Message='{"APNS": "{}"}', MessageStructure="json")
        sns.set_endpoint_attributes(EndpointArn=endpoint, Attributes={"Enabled": "false"})
        with self.assertRaises(sns.exceptions.EndpointDisabledException):
            sns.publish(TargetArn=endpoint, Message="plain")
        sns.delete_endpoint(EndpointArn=endpoint)
        with self.assertRaises(sns.exceptions.InvalidParameterException):
            sns.publish(TargetArn=endpoint, Message="plain")
        self.assertEqual(len(get(listed)["platform_endpoint_messages"]), 2)


class Topics(unittest.TestCase):
    """The policy of a topic decides who publishes and subscribes, besides the policies of roles."""

    def test_the_default_policy_allows_every_role_of_the_account(self):
        topic = client("sns").create_topic(Name="open")["TopicArn"]
        stranger = client("sns", session("topic-stranger"))
        stranger.publish(TopicArn=topic, Message="x")
        stranger.subscribe(TopicArn=topic, Protocol="email", Endpoint="ann@example.org")

    def test_another_policy_allows_only_the_principals_in_it(self):
        root = client("sns")
        topic = root.create_topic(Name="closed")["TopicArn"]
        publisher = role("topic-publisher")
        statement = {"Effect": "Allow", "Principal": {"AWS": publisher}, "Action": "sns:Publish", "Resource": topic}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        root.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        keys = client("sts").assume_role(RoleArn=publisher, RoleSessionName="test")["Credentials"]
        client("sns", keys).publish(TopicArn=topic, Message="x")
        stranger = client("sns", session("closed-stranger"))
        with self.assertRaises(root.exceptions.AuthorizationErrorException):
            stranger.publish(TopicArn=topic, Message="x")
        with self.assertRaises(root.exceptions.AuthorizationErrorException):
            stranger.subscribe(TopicArn=topic, Protocol="email", Endpoint="ann@example.org")


class Mails(unittest.TestCase):
    """A role can send from the identity in its policy, and e-mails are recorded."""

    def test_records_emails_from_an_allowed_identity(self):
        identity = {"Type": "AWS::SES::EmailIdentity", "Properties": {"EmailIdentity": "albumen@example.com"}}
        self.assertEqual(deploy("mail", {"From": identity}), "CREATE_COMPLETE")
        arn = "arn:aws:ses:us-east-1:000000000000:identity/albumen@example.com"
        keys = session("mailer", {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": arn})
        ses = client("sesv2", keys)
        body = {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "What is new"}}}}
        to = {"ToAddresses": ["ann@example.org"]}
        ses.send_email(FromEmailAddress="Albumen <albumen@example.com>", Destination=to, Content=body)
        with self.assertRaises(ClientError):
            ses.send_email(FromEmailAddress="other@example.com", Destination=to, Content=body)
        (message,) = get("/_ministack/ses/messages?account=000000000000")["messages"]["000000000000"]
        self.assertEqual((message["To"], message["Subject"]), (["ann@example.org"], "Hello"))
        self.assertEqual(message["BodyText"], "What is new")
