"""Patches of slow code: invocations and queries."""

import bisect
import re
import socketserver


def shorten_waits():
    """Shortens two waits of ministack, which add 40 to 50 ms to each warm invocation."""
    from ministack.core import lambda_runtime

    # The Runtime API writes headers and body in two packets. With Nagle's algorithm, the body waits
    # for a delayed acknowledgement.
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    # Seconds to wait for the first log line of an invocation, for each other line, and in total.
    # The defaults are 0.050, 0.005 and 0.250.
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.003, 0.003, 0.250)


def query_single_pages():
    """Limits queries for the newest rows of a partition, or for the newest rows before a key, to
    the rows of one page. ministack scans the whole partition and parses the condition for every
    row. A page of 50 rows in a partition of 100,000 takes 1.6 s and blocks all other calls.
    """
    from ministack.services import dynamodb

    query, tables, handle_request = dynamodb._query, dynamodb._tables, dynamodb.handle_request
    reads = {"Query", "Scan", "GetItem", "BatchGetItem", "TransactGetItems", "DescribeTable"}
    sorted_keys = {}  # By table and partition. Each write clears it.

    async def handle(method, path, headers, body, query_params):
        if headers.get("x-amz-target", "").split(".")[-1] not in reads:
            sorted_keys.clear()
        return await handle_request(method, path, headers, body, query_params)

    newest = re.compile(r"(\w+) = (:\w+)(?: AND (\w+) < (:\w+))?")

    def keys_of(name, partition, rows):
        keys = sorted_keys.get((name, partition))
        if keys is None or len(keys) != len(rows):  # Rows may have expired.
            keys = sorted_keys[name, partition] = sorted(rows)
        return keys

    def rows_of_page(name, table, data):
        """Returns the partition key and the rows of the page. Returns None for other queries."""
        match = newest.fullmatch(data.get("KeyConditionExpression") or "")
        limit, forward = data.get("Limit"), data.get("ScanIndexForward", True)
        if not (table and match and isinstance(limit, int) and limit > 0 and forward is False):
            return None
        if data.get("IndexName") or data.get("ExclusiveStartKey"):
            return None
        (hash_key, hash_value, sort, before), values = match.groups(), data.get("ExpressionAttributeValues") or {}
        texts = [values.get(name, {}).get("S") for name in (hash_value, before) if name]
        if None in texts or hash_key != table["pk_name"] or sort not in (None, table["sk_name"]):
            return None
        rows = table["items"].get(texts[0], {})
        keys = keys_of(name, texts[0], rows)
        end = bisect.bisect_left(keys, texts[1]) if before else len(keys)
        # One more row than the page, so that the query returns a LastEvaluatedKey.
        return texts[0], {key: rows[key] for key in keys[max(0, end - limit - 1) : end]}

    def query_page(data):
        name = dynamodb._normalize_table_name(data.get("TableName"))
        table = tables.get(name)
        page = rows_of_page(name, table, data)
        if page is None:
            return query(data)
        # A single thread handles all calls, so no other call uses this table meanwhile.
        tables[name] = table | {"items": dict([page])}
        try:
            return query(data)
        finally:
            tables[name] = table

    dynamodb._query, dynamodb.handle_request = query_page, handle
