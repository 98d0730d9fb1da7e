"""Patches of API Gateway: mock integrations of an API definition, settings of methods, and denials
of policies.
"""

import json


def import_mock_responses():
    """Imports the responses of mock integrations, such as the replies to CORS preflight requests.
    ministack imports only the type of an integration, so that these replies lack their headers.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
    """
    from ministack.services import apigateway_v1 as gateway

    import_operation = gateway._import_operation

    def imported(api, resource, method, operation, *security):
        import_operation(api, resource, method, operation, *security)
        definition = (operation or {}).get("x-amazon-apigateway-integration") or {}
        if (definition.get("type") or "").upper() == "MOCK":
            integration = gateway._resources[api][resource]["resourceMethods"][method]["methodIntegration"]
            integration["requestTemplates"] = definition.get("requestTemplates", {})
            integration["integrationResponses"] = dict(map(response, definition.get("responses", {}).items()))

    gateway._import_operation = imported


def response(entry):
    """Converts a response of an API definition, whose key is its selection pattern, to a pair of
    status code and integration response.
    """
    pattern, defined = entry
    code = str(defined["statusCode"])
    parts = {name: defined.get(name, {}) for name in ("responseParameters", "responseTemplates")}
    return code, {"statusCode": code, "selectionPattern": "" if pattern == "default" else pattern} | parts


def decode_method_paths():
    """Applies the settings of a method whose path contains encoded slashes (`~1`), as AWS requires.
    ministack looks for the decoded path.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html
    """
    from ministack.services.cloudformation import provisioners

    method_settings = provisioners._apigw_method_settings

    def decoded(settings):
        return method_settings([decode_path(setting) for setting in settings or []])

    provisioners._apigw_method_settings = decoded


def decode_path(setting):
    """Decodes the path of the settings of a method, such as `/~1pictures~1{id}`."""
    path = setting.get("ResourcePath", "")
    return setting | {"ResourcePath": path[1:].replace("~1", "/")} if path.startswith("/~1") else setting


def render_denials():
    """Replies to a call that no policy allows with the gateway response `ACCESS_DENIED` of the API.
    ministack replies in the format of other services.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
    """
    from ministack import app
    from ministack.core.iam_evaluator import AuthError
    from ministack.services import apigateway_v1 as gateway

    gateway._AUTHENTICATION_GATEWAY_ERRORS["AccessDenied"] = ("ACCESS_DENIED", "AccessDeniedException")
    enforce = app._enforce_execute_api

    def enforced(api, stage, method, path, headers, query_params, **options):
        refused = enforce(api, stage, method, path, headers, query_params, **options)
        if not refused or not refused[1].get("Content-Type", "").startswith("application/x-amz-json"):
            return refused
        denial = AuthError("AccessDenied", json.loads(refused[2])["message"])
        # WebSocket APIs have no gateway responses.
        return gateway.authentication_error_response(api, stage, denial, headers, query_params) or refused

    app._enforce_execute_api = enforced
