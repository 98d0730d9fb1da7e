"""People who sign up on the local cloud."""

import unittest
from concurrent.futures import ThreadPoolExecutor

from patches.people import Crowd

from .helpers import client, role

CODE = "123456"
RESET_CODE = "654321"
ADDRESS = "ann@example.org"
PASSWORD = "Ann's secret 1"
NEW_PASSWORD = "Ann's secret 2"


class Addresses(unittest.TestCase):
    """An address is verified by the code that was sent there, as on AWS."""

    def sign_up(self, **settings):
        """Whether an address is said to be verified: signed up, and confirmed."""
        cognito = client("cognito-idp")
        pool = cognito.create_user_pool(PoolName="people", UsernameAttributes=["email"], **settings)["UserPool"]["Id"]
        app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
        person = {"ClientId": app, "Username": "ann@example.org"}
        attributes = [{"Name": "email", "Value": "ann@example.org"}]
        cognito.sign_up(**person, Password="Ann's secret 1", UserAttributes=attributes)

        def verified():
            found = cognito.admin_get_user(UserPoolId=pool, Username="ann@example.org")["UserAttributes"]
            return {attribute["Name"]: attribute["Value"] for attribute in found}.get("email_verified", "false")

        before = verified()
        with self.assertRaises(cognito.exceptions.CodeMismatchException):
            cognito.confirm_sign_up(**person, ConfirmationCode="654321")
        wrong = verified()
        cognito.confirm_sign_up(**person, ConfirmationCode=CODE)
        return before, wrong, verified()

    def test_confirming_verifies_the_address(self):
        self.assertEqual(self.sign_up(AutoVerifiedAttributes=["email"]), ("false", "false", "true"))

    def test_where_the_pool_verifies_nothing_it_stays_as_it_is(self):
        self.assertEqual(self.sign_up(), ("false", "false", "false"))


class Somebody:
    """Somebody who has signed up with a new pool, and has not confirmed it yet."""

    def __init__(self):
        self.cognito = client("cognito-idp")
        made = self.cognito.create_user_pool(PoolName="people", UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
        self.pool = made["UserPool"]["Id"]
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        made = self.cognito.create_user_pool_client(UserPoolId=self.pool, ClientName="app", ExplicitAuthFlows=flows)
        self.app = made["UserPoolClient"]["ClientId"]
        self.person = {"ClientId": self.app, "Username": ADDRESS}
        self.cognito.sign_up(**self.person, Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": ADDRESS}])

    def confirm(self):
        self.cognito.confirm_sign_up(**self.person, ConfirmationCode=CODE)

    def sign_in(self, password=PASSWORD):
        parameters = {"USERNAME": ADDRESS, "PASSWORD": password}
        answer = self.cognito.initiate_auth(ClientId=self.app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
        return answer["AuthenticationResult"]


class Passwords(unittest.TestCase):
    """A forgotten password is replaced by who can read the mail to a verified address."""

    def test_who_has_not_confirmed_gets_no_code(self):
        ann = Somebody()
        with self.assertRaises(ann.cognito.exceptions.InvalidParameterException):
            ann.cognito.forgot_password(**ann.person)

    def test_who_has_confirmed_replaces_it(self):
        ann = Somebody()
        ann.confirm()
        ann.cognito.forgot_password(**ann.person)
        ann.cognito.confirm_forgot_password(**ann.person, ConfirmationCode=RESET_CODE, Password=NEW_PASSWORD)
        self.assertIn("IdToken", ann.sign_in(NEW_PASSWORD))


class Sessions(unittest.TestCase):
    """Signing out everywhere ends the sessions of all browsers, and no others."""

    def keys(self, ann, checks):
        """What gives keys for a token, with an identity pool that checks tokens or does not."""
        identity = client("cognito-identity")
        provider = f"cognito-idp.us-east-1.amazonaws.com/{ann.pool}"
        known = {"ProviderName": provider, "ClientId": ann.app, "ServerSideTokenCheck": checks}
        pool = identity.create_identity_pool(
            IdentityPoolName="people", AllowUnauthenticatedIdentities=False, CognitoIdentityProviders=[known]
        )["IdentityPoolId"]
        made = role(f"member-{ann.app}", {"Effect": "Allow", "Action": "*", "Resource": "*"})
        identity.set_identity_pool_roles(IdentityPoolId=pool, Roles={"authenticated": made})

        def get(tokens):
            logins = {provider: tokens["IdToken"]}
            found = identity.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"]
            return identity.get_credentials_for_identity(IdentityId=found, Logins=logins)["Credentials"]

        return identity, get

    def test_no_token_from_before_brings_keys(self):
        ann = Somebody()
        ann.confirm()
        here, elsewhere = ann.sign_in(), ann.sign_in()
        identity, keys = self.keys(ann, True)
        self.assertIn("AccessKeyId", keys(elsewhere))
        ann.cognito.global_sign_out(AccessToken=here["AccessToken"])
        for tokens in (here, elsewhere):
            with self.assertRaises(identity.exceptions.NotAuthorizedException):
                keys(tokens)
        # At once, in the same second.
        self.assertIn("AccessKeyId", keys(ann.sign_in()))

    def test_a_pool_that_does_not_check_gives_them_until_the_token_runs_out(self):
        ann = Somebody()
        ann.confirm()
        tokens = ann.sign_in()
        _, keys = self.keys(ann, False)
        ann.cognito.global_sign_out(AccessToken=tokens["AccessToken"])
        self.assertIn("AccessKeyId", keys(tokens))

    def test_who_is_deleted_gets_none(self):
        ann = Somebody()
        ann.confirm()
        tokens = ann.sign_in()
        identity, keys = self.keys(ann, True)
        ann.cognito.delete_user(AccessToken=tokens["AccessToken"])
        with self.assertRaises(identity.exceptions.NotAuthorizedException):
            keys(tokens)


class Crowds(unittest.TestCase):
    """Many people sign up at a time."""

    def test_who_goes_through_people_sees_those_of_that_moment(self):
        for goes_through in (iter, Crowd.keys, Crowd.values, Crowd.items):
            crowd = Crowd(ann=1, bela=2)
            seen = 0
            for _ in goes_through(crowd):
                seen += 1
                crowd[f"somebody {seen}"] = 3
            self.assertEqual((seen, len(crowd)), (2, 4))

    def test_nobody_is_turned_away(self):
        ann = Somebody()

        def sign_up(number):
            ann.cognito.sign_up(ClientId=ann.app, Username=f"{number}@example.org", Password=PASSWORD)

        with ThreadPoolExecutor(16) as pool:
            # Whoever is turned away raises.
            list(pool.map(sign_up, range(1_000)))


if __name__ == "__main__":
    unittest.main()
