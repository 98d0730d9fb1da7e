"""API Gateway's WebSocket APIs: events say who connects."""

import contextvars

# What an event says of a caller with IAM credentials, besides address and browser.
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


def tell_who_connects():
    """`requestContext.identity` of a `$connect` route with AWS_IAM has address and browser alone. AWS adds whose
    credentials signed, as it does for REST APIs; ministack can do that, too, there. Only where it has verified the
    signature: it also lets calls through that have none it knows.
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
        refusal = authorize(scope, connect_arn, headers, query_params, region)
        known = verified.get() and not refusal
        caller.set(_iam_caller_identity(headers, query_params) if known else None)
        return refusal

    def context(api_id, route_key, stage, connection_id, event_type, *more):
        made = request_context(api_id, route_key, stage, connection_id, event_type, *more)
        identity = caller.get() if event_type == "CONNECT" else None
        if identity:
            made["identity"] |= {name: identity.get(name) for name in DOCUMENTED}
        return made

    iam_evaluator.authenticate_handshake = authenticate_handshake
    apigateway._authorize_ws_iam, apigateway._ws_request_context = authorize_connect, context
