"""SNS: messages to phones. None is delivered here; tests read what would have been."""

import collections
import json
import re
import time

# Where what was sent can be read: {"platform_endpoint_messages": [...]}, oldest first; ?endpointArn=ARN for one phone's.
PATH = "/_ministack/sns/platform-endpoint-messages"
# How many messages are kept.
KEPT = 10_000


def name_endpoints():
    """An endpoint is called `…:app/PLATFORM/NAME/ID`; on AWS it is `…:endpoint/PLATFORM/NAME/ID`, which policies rely on."""
    from ministack.services import sns

    create = sns._create_platform_endpoint

    def create_named(params):
        status, headers, body = create(params)
        made = re.search(rb"<EndpointArn>([^<]+:app/[^<]+)</EndpointArn>", body)
        if status != 200 or not made:
            return status, headers, body
        endpoint = sns._platform_endpoints.pop(made[1].decode())
        endpoint["arn"] = endpoint["arn"].replace(":app/", ":endpoint/", 1)
        sns._platform_endpoints[endpoint["arn"]] = endpoint
        return status, headers, body.replace(made[1], endpoint["arn"].encode())

    sns._create_platform_endpoint = create_named


def refuse_what_is_gone():
    """A disabled endpoint takes every message, and one that is not there is called a bad topic. On AWS both are refused:
    EndpointDisabled, and InvalidParameter. So is JSON without a part for this platform or a `default`.
    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    from ministack.services import sns

    publish = sns._publish

    def publish_if_there(params):
        arn = sns._p(params, "TargetArn")
        if ":endpoint/" not in arn:
            return publish(params)
        endpoint = sns._platform_endpoints.get(arn)
        if endpoint is None:
            reason = "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified"
            return sns._error("InvalidParameter", reason, 400)
        if endpoint["attributes"].get("Enabled", "true").lower() != "true":
            return sns._error("EndpointDisabled", "Endpoint is disabled", 400)
        if payload(sns, params) is None:
            reason = "Invalid parameter: Message Structure - No default entry in JSON message body"
            return sns._error("InvalidParameter", reason, 400)
        return publish(params)

    sns._publish = publish_if_there


def record():
    """Of a message to a phone nothing is left but a line in the log. Here it can be read at PATH, as text messages can be
    at /_ministack/sns/sms-messages.
    """
    from ministack import app
    from ministack.services import sns

    publish, sms_messages = sns._publish, app._handle_sns_sms_messages_request
    sent = collections.deque(maxlen=KEPT)

    def publish_recorded(params):
        answer = publish(params)
        endpoint = sns._platform_endpoints.get(sns._p(params, "TargetArn"))
        if endpoint and answer[0] == 200:
            sent.append(
                {
                    "EndpointArn": endpoint["arn"],
                    "Token": endpoint["attributes"].get("Token"),
                    "Platform": platform(endpoint["arn"]),
                    "Payload": payload(sns, params),
                    "Subject": sns._p(params, "Subject") or None,
                    "MessageAttributes": sns._parse_message_attributes(params),
                    "MessageId": re.search(rb"<MessageId>([^<]+)", answer[2])[1].decode(),
                    "Timestamp": time.time(),
                }
            )
        return answer

    async def messages(method, path, headers, query_params):
        if path != PATH or method != "GET":
            return await sms_messages(method, path, headers, query_params)
        wanted = query_params.get("endpointArn")
        wanted = wanted[0] if isinstance(wanted, list) else wanted
        found = [message for message in sent if wanted in (None, message["EndpointArn"])]
        return 200, {"Content-Type": "application/json"}, json.dumps({"platform_endpoint_messages": found}).encode()

    sns._publish, app._handle_sns_sms_messages_request = publish_recorded, messages


def platform(arn):
    """APNS, APNS_SANDBOX, GCM, … of an endpoint."""
    return arn.split("/")[1]


def payload(sns, params):
    """What the platform would be given: its part of a message in JSON, else the `default`; or the message as it is."""
    message = sns._p(params, "Message")
    if sns._p(params, "MessageStructure") != "json":
        return message
    try:
        parts = json.loads(message)
        return parts.get(platform(sns._p(params, "TargetArn")), parts.get("default"))
    except (ValueError, AttributeError):
        return None
