"""Waits and detours that make ministack slower than AWS."""

import bisect
import re
import socketserver


def tune():
    """Two waits that make each warm invocation on ministack 40 to 50 ms slower than it is."""
    from ministack.core import lambda_runtime

    # The runtime API writes headers and body apart: with Nagle's algorithm, the body waits for a delayed acknowledgement.
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    # Seconds it waits for an invocation's first log line, for another one, and at most: 50, 5 and 250 ms by default.
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.003, 0.003, 0.250)


def read_pages():
    """ministack goes through a whole partition for each page of it and parses the condition anew for every row: 1.6 s for 50 of
    100,000 rows, and meanwhile it answers nobody. DynamoDB reads the page alone. So a query for the newest rows of a partition,
    or those before a key, is shown only the rows that its page can hold.
    """
    from ministack.services import dynamodb

    query, tables, handle_request = dynamodb._query, dynamodb._tables, dynamodb.handle_request
    reads = {"Query", "Scan", "GetItem", "BatchGetItem", "TransactGetItems", "DescribeTable"}
    sorted_keys = {}  # By table and partition, until something is written.

    async def handle(method, path, headers, body, query_params):
        if headers.get("x-amz-target", "").split(".")[-1] not in reads:
            sorted_keys.clear()
        return await handle_request(method, path, headers, body, query_params)

    newest = re.compile(r"(\w+) = (:\w+)(?: AND (\w+) < (:\w+))?")

    def keys_of(name, partition, rows):
        keys = sorted_keys.get((name, partition))
        if keys is None or len(keys) != len(rows):  # Rows also expire by themselves.
            keys = sorted_keys[name, partition] = sorted(rows)
        return keys

    def rows_of_page(name, table, data):
        """The partition and the rows of it that matter; nothing where the query is of another kind."""
        asked = newest.fullmatch(data.get("KeyConditionExpression") or "")
        limit, forward = data.get("Limit"), data.get("ScanIndexForward", True)
        if not (table and asked and isinstance(limit, int) and limit > 0 and forward is False):
            return None
        if data.get("IndexName") or data.get("ExclusiveStartKey"):
            return None
        (hashed, of, sort, before), values = asked.groups(), data.get("ExpressionAttributeValues") or {}
        texts = [values.get(name, {}).get("S") for name in (of, before) if name]
        if None in texts or hashed != table["pk_name"] or sort not in (None, table["sk_name"]):
            return None
        rows = table["items"].get(texts[0], {})
        keys = keys_of(name, texts[0], rows)
        end = bisect.bisect_left(keys, texts[1]) if before else len(keys)
        # One more than the page, by which the query knows that there is more.
        return texts[0], {key: rows[key] for key in keys[max(0, end - limit - 1) : end]}

    def query_page(data):
        name = dynamodb._normalize_table_name(data.get("TableName"))
        table = tables.get(name)
        page = rows_of_page(name, table, data)
        if page is None:
            return query(data)
        # One thread answers everybody: nobody else sees the table like this.
        tables[name] = table | {"items": dict([page])}
        try:
            return query(data)
        finally:
            tables[name] = table

    dynamodb._query, dynamodb.handle_request = query_page, handle
