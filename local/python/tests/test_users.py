"""Users of Cognito on the local cloud."""

import gc
import unittest
from concurrent.futures import ThreadPoolExecutor

from patches.users import SnapshotDict

from .helpers import client, role

CODE = "123456"
RESET_CODE = "654321"
ADDRESS = "ann@example.org"
PASSWORD = "Ann's secret 1"
NEW_PASSWORD = "Ann's secret 2"


class Addresses(unittest.TestCase):
    """The code from the e-mail verifies the address, as on AWS."""

    def sign_up(self, **settings):
        """Returns `email_verified` after sign-up, after a wrong code, and after confirmation."""
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

    def test_confirmation_verifies_the_address(self):
        self.assertEqual(self.sign_up(AutoVerifiedAttributes=["email"]), ("false", "false", "true"))

    def test_confirmation_verifies_nothing_in_a_pool_without_verification(self):
        self.assertEqual(self.sign_up(), ("false", "false", "false"))


class User:
    """A user of a new pool who has not confirmed the sign-up yet."""

    def __init__(self, pool=None, app=None):
        self.cognito = client("cognito-idp")
        settings = {"UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"]} | (pool or {})
        made = self.cognito.create_user_pool(PoolName="people", **settings)
        self.pool = made["UserPool"]["Id"]
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        made = self.cognito.create_user_pool_client(UserPoolId=self.pool, ClientName="app", ExplicitAuthFlows=flows, **app or {})
        self.app = made["UserPoolClient"]["ClientId"]
        self.person = {"ClientId": self.app, "Username": ADDRESS}
        self.cognito.sign_up(**self.person, Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": ADDRESS}])

    def confirm(self):
        self.cognito.confirm_sign_up(**self.person, ConfirmationCode=CODE)

    def sign_in(self, password=PASSWORD):
        parameters = {"USERNAME": ADDRESS, "PASSWORD": password}
        answer = self.cognito.initiate_auth(ClientId=self.app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
        return answer["AuthenticationResult"]


class Attributes(unittest.TestCase):
    """Attributes change as on AWS."""

    def changeable(self):
        """Returns a user whose address changes after verification, and an access token."""
        held = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
        user = User({"UserAttributeUpdateSettings": held}, {"WriteAttributes": ["email"]})
        user.confirm()
        return user, user.sign_in()["AccessToken"]

    def test_a_changed_address_takes_effect_after_its_verification(self):
        user, token = self.changeable()
        cognito = user.cognito

        def attributes():
            found = cognito.get_user(AccessToken=token)["UserAttributes"]
            values = {attribute["Name"]: attribute["Value"] for attribute in found}
            return values["email"], values["email_verified"]

        changed = [{"Name": "email", "Value": "new@example.org"}]
        details = cognito.update_user_attributes(AccessToken=token, UserAttributes=changed)["CodeDeliveryDetailsList"]
        self.assertEqual([detail["AttributeName"] for detail in details], ["email"])
        self.assertEqual(attributes(), (ADDRESS, "true"))
        with self.assertRaises(cognito.exceptions.CodeMismatchException):
            cognito.verify_user_attribute(AccessToken=token, AttributeName="email", Code="654321")
        self.assertEqual(attributes(), (ADDRESS, "true"))
        cognito.verify_user_attribute(AccessToken=token, AttributeName="email", Code=CODE)
        self.assertEqual(attributes(), ("new@example.org", "true"))
        with self.assertRaises(cognito.exceptions.ExpiredCodeException):
            cognito.verify_user_attribute(AccessToken=token, AttributeName="email", Code=CODE)

    def test_nobody_takes_over_the_address_of_another_user(self):
        user, token = self.changeable()
        other = [{"Name": "email", "Value": "bob@example.org"}]
        user.cognito.sign_up(ClientId=user.app, Username="bob@example.org", Password=PASSWORD, UserAttributes=other)
        user.cognito.update_user_attributes(AccessToken=token, UserAttributes=other)
        with self.assertRaises(user.cognito.exceptions.AliasExistsException):
            user.cognito.verify_user_attribute(AccessToken=token, AttributeName="email", Code=CODE)

    def test_a_client_writes_only_its_write_attributes(self):
        user, token = self.changeable()
        for name, value in [("email_verified", "true"), ("name", "Ann"), ("phone_number", "+491234567")]:
            attributes = [{"Name": "email", "Value": "eve@example.org"}, {"Name": name, "Value": value}]
            with self.assertRaises(user.cognito.exceptions.NotAuthorizedException):
                user.cognito.update_user_attributes(AccessToken=token, UserAttributes=attributes)
            with self.assertRaises(user.cognito.exceptions.NotAuthorizedException):
                user.cognito.sign_up(ClientId=user.app, Username="eve@example.org", Password=PASSWORD, UserAttributes=attributes)


class Passwords(unittest.TestCase):
    """A forgotten password can be reset with a verified address."""

    def test_rejects_a_reset_before_confirmation(self):
        ann = User()
        with self.assertRaises(ann.cognito.exceptions.InvalidParameterException):
            ann.cognito.forgot_password(**ann.person)

    def test_simulates_a_reset_if_the_client_hides_users(self):
        """Replies as to a confirmed user, but sends no code that would change the password."""
        ann = User(app={"PreventUserExistenceErrors": "ENABLED"})
        cognito = ann.cognito

        def forgot_password(username=ADDRESS):
            reply = cognito.forgot_password(ClientId=ann.app, Username=username)
            return reply["CodeDeliveryDetails"]

        def assert_no_code(username=ADDRESS):
            errors = (cognito.exceptions.CodeMismatchException, cognito.exceptions.ExpiredCodeException)
            with self.assertRaises(errors):
                cognito.confirm_forgot_password(
                    ClientId=ann.app, Username=username, ConfirmationCode=RESET_CODE, Password=NEW_PASSWORD
                )

        unconfirmed = forgot_password()
        assert_no_code()
        self.assertEqual(unconfirmed, forgot_password("any@example.org"))
        assert_no_code("any@example.org")
        ann.confirm()
        cognito.admin_disable_user(UserPoolId=ann.pool, Username=ADDRESS)
        self.assertEqual(unconfirmed, forgot_password())
        assert_no_code()
        cognito.admin_enable_user(UserPoolId=ann.pool, Username=ADDRESS)
        self.assertEqual(unconfirmed, forgot_password())
        cognito.confirm_forgot_password(**ann.person, ConfirmationCode=RESET_CODE, Password=NEW_PASSWORD)

    def test_resets_the_password_after_confirmation(self):
        ann = User()
        ann.confirm()
        ann.cognito.forgot_password(**ann.person)
        ann.cognito.confirm_forgot_password(**ann.person, ConfirmationCode=RESET_CODE, Password=NEW_PASSWORD)
        self.assertIn("IdToken", ann.sign_in(NEW_PASSWORD))


class Sessions(unittest.TestCase):
    """Global sign-out ends all sessions of the user."""

    def credentials_source(self, ann, checks):
        """Returns a client and a function that gets credentials, with or without token check."""
        identity = client("cognito-identity")
        provider = f"cognito-idp.us-east-1.amazonaws.com/{ann.pool}"
        provider_settings = {"ProviderName": provider, "ClientId": ann.app, "ServerSideTokenCheck": checks}
        pool = identity.create_identity_pool(
            IdentityPoolName="people", AllowUnauthenticatedIdentities=False, CognitoIdentityProviders=[provider_settings]
        )["IdentityPoolId"]
        made = role(f"member-{ann.app}", {"Effect": "Allow", "Action": "*", "Resource": "*"})
        identity.set_identity_pool_roles(IdentityPoolId=pool, Roles={"authenticated": made})

        def get(tokens):
            logins = {provider: tokens["IdToken"]}
            found = identity.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"]
            return identity.get_credentials_for_identity(IdentityId=found, Logins=logins)["Credentials"]

        return identity, get

    def test_rejects_tokens_from_before_the_sign_out(self):
        ann = User()
        ann.confirm()
        here, elsewhere = ann.sign_in(), ann.sign_in()
        identity, credentials = self.credentials_source(ann, True)
        self.assertIn("AccessKeyId", credentials(elsewhere))
        ann.cognito.global_sign_out(AccessToken=here["AccessToken"])
        for tokens in (here, elsewhere):
            with self.assertRaises(identity.exceptions.NotAuthorizedException):
                credentials(tokens)
        # A new session works at once, even in the same second.
        self.assertIn("AccessKeyId", credentials(ann.sign_in()))

    def test_rejects_access_tokens_from_before_the_sign_out(self):
        ann = User()
        ann.confirm()
        here, elsewhere = ann.sign_in(), ann.sign_in()
        self.assertIn("Username", ann.cognito.get_user(AccessToken=elsewhere["AccessToken"]))
        ann.cognito.global_sign_out(AccessToken=here["AccessToken"])
        for tokens in (here, elsewhere):
            with self.assertRaises(ann.cognito.exceptions.NotAuthorizedException):
                ann.cognito.get_user(AccessToken=tokens["AccessToken"])
        new = ann.sign_in()
        self.assertIn("Username", ann.cognito.get_user(AccessToken=new["AccessToken"]))

    def test_accepts_old_tokens_in_a_pool_without_token_check(self):
        ann = User()
        ann.confirm()
        tokens = ann.sign_in()
        _, credentials = self.credentials_source(ann, False)
        ann.cognito.global_sign_out(AccessToken=tokens["AccessToken"])
        self.assertIn("AccessKeyId", credentials(tokens))

    def test_rejects_tokens_of_a_deleted_user(self):
        ann = User()
        ann.confirm()
        tokens = ann.sign_in()
        identity, credentials = self.credentials_source(ann, True)
        ann.cognito.delete_user(AccessToken=tokens["AccessToken"])
        with self.assertRaises(identity.exceptions.NotAuthorizedException):
            credentials(tokens)


class ConcurrentSignUps(unittest.TestCase):
    """Many users sign up at the same time."""

    def test_iterates_over_a_snapshot(self):
        for iterate in (iter, SnapshotDict.keys, SnapshotDict.values, SnapshotDict.items):
            users = SnapshotDict(ann=1, bela=2)
            seen = 0
            for _ in iterate(users):
                seen += 1
                users[f"user {seen}"] = 3
            self.assertEqual((seen, len(users)), (2, 4))

    def test_takes_the_snapshot_at_once(self):
        # The garbage collector can start at each allocation, and other threads can then run.
        threshold = gc.get_threshold()
        for iterate in (iter, SnapshotDict.keys, SnapshotDict.values, SnapshotDict.items):
            users = SnapshotDict((number, []) for number in range(100))

            def change(*_, users=users):
                users[f"user {len(users)}"] = []

            gc.callbacks.append(change)
            gc.set_threshold(1)
            try:
                self.assertGreaterEqual(len(list(iterate(users))), 100)
            finally:
                gc.callbacks.remove(change)
                gc.set_threshold(*threshold)

    def test_accepts_concurrent_sign_ups(self):
        ann = User()

        def sign_up(number):
            ann.cognito.sign_up(ClientId=ann.app, Username=f"{number}@example.org", Password=PASSWORD)

        with ThreadPoolExecutor(16) as pool:
            # A rejected sign-up raises.
            list(pool.map(sign_up, range(1_000)))


if __name__ == "__main__":
    unittest.main()
