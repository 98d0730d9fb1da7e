"""Patches of WebSocket APIs of API Gateway: the identity of callers, and refused connections."""

import contextvars
import http

# The documented fields about a caller with IAM credentials, besides address and user agent.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
DOCUMENTED = (
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "user",
    "userArn",
)


def identify_callers():
    """Adds the identity of the caller to `requestContext.identity` of a `$connect` route with
    AWS_IAM. ministack adds it for REST APIs only. The patch adds it only if the signature is
    verified, because ministack also accepts calls with unknown keys.
    """
    from ministack.core import iam_evaluator
    from ministack.services import apigateway
    from ministack.services.apigateway_v1 import _iam_caller_identity

    verified = contextvars.ContextVar("verified", default=False)
    caller = contextvars.ContextVar("caller", default=None)
    authenticate, authorize = iam_evaluator.authenticate_handshake, apigateway._authorize_ws_iam
    request_context = apigateway._ws_request_context

    def authenticate_handshake(scope, service=None):
        result = authenticate(scope, service)
        verified.set(isinstance(result, iam_evaluator.ResolvedCredential))
        return result

    def authorize_connect(scope, connect_arn, headers, query_params, region):
        verified.set(False)
        error = authorize(scope, connect_arn, headers, query_params, region)
        identified = verified.get() and not error
        caller.set(_iam_caller_identity(headers, query_params) if identified else None)
        return error

    def context(api_id, route_key, stage, connection_id, event_type, *more):
        made = request_context(api_id, route_key, stage, connection_id, event_type, *more)
        identity = caller.get() if event_type == "CONNECT" else None
        if identity:
            made["identity"] |= {name: identity.get(name) for name in DOCUMENTED}
        return made

    iam_evaluator.authenticate_handshake = authenticate_handshake
    apigateway._authorize_ws_iam, apigateway._ws_request_context = authorize_connect, context


def report_refusals():
    """Refuses a handshake with the status that the integration of `$connect` returns. ministack
    always answers 403.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
    """
    from ministack.services import apigateway

    refused = contextvars.ContextVar("refused", default=None)
    invoke, handle = apigateway._invoke_ws_lambda, apigateway.handle_websocket
    refuse = apigateway._refuse_ws_handshake

    async def invoke_and_record(api_id, account, region, route, stage, connection, event_type, request, *more, **named):
        answer = await invoke(api_id, account, region, route, stage, connection, event_type, request, *more, **named)
        status = int((answer or {}).get("statusCode", 200))
        if event_type == "CONNECT" and not 200 <= status < 300:
            refused.set((status, connection, request))
        return answer

    async def handle_and_report(scope, receive, send, *more, **named):
        async def send_or_refuse(message):
            refusal = refused.get() if message["type"] == "websocket.close" else None
            if refusal:
                status, connection, request = refusal
                await refuse(scope, send, status, http.HTTPStatus(status).phrase, connection, request)
            else:
                await send(message)

        refused.set(None)
        await handle(scope, receive, send_or_refuse, *more, **named)

    apigateway._invoke_ws_lambda, apigateway.handle_websocket = invoke_and_record, handle_and_report
