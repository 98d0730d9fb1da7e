"""IAM: the resource that a call is about, which a policy has to name."""

import json
from email.utils import parseaddr

SEND_EMAIL = "/v2/email/outbound-emails"


def name_resources():
    """Calls that send e-mail, and those about platform applications and endpoints of mobile push, are looked up in a role's
    policies for `*`, so a policy that names the resource grants nothing. On AWS it does.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsesv2.html
    """
    from ministack.core import iam_actions

    resource_arn = iam_actions.extract_resource_arn

    def named(service, method, path, headers, body, query_params, region, account_id):
        if service == "ses" and method == "POST" and path.rstrip("/") == SEND_EMAIL:
            found = sender(body)
            found = found and f"arn:aws:ses:{region}:{account_id}:identity/{found}"
        elif service == "sns":
            found = push_resource(query_params)
        else:
            found = None
        return found or resource_arn(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = named


def sender(body):
    """The identity that an e-mail is sent from: the address where it is one, else the domain that is one."""
    from ministack.services import ses

    try:
        address = parseaddr(json.loads(body or b"{}").get("FromEmailAddress", ""))[1]
    except ValueError:
        return None
    identity = ses._notification_identity(address)
    return identity[0] if identity else address


def push_resource(query_params):
    """The platform application or the endpoint that a call names."""
    from ministack.core import iam_actions

    named = (iam_actions._query_param(query_params, name) for name in ("PlatformApplicationArn", "EndpointArn"))
    return next(filter(None, named), None)
