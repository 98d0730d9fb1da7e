"""The recording of calls of DynamoDB, and their comparison with another implementation."""

import asyncio
import contextlib
import importlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import conform
from mirror.comparison import Answer, differences, outcome, text
from mirror.endpoint import Endpoint
from mirror.explanations import FILE, Explanations
from mirror.replay import Difference, Replay
from patches import recording

from .helpers import ENDPOINT, client

ADA, BEN = {"id": {"S": "ada"}, "at": {"S": "1"}}, {"id": {"S": "ben"}, "at": {"S": "1"}}
CANCELLED = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"


def kinds(operation, local, other, request=None, statuses=(200, 200), sort_key=None):
    """Returns the kinds of differences between two outputs, without the name of the operation."""
    answers = [Answer(status, output) for status, output in zip(statuses, (local, other))]
    found = differences(operation, request or {}, *answers, sort_key)
    return [kind.removeprefix(f"{operation}: ") for kind in found]


class Comparison(unittest.TestCase):
    """Two answers differ in what AWS promises, and in nothing else."""

    def test_names_the_error_without_its_namespace(self):
        self.assertEqual(outcome(Answer(400, {"__type": CANCELLED})), "TransactionCanceledException")
        self.assertEqual(outcome(Answer(200, {})), "200")

    def test_finds_another_outcome(self):
        error = {"__type": "ValidationException"}
        self.assertEqual(kinds("GetItem", {}, error, statuses=(200, 400)), ["local 200, other ValidationException"])
        self.assertEqual(
            kinds("PutItem", {"__type": "a#One"}, {"__type": "b#Two"}, statuses=(400, 400)), ["local One, other Two"]
        )

    def test_ignores_messages_and_capacity(self):
        errors = [{"__type": "a#One", "message": text} for text in ("this", "that")]
        self.assertEqual(kinds("PutItem", *errors, statuses=(400, 400)), [])
        self.assertEqual(kinds("GetItem", {"Item": ADA, "ConsumedCapacity": {}}, {"Item": ADA}), [])

    def test_compares_rows_by_value(self):
        one = {"n": {"N": "1.50"}, "s": {"SS": ["a", "b"]}, "m": {"M": {"l": {"L": [{"NS": ["10", "2"]}]}}}}
        two = {"m": {"M": {"l": {"L": [{"NS": ["2", "1E1"]}]}}}, "s": {"SS": ["b", "a"]}, "n": {"N": "1.5"}}
        self.assertEqual(text(one), text(two))
        self.assertEqual(kinds("GetItem", {"Item": one}, {"Item": two}), [])
        self.assertEqual(kinds("UpdateItem", {"Attributes": ADA}, {"Attributes": BEN}), ["row"])
        self.assertEqual(kinds("GetItem", {"Item": {"n": {"N": "1"}}}, {"Item": {"n": {"S": "1"}}}), ["row"])
        self.assertEqual(kinds("GetItem", {"Item": ADA}, {}), ["row"])

    def test_numbers_keep_38_digits(self):
        digits = "1" * 38
        self.assertNotEqual(text({"n": {"N": digits}}), text({"n": {"N": digits[:-1] + "2"}}))
        self.assertEqual(text({"n": {"N": "-0.0"}}), text({"n": {"N": "0"}}))

    def test_queries_are_ordered_by_the_sort_key_alone(self):
        answer = {"Items": [ADA, BEN], "Count": 2, "ScannedCount": 2}
        reverse = answer | {"Items": [BEN, ADA]}
        self.assertEqual(kinds("Query", answer, reverse, sort_key="at"), [])
        self.assertEqual(kinds("Query", answer, reverse, sort_key="id"), ["order"])
        self.assertEqual(kinds("Query", answer, answer | {"ScannedCount": 3}), ["counts"])
        self.assertEqual(kinds("Query", answer, answer | {"LastEvaluatedKey": ADA}), ["LastEvaluatedKey"])
        self.assertEqual(kinds("Query", answer, answer | {"Items": [ADA, ADA]}), ["rows"])

    def test_names_the_position_after_a_full_last_page(self):
        page = {"Items": [ADA], "Count": 1, "ScannedCount": 1}
        full = ["LastEvaluatedKey of a full last page, local only"]
        self.assertEqual(kinds("Query", page | {"LastEvaluatedKey": ADA}, page, {"Limit": 1}), full)
        self.assertEqual(kinds("Query", page | {"LastEvaluatedKey": ADA}, page, {"Limit": 2}), ["LastEvaluatedKey"])
        self.assertEqual(kinds("Query", page, page | {"LastEvaluatedKey": ADA}, {"Limit": 1}), ["LastEvaluatedKey"])
        one, two = {"Items": [ADA, BEN], "LastEvaluatedKey": BEN}, {"Items": [BEN, ADA], "LastEvaluatedKey": ADA}
        self.assertEqual(kinds("Query", one, two, sort_key="at"), [])
        self.assertEqual(kinds("Query", one, one | {"LastEvaluatedKey": ADA}), ["LastEvaluatedKey"])

    def test_a_page_of_a_scan_is_a_part_of_the_table(self):
        table = {"Items": [ADA, BEN], "Count": 2}
        page = {"Items": [BEN], "Count": 1, "LastEvaluatedKey": BEN}
        self.assertEqual(kinds("Scan", page, table), [])
        self.assertEqual(kinds("Scan", page, {"Items": [ADA], "Count": 1}), ["rows of a page"])
        self.assertEqual(kinds("Scan", {"Items": [BEN, ADA], "Count": 2}, table), [])
        self.assertEqual(kinds("Scan", {"Items": [BEN], "Count": 1}, table), ["rows", "counts"])
        self.assertEqual(kinds("Scan", {"Items": [BEN], "Count": 1}, table, {"Limit": 2}), [])

    def test_batches_have_no_order_and_transactions_have_one(self):
        batches = [{"Responses": {"t": rows}, "UnprocessedKeys": {}} for rows in ([ADA, BEN], [BEN, ADA])]
        self.assertEqual(kinds("BatchGetItem", *batches), [])
        transactions = [{"Responses": [{"Item": row} for row in rows]} for rows in ([ADA, BEN], [BEN, ADA])]
        self.assertEqual(kinds("TransactGetItems", *transactions), ["rows"])

    def test_compares_the_reasons_and_rows_of_cancelled_transactions(self):
        def cancelled(*reasons):
            return {"__type": CANCELLED, "CancellationReasons": list(reasons)}

        failed, passed = {"Code": "ConditionalCheckFailed", "Item": ADA}, {"Code": "None"}
        one, two = cancelled(failed, passed), cancelled(passed, failed)
        self.assertEqual(
            kinds("TransactWriteItems", one, two, statuses=(400, 400)), ["cancellation reasons", "rows in errors"]
        )
        self.assertEqual(kinds("TransactWriteItems", one, one, statuses=(400, 400)), [])


class Explained(unittest.TestCase):
    """Differences that are not the fault of the application."""

    def test_each_has_a_reason_and_a_page_of_aws(self):
        for entry in json.loads(FILE.read_text()):
            self.assertEqual(set(entry), {"kind", "contains", "implementation", "reason", "page"})
            self.assertTrue(entry["reason"], entry)
            self.assertRegex(entry["page"], r"^https://docs\.aws\.amazon\.com/(amazondynamodb|AmazonS3)/")

    def test_a_difference_of_moto_is_not_explained_at_another_endpoint(self):
        entries = [{"kind": "Scan: rows", "contains": "limit", "implementation": "moto"}]
        found, other = (Difference("Scan: rows", {}, {}, {"message": text}) for text in ("a limit", "a fault"))
        self.assertEqual(Explanations("moto", entries).find(found), entries[0])
        self.assertIsNone(Explanations("moto", entries).find(other))
        self.assertIsNone(Explanations("endpoint", entries).find(found))


class Recording(unittest.TestCase):
    """Records an engine in this process, and replays the calls to the engine of the tests."""

    KEYS = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
    INDEX = {
        "IndexName": "ByKind",
        "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "ALL"},
    }

    def setUp(self):
        from ministack.services import dynamodb

        # A fresh module, so that the patch does not apply to other tests.
        self.dynamodb = importlib.reload(dynamodb)
        self.addCleanup(importlib.reload, dynamodb)
        self.entries = []
        recording.record_to(lambda entry: self.entries.append(json.loads(json.dumps(entry))))
        self.table = f"conform-{uuid.uuid4().hex}"
        attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "at", "kind")]
        table = {"KeySchema": self.KEYS, "AttributeDefinitions": attributes, "BillingMode": "PAY_PER_REQUEST"}
        self.assertEqual(self.call("CreateTable", GlobalSecondaryIndexes=[self.INDEX], **table)[0], 200)

    def call(self, operation, **request):
        """Sends a call to the engine in this process."""
        body = json.dumps({"TableName": self.table} | request).encode()
        headers = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
        status, _, output = asyncio.run(self.dynamodb.handle_request("POST", "/", headers, body, {}))
        return status, json.loads(output)

    def call_each_operation(self):
        """Sends calls that succeed and calls that fail."""
        name, exists = self.table, {"ConditionExpression": "attribute_exists(id)"}
        for row in (ADA, BEN):
            self.assertEqual(self.call("PutItem", Item=row)[0], 200)
        self.assertEqual(self.call("PutItem", Item=ADA, ConditionExpression="attribute_not_exists(id)")[0], 400)
        update = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
        self.assertEqual(self.call("UpdateItem", Key=ADA, ReturnValues="ALL_NEW", **update)[0], 200)
        delete = {"Delete": {"TableName": name, "Key": BEN} | exists}
        put = {"Put": {"TableName": name, "Item": {"id": {"S": "cay"}, "at": {"S": "2"}}} | exists}
        self.assertEqual(self.call("TransactWriteItems", TransactItems=[delete, put])[0], 400)
        self.assertEqual(self.call("TransactWriteItems", TransactItems=[delete])[0], 200)
        self.assertEqual(self.call("BatchWriteItem", RequestItems={name: [{"PutRequest": {"Item": BEN}}]})[0], 200)
        self.assertEqual(self.call("BatchGetItem", RequestItems={name: {"Keys": [ADA, BEN]}})[0], 200)
        self.assertEqual(self.call("TransactGetItems", TransactItems=[{"Get": {"TableName": name, "Key": ADA}}])[0], 200)
        values = {"ExpressionAttributeValues": {":id": ADA["id"]}, "KeyConditionExpression": "id = :id"}
        self.assertEqual(self.call("Query", **values)[1]["Count"], 1)
        self.assertEqual(self.call("Scan", Limit=1)[1]["Count"], 1)
        self.call("DescribeTable")

    def replay(self):
        """Returns the replay to the engine of the tests, and its differences."""
        replay = Replay(Endpoint(ENDPOINT))
        self.addCleanup(replay.delete_tables)
        return replay, list(replay.run(self.entries))

    def test_the_same_implementation_does_not_differ(self):
        self.call_each_operation()
        replay, found = self.replay()
        self.assertEqual(found, [])
        self.assertEqual(replay.compared.total(), 11)
        self.assertEqual(dict(replay.skipped), {"CreateTable": 1, "DescribeTable": 1})
        rows = client("dynamodb").scan(TableName=self.table)["Items"]
        self.assertEqual(sorted(row["id"]["S"] for row in rows), ["ada", "ben"])

    def test_records_the_rows_of_each_write_in_order(self):
        self.call_each_operation()
        calls = [entry for entry in self.entries if "call" in entry]
        self.assertEqual([list(entry) for entry in self.entries[:2]], [["call", "input", "status", "output", "changes"], ["table"]])
        self.assertEqual(calls[1]["changes"], [[self.table, ADA, ADA]])
        self.assertEqual([entry["changes"] for entry in calls if entry["status"] == 400], [[], []])

    def test_rows_that_expired_are_removed_from_the_other(self):
        self.call("PutItem", Item=ADA | {"expiresAt": {"N": "1000000000"}})
        removed = self.dynamodb._remove_item(self.dynamodb._tables[self.table], "ada", "1")
        self.dynamodb._emit_stream_event(self.table, "REMOVE", removed, None)
        self.call("GetItem", Key=ADA)
        replay, found = self.replay()
        self.assertEqual((found, replay.expired), ([], 1))

    def test_one_difference_does_not_cause_others(self):
        self.call("PutItem", Item=ADA)
        update = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
        self.call("UpdateItem", Key=ADA, **update)
        self.call("GetItem", Key=ADA)
        # The other implementation stores another number.
        recorded = self.entries[-2]
        recorded["input"] = recorded["input"].replace('"N": "1"', '"N": "2"')
        _, found = self.replay()
        self.assertEqual([difference.kind for difference in found], ["UpdateItem: stored row"])
        self.assertEqual((found[0].local["n"], found[0].other["n"]), ({"N": "1"}, {"N": "2"}))

    def test_a_write_that_only_fails_locally_is_undone_in_the_other(self):
        self.call("PutItem", Item=ADA)
        self.call("DeleteItem", Key=ADA, ConditionExpression="attribute_exists(n)")
        self.call("GetItem", Key=ADA)
        recorded = self.entries[-2]
        recorded["input"] = recorded["input"].replace("attribute_exists", "attribute_not_exists")
        _, found = self.replay()
        expected = "DeleteItem: local ConditionalCheckFailedException, other 200"
        self.assertEqual([difference.kind for difference in found], [expected])

    def test_a_page_of_an_index_can_have_other_rows_with_the_same_sort_key(self):
        kind = {"kind": {"S": "person"}}
        for row in (ADA, BEN):
            self.call("PutItem", Item=row | kind)
        values = {"ExpressionAttributeNames": {"#k": "kind"}, "ExpressionAttributeValues": {":k": kind["kind"]}}
        query = {"IndexName": "ByKind", "Limit": 1, "KeyConditionExpression": "#k = :k"} | values
        [first] = self.call("Query", **query)[1]["Items"]
        other = (BEN if first["id"] == ADA["id"] else ADA) | kind
        for row, expected in ((other, []), (other | {"at": {"S": "2"}}, ["Query: rows of a page"])):
            self.entries[-1]["output"] = json.dumps({"Items": [row], "Count": 1, "ScannedCount": 1})
            replay, found = self.replay()
            replay.delete_tables()
            replay.tables.clear()
            self.assertEqual([difference.kind for difference in found], expected)

    def test_compares_the_rows_of_a_transaction_that_the_other_refuses(self):
        self.call("PutItem", Item=ADA)
        get = {"Get": {"TableName": self.table, "Key": ADA}}
        self.call("TransactGetItems", TransactItems=[get])
        # The other implementation reads at most 100 rows, which include another row.
        recorded = self.entries[-1]
        output = json.loads(recorded["output"])
        recorded["input"] = json.dumps({"TransactItems": [get] * 101})
        recorded["output"] = json.dumps({"Responses": output["Responses"] * 100 + [{}]})
        _, found = self.replay()
        expected = ["TransactGetItems: local 200, other ValidationException", "TransactGetItems: rows"]
        self.assertEqual([difference.kind for difference in found], expected)

    def test_a_recording_without_calls_fails(self):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                self.assertFalse(conform.compare(ENDPOINT, file.name, Explanations("moto")))

    def test_the_report_counts_the_unexplained_differences(self):
        self.call("PutItem", Item=ADA)
        self.entries[-1]["status"], self.entries[-1]["output"] = 400, '{"__type": "a#Refused"}'
        kind = "PutItem: local Refused, other 200"
        explained = {"kind": kind, "contains": "", "implementation": "moto", "reason": "It lies.", "page": "https://"}
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.writelines(json.dumps(entry) + "\n" for entry in self.entries)
            file.flush()
            for entries, expected in (([], False), ([explained], True)):
                report = io.StringIO()
                with contextlib.redirect_stdout(report):
                    succeeded = conform.compare(ENDPOINT, file.name, Explanations("moto", entries))
                self.assertEqual(succeeded, expected)
                self.assertIn(kind, report.getvalue())
        with self.assertRaises(client("dynamodb").exceptions.ResourceNotFoundException):
            client("dynamodb").describe_table(TableName=self.table)
