"""Patches of the API keys and usage plans of API Gateway."""

import contextvars
import datetime
import json

# A dict for the current call. Its `key` is the API key that the Lambda authorizer names. `None` if
# the API reads the header.
named_key = contextvars.ContextVar("named_key", default=None)
# The number of calls by usage plan, API key and day of UTC.
calls = {}


def take_keys_from_authorizers():
    """Takes the API key of a call from the `usageIdentifierKey` of the Lambda authorizer if the
    source of the API's keys is `AUTHORIZER`. ministack takes it from the header `x-api-key`, and
    ignores the source in a template. Only for authorizers whose replies are not cached.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
    """
    from ministack.services import apigateway_v1 as gateway
    from ministack.services.cloudformation import provisioners

    create, execute, invoke = provisioners._apigw_rest_api_create, gateway._execute_in_scope, gateway._invoke_authorizer_lambda
    key_of_header = gateway._api_key_from_request

    def created(logical_id, props, stack_name):
        api, attributes = create(logical_id, props, stack_name)
        gateway._rest_apis[api]["apiKeySource"] = props.get("ApiKeySourceType", "HEADER")
        return api, attributes

    async def executed(request, api, *rest):
        source = (gateway._rest_apis.get(api) or {}).get("apiKeySource")
        named_key.set({} if source == "AUTHORIZER" else None)
        return await execute(request, api, *rest)

    async def invoked(*authorizer):
        result = await invoke(*authorizer)
        found = named_key.get()
        if found is not None and result and not result.get("error"):
            found["key"] = usage_identifier_key(result.get("body"))
        return result

    def key_of_request(headers):
        found = named_key.get()
        return key_of_header(headers) if found is None else found.get("key", "")

    provisioners._apigw_rest_api_create = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]["create"] = created
    gateway._execute_in_scope, gateway._invoke_authorizer_lambda = executed, invoked
    gateway._api_key_from_request = key_of_request


def usage_identifier_key(reply):
    """Returns the API key in the reply of a Lambda authorizer, or an empty text."""
    try:
        found = json.loads(reply) if isinstance(reply, (str, bytes)) else reply
    except ValueError:
        return ""
    return str(found.get("usageIdentifierKey") or "") if isinstance(found, dict) else ""


def count_calls():
    """Counts the calls of each API key by days of UTC, applies the quota of a day to them, and
    reports them by `GetUsage`. ministack has no `GetUsage`, and its days begin with the first call.
    A key that is not in the plan is not found.
    https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsage.html
    """
    from ministack.services import apigateway_v1 as gateway

    handle = gateway.handle_request

    def check(key, api, stage):
        if key is None:
            return None
        plans = [(plan, found.get("quota") or {}) for plan, found, _ in gateway._usage_plans_for_key(key["id"], api, stage)]
        date = today()
        for plan, quota in plans:
            if "limit" in quota and calls.get((plan, key["id"], date), 0) >= int(quota["limit"]):
                return gateway._gw_error("QUOTA_EXCEEDED", gateway._GATEWAY_ERROR_MESSAGES["QUOTA_EXCEEDED"])
        for plan, _ in plans:
            calls[plan, key["id"], date] = calls.get((plan, key["id"], date), 0) + 1
        return None

    async def handled(method, path, headers, body, query_params):
        parts = path.strip("/").split("/")
        if method == "GET" and len(parts) == 3 and (parts[0], parts[2]) == ("usageplans", "usage"):
            return usage(parts[1], *(gateway._qp(query_params, name) for name in ("keyId", "startDate", "endDate")))
        return await handle(method, path, headers, body, query_params)

    def usage(plan, key, start, end):
        if plan not in gateway._usage_plans:
            return gateway._v1_error("NotFoundException", "Invalid Usage Plan identifier specified", 404)
        members = gateway._usage_plan_keys.get(plan, {}).keys() & gateway._api_keys.keys()
        if key and key not in members:
            return gateway._v1_error("NotFoundException", "Invalid API Key identifier specified", 404)
        limit = int((gateway._usage_plans[plan].get("quota") or {}).get("limit", 0))
        keys = [key] if key else sorted(members)
        used = {key: [calls.get((plan, key, date), 0) for date in dates(start, end)] for key in keys}
        values = {key: [[count, max(limit - count, 0)] for count in counts] for key, counts in used.items()}
        return gateway._v1_response({"usagePlanId": plan, "startDate": start, "endDate": end, "values": values})

    gateway._check_quota, gateway.handle_request = check, handled


def today():
    """Returns the current date of UTC, such as `2026-11-29`."""
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()


def dates(start, end):
    """Returns the dates from `start` to `end`."""
    first, last = map(datetime.date.fromisoformat, (start, end))
    return [(first + datetime.timedelta(days)).isoformat() for days in range((last - first).days + 1)]


def refuse_missing_keys():
    """Refuses to add an API key that does not exist to a usage plan. ministack adds it.
    https://docs.aws.amazon.com/apigateway/latest/api/API_CreateUsagePlanKey.html
    """
    from ministack.services import apigateway_v1 as gateway

    create = gateway._create_usage_plan_key

    def created(plan, data):
        if data.get("keyId") not in gateway._api_keys:
            return gateway._v1_error("NotFoundException", "Invalid API Key identifier specified", 404)
        return create(plan, data)

    gateway._create_usage_plan_key = created


def read_limits_as_numbers():
    """Converts the limits of a usage plan in a template to numbers, as CloudFormation does.
    ministack keeps the text of a parameter, which the SDKs refuse in a reply.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-usageplan-throttlesettings.html
    """
    from ministack.services.cloudformation import provisioners

    for name in ("_apigw_throttle", "_apigw_quota"):
        convert = getattr(provisioners, name)

        def converted(raw, convert=convert):
            return {key: value if key == "period" else number(value) for key, value in convert(raw).items()}

        setattr(provisioners, name, converted)


def number(value):
    """Returns a number, which is whole if its text is."""
    return float(value) if "." in str(value) else int(value)
