"""Helpers of the tests. The tests of the crate `local` start an engine, whose endpoint comes from
the environment.
"""

import io
import json
import os
import pathlib
import time
import urllib.request
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
# The root of the site, with a slash at the end.
SITE = os.environ["SITE_URL"]
# Seconds to wait for an asynchronous result.
TIMEOUT = 10
# The code of a function that writes each event to a file in a folder.
EVENT_RECORDER = """
import json, os, uuid
def handler(event, context):
    name = os.path.join(os.environ["FOLDER"], uuid.uuid4().hex)
    with open(name, "w") as file:
        json.dump(event, file)
    os.rename(name, name + ".json")
    return {"statusCode": int(os.environ["STATUS"])}
"""
ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


def client(service, keys=None):
    """Returns a client with the given keys. The default is the root key."""
    keys = keys or {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": None}
    return boto3.client(
        service,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=Config(retries={"max_attempts": 0}),
    )


def role(name, *statements):
    """Creates a role with a policy of these statements, and returns its ARN."""
    iam = client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ANYONE]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=policy)
    return arn


def session(name, *statements):
    """Creates a role with a policy of these statements, and returns the keys of a session."""
    arn = role(name, *statements)
    return client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]


def event_recorder(name, folder, status=200):
    """Creates a function that writes its events to a folder and replies with a status. Returns its
    ARN."""
    return function(name, EVENT_RECORDER, {"FOLDER": folder, "STATUS": str(status)})


def function(name, code, variables=None):
    """Creates a function with this code, and returns its ARN."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", code)
    made = client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="index.handler",
        Role=role(name, {"Effect": "Allow", "Action": "*", "Resource": "*"}),
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": variables or {}},
    )
    return made["FunctionArn"]


def wait_for(find):
    """Calls `find` until it returns a result, and returns the result."""
    deadline = time.monotonic() + TIMEOUT
    while not (found := find()):
        if time.monotonic() > deadline:
            raise AssertionError("timed out")
        time.sleep(0.1)
    return found


def events(folder):
    """Returns the events in a folder."""
    return [json.loads(path.read_text()) for path in pathlib.Path(folder).glob("*.json")]


def get(path):
    """Returns the JSON at a path of the engine."""
    with urllib.request.urlopen(ENDPOINT + path) as answer:
        return json.load(answer)


def deploy(name, template, outputs=None):
    """Creates or updates a stack, and waits until it is complete."""
    cloudformation = client("cloudformation")
    body = json.dumps({"Resources": template, "Outputs": outputs or {}})
    try:
        cloudformation.describe_stacks(StackName=name)
        cloudformation.update_stack(StackName=name, TemplateBody=body)
    except ClientError:
        cloudformation.create_stack(StackName=name, TemplateBody=body)

    def final_status():
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        return None if status.endswith("IN_PROGRESS") else status

    return wait_for(final_status)
