"""Runs ministack, the local cloud, for `cargo dev`. Usage: engine.py HOME [--until-stdin-closes]

Settings come in the environment (see src/cloud/engine.rs). HOME/lock holds process id and port and is locked while this
runs: a lock can not be mistaken for another process that got the same id. HOME/saved is there while what is kept below
HOME is all that there is, that is: while nothing runs, unless it was killed. The functions are in our process group.
"""

import bisect
import copy
import fcntl
import os
import pathlib
import re
import signal
import socketserver
import sys
import threading


def tune():
    """Two waits that make each warm invocation on ministack 40 to 50 ms slower than it is."""
    from ministack.core import lambda_runtime

    # The runtime API writes headers and body apart: with Nagle's algorithm, the body waits for a delayed acknowledgement.
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    # Seconds it waits for an invocation's first log line, for another one, and at most: 50, 5 and 250 ms by default.
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.003, 0.003, 0.250)


def keep_streams():
    """ministack saves how far each consumer of a table's stream has read, but not the stream itself: after a restart the
    consumers would wait, deaf, for as many changes as there had been before. So the streams are saved with the tables.
    """
    from ministack.services import dynamodb

    get_state, load_state = dynamodb.get_state, dynamodb.load_persisted_state
    streams = {"stream_records": dynamodb._stream_records, "stream_trimmed": dynamodb._stream_trimmed}

    def get_state_and_streams():
        return get_state() | copy.deepcopy(streams)

    def load_state_and_streams(state):
        load_state(state)
        for name, stream in streams.items():
            stream.update(state.get(name, {}))

    dynamodb.get_state, dynamodb.load_persisted_state = get_state_and_streams, load_state_and_streams


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


def move_queues(home):
    """What was saved names each queue by its address, port included: on another port nobody would find it any more."""
    here = f"http://localhost:{os.environ['GATEWAY_PORT']}/"
    for name in ("sqs.json", "cloudformation.json"):
        saved = pathlib.Path(home, "state", name)
        if saved.exists():
            text = saved.read_text()
            moved = re.sub(r"http://localhost:\d+/", here, text)
            if moved != text:
                saved.write_text(moved)


def stop_with_parent():
    """Whoever started us holds the other end of stdin: when it goes, however it goes, so do we."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main():
    home, *options = sys.argv[1:]
    saved = pathlib.Path(home, "saved")
    with open(pathlib.Path(home, "lock"), "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(f"{os.getpid()} {os.environ['GATEWAY_PORT']}")
        lock.flush()
        saved.unlink(missing_ok=True)
        if "--until-stdin-closes" in options:
            threading.Thread(target=stop_with_parent, daemon=True).start()
        sys.argv = sys.argv[:1]
        tune()
        move_queues(home)
        keep_streams()
        read_pages()
        from ministack.app import main as serve

        try:
            serve()  # Saves its state after SIGTERM or SIGINT.
            saved.touch()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.killpg(0, signal.SIGTERM)


main()
