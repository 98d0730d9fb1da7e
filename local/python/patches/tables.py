"""DynamoDB: streams that survive a restart, and rows that expire."""

import asyncio
import contextvars
import copy
import threading
import time

# Seconds between two looks for rows that have expired. AWS takes up to two days; tests do not.
LOOK = 1
# Seconds that a row may have been expired for: one with an older time stays.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
OLDEST = 5 * 365 * 24 * 3600
# Who removes an expired row, in the words of its stream record.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
REMOVER = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


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


def expire_rows():
    """CloudFormation's TimeToLiveSpecification is ignored, and ministack's own removal of expired rows, once a minute,
    writes no stream record. So the template's is put into effect, and removals are our own: soon, and told to the
    stream's readers as every other removal is, in the name of DynamoDB.
    """
    from ministack.services import dynamodb

    heed_template()
    leave_removal_to_us()
    expiring = sign_removals()
    handle_request, task = dynamodb.handle_request, []

    async def remove_for_ever():
        while True:
            await asyncio.sleep(LOOK)
            remove_expired(expiring)

    async def handle(method, path, headers, body, query_params):
        # The first call, without which there are no rows, has the loop that all calls are answered on.
        if not task:
            task.append(asyncio.create_task(remove_for_ever()))
        return await handle_request(method, path, headers, body, query_params)

    dynamodb.handle_request = handle


def heed_template():
    """Puts the template's TimeToLiveSpecification of a table into effect when it is created or updated."""
    from ministack.services import dynamodb
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    create, update = handlers["create"], handlers["update"]

    def set_time_to_live(name, properties):
        dynamodb._ttl_settings.pop(name, None)
        wanted = properties.get("TimeToLiveSpecification")
        if wanted:
            enabled = str(wanted.get("Enabled")).lower() == "true"
            attribute = wanted.get("AttributeName")
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


def leave_removal_to_us():
    """Holds ministack's own thread back, which would be quicker now and then, and remove a row in silence."""
    from ministack.services import dynamodb

    remove_item = dynamodb._remove_item

    def remove(table, partition, sort):
        if threading.current_thread().name == "dynamodb-ttl-reaper":
            return None
        return remove_item(table, partition, sort)

    dynamodb._remove_item = remove


def sign_removals():
    """Stream records that are written while the returned variable is set carry DynamoDB's name."""
    from ministack.services import dynamodb

    expiring = contextvars.ContextVar("expiring", default=False)
    build = dynamodb._build_change_record

    def build_signed(*change):
        record = build(*change)
        return record | {"userIdentity": dict(REMOVER)} if expiring.get() else record

    dynamodb._build_change_record = build_signed
    return expiring


def remove_expired(expiring):
    """Removes what has expired, from all tables whose rows expire."""
    from ministack.core import responses
    from ministack.services import dynamodb

    for (account, region, name), setting in list(dynamodb._ttl_settings.all_items()):
        table = dynamodb._tables.get_scoped(account, region, name)
        if not table or setting.get("TimeToLiveStatus") != "ENABLED":
            continue
        scope = [responses._request_account_id.set(account), responses._request_region.set(region)]
        signed = expiring.set(True)
        for partition, sort in expired_keys(table, setting["AttributeName"]):
            removed = dynamodb._remove_item(table, partition, sort)
            dynamodb._emit_stream_event(name, "REMOVE", removed, None)
        expiring.reset(signed)
        responses._request_account_id.reset(scope[0])
        responses._request_region.reset(scope[1])


def expired_keys(table, attribute):
    """The keys of the rows whose time has come; only a number is a time."""
    now = time.time()
    return [
        (partition, sort)
        for partition, rows in table["items"].items()
        for sort, row in rows.items()
        if now - OLDEST < float(row.get(attribute, {}).get("N", "inf")) <= now
    ]
