"""DynamoDB on the local cloud."""

import tempfile
import time
import unittest

from .helpers import client, deploy, events, event_recorder, wait_for


class TimeToLive(unittest.TestCase):
    """Rows of a table from a template expire, with stream records."""

    TABLE = {
        "TableName": "deadlines",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    TIME_TO_LIVE = {"TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True}}

    def test_removes_expired_rows_with_stream_records(self):
        dynamodb, now = client("dynamodb"), int(time.time())
        table = {"Type": "AWS::DynamoDB::Table", "Properties": self.TABLE}
        self.assertEqual(deploy("ttl", {"Table": table}), "CREATE_COMPLETE")
        table = table | {"Properties": self.TABLE | self.TIME_TO_LIVE}
        self.assertEqual(deploy("ttl", {"Table": table}), "UPDATE_COMPLETE")
        described = dynamodb.describe_time_to_live(TableName="deadlines")["TimeToLiveDescription"]
        self.assertEqual(described, {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"})

        with tempfile.TemporaryDirectory() as folder:
            stream = dynamodb.describe_table(TableName="deadlines")["Table"]["LatestStreamArn"]
            filters = [{"Pattern": '{"userIdentity": {"type": ["Service"]}}'}]
            client("lambda").create_event_source_mapping(
                FunctionName=event_recorder("removals", folder),
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


class Pages(unittest.TestCase):
    """A page of a query has the rows that the query of the whole partition has at its place."""

    NAMES = ["listId", "entry", "timeOrder"]
    TABLE = {
        "TableName": "pages",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in NAMES],
        "KeySchema": [{"AttributeName": "listId", "KeyType": "HASH"}, {"AttributeName": "entry", "KeyType": "RANGE"}],
        "LocalSecondaryIndexes": [
            {
                "IndexName": "ByOrder",
                "KeySchema": [{"AttributeName": "listId", "KeyType": "HASH"}, {"AttributeName": "timeOrder", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    }

    def test_pages_of_tables_and_indexes(self):
        dynamodb = client("dynamodb")
        dynamodb.create_table(**self.TABLE)
        for n in range(9):
            order = {} if n == 4 else {"timeOrder": {"S": f"o{n * 5 % 9}"}}
            dynamodb.put_item(TableName="pages", Item={"listId": {"S": "a"}, "entry": {"S": f"e{n}"}} | order)

        def query(sort, forward, values, more):
            index = {"IndexName": "ByOrder"} if sort == "timeOrder" else {}
            names = {"ExpressionAttributeValues": {name: {"S": text} for name, text in values.items()}}
            reply = dynamodb.query(TableName="pages", ScanIndexForward=forward, **index, **names, **more)
            return [row[sort]["S"] for row in reply["Items"]], reply.get("LastEvaluatedKey")

        for sort in ("entry", "timeOrder"):
            for forward in (True, False):
                whole, _ = query(sort, forward, {":l": "a"}, {"KeyConditionExpression": "listId = :l"})
                self.assertEqual(whole, sorted(whole, reverse=not forward))
                self.assertEqual(len(whole), 9 if sort == "entry" else 8)
                page, _ = query(sort, forward, {":l": "a"}, {"KeyConditionExpression": "listId = :l", "Limit": 3})
                self.assertEqual(page, whole[:3])
                for n, bound in enumerate(whole):
                    values = {":l": "a", ":b": bound}
                    condition = f"listId = :l AND {sort} {'>' if forward else '<'} :b"
                    more = {"KeyConditionExpression": condition, "Limit": 2}
                    page, last = query(sort, forward, values, more)
                    self.assertEqual(page, whole[n + 1 : n + 3], (sort, forward, bound))
                    self.assertEqual(last is not None, len(page) == 2, (sort, forward, bound))
