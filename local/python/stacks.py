"""Calls of the AWS API for `cargo dev deploy`. Usage: stacks.py COMMAND [ARGUMENT…]

Each command prints its result as JSON, or an error as `{"error": {"code": …, "message": …}}`.
Endpoint, region and keys come from the environment.
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3
from botocore import exceptions
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from samcli.yamlhelper import yaml_parse

# Deletion policies that keep a resource which the stack has created completely.
KEEPING = ("Retain", "RetainExceptOnCreate")
# Seconds between two requests for the state of a stack that is being deleted.
POLL_INTERVAL = 2
# Seconds to wait for one reply.
REPLY_TIMEOUT = 35


def account():
    """Returns the account, the caller, the region and the quota of concurrent executions. The
    quota is `None` if the caller cannot read it.
    """
    session = boto3.Session()
    if session.region_name is None:
        raise exceptions.NoRegionError()
    config = Config(connect_timeout=10, retries={"max_attempts": 2})
    caller = session.client("sts", config=config).get_caller_identity()
    try:
        settings = session.client("lambda", config=config).get_account_settings()
        quota = settings["AccountLimit"]["ConcurrentExecutions"]
    except exceptions.ClientError:
        quota = None
    found = {"account": caller["Account"], "caller": caller["Arn"]}
    return found | {"region": session.region_name, "concurrentExecutions": quota}


def stack(name):
    """Returns the state, parameters and outputs of a stack, or `None` if there is no stack."""
    try:
        found = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except exceptions.ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise
    if found["StackStatus"] == "DELETE_COMPLETE":
        return None
    return {
        "status": found["StackStatus"],
        "description": found.get("Description", ""),
        "isProtected": found.get("EnableTerminationProtection", False),
        "parameters": {entry["ParameterKey"]: entry.get("ParameterValue", "") for entry in found.get("Parameters", [])},
        "outputs": {entry["OutputKey"]: entry["OutputValue"] for entry in found.get("Outputs", [])},
    }


def template(path):
    """Returns the names of the parameters of a template, and the default of `Architecture`."""
    with open(path) as file:
        parameters = yaml_parse(file.read())["Parameters"]
    return {"parameters": sorted(parameters), "architecture": parameters["Architecture"]["Default"]}


def bucket(name):
    """Returns whether the account has a bucket."""
    client = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    try:
        client.head_bucket(Bucket=name)
    except exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
            return False
        raise
    return True


def resources(name):
    """Returns the resources of a stack, and whether each is kept when the stack is deleted."""
    client = boto3.client("cloudformation")
    body = client.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    declared = (yaml_parse(body) if isinstance(body, str) else body)["Resources"]
    # CloudFormation deletes all resources of a stack that it could not create.
    is_complete = not client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"].startswith("ROLLBACK")
    pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
    found = []
    for entry in (entry for page in pages for entry in page["StackResourceSummaries"]):
        policy = declared.get(entry["LogicalResourceId"], {}).get("DeletionPolicy", "Delete")
        if entry["ResourceStatus"] != "DELETE_COMPLETE":
            names = {"id": entry["LogicalResourceId"], "name": entry.get("PhysicalResourceId", "")}
            is_kept = policy in KEEPING and (is_complete or policy == "Retain")
            found.append(names | {"type": entry["ResourceType"], "isKept": is_kept})
    return found


def empty(name):
    """Deletes all objects of a bucket, with all versions. Returns their number."""
    client = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    count = 0
    for page in client.get_paginator("list_object_versions").paginate(Bucket=name):
        versions = page.get("Versions", []) + page.get("DeleteMarkers", [])
        objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions]
        if objects:
            reply = client.delete_objects(Bucket=name, Delete={"Objects": objects, "Quiet": True})
            if reply.get("Errors"):
                raise RuntimeError(f"{reply['Errors'][0]['Key']}: {reply['Errors'][0]['Message']}")
            count += len(objects)
    return count


def remove(kind, name):
    """Deletes a resource that a deleted stack has kept, with its content. `kind` is its type in
    CloudFormation.
    """
    if kind == "AWS::S3::Bucket":
        empty(name)
        boto3.client("s3", config=Config(s3={"addressing_style": "path"})).delete_bucket(Bucket=name)
    elif kind == "AWS::DynamoDB::Table":
        boto3.client("dynamodb").delete_table(TableName=name)
    elif kind == "AWS::Cognito::UserPool":
        boto3.client("cognito-idp").delete_user_pool(UserPoolId=name)
    else:
        raise RuntimeError(f"{name} is a {kind}. Delete it in the console of AWS.")
    return f"{name} is deleted."


def delete(name):
    """Deletes a stack, waits until it is deleted, and writes each step to standard error."""
    client = boto3.client("cloudformation")
    # A deleted stack is only found by its id.
    arn = client.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    seen = {event["EventId"] for event in events(client, arn)}
    client.delete_stack(StackName=arn)
    while True:
        status = client.describe_stacks(StackName=arn)["Stacks"][0]["StackStatus"]
        fresh = [event for event in events(client, arn) if event["EventId"] not in seen]
        for event in reversed(fresh):
            seen.add(event["EventId"])
            print(f"  {event['ResourceStatus']}  {event['LogicalResourceId']}", file=sys.stderr, flush=True)
        if status == "DELETE_COMPLETE":
            return None
        if not status.endswith("IN_PROGRESS"):
            failed = [event for event in fresh if event["ResourceStatus"] == "DELETE_FAILED"]
            reasons = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed]
            raise RuntimeError(" ".join([f"The stack is in the state {status}.", *reasons]))
        time.sleep(POLL_INTERVAL)


def events(client, arn):
    """Returns the events of a stack, newest first."""
    pages = client.get_paginator("describe_stack_events").paginate(StackName=arn)
    return [event for page in pages for event in page["StackEvents"]]


def domain(distribution):
    """Returns CloudFront's own host name of a distribution."""
    return boto3.client("cloudfront").get_distribution(Id=distribution)["Distribution"]["DomainName"]


def verify(api, site, user_pool, media_bucket, renditions_from, patience):
    """Calls a deployed stack and returns what is wrong, or an empty list. `api` has no slash at the
    end, and `site` has one. Repeats failed calls for `patience` seconds, because a new stack does
    not answer everywhere at once.
    """
    checks = [
        (f"GET {api}/status", lambda: status_problem(api)),
        (f"GET {site}", lambda: page_problem(site)),
        (f"GET {site}config.json", lambda: config_problem(site, user_pool)),
        (f"GET {api}/feed without a signature", lambda: unsigned_problem(api)),
        (f"GET {api}/feed with your signature", lambda: signed_problem(api)),
    ]
    if renditions_from == "site":
        checks.append((f"GET {site}renditions/verification", lambda: rendition_problem(site, media_bucket)))
    deadline = time.monotonic() + float(patience)
    return [f"{title} {problem}" for title, check in checks if (problem := last_problem(check, deadline))]


def last_problem(check, deadline):
    """Repeats a check until it finds no problem or time is over. Returns the last problem."""
    while True:
        try:
            problem = check()
        except OSError as error:
            problem = f"failed: {error}"
        if problem is None or time.monotonic() > deadline:
            return problem
        time.sleep(1)


def status_problem(api):
    """Returns what is wrong with the health check."""
    status, body = fetch(f"{api}/status")
    return None if status == 200 and envelope(body, 200) else f"answers {status}, not 200 with a status"


def page_problem(site):
    """Returns what is wrong with the page of the web app."""
    status, body = fetch(site)
    return None if status == 200 and b"<html" in body else f"answers {status}, not 200 with the page"


def config_problem(site, user_pool):
    """Returns what is wrong with the configuration of the web app."""
    status, body = fetch(f"{site}config.json")
    try:
        published = json.loads(body).get("userPoolId")
    except (ValueError, AttributeError):
        published = None
    return None if status == 200 and published == user_pool else f"answers {status} without the user pool of this stack"


def unsigned_problem(api):
    """Returns what is wrong with the reply of API Gateway to a caller who is not signed in."""
    status, body = fetch(f"{api}/feed")
    return None if status == 403 and envelope(body, 403) else f"answers {status}, not 403 in the format of the API"


def signed_problem(api):
    """Returns what is wrong with the reply to the developer, who is signed in but is no member.
    API Gateway answers if the developer's policies do not allow the call, else the function.
    """
    session = boto3.Session()
    keys = session.get_credentials().get_frozen_credentials()
    request = AWSRequest("GET", f"{api}/feed")
    SigV4Auth(keys, "execute-api", session.region_name).add_auth(request)
    status, body = fetch(request.url, dict(request.headers))
    reply = envelope(body, status)
    if status != 403 or not reply or "could not be verified" in reply["notes"]:
        return f"answers {status}: {body[:200].decode(errors='replace')}"
    return None


def rendition_problem(site, media_bucket):
    """Returns what is wrong with the reply of S3 to a presigned URL, of an object that does not
    exist, that comes through CloudFront. S3 checks the signature first, then the policies of the
    developer, then the object.
    """
    styles = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
    config = Config(signature_version="s3v4", s3=styles, ignore_configured_endpoint_urls=True)
    url = boto3.client("s3", config=config).generate_presigned_url(
        "get_object", Params={"Bucket": media_bucket, "Key": "renditions/verification"}, ExpiresIn=60
    )
    status, body = fetch(urllib.parse.urljoin(site, urllib.parse.urlsplit(url)._replace(scheme="", netloc="").geturl()))
    if status == 404 and b"<Code>NoSuchKey</Code>" in body:
        return None
    if status == 403 and b"<Code>AccessDenied</Code>" in body and b"HeadersNotSigned" not in body:
        return None
    answer = f"answers {status}: {body[:300].decode(errors='replace')}"
    return f"{answer}\n  If this remains, deploy with the parameter RenditionsFrom=bucket."


def envelope(body, code):
    """Returns a reply in the format of the API, or `None` if it has another format or code."""
    try:
        reply = json.loads(body)
    except ValueError:
        return None
    return reply if isinstance(reply, dict) and reply.get("code") == code else None


def fetch(url, headers=None):
    """Returns status and body of a GET request."""
    parts = urllib.parse.urlsplit(url)
    headers = dict(headers or {})
    if parts.hostname.endswith(".localhost"):
        # Browsers resolve such names to this machine, and Python does not.
        headers["Host"] = parts.netloc
        url = urllib.parse.urlunsplit(parts._replace(netloc=f"localhost:{parts.port}"))
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=REPLY_TIMEOUT) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def failure(error):
    """Returns code and message of an error."""
    if isinstance(error, exceptions.ClientError):
        return {"code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
    return {"code": type(error).__name__, "message": str(error)}


def run(command, *arguments):
    """Returns the result of a command, or its error."""
    try:
        return COMMANDS[command](*arguments)
    except (exceptions.BotoCoreError, exceptions.ClientError, RuntimeError) as error:
        return {"error": failure(error)}


COMMANDS = {
    "account": account,
    "stack": stack,
    "template": template,
    "bucket": bucket,
    "resources": resources,
    "empty": empty,
    "remove": remove,
    "delete": delete,
    "domain": domain,
    "verify": verify,
}

if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:])))
