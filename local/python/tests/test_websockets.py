"""WebSocket APIs on the local cloud."""

import socket
import tempfile
import unittest
import urllib.parse

import boto3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, RejectConnection, Request

from .helpers import ENDPOINT, TIMEOUT, client, events, event_recorder, role, wait_for


def create_api(folder, name, status, authorization):
    """Creates a WebSocket API whose `$connect` route calls an event recorder. Returns its id."""
    gateway = client("apigatewayv2")
    function = event_recorder(name, folder, status)
    api = gateway.create_api(Name=name, ProtocolType="WEBSOCKET")["ApiId"]
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    integration = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=uri, IntegrationMethod="POST"
    )
    target = f"integrations/{integration['IntegrationId']}"
    gateway.create_route(ApiId=api, RouteKey="$connect", AuthorizationType=authorization, Target=target)
    gateway.create_stage(ApiId=api, StageName="live", AutoDeploy=True)
    return api


def connect(url):
    """Connects to a WebSocket URL, and returns the status of the reply."""
    parts = urllib.parse.urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=TIMEOUT) as wire:
        connection = WSConnection(ConnectionType.CLIENT)
        wire.sendall(connection.send(Request(host=parts.netloc, target=f"{parts.path}?{parts.query}")))
        while True:
            connection.receive_data(wire.recv(65536) or None)
            for event in connection.events():
                if isinstance(event, AcceptConnection):
                    return 101
                if isinstance(event, RejectConnection):
                    return event.status_code


class RefusedConnections(unittest.TestCase):
    """A refused handshake has the status that the integration of `$connect` returns."""

    def test_the_client_receives_the_status_of_the_integration(self):
        for status, expected in ((200, 101), (429, 429), (403, 403), (500, 500)):
            with self.subTest(status), tempfile.TemporaryDirectory() as folder:
                api = create_api(folder, f"refuses-{status}", status, "NONE")
                self.assertEqual(connect(f"{ENDPOINT}/_aws/execute-api/{api}/live"), expected)


class CallerIdentity(unittest.TestCase):
    """`$connect` events of a WebSocket API carry the identity of the caller."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.api = create_api(cls.folder.name, "connects", 200, "AWS_IAM")

    def connect(self, keys, change=""):
        """Returns whether the API accepts a connection that is signed with these keys."""
        request = AWSRequest("GET", f"{ENDPOINT}/_aws/execute-api/{self.api}/live")
        SigV4QueryAuth(keys, "execute-api", "us-east-1").add_auth(request)
        return connect(request.url + change) == 101

    def member(self):
        """Creates a user, and returns their keys, identity and provider."""
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

    def test_the_event_identifies_a_signed_in_user(self):
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
        self.assertFalse(self.connect(signer, change="0"), "a wrong signature")
        self.assertEqual(len(events(self.folder.name)), before)
