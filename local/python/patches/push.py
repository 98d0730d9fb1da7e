"""Patches of SNS: mobile push. ministack does not deliver push messages, so tests read the recorded
messages.
"""

import collections
import json
import re
import time

# The path of the recorded messages. The response is {"platform_endpoint_messages": [...]}, oldest
# first. `?endpointArn=ARN` selects the messages to one endpoint.
PATH = "/_ministack/sns/platform-endpoint-messages"
# The maximum number of recorded messages. A new message then replaces the oldest.
MAX_MESSAGES = 10_000


def rename_endpoints():
    """Changes the ARN of endpoints to `…:endpoint/PLATFORM/NAME/ID`, which policies refer to.
    ministack creates `…:app/PLATFORM/NAME/ID`.
    """
    from ministack.services import sns

    create = sns._create_platform_endpoint

    def create_renamed(params):
        status, headers, body = create(params)
        made = re.search(rb"<EndpointArn>([^<]+:app/[^<]+)</EndpointArn>", body)
        if status != 200 or not made:
            return status, headers, body
        endpoint = sns._platform_endpoints.pop(made[1].decode())
        endpoint["arn"] = endpoint["arn"].replace(":app/", ":endpoint/", 1)
        sns._platform_endpoints[endpoint["arn"]] = endpoint
        return status, headers, body.replace(made[1], endpoint["arn"].encode())

    sns._create_platform_endpoint = create_renamed


def reject_invalid_targets():
    """Rejects messages to disabled endpoints with EndpointDisabled. Rejects messages to missing
    endpoints, and JSON without a part for the platform or a `default`, with InvalidParameter.
    ministack accepts messages to disabled endpoints, and reports a missing endpoint as a bad topic.
    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    from ministack.services import sns

    publish = sns._publish

    def publish_to_valid(params):
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

    sns._publish = publish_to_valid


def record_messages():
    """Records push messages and returns them at PATH, as ministack does with text messages at
    /_ministack/sns/sms-messages. ministack only logs push messages.
    """
    from ministack import app
    from ministack.services import sns

    publish, sms_messages = sns._publish, app._handle_sns_sms_messages_request
    sent = collections.deque(maxlen=MAX_MESSAGES)

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
        endpoint_arn = query_params.get("endpointArn")
        endpoint_arn = endpoint_arn[0] if isinstance(endpoint_arn, list) else endpoint_arn
        found = [message for message in sent if endpoint_arn in (None, message["EndpointArn"])]
        return 200, {"Content-Type": "application/json"}, json.dumps({"platform_endpoint_messages": found}).encode()

    sns._publish, app._handle_sns_sms_messages_request = publish_recorded, messages


def platform(arn):
    """Returns the platform in the ARN of an endpoint, such as APNS or GCM."""
    return arn.split("/")[1]


def payload(sns, params):
    """Returns the payload of a message. For JSON, this is the part for the platform, or `default`.
    Returns None if the JSON contains neither.
    """
    message = sns._p(params, "Message")
    if sns._p(params, "MessageStructure") != "json":
        return message
    try:
        parts = json.loads(message)
        return parts.get(platform(sns._p(params, "TargetArn")), parts.get("default"))
    except (ValueError, AttributeError):
        return None
