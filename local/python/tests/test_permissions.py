"""IAM on the local cloud."""

import unittest

from botocore.exceptions import ClientError

from patches.permissions import named_attributes

from .helpers import client, session

BUCKET = "wildcards"


class Policies(unittest.TestCase):
    """Policies allow what they allow on AWS."""

    def test_a_wildcard_matches_a_line_break(self):
        client("s3").create_bucket(Bucket=BUCKET)
        resource = f"arn:aws:s3:::{BUCKET}/shared/*"
        keys = session("wildcards", {"Effect": "Allow", "Action": "s3:PutObject", "Resource": resource})
        objects = client("s3", keys)
        for key in ("shared/a", "shared/a\nb", "shared/a\n"):
            objects.put_object(Bucket=BUCKET, Key=key)
        for key in ("own/a", "own/\nshared/a"):
            with self.assertRaisesRegex(ClientError, "AccessDenied"):
                objects.put_object(Bucket=BUCKET, Key=key)

    def test_a_condition_limits_the_rows_and_attributes_of_an_update(self):
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
        types = [{"AttributeName": name, "AttributeType": "S"} for name in ("listId", "entry")]
        keys = [{"AttributeName": "listId", "KeyType": "HASH"}, {"AttributeName": "entry", "KeyType": "RANGE"}]
        tables = client("dynamodb")
        table = tables.create_table(TableName="updates", AttributeDefinitions=types, KeySchema=keys, BillingMode="PAY_PER_REQUEST")
        condition = {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": "link#*"},
            "ForAllValues:StringEquals": {"dynamodb:Attributes": ["listId", "entry", "visits", "lastVisitedAt"]},
            "StringEqualsIfExists": {"dynamodb:ReturnValues": ["NONE", "UPDATED_NEW"]},
        }
        statement = {"Effect": "Allow", "Action": "dynamodb:UpdateItem", "Resource": table["TableDescription"]["TableArn"]}
        limited = client("dynamodb", session("limited-updates", statement | {"Condition": condition}))

        def update(expression, list_id="link#1", values=None, **more):
            key = {"listId": {"S": list_id}, "entry": {"S": "visits"}}
            values = {":one": {"N": "1"}} | (values or {})
            limited.update_item(TableName="updates", Key=key, UpdateExpression=expression, ExpressionAttributeValues=values, **more)

        update("SET visits = :one")
        count = "SET lastVisitedAt = :now ADD #visits :one"
        names, now = {"#visits": "visits"}, {":now": {"S": "2026"}}
        update(count, values=now, ExpressionAttributeNames=names, ConditionExpression="attribute_exists(entry)", ReturnValues="UPDATED_NEW")
        for refused in (
            {"expression": "SET passwordHash = :one"},
            {"expression": "SET #a = :one", "ExpressionAttributeNames": {"#a": "passwordHash"}},
            {"expression": "SET visits = :one, passwordHash.a = :one"},
            {"expression": "SET visits = :one", "ConditionExpression": "begins_with(secretHash, :a)", "values": {":a": {"S": "a"}}},
            {"expression": "SET visits = :one", "list_id": "owner#1"},
            {"expression": "SET visits = :one", "ReturnValues": "ALL_NEW"},
        ):
            with self.assertRaisesRegex(ClientError, "AccessDenied", msg=refused):
                update(**refused)

    def test_finds_the_attributes_of_an_expression(self):
        for expression, expected in (
            ("SET a = if_not_exists(b, :c), #d.e[1].#f = :g REMOVE h[0].i", {"a", "b", "name", "h"}),
            ("set a = a + :one add b2 :two delete c_d :three", {"a", "b2", "c_d"}),
        ):
            update = {"UpdateExpression": expression, "ExpressionAttributeNames": {"#d": "name", "#f": "other"}}
            self.assertEqual(named_attributes(update), expected)
        condition = {"UpdateExpression": "SET a = :a", "ConditionExpression": "attribute_exists(b) AND NOT size(c) BETWEEN :x AND :y OR d IN (:z)"}
        self.assertEqual(named_attributes(condition), {"a", "b", "c", "d"})


if __name__ == "__main__":
    unittest.main()
