"""The calls to the local cloud's AWS API that `cargo dev` needs. boto3 comes with the SAM CLI; endpoint and keys come in
the environment.
"""

import datetime
import io
import json
import mimetypes
import pathlib
import sys
import time
import zipfile

import boto3
from botocore.config import Config

from dead_letters import DeadLetters

# Vite puts a hash of what is in it into an asset's name: it never changes.
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
# Parameters of the template: platform and name of what they stand for. Nothing is delivered, so there is no credential.
PUSH = {"ApplePushApplication": ("APNS", "albumen-apns"), "GooglePushApplication": ("GCM", "albumen-fcm")}
NO_CREDENTIAL = {"PlatformCredential": "none"}
# How long an asset stays after its version was replaced: no page is open for longer without asking for a new one.
KEPT = datetime.timedelta(days=7)
# The most that publishing takes, from the first asset to the page.
PUBLISHING = datetime.timedelta(hours=1)
# Seconds between two looks for new log lines.
LOOK = 0.5


def outputs_of(stack):
    """The outputs of a stack, by name."""
    found = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def outputs(stack):
    """Prints the outputs of a stack, as an object."""
    print(json.dumps(outputs_of(stack)))


def push_applications():
    """Makes what CloudFormation can not, where it is not there: the platforms of mobile push. Prints them as parameters of
    the template.
    """
    client = boto3.client("sns")
    pages = client.get_paginator("list_platform_applications").paginate()
    known = {app["PlatformApplicationArn"] for page in pages for app in page["PlatformApplications"]}
    for parameter, (platform, name) in PUSH.items():
        arn = next((arn for arn in known if arn.endswith(f":app/{platform}/{name}")), None)
        if arn is None:
            made = client.create_platform_application(Name=name, Platform=platform, Attributes=NO_CREDENTIAL)
            arn = made["PlatformApplicationArn"]
        print(f"{parameter}={arn}")


def update(*functions):
    """Replaces the code of functions, each given as physical name and file: quicker than a deployment."""
    client = boto3.client("lambda")
    for name, bootstrap in zip(functions[::2], functions[1::2]):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
            file.write(bootstrap, "bootstrap")
        client.update_function_code(FunctionName=name, ZipFile=archive.getvalue())


def publish(bucket, folder, config):
    """Puts the built web app and its config.json into a bucket, and removes what no longer belongs to it: assets some days after
    their version was replaced, because pages that are open still load them.
    """
    client = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    root = pathlib.Path(folder)
    files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    files["config.json"] = config.encode()
    before = modified(client, bucket)
    for key in sorted(files, key=turn):
        cache = FOREVER if key.startswith("assets/") else ASK_AGAIN
        client.put_object(Bucket=bucket, Key=key, Body=files[key], ContentType=content_type(key), CacheControl=cache)
    now = datetime.datetime.now(datetime.timezone.utc)
    replaced = before.get("index.html", now) - PUBLISHING
    for key in before.keys() - files.keys():
        if key.startswith("assets/") and before[key] >= replaced:
            # Of the version that was there until now: its days begin, which S3 counts from when an object was written.
            described = {"ContentType": content_type(key), "CacheControl": FOREVER, "MetadataDirective": "REPLACE"}
            client.copy_object(Bucket=bucket, Key=key, CopySource={"Bucket": bucket, "Key": key}, **described)
        elif not key.startswith("assets/") or before[key] < now - KEPT:
            client.delete_object(Bucket=bucket, Key=key)


def modified(client, bucket):
    """When each object of a bucket was written, by its key."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {entry["Key"]: entry["LastModified"] for page in pages for entry in page.get("Contents", [])}


def turn(key):
    """When a file's turn is: nothing that is published names what is not there yet. The page names assets, and the service worker
    keeps all of them, the page too.
    """
    return 3 if key == "sw.js" else 2 if key == "index.html" else 0 if key.startswith("assets/") else 1


def publish_to(stack, folder):
    """Publishes the built web app to a stack on AWS, with what its outputs say in config.json; prints its address."""
    client = boto3.client("cloudformation")
    found = outputs_of(stack)
    config = {name: found[name[0].upper() + name[1:]] for name in ("userPoolId", "clientId", "identityPoolId")}
    config |= {"region": client.meta.region_name, "api": found["ApiUrl"], "live": found["LiveUrl"]}
    publish(found["WebBucket"], folder, json.dumps(config, indent=2) + "\n")
    # What keeps its name is asked for again anyway; this is for what is not there any more.
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())}
    boto3.client("cloudfront").create_invalidation(DistributionId=found["WebDistributionId"], InvalidationBatch=batch)
    print(found["WebUrl"])


def content_type(key):
    """By the ending; the machine's own table does not always know the newer ones."""
    own = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".woff2": "font/woff2"}
    own |= {".webmanifest": "application/manifest+json", ".webp": "image/webp", ".avif": "image/avif"}
    kind = own.get(pathlib.PurePath(key).suffix) or mimetypes.guess_type(key)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind == "application/json" else kind


def invoke(name, event):
    """Calls a function with an event file and prints its reply; ends with 1 when the function failed."""
    client = boto3.client("lambda", config=Config(retries={"max_attempts": 0}))
    reply = client.invoke(FunctionName=name, Payload=pathlib.Path(event).read_bytes())
    text = reply["Payload"].read().decode()
    try:
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        pass
    print(text)
    sys.exit(1 if reply.get("FunctionError") else 0)


def logs(stack, *names):
    """Prints the log lines of functions of a stack, old ones first, and what lies in its dead-letter queues, or in those
    of a single function; and then what is new as it comes.
    """
    client = boto3.client("logs")
    dead_letters = DeadLetters(stack, names[0] if len(names) == 1 else None)
    seen = {name: set() for name in names}
    start = dict.fromkeys(names, 0)
    while True:
        fresh = []
        for name in names:
            fresh += [(event, name) for event in read(client, name, start[name]) if identity(event) not in seen[name]]
        for event, name in sorted(fresh, key=lambda pair: pair[0]["timestamp"]):
            seen[name].add(identity(event))
            start[name] = max(start[name], event["timestamp"])
            print(f"{name}  {event['message'].rstrip()}" if len(names) > 1 else event["message"].rstrip(), flush=True)
        for line in dead_letters.news():
            print(line, flush=True)
        time.sleep(LOOK)


def identity(event):
    """What tells one log event from another: ministack gives them no id."""
    return event["logStreamName"], event["timestamp"], event["message"]


def read(client, name, start):
    """The log events of one function since `start`, in epoch milliseconds."""
    try:
        pages = client.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}", startTime=start)
        return [event for page in pages for event in page["events"]]
    except client.exceptions.ResourceNotFoundException:
        return []  # Never called yet.


COMMANDS = {
    "outputs": outputs,
    "push-applications": push_applications,
    "update": update,
    "publish": publish,
    "publish-to": publish_to,
    "invoke": invoke,
    "logs": logs,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
