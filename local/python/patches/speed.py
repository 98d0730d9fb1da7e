"""Patches of slow code: invocations, policies and queries."""

import bisect
import functools
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


def parse_policies_once():
    """Keeps parsed policies. ministack parses the policies of a role twice for each request of the
    role, which takes a fifth of the time of a small request.
    """
    from ministack.core import iam_evaluator

    parse = iam_evaluator.parse_policy_document
    parse_text = functools.lru_cache(maxsize=1024)(parse)

    def parse_once(document):
        return parse_text(document) if isinstance(document, str) else parse(document)

    iam_evaluator.parse_policy_document = parse_once


def query_single_pages():
    """Limits queries for a page of a partition, or of a local secondary index, to the rows of the
    page. ministack scans the whole partition and parses the condition for every row. A page of 50
    rows in a partition of 100,000 takes 1.6 s and blocks all other calls.
    """
    from ministack.services import dynamodb

    query, tables, handle_request = dynamodb._query, dynamodb._tables, dynamodb.handle_request
    reads = {"Query", "Scan", "GetItem", "BatchGetItem", "TransactGetItems", "DescribeTable"}
    orders = {}  # By table, partition and index. Each write clears it.

    async def handle(method, path, headers, body, query_params):
        if headers.get("x-amz-target", "").split(".")[-1] not in reads:
            orders.clear()
        return await handle_request(method, path, headers, body, query_params)

    condition = re.compile(r"(\w+) = (:\w+)(?: AND (\w+) ([<>]) (:\w+))?")

    def order_of(name, partition, rows, index, sort):
        """Returns the sort keys of a partition or of an index, ascending, and the table's sort keys
        in the same order. An index omits rows without its sort key.
        """
        known = orders.get((name, partition, index))
        if known is None or known[0] != len(rows):  # Rows may have expired.
            texts = ((row.get(sort, {}).get("S"), key) for key, row in rows.items()) if index else zip(rows, rows)
            pairs = sorted(pair for pair in texts if pair[0] is not None)
            known = orders[name, partition, index] = (len(rows), [text for text, _ in pairs], [key for _, key in pairs])
        return known[1:]

    def sort_key_of(table, index):
        """Returns the sort key of the table or of a local secondary index.

        Returns None for other indexes.
        """
        if not index:
            return table["sk_name"]
        local = {found["IndexName"]: found for found in table.get("LocalSecondaryIndexes") or []}
        keys = local.get(index, {}).get("KeySchema", [])
        return next((key["AttributeName"] for key in keys if key["KeyType"] == "RANGE"), None)

    def rows_of_page(name, table, data):
        """Returns the partition key and the rows of the page. Returns None for other queries."""
        match = condition.fullmatch(data.get("KeyConditionExpression") or "")
        limit, index = data.get("Limit"), data.get("IndexName")
        if not (table and match and isinstance(limit, int) and limit > 0) or data.get("ExclusiveStartKey"):
            return None
        (hash_key, hash_value, compared, operator, bound), values = match.groups(), data.get("ExpressionAttributeValues") or {}
        texts, sort = [values.get(name, {}).get("S") for name in (hash_value, bound) if name], sort_key_of(table, index)
        if None in texts or sort is None or hash_key != table["pk_name"] or compared not in (None, sort):
            return None
        rows = table["items"].get(texts[0], {})
        sorts, keys = order_of(name, texts[0], rows, index, sort)
        start = bisect.bisect_right(sorts, texts[1]) if operator == ">" else 0
        end = bisect.bisect_left(sorts, texts[1]) if operator == "<" else len(keys)
        # One more row than the page, so that the query returns a LastEvaluatedKey.
        if data.get("ScanIndexForward", True):
            end = min(end, start + limit + 1)
        else:
            start = max(start, end - limit - 1)
        return texts[0], {key: rows[key] for key in keys[start:end]}

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
