"""Patches of DynamoDB: streams after a restart, and time to live."""

import asyncio
import contextvars
import copy
import threading
import time

# Seconds between two removals of expired rows. AWS removes them within days, but tests cannot wait.
REMOVAL_INTERVAL = 1
# DynamoDB ignores expiry times that are older than this, in seconds.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
MAX_AGE = 5 * 365 * 24 * 3600
# The identity in the stream record of an expired row.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
SERVICE_IDENTITY = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def save_streams():
    """Saves the stream records with the state. ministack saves only the positions of the consumers,
    so that after a restart they skip as many new records as there were before it.
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


def expire_rows():
    """Applies TimeToLiveSpecification of CloudFormation, and removes expired rows every second with
    stream records that contain the identity of DynamoDB. ministack ignores the specification, and
    removes expired rows once a minute without stream records.
    """
    from ministack.services import dynamodb

    apply_time_to_live_of_templates()
    disable_builtin_removal()
    expiring = mark_removals()
    handle_request, task = dynamodb.handle_request, []

    async def remove_repeatedly():
        while True:
            await asyncio.sleep(REMOVAL_INTERVAL)
            remove_expired(expiring)

    async def handle(method, path, headers, body, query_params):
        # Starts the task with the first call, because only then the event loop runs.
        if not task:
            task.append(asyncio.create_task(remove_repeatedly()))
        return await handle_request(method, path, headers, body, query_params)

    dynamodb.handle_request = handle


def apply_time_to_live_of_templates():
    """Applies TimeToLiveSpecification when CloudFormation creates or updates a table."""
    from ministack.services import dynamodb
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    create, update = handlers["create"], handlers["update"]

    def set_time_to_live(name, properties):
        dynamodb._ttl_settings.pop(name, None)
        specification = properties.get("TimeToLiveSpecification")
        if specification:
            enabled = str(specification.get("Enabled")).lower() == "true"
            attribute = specification.get("AttributeName")
            answer = dynamodb._update_ttl(
                {"TableName": name, "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute}}
            )
            if answer[0] >= 400:
                raise ValueError(f"TimeToLiveSpecification of {name}: {answer[2]!r}")

    def create_table(logical_id, properties, stack_name):
        created = create(logical_id, properties, stack_name)
        set_time_to_live(created[0], properties)
        return created

    def update_table(physical_id, old, new, stack_name, logical_id=None):
        updated = update(physical_id, old, new, stack_name, logical_id)
        set_time_to_live(updated[0], new)
        return updated

    handlers.update(create=create_table, update=update_table)


def disable_builtin_removal():
    """Disables the thread of ministack that removes expired rows without stream records."""
    from ministack.services import dynamodb

    remove_item = dynamodb._remove_item

    def remove(table, partition, sort):
        if threading.current_thread().name == "dynamodb-ttl-reaper":
            return None
        return remove_item(table, partition, sort)

    dynamodb._remove_item = remove


def mark_removals():
    """Adds the identity of DynamoDB to the stream records that are written while a variable is set.
    Returns the variable.
    """
    from ministack.services import dynamodb

    expiring = contextvars.ContextVar("expiring", default=False)
    build = dynamodb._build_change_record

    def build_marked(*change):
        record = build(*change)
        return record | {"userIdentity": dict(SERVICE_IDENTITY)} if expiring.get() else record

    dynamodb._build_change_record = build_marked
    return expiring


def remove_expired(expiring):
    """Removes the expired rows of all tables with time to live."""
    from ministack.core import responses
    from ministack.services import dynamodb

    for (account, region, name), setting in list(dynamodb._ttl_settings.all_items()):
        table = dynamodb._tables.get_scoped(account, region, name)
        if not table or setting.get("TimeToLiveStatus") != "ENABLED":
            continue
        scope = [responses._request_account_id.set(account), responses._request_region.set(region)]
        mark = expiring.set(True)
        for partition, sort in expired_keys(table, setting["AttributeName"]):
            removed = dynamodb._remove_item(table, partition, sort)
            dynamodb._emit_stream_event(name, "REMOVE", removed, None)
        expiring.reset(mark)
        responses._request_account_id.reset(scope[0])
        responses._request_region.reset(scope[1])


def expired_keys(table, attribute):
    """Returns the keys of the expired rows of a table. A row without a number in the attribute does
    not expire.
    """
    now = time.time()
    return [
        (partition, sort)
        for partition, rows in table["items"].items()
        for sort, row in rows.items()
        if now - MAX_AGE < float(row.get(attribute, {}).get("N", "inf")) <= now
    ]
