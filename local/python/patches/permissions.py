"""Patches of IAM: the resources and the context of calls, which policies refer to."""

import functools
import json
import re
from email.utils import parseaddr

SEND_EMAIL = "/v2/email/outbound-emails"
# The first part of a path in an expression of DynamoDB, or a word of its language.
EXPRESSION_WORD = re.compile(r"(?<![\w.:#])#?[A-Za-z_]\w*(?!\w*\()")
KEYWORDS = {"ADD", "AND", "BETWEEN", "DELETE", "IN", "NOT", "OR", "REMOVE", "SET"}


def resolve_resources():
    """Checks calls that send e-mail or use mobile push against the ARN of the identity, platform
    application or endpoint. ministack checks them against the resource `*`, so that a policy for a
    single resource grants nothing.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsesv2.html
    """
    from ministack.core import iam_actions

    resource_arn = iam_actions.extract_resource_arn

    def resolved(service, method, path, headers, body, query_params, region, account_id):
        if service == "ses" and method == "POST" and path.rstrip("/") == SEND_EMAIL:
            found = sender(body)
            found = found and f"arn:aws:ses:{region}:{account_id}:identity/{found}"
        elif service == "sns":
            found = push_resource(query_params)
        else:
            found = None
        return found or resource_arn(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = resolved


def name_source_owner():
    """Sets the condition key `aws:SourceOwner` in calls of SNS to the account of the caller. The
    default policy of a topic allows this account, with all its roles, to publish and subscribe.
    Without the key, ministack grants nothing.
    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
    from ministack.core import iam_evaluator

    combine = iam_evaluator.combine_resource_policy

    def combine_with_owner(identity, context, *rest, **options):
        if context.action.startswith("sns:"):
            context.service_context["aws:sourceowner"] = context.principal_account
        return combine(identity, context, *rest, **options)

    iam_evaluator.combine_resource_policy = combine_with_owner


def describe_updates():
    """Sets the condition keys of an update of a row: the partition key, the attributes that the
    update and its condition name, and `ReturnValues`. ministack sets none of them, so that their
    conditions allow every update.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    from ministack.core import iam_actions
    from ministack.services import dynamodb

    service_context = iam_actions.dynamodb_service_context

    def described(body):
        context = service_context(body)
        if b"UpdateExpression" not in (body or b""):
            return context
        update = json.loads(body)
        table = dynamodb._tables.get(update.get("TableName", ""))
        # A transaction contains updates and is none.
        if "Key" not in update or not table:
            return context
        return context | {
            "dynamodb:Attributes": sorted(update["Key"].keys() | named_attributes(update)),
            "dynamodb:LeadingKeys": list(update["Key"].get(table["pk_name"], {}).values()),
            "dynamodb:ReturnValues": update.get("ReturnValues", "NONE"),
        }

    iam_actions.dynamodb_service_context = described


def named_attributes(update):
    """Returns the names of the attributes in the expressions of an update."""
    expressions = (update.get(name, "") for name in ("UpdateExpression", "ConditionExpression"))
    words = {word for expression in expressions for word in EXPRESSION_WORD.findall(expression)}
    names = update.get("ExpressionAttributeNames", {})
    return {names.get(word, word) for word in words if word.upper() not in KEYWORDS}


def match_line_breaks():
    """Lets the wildcards of policies match every character. Those of ministack match no line break,
    so that a policy for all paths of an API refuses a path with `%0A`.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    from ministack.core import iam_evaluator

    compile_pattern = iam_evaluator._fnmatch_compile

    def compiled(pattern, ignore_case):
        expression = compile_pattern(pattern, ignore_case)
        return re.compile(expression.pattern.removesuffix("$") + r"\Z", expression.flags | re.DOTALL)

    iam_evaluator._fnmatch_compile = functools.lru_cache(maxsize=4096)(compiled)


def sender(body):
    """Returns the identity that sends an e-mail, which is an address or a domain."""
    from ministack.services import ses

    try:
        address = parseaddr(json.loads(body or b"{}").get("FromEmailAddress", ""))[1]
    except ValueError:
        return None
    identity = ses._notification_identity(address)
    return identity[0] if identity else address


def push_resource(query_params):
    """Returns the ARN of the platform application or endpoint in the parameters of a call."""
    from ministack.core import iam_actions

    named = (iam_actions._query_param(query_params, name) for name in ("PlatformApplicationArn", "EndpointArn"))
    return next(filter(None, named), None)
