"""Recorded push notifications and e-mails on the local cloud."""

import json
import unittest
import urllib.parse

from botocore.exceptions import ClientError

from .helpers import client, deploy, get, session


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
