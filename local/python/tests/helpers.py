"""What the tests need. They run on an engine of their own, whose endpoint comes in the environment: the tests of the
crate `local` start one.
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
# Seconds that anything may take which happens by itself.
PATIENCE = 10
# A function that leaves the events it got in a folder.
KEEPER = """
import json, os, uuid
def handler(event, context):
    name = os.path.join(os.environ["FOLDER"], uuid.uuid4().hex)
    with open(name, "w") as file:
        json.dump(event, file)
    os.rename(name, name + ".json")
    return {"statusCode": 200}
"""
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


def client(service, keys=None):
    """A client with the root key, or with others."""
    keys = keys or {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": None}
    return boto3.client(
        service,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=Config(retries={"max_attempts": 0}),
    )


def role(name, *statements):
    """The ARN of a new role that may do what the statements say."""
    iam = client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=policy)
    return arn


def session(name, *statements):
    """Keys of a new role that may do what the statements say."""
    arn = role(name, *statements)
    return client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]


def keeper(name, folder):
    """The ARN of a new function that leaves its events in a folder."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", KEEPER)
    made = client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="index.handler",
        Role=role(name, {"Effect": "Allow", "Action": "*", "Resource": "*"}),
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"FOLDER": folder}},
    )
    return made["FunctionArn"]


def wait_for(look):
    """What `look` finds, as soon as it finds anything."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.1)
    return found


def events(folder):
    """The events that a function has left there."""
    return [json.loads(path.read_text()) for path in pathlib.Path(folder).glob("*.json")]


def get(path):
    """What the engine itself tells, as JSON."""
    with urllib.request.urlopen(ENDPOINT + path) as answer:
        return json.load(answer)


def deploy(name, template, outputs=None):
    """Creates a stack, or updates it, and waits for it."""
    cloudformation = client("cloudformation")
    body = json.dumps({"Resources": template, "Outputs": outputs or {}})
    try:
        cloudformation.describe_stacks(StackName=name)
        cloudformation.update_stack(StackName=name, TemplateBody=body)
    except ClientError:
        cloudformation.create_stack(StackName=name, TemplateBody=body)

    def settled():
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        return None if status.endswith("IN_PROGRESS") else status

    return wait_for(settled)
