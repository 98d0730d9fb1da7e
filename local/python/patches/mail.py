"""SES: who may send in whose name."""

import json
from email.utils import parseaddr

SEND = "/v2/email/outbound-emails"


def name_the_sender():
    """A role's permission to send is not looked up for the identity that is sent from, as on AWS, but for `*`: a policy
    that names the identity grants nothing. What was sent is at GET /_ministack/ses/messages.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html
    """
    from ministack.core import iam_actions
    from ministack.services import ses

    resource_arn = iam_actions.extract_resource_arn

    def sender(body):
        try:
            return parseaddr(json.loads(body or b"{}").get("FromEmailAddress", ""))[1]
        except ValueError:
            return ""

    def resource(service, method, path, headers, body, query_params, region, account_id):
        if service == "ses" and method == "POST" and path.rstrip("/") == SEND and (address := sender(body)):
            # The address itself where it is an identity, else the domain that is one.
            identity = ses._notification_identity(address)
            return f"arn:aws:ses:{region}:{account_id}:identity/{identity[0] if identity else address}"
        return resource_arn(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = resource
