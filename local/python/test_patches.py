"""Checks on a running engine that what patches/ puts right is right. Endpoint and keys come in the environment; run by
the tests of the crate `local`.
"""

import io
import json
import os
import pathlib
import socket
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
import zipfile

import boto3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ClientError
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, RejectConnection, Request

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
# Seconds that anything may take which happens by itself.
PATIENCE = 10
# A function that leaves the events it got in a folder.
KEEPER = """
import json, os, uuid
def handler(event, context):
    name = os.path.join(os.environ["FOLDER"], uuid.uuid4().hex)
    with open(name, "w") as file:
        json.dump(event, file)
    os.rename(name, name + ".json")
    return {"statusCode": 200}
"""
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


def client(service, keys=None):
    """A client with the root key, or with others."""
    keys = keys or {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": None}
    return boto3.client(
        service,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=Config(retries={"max_attempts": 0}),
    )


def role(name, *statements):
    """The ARN of a new role that may do what the statements say."""
    iam = client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=policy)
    return arn


def session(name, *statements):
    """Keys of a new role that may do what the statements say."""
    arn = role(name, *statements)
    return client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]


def keeper(name, folder):
    """The ARN of a new function that leaves its events in a folder."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", KEEPER)
    made = client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="index.handler",
        Role=role(name, {"Effect": "Allow", "Action": "*", "Resource": "*"}),
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"FOLDER": folder}},
    )
    return made["FunctionArn"]


def wait_for(look):
    """What `look` finds, as soon as it finds anything."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.1)
    return found


def events(folder):
    """The events that a function has left there."""
    return [json.loads(path.read_text()) for path in pathlib.Path(folder).glob("*.json")]


def get(path):
    """What the engine itself tells, as JSON."""
    with urllib.request.urlopen(ENDPOINT + path) as answer:
        return json.load(answer)


def deploy(name, template):
    """Creates a stack, or updates it, and waits for it."""
    cloudformation = client("cloudformation")
    body = json.dumps({"Resources": template})
    try:
        cloudformation.describe_stacks(StackName=name)
        cloudformation.update_stack(StackName=name, TemplateBody=body)
    except ClientError:
        cloudformation.create_stack(StackName=name, TemplateBody=body)

    def settled():
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        return None if status.endswith("IN_PROGRESS") else status

    return wait_for(settled)


class TimeToLive(unittest.TestCase):
    """Rows of tables that a template made expire, and the stream tells of it."""

    TABLE = {
        "TableName": "deadlines",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    LIVED = {"TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True}}

    def test_expired_rows_go_and_functions_are_told(self):
        dynamodb, now = client("dynamodb"), int(time.time())
        table = {"Type": "AWS::DynamoDB::Table", "Properties": self.TABLE}
        self.assertEqual(deploy("ttl", {"Table": table}), "CREATE_COMPLETE")
        table = table | {"Properties": self.TABLE | self.LIVED}
        self.assertEqual(deploy("ttl", {"Table": table}), "UPDATE_COMPLETE")
        described = dynamodb.describe_time_to_live(TableName="deadlines")["TimeToLiveDescription"]
        self.assertEqual(described, {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"})

        with tempfile.TemporaryDirectory() as folder:
            stream = dynamodb.describe_table(TableName="deadlines")["Table"]["LatestStreamArn"]
            filters = [{"Pattern": '{"userIdentity": {"type": ["Service"]}}'}]
            client("lambda").create_event_source_mapping(
                FunctionName=keeper("removals", folder),
                EventSourceArn=stream,
                StartingPosition="TRIM_HORIZON",
                FilterCriteria={"Filters": filters},
            )
            rows = {"past": now - 1, "soon": now + 1, "far": now + 3600, "ancient": 1}
            for name, at in rows.items():
                dynamodb.put_item(TableName="deadlines", Item={"id": {"S": name}, "expiresAt": {"N": str(at)}})
            dynamodb.put_item(TableName="deadlines", Item={"id": {"S": "text"}, "expiresAt": {"S": str(now - 1)}})
            dynamodb.put_item(TableName="deadlines", Item={"id": {"S": "never"}})
            dynamodb.delete_item(TableName="deadlines", Key={"id": {"S": "never"}})

            def removals():
                found = [record for event in events(folder) for record in event["Records"]]
                return found if len(found) >= 2 else None

            found = wait_for(removals)
        left = {row["id"]["S"] for row in dynamodb.scan(TableName="deadlines")["Items"]}
        self.assertEqual(left, {"far", "ancient", "text"})
        self.assertEqual({record["dynamodb"]["Keys"]["id"]["S"] for record in found}, {"past", "soon"})
        for record in found:
            self.assertEqual(record["eventName"], "REMOVE")
            self.assertIn("expiresAt", record["dynamodb"]["OldImage"])
            self.assertEqual(record["userIdentity"], {"type": "Service", "principalId": "dynamodb.amazonaws.com"})


class WhoConnects(unittest.TestCase):
    """`$connect` events of a WebSocket API say whose credentials signed, and only they."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        gateway = client("apigatewayv2")
        function = keeper("connects", cls.folder.name)
        cls.api = gateway.create_api(Name="live", ProtocolType="WEBSOCKET")["ApiId"]
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
        integration = gateway.create_integration(
            ApiId=cls.api, IntegrationType="AWS_PROXY", IntegrationUri=uri, IntegrationMethod="POST"
        )
        target = f"integrations/{integration['IntegrationId']}"
        gateway.create_route(ApiId=cls.api, RouteKey="$connect", AuthorizationType="AWS_IAM", Target=target)
        gateway.create_stage(ApiId=cls.api, StageName="live", AutoDeploy=True)

    def connect(self, keys, change=""):
        """Whether the API takes a connection that these keys signed."""
        url = f"{ENDPOINT}/_aws/execute-api/{self.api}/live"
        request = AWSRequest("GET", url)
        SigV4QueryAuth(keys, "execute-api", "us-east-1").add_auth(request)
        parts = urllib.parse.urlsplit(request.url)
        with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as wire:
            connection = WSConnection(ConnectionType.CLIENT)
            target = f"{parts.path}?{parts.query}{change}"
            wire.sendall(connection.send(Request(host=parts.netloc, target=target)))
            while True:
                connection.receive_data(wire.recv(65536) or None)
                for event in connection.events():
                    if isinstance(event, (AcceptConnection, RejectConnection)):
                        return isinstance(event, AcceptConnection)

    def member(self):
        """Somebody who signed up, and their keys."""
        pool = client("cognito-idp").create_user_pool(PoolName="members")["UserPool"]["Id"]
        cognito = client("cognito-idp")
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="app", ExplicitAuthFlows=flows)
        app = app["UserPoolClient"]["ClientId"]
        cognito.admin_create_user(UserPoolId=pool, Username="ann", MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=pool, Username="ann", Password="Passw0rd!x", Permanent=True)
        attributes = cognito.admin_get_user(UserPoolId=pool, Username="ann")["UserAttributes"]
        sub = next(attribute["Value"] for attribute in attributes if attribute["Name"] == "sub")
        login = cognito.initiate_auth(
            ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ann", "PASSWORD": "Passw0rd!x"}
        )
        provider = f"cognito-idp.us-east-1.amazonaws.com/{pool}"
        logins = {provider: login["AuthenticationResult"]["IdToken"]}
        identities = client("cognito-identity")
        identity_pool = identities.create_identity_pool(
            IdentityPoolName="members",
            AllowUnauthenticatedIdentities=False,
            CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": app}],
        )["IdentityPoolId"]
        allowed = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
        arn = role("member", allowed)
        identities.set_identity_pool_roles(IdentityPoolId=identity_pool, Roles={"authenticated": arn})
        identity = identities.get_id(IdentityPoolId=identity_pool, Logins=logins)["IdentityId"]
        keys = identities.get_credentials_for_identity(IdentityId=identity, Logins=logins)["Credentials"]
        signer = boto3.Session(keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"]).get_credentials()
        return signer, identity, f"{provider},{provider}:CognitoSignIn:{sub}"

    def test_a_member_is_named(self):
        signer, identity, provider = self.member()
        self.assertTrue(self.connect(signer))
        found = wait_for(lambda: events(self.folder.name))
        caller = found[0]["requestContext"]["identity"]
        self.assertEqual(caller["cognitoIdentityId"], identity)
        self.assertEqual(caller["cognitoAuthenticationProvider"], provider)
        self.assertEqual(caller["cognitoAuthenticationType"], "authenticated")
        self.assertIn(":assumed-role/member/", caller["userArn"])
        self.assertEqual(caller["sourceIp"], "127.0.0.1")
        before = len(found)
        self.assertFalse(self.connect(signer, change="0"), "a signature that is not right")
        self.assertEqual(len(events(self.folder.name)), before)


class Pushes(unittest.TestCase):
    """What is sent to a phone can be read, and what can not be sent is refused as on AWS."""

    def test_messages_are_recorded_as_the_platform_gets_them(self):
        sns = client("sns")
        attributes = {"PlatformCredential": "secret"}
        app = sns.create_platform_application(Name="phones", Platform="GCM", Attributes=attributes)
        app = app["PlatformApplicationArn"]
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
    """A role may send from the identity that its policy names, and what was sent can be read."""

    def test_mails_from_a_declared_identity_can_be_read(self):
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


class DeadLetters(unittest.TestCase):
    """Dead letters go back to where they came from."""

    def test_a_dead_letter_is_sent_back(self):
        sqs = client("sqs")
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        arn = "arn:aws:sqs:us-east-1:000000000000:dead"
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
        work = sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})
        work = work["QueueUrl"]
        sqs.send_message(QueueUrl=work, MessageBody="one")
        self.assertEqual(len(sqs.receive_message(QueueUrl=work)["Messages"]), 1)
        self.assertNotIn("Messages", sqs.receive_message(QueueUrl=work))
        self.assertEqual(sqs.receive_message(QueueUrl=dead, VisibilityTimeout=0)["Messages"][0]["Body"], "one")
        sqs.start_message_move_task(SourceArn=arn)
        self.assertNotIn("Messages", sqs.receive_message(QueueUrl=dead))
        self.assertEqual(sqs.receive_message(QueueUrl=work)["Messages"][0]["Body"], "one")
        with self.assertRaises(ClientError):
            sqs.start_message_move_task(SourceArn="arn:aws:sqs:us-east-1:000000000000:work")


if __name__ == "__main__":
    unittest.main()
