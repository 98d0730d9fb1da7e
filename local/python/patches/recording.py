"""Patch of DynamoDB: records calls. `cargo dev conform` compares them with another
implementation.

The recording is a file of JSON lines, in the order in which the engine runs the calls:

- {"table": DEFINITION}: a new table, as the input of CreateTable
- {"call": OPERATION, "input": TEXT, "status": CODE, "output": TEXT, "changes": CHANGES}
- {"expired": CHANGES}: rows that the engine removed when they expired

CHANGES are the changed rows, as a list of [TABLE, KEY, NEW_ITEM or null].
"""

import functools
import json
import os

# The environment variable with the path of the recording.
VARIABLE = "DYNAMODB_RECORDING"
# The members of a table in ministack that CreateTable accepts.
DEFINITION = ("TableName", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def record_database_calls():
    """Records all calls of DynamoDB and all changes of rows, if the environment names a file."""
    path = os.environ.get(VARIABLE)
    if path:
        # One write per line, so that the recording is complete whenever the engine stops.
        file = open(path, "a", buffering=1)
        record_to(lambda entry: file.write(json.dumps(entry) + "\n"))


def record_to(write):
    """Calls `write` with each entry of the recording."""
    from ministack.services import dynamodb

    handle_request, emit = dynamodb.handle_request, dynamodb._emit_stream_event
    tables_seen = set()  # Ids.
    # Of the current call. A single thread runs all calls, one after the other.
    changes = None

    @functools.wraps(emit)
    def record_change(name, event, old, new, *options, **named):
        nonlocal changes
        table = dynamodb._tables[name]
        key = dynamodb._extract_key_from_item(table, new or old or {})
        if changes is None:
            write({"expired": [[name, key, new]]})
        else:
            changes.append([name, key, new])
        return emit(name, event, old, new, *options, **named)

    def record_tables():
        for table in list(dynamodb._tables.values()):
            if table["TableId"] not in tables_seen:
                tables_seen.add(table["TableId"])
                definition = {name: table[name] for name in DEFINITION if table.get(name)}
                write({"table": definition | {"BillingMode": "PAY_PER_REQUEST"}})

    async def handle(method, path, headers, body, query_params):
        nonlocal changes
        record_tables()
        changes = []
        try:
            answer = await handle_request(method, path, headers, body, query_params)
        finally:
            changed, changes = changes, None
        status, _, output = answer
        output = output.decode() if isinstance(output, bytes) else output
        operation = headers.get("x-amz-target", "").split(".")[-1]
        entry = {"call": operation, "input": body.decode(), "status": status, "output": output, "changes": changed}
        write(entry)
        return answer

    dynamodb.handle_request, dynamodb._emit_stream_event = handle, record_change
