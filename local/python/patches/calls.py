"""A record of everything that AWS would bill: calls, capacity units, milliseconds and bytes. Not a
difference from AWS, and disabled unless the environment variable RECORDED_CALLS names a file.
"""

import json
import os
import pathlib
import threading
import time
import zlib

# The read units of DynamoDB for each 4 KB by consistency.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
EVENTUAL, STRONG, TRANSACTIONAL = 0.5, 1.0, 2.0
READ_UNIT = 4096
# Bytes of the lines START, END and REPORT that Lambda writes for each invocation.
PLATFORM_LOG = 350
# `MinimumCompressionSize` in the template, in bytes.
MIN_COMPRESSED = 1000
TICKS = os.sysconf("SC_CLK_TCK")


def record_calls():
    """Writes one JSON object for each billed call to the file in RECORDED_CALLS: `service`,
    `action`, and the amounts of the call.
    """
    file = os.environ.get("RECORDED_CALLS")
    if not file:
        return
    lock, lines = threading.Lock(), open(file, "a", buffering=1)

    def record(service, action, **amounts):
        with lock:
            lines.write(json.dumps({"service": service, "action": action} | amounts) + "\n")

    record_tables(record)
    record_objects(record)
    record_messages(record)
    record_functions(record)
    record_apis(record)


def record_tables(record):
    """Records the read and write units of each call of DynamoDB. ministack counts the units of
    writes, and those of reads without the sizes of the items.
    """
    from ministack.services import dynamodb

    handle_request, project = dynamodb.handle_request, dynamodb._project_item
    complete = []  # Not empty while a read is repeated for its size.
    dynamodb._project_item = lambda item, *rest: item if complete else project(item, *rest)
    writes = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
    reads = {
        "GetItem": dynamodb._get_item,
        "Query": lambda data: dynamodb._query(data),  # Another patch replaces it.
        "Scan": dynamodb._scan,
        "BatchGetItem": dynamodb._batch_get_item,
        "TransactGetItems": dynamodb._transact_get_items,
    }

    def read_units(action, data):
        complete.append(True)
        try:
            status, _, body = reads[action](data)
        finally:
            complete.clear()
        answer = json.loads(body)
        return units_of_read(action, data, answer, dynamodb._item_size_bytes) if status == 200 else 0

    async def handle(method, path, headers, body, query_params):
        action = headers.get("x-amz-target", "").split(".")[-1]
        if action not in writes and action not in reads:
            return await handle_request(method, path, headers, body, query_params)
        data = json.loads(body)
        amounts = {"table": table_of(data), "read": 0, "write": 0}
        if action in reads:
            amounts["read"] = read_units(action, data)
        else:
            body = json.dumps(data | {"ReturnConsumedCapacity": "TOTAL"}).encode()
        answer = await handle_request(method, path, headers, body, query_params)
        if action in writes:
            amounts["write"] = units_of_write(data, answer)
        record("DynamoDB", action, **amounts)
        return answer

    dynamodb.handle_request = handle


def table_of(data):
    """Returns the short names of the tables of a call."""
    operations = [operation for item in data.get("TransactItems", []) for operation in item.values()]
    names = {data.get("TableName"), *data.get("RequestItems", {}), *(each["TableName"] for each in operations)}
    return " ".join(sorted(short_name(name).removesuffix("Table") for name in names if name))


def short_name(name):
    """Returns the logical id in the name or the ARN that CloudFormation gives a resource,
    `STACK-LOGICAL_ID-RANDOM`.
    """
    return name.split(":")[-1].split("-")[-2]


def units_of_read(action, data, answer, size):
    """Returns the read units of a call from an answer with complete items. A missing item counts as
    an item of up to 4 KB.
    """
    def units(size_in_bytes, factor):
        return factor * max(1, -(-size_in_bytes // READ_UNIT))

    factor = STRONG if data.get("ConsistentRead") else EVENTUAL
    if action == "GetItem":
        return units(size(answer.get("Item") or {}), factor)
    if action == "TransactGetItems":
        return sum(units(size(each.get("Item") or {}), TRANSACTIONAL) for each in answer["Responses"])
    if action == "BatchGetItem":
        total = 0
        for table, request in data["RequestItems"].items():
            factor = STRONG if request.get("ConsistentRead") else EVENTUAL
            found = answer["Responses"].get(table, [])
            total += sum(units(size(item), factor) for item in found)
            total += factor * (len(request["Keys"]) - len(found))
        return total
    # A query pays for the sum of the sizes, rows that a filter drops included.
    items = answer.get("Items", [])
    dropped = answer["ScannedCount"] / answer["Count"] if answer.get("Count") else 1
    return units(int(sum(map(size, items)) * dropped), factor)


def units_of_write(data, answer):
    """Returns the write units of a call. A failed condition costs as much as the write, which is at
    most one unit here for each operation.
    """
    status, _, body = answer
    if status != 200:
        return 2 * len(data["TransactItems"]) if "TransactItems" in data else 1
    consumed = json.loads(body).get("ConsumedCapacity", [])
    return sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))


def record_objects(record):
    """Records the requests to S3."""
    from ministack.services import s3

    handle_request = s3.handle_request

    async def handle(method, path, headers, body, query_params, *rest, **named):
        answer = await handle_request(method, path, headers, body, query_params, *rest, **named)
        folder = next((name for name in ("originals", "renditions") if f"/{name}/" in path), "")
        sent = len(answer[2]) if isinstance(answer[2], bytes) and method == "GET" else 0
        name = path.rsplit("/", 1)[-1] if folder == "renditions" else ""
        record("S3", method, folder=folder, name=name, status=answer[0], received=len(body or b""), sent=sent)
        return answer

    s3.handle_request = handle


def record_messages(record):
    """Records the messages of topics and queues, and the requests of Lambda to queues."""
    from ministack.services import lambda_svc, s3, sns

    fan_out, deliver, notify = sns._fanout, sns._deliver_to_sqs, s3._deliver_event_to_sqs
    run_batch = lambda_svc._run_sqs_batch

    def fan_out_and_record(topic, message_id, message, *rest, **named):
        record("SNS", "Publish", topic=short_name(topic), bytes=len(message))
        return fan_out(topic, message_id, message, *rest, **named)

    def deliver_and_record(queue, *rest, **named):
        record("SQS", "SendMessage", queue=short_name(queue))
        return deliver(queue, *rest, **named)

    def notify_and_record(queue, *rest, **named):
        record("SQS", "SendMessage", queue=short_name(queue))
        return notify(queue, *rest, **named)

    def run_and_record(mapping, function, event, batch, url, name):
        for action in ("ReceiveMessage", "DeleteMessage"):
            record("SQS", action, queue=short_name(name), messages=len(batch))
        return run_batch(mapping, function, event, batch, url, name)

    sns._fanout, sns._deliver_to_sqs = fan_out_and_record, deliver_and_record
    s3._deliver_event_to_sqs = notify_and_record
    lambda_svc._run_sqs_batch = run_and_record


def record_functions(record):
    """Records the milliseconds of each invocation, the milliseconds of processor time in them, and
    the bytes of its log.
    """
    from ministack.core.lambda_runtime import ProvidedWorker

    invoke = ProvidedWorker.invoke

    def invoke_and_record(worker, *rest, **named):
        before, started = processor_seconds(worker._proc), time.monotonic()
        result = invoke(worker, *rest, **named)
        milliseconds = (time.monotonic() - started) * 1000
        record(
            "Lambda",
            worker.func_name.split("-")[-1],
            memory=int(worker.config.get("MemorySize", 128)),
            ms=milliseconds,
            cpu=(processor_seconds(worker._proc) - before) * 1000,
            cold=bool(result.get("cold_start")),
            log=len(result.get("log") or "") + PLATFORM_LOG,
        )
        return result

    ProvidedWorker.invoke = invoke_and_record


def processor_seconds(process):
    """Returns the processor time of a process and of its children that have ended. The kernel
    counts in steps of 10 ms, which average out over many invocations.
    """
    try:
        fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(map(int, fields[11:15])) / TICKS
    except (AttributeError, OSError):
        return 0


def compressed_bytes(body):
    """Returns the bytes of a reply. API Gateway compresses replies from `MinimumCompressionSize` on
    for clients that accept it, as browsers do. ministack does not.
    """
    body = body.encode() if isinstance(body, str) else body
    return len(body) if len(body) < MIN_COMPRESSED else len(zlib.compress(body))


def record_apis(record):
    """Records the calls of the REST API and the messages of WebSocket connections."""
    from ministack.services import apigateway, apigateway_v1

    execute, invoke = apigateway_v1.handle_execute, apigateway._invoke_ws_lambda
    connections = apigateway.handle_connections_api

    async def execute_and_record(api, stage, method, path, *rest, **named):
        answer = await execute(api, stage, method, path, *rest, **named)
        record("API Gateway", method, path=path, bytes=compressed_bytes(answer[2] or b""))
        return answer

    async def invoke_and_record(api, account, region, route, stage, connection, event_type, *rest, **named):
        record("WebSocket", event_type, bytes=0)
        return await invoke(api, account, region, route, stage, connection, event_type, *rest, **named)

    async def send_and_record(method, api, stage, connection, body, headers):
        record("WebSocket", f"{method} @connections", bytes=len(body or b""))
        return await connections(method, api, stage, connection, body, headers)

    apigateway_v1.handle_execute, apigateway._invoke_ws_lambda = execute_and_record, invoke_and_record
    apigateway.handle_connections_api = send_and_record
