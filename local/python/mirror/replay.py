"""Sends the calls of a recording to another implementation of DynamoDB, in order."""

import collections
import json

from .comparison import Answer, differences, has_other_rows, is_page, row

READS = {"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
# One difference: its kind, the input of the call, and both outputs.
Difference = collections.namedtuple("Difference", "kind input local other")


class Replay:
    """The state of a comparison.

    After each write, reads the written rows at the other implementation. If a row differs there, or
    if the two answers differ, stores the row as it is on the local cloud, so that one difference
    does not cause others.
    """

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.tables = {}  # The definitions, by name.
        self.rows = {}  # The rows on the local cloud, by table and key.
        self.compared = collections.Counter()  # By operation.
        self.skipped = collections.Counter()  # By operation.
        self.written = 0  # Rows that were read after a write.
        self.expired = 0

    def run(self, entries):
        """Sends the calls and yields the differences."""
        for entry in entries:
            if "table" in entry:
                self.create(entry["table"])
            elif "expired" in entry:
                self.expire(entry["expired"])
            elif entry["call"] in READS | WRITES:
                yield from self.compare(entry)
            else:
                self.skipped[entry["call"]] += 1

    def delete_tables(self):
        """Deletes the tables that this comparison created."""
        for name in self.tables:
            self.endpoint.delete_table(name)

    def create(self, definition):
        name = definition["TableName"]
        if name in self.tables:
            self.endpoint.delete_table(name)
            self.rows = {place: item for place, item in self.rows.items() if place[0] != name}
        self.endpoint.create_table(definition)
        self.tables[name] = definition

    def expire(self, changes):
        self.expired += len(changes)
        self.remember(changes)
        for table, key, item in changes:
            self.endpoint.write(table, key, item)

    def compare(self, entry):
        operation, request = entry["call"], json.loads(entry["input"])
        self.compared[operation] += 1
        self.remember(entry["changes"])
        local = Answer(entry["status"], json.loads(entry["output"]))
        if operation == "Scan":
            other = self.endpoint.read_all(operation, request)
        else:
            other = self.endpoint.send(operation, entry["input"])
        kinds = differences(operation, request, local, other, self.sort_key(request))
        if "Query: rows" in kinds and request.get("IndexName") and is_page(request, local.output):
            # Rows of an index with the same sort key have no order, so that other rows can be on
            # this page.
            other = self.endpoint.read_all(operation, request)
            kinds = ["Query: rows of a page"] if has_other_rows(local.output, other.output) else []
        yield from (Difference(kind, request, local.output, other.output) for kind in kinds)
        if operation == "TransactGetItems" and local.status < 400 <= other.status:
            yield from self.compare_each(request["TransactItems"], local.output)
        if operation in WRITES:
            yield from self.check_written(operation, request, bool(kinds))

    def compare_each(self, gets, output):
        """Compares the rows of a transaction that the other implementation refuses to read. No
        other call runs meanwhile.
        """
        for get, local in zip(gets, output["Responses"]):
            other = self.endpoint.call("GetItem", **get["Get"], ConsistentRead=True)
            if row(local.get("Item") or {}) != row(other.get("Item") or {}):
                yield Difference("TransactGetItems: rows", get, local, other)

    def check_written(self, operation, request, answers_differ):
        """Reads the rows of a write at the other implementation. Repairs them if they differ.
        Yields differences, unless the answers already differ.
        """
        for table, key in self.targets(operation, request):
            local, other = self.rows.get(place(table, key)), self.endpoint.read(table, key)
            self.written += 1
            if row(local or {}) == row(other or {}):
                continue
            if not answers_differ:
                yield Difference(f"{operation}: stored row", request, local, other)
            self.endpoint.write(table, key, local)

    def remember(self, changes):
        for table, key, item in changes:
            self.rows[place(table, key)] = item

    def targets(self, operation, request):
        """Returns the rows that a write concerns, as pairs of table and key. Omits the rows of
        unknown tables and incomplete keys.
        """
        found = [(action["TableName"], action) for action in actions(operation, request) if "TableName" in action]
        for table, action in found:
            names = [part["AttributeName"] for part in self.tables.get(table, {}).get("KeySchema", [])]
            source = action.get("Key") or action.get("Item") or {}
            if names and all(name in source for name in names):
                yield table, {name: source[name] for name in names}

    def sort_key(self, request):
        """Returns the name of the sort key of the queried table or index."""
        definition = self.tables.get(request.get("TableName"), {})
        if request.get("IndexName"):
            indexes = definition.get("GlobalSecondaryIndexes", []) + definition.get("LocalSecondaryIndexes", [])
            definition = next((index for index in indexes if index["IndexName"] == request["IndexName"]), {})
        keys = {part["KeyType"]: part["AttributeName"] for part in definition.get("KeySchema", [])}
        return keys.get("RANGE")


def actions(operation, request):
    """Returns the parts of a write that concern one row each, with the name of the table."""
    if operation == "TransactWriteItems":
        return [action for item in request["TransactItems"] for action in item.values()]
    if operation == "BatchWriteItem":
        tables = request["RequestItems"].items()
        return [
            action | {"TableName": table} for table, items in tables for item in items for action in item.values()
        ]
    return [request]


def place(table, key):
    """Returns a value that identifies a row."""
    return table, json.dumps(row(key), sort_keys=True)
