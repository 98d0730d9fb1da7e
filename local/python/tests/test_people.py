"""People who sign up on the local cloud."""

import unittest

from .helpers import client

CODE = "123456"


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


if __name__ == "__main__":
    unittest.main()
