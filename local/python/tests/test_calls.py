"""The record of calls for `cargo dev bench cost`."""

import json
import unittest

from patches import calls


def size(item):
    """Returns the size of an item of these tests, whose only attribute is its size."""
    return item.get("size", 0)


class Units(unittest.TestCase):
    """Units of calls of DynamoDB.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
    """

    def read(self, action, answer, **data):
        """Returns the read units of a call."""
        return calls.units_of_read(action, data, answer, size)

    def test_a_read_costs_a_unit_for_each_4_kb(self):
        self.assertEqual(self.read("GetItem", {"Item": {"size": 4096}}, ConsistentRead=True), 1)
        self.assertEqual(self.read("GetItem", {"Item": {"size": 4097}}, ConsistentRead=True), 2)
        self.assertEqual(self.read("GetItem", {"Item": {"size": 4096}}), 0.5)
        self.assertEqual(self.read("GetItem", {}), 0.5)

    def test_a_query_pays_for_the_sum_and_for_dropped_rows(self):
        items = [{"size": 1000}] * 4
        self.assertEqual(self.read("Query", {"Items": items, "Count": 4, "ScannedCount": 4}), 0.5)
        self.assertEqual(self.read("Query", {"Items": items, "Count": 4, "ScannedCount": 8}), 1)
        self.assertEqual(self.read("Query", {"Items": [], "Count": 0, "ScannedCount": 0}), 0.5)

    def test_a_batch_pays_for_missing_items(self):
        requests = {"table": {"Keys": [1, 2, 3], "ConsistentRead": True}}
        answer = {"Responses": {"table": [{"size": 5000}]}}
        self.assertEqual(self.read("BatchGetItem", answer, RequestItems=requests), 4)

    def test_a_transaction_reads_twice(self):
        answer = {"Responses": [{"Item": {"size": 100}}, {}]}
        self.assertEqual(self.read("TransactGetItems", answer), 4)

    def test_a_refused_write_costs_a_unit(self):
        consumed = json.dumps({"ConsumedCapacity": [{"CapacityUnits": 4}, {"CapacityUnits": 2}]})
        self.assertEqual(calls.units_of_write({}, (200, {}, consumed)), 6)
        self.assertEqual(calls.units_of_write({}, (400, {}, b"")), 1)
        self.assertEqual(calls.units_of_write({"TransactItems": [{}, {}]}, (400, {}, b"")), 4)


if __name__ == "__main__":
    unittest.main()
