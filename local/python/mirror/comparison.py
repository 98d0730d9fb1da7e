"""The differences between two answers to a call of DynamoDB."""

import collections
import decimal
import json

# The result of a call: the HTTP status and the parsed JSON.
Answer = collections.namedtuple("Answer", "status output")
# Operations whose answers have these members with one row or the attributes of one row.
ROWS = {"GetItem": "Item", "PutItem": "Attributes", "UpdateItem": "Attributes", "DeleteItem": "Attributes"}


def differences(operation, request, local, other, sort_key=None):
    """Returns the kinds of differences between two answers, as a list of texts. `sort_key` is the
    sort key of the queried table or index.

    Ignores messages, consumed capacity, and metrics.
    """
    if outcome(local) != outcome(other):
        return [f"{operation}: local {outcome(local)}, other {outcome(other)}"]
    if local.status >= 400:
        found = compare_errors(local.output, other.output)
    elif operation in ROWS:
        name = ROWS[operation]
        found = {"row": row(local.output.get(name) or {}) != row(other.output.get(name) or {})}
    elif operation == "Query":
        found = compare_queries(request, local.output, other.output, sort_key)
    elif operation == "Scan":
        found = compare_scans(request, local.output, other.output)
    elif operation == "BatchGetItem":
        found = {"rows": batch(local.output) != batch(other.output)}
        found["unprocessed"] = unprocessed(local.output) != unprocessed(other.output)
    elif operation == "BatchWriteItem":
        found = {"unprocessed": unprocessed(local.output) != unprocessed(other.output)}
    elif operation == "TransactGetItems":
        found = {"rows": transaction(local.output) != transaction(other.output)}
    else:
        found = {}
    return [f"{operation}: {name}" for name, differs in found.items() if differs]


def outcome(answer):
    """Returns the status of a successful answer, or the type of the error."""
    if answer.status < 400:
        return str(answer.status)
    kind = answer.output.get("__type") or answer.output.get("code") or f"error {answer.status}"
    return kind.split("#")[-1].split(":")[0]


def compare_errors(local, other):
    """Compares the rows in errors, and the reasons of cancelled transactions."""

    def reasons(output):
        return [reason.get("Code") for reason in output.get("CancellationReasons") or []]

    def rows(output):
        found = [output, *(output.get("CancellationReasons") or [])]
        return [row(part.get("Item") or {}) for part in found]

    return {
        "cancellation reasons": reasons(local) != reasons(other),
        "rows in errors": rows(local) != rows(other),
    }


def compare_queries(request, local, other, sort_key):
    """Compares the answers to a query. DynamoDB orders rows by the sort key. It promises no order
    of the rows of an index that have the same sort key.
    """
    pair = local, other
    rows = [[text(item) for item in output.get("Items", [])] for output in pair]
    orders = [[value((item.get(sort_key) or {})) for item in output.get("Items", [])] for output in pair]
    counts = [(output.get("Count"), output.get("ScannedCount")) for output in pair]
    positions = [row(output.get("LastEvaluatedKey") or {}) for output in pair]
    # The position is that of the last row, which differs if the rows have another order.
    moved = bool(positions[0]) != bool(positions[1]) or (rows[0] == rows[1] and positions[0] != positions[1])
    # The limit ends the page at the last row, so that the next page is empty.
    other_ends = bool(positions[0]) and not positions[1] and local.get("ScannedCount") == request.get("Limit")
    return {
        "rows": sorted(rows[0]) != sorted(rows[1]),
        "order": sorted(rows[0]) == sorted(rows[1]) and orders[0] != orders[1],
        "counts": counts[0] != counts[1],
        "LastEvaluatedKey of a full last page, local only": other_ends,
        "LastEvaluatedKey": moved and not other_ends,
    }


def compare_scans(request, local, other):
    """Compares a scan with the scan of the whole table. DynamoDB promises no order, so that the
    pages of two implementations differ.
    """
    if is_page(request, local):
        return {"rows of a page": has_other_rows(local, other)}
    rows = [sorted(text(item) for item in output.get("Items", [])) for output in (local, other)]
    return {"rows": rows[0] != rows[1], "counts": local.get("Count") != other.get("Count")}


def is_page(request, output):
    """Whether a scan or a query does not return all rows."""
    options = ("Limit", "ExclusiveStartKey", "TotalSegments")
    return "LastEvaluatedKey" in output or any(request.get(name) is not None for name in options)


def has_other_rows(page, whole):
    """Whether a page contains rows that all pages together do not contain."""
    counts = [collections.Counter(text(item) for item in output.get("Items", [])) for output in (page, whole)]
    return bool(counts[0] - counts[1])


def batch(output):
    """Returns the rows of BatchGetItem by table. DynamoDB promises no order."""
    return {table: sorted(map(text, items)) for table, items in output.get("Responses", {}).items() if items}


def unprocessed(output):
    """Returns whether DynamoDB asks the caller to repeat a part of a batch."""
    return any((output.get("UnprocessedItems") or output.get("UnprocessedKeys") or {}).values())


def transaction(output):
    """Returns the rows of TransactGetItems, in the order of the request."""
    return [row(entry.get("Item") or {}) for entry in output.get("Responses", [])]


def row(item):
    """Returns a row in a form that is equal for equal rows."""
    return {name: value(attribute) for name, attribute in item.items()}


def text(item):
    """Returns a row as a text that is equal for equal rows."""
    return json.dumps(row(item), sort_keys=True)


def value(attribute):
    """Returns an attribute value in a form that is equal for equal values: numbers have many forms,
    and sets have no order.
    """
    for kind, content in attribute.items():
        if kind == "N":
            return {kind: number(content)}
        if kind == "NS":
            return {kind: sorted(map(number, content))}
        if kind in ("SS", "BS"):
            return {kind: sorted(content)}
        if kind == "L":
            return {kind: [value(part) for part in content]}
        if kind == "M":
            return {kind: row(content)}
    return attribute


def number(digits):
    """Returns the shortest form of a number."""
    # DynamoDB stores 38 digits, and has no negative zero.
    context = decimal.Context(prec=38)
    exact = context.create_decimal(digits)
    return f"{context.normalize(exact):f}" if exact else "0"
