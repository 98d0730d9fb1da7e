"""Calls of the AWS API for `cargo dev`. Usage: aws.py COMMAND [ARGUMENT…]

Endpoint and keys come from the environment. boto3 is a dependency of the SAM CLI.
"""

import datetime
import hashlib
import io
import json
import mimetypes
import os
import pathlib
import sys
import time
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from dead_letters import DeadLetters
from picture_log import picture_log

# The Cache-Control of assets, because their names contain a hash of the content.
IMMUTABLE = "public, max-age=31536000, immutable"
# The Cache-Control of the other files.
REVALIDATE = "no-cache"
# The platform and the name of the platform application for each parameter of the template.
PUSH = {"ApplePushApplication": ("APNS", "albumen-apns"), "GooglePushApplication": ("GCM", "albumen-fcm")}
# The emulator delivers no push messages, so the credential is a placeholder.
PLACEHOLDER = {"PlatformCredential": "none"}
# The time after which a replaced file is deleted. Open pages update sooner.
RETENTION = datetime.timedelta(days=30)
# The metadata of a replaced file: when a newer version replaced it (ISO 8601, UTC).
REPLACED = "replaced"
# The metadata of the file that is uploaded last: the hash of all files.
PUBLISHED = "published"
# Seconds between two requests for new log lines.
POLL_INTERVAL = 0.5


def outputs_of(stack):
    """Returns the outputs of a stack, by name."""
    found = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def outputs(stack):
    """Prints the outputs of a stack as a JSON object."""
    print(json.dumps(outputs_of(stack)))


def push_applications():
    """Creates the platform applications of mobile push if they do not exist, because CloudFormation
    cannot create them. Prints them as parameters of the template.
    """
    client = boto3.client("sns")
    pages = client.get_paginator("list_platform_applications").paginate()
    known = {app["PlatformApplicationArn"] for page in pages for app in page["PlatformApplications"]}
    for parameter, (platform, name) in PUSH.items():
        arn = next((arn for arn in known if arn.endswith(f":app/{platform}/{name}")), None)
        if arn is None:
            made = client.create_platform_application(Name=name, Platform=platform, Attributes=PLACEHOLDER)
            arn = made["PlatformApplicationArn"]
        print(f"{parameter}={arn}")


def update(*functions):
    """Replaces the code of functions, given as pairs of name and program. Is faster than a
    deployment.
    """
    client = boto3.client("lambda")
    for name, bootstrap in zip(functions[::2], functions[1::2]):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
            file.write(bootstrap, "bootstrap")
        client.update_function_code(FunctionName=name, ZipFile=archive.getvalue())


def publish(bucket, folder, config):
    """Uploads the built web app and its config.json to a bucket. Deletes replaced files only after
    RETENTION, because open pages still load them. Returns whether there was a change.
    """
    client = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    root = pathlib.Path(folder)
    files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    files["config.json"] = config.encode()
    order = sorted(sorted(files), key=upload_order)
    digest = hash_of(files)
    stored = keys(client, bucket)
    if files.keys() <= stored and published_hash(client, bucket, order[-1]) == digest:
        return False
    for key in order:
        # The last upload adds the hash, so that a bucket with the hash has received all files.
        metadata = {PUBLISHED: digest} if key == order[-1] else {}
        client.put_object(Bucket=bucket, Key=key, Body=files[key], Metadata=metadata, **headers_of(key))
    now = datetime.datetime.now(datetime.timezone.utc)
    for key in stored - files.keys():
        replaced = client.head_object(Bucket=bucket, Key=key)["Metadata"].get(REPLACED)
        if replaced is None:
            # This version replaces the file. Only a copy onto itself can change the metadata.
            settings = {"CopySource": {"Bucket": bucket, "Key": key}, "MetadataDirective": "REPLACE"}
            client.copy_object(Bucket=bucket, Key=key, Metadata={REPLACED: now.isoformat()}, **settings, **headers_of(key))
        elif datetime.datetime.fromisoformat(replaced) < now - RETENTION:
            client.delete_object(Bucket=bucket, Key=key)
    return True


def hash_of(files):
    """Returns the hash of files, given by name, and of the headers that are stored with them."""
    digest = hashlib.sha256()
    for key in sorted(files):
        digest.update(json.dumps([key, len(files[key]), headers_of(key)]).encode() + files[key])
    return digest.hexdigest()


def published_hash(client, bucket, key):
    """Returns the hash that `publish` stored with a file, or `None` if there is none."""
    try:
        return client.head_object(Bucket=bucket, Key=key)["Metadata"].get(PUBLISHED)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
            return None
        raise


def headers_of(key):
    """Returns the headers that are stored with a file."""
    return {"ContentType": content_type(key), "CacheControl": IMMUTABLE if key.startswith("assets/") else REVALIDATE}


def keys(client, bucket):
    """Returns the keys of all objects of a bucket, as a set."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {entry["Key"] for page in pages for entry in page.get("Contents", [])}


def upload_order(key):
    """Returns the sort key of a file, so that each is uploaded after the files it refers to. The
    page refers to assets, and the service worker caches the page and the assets.
    """
    return 3 if key == "sw.js" else 2 if key == "index.html" else 0 if key.startswith("assets/") else 1


def publish_to(stack, folder, changes="{}"):
    """Publishes the built web app to a stack and prints its URL. Writes the outputs of the stack to
    config.json. `changes` is a JSON object of values that replace them.
    """
    client = boto3.client("cloudformation")
    found = outputs_of(stack)
    config = {name: found[name[0].upper() + name[1:]] for name in ("userPoolId", "clientId", "identityPoolId")}
    config |= {"region": client.meta.region_name, "api": found["ApiUrl"], "live": found["LiveUrl"]}
    config |= json.loads(changes)
    if publish(found["WebBucket"], folder, json.dumps(config, indent=2) + "\n"):
        # CloudFront caches files that keep their names for at most 60 seconds. The invalidation
        # ends it at once.
        batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())}
        boto3.client("cloudfront").create_invalidation(DistributionId=found["WebDistributionId"], InvalidationBatch=batch)
    else:
        print("  The web app has not changed.", file=sys.stderr)
    print(found["WebUrl"])


def content_type(key):
    """Returns the content type of a file by its ending. Some systems lack the newer endings."""
    own = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".woff2": "font/woff2"}
    own |= {".webmanifest": "application/manifest+json", ".webp": "image/webp", ".avif": "image/avif"}
    kind = own.get(pathlib.PurePath(key).suffix) or mimetypes.guess_type(key)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind == "application/json" else kind


def invoke(name, event):
    """Invokes a function with an event file and prints its reply. Exits with 1 if the function
    failed.
    """
    client = boto3.client("lambda", config=Config(retries={"max_attempts": 0}))
    reply = client.invoke(FunctionName=name, Payload=pathlib.Path(event).read_bytes())
    text = reply["Payload"].read().decode()
    try:
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        pass
    print(text)
    sys.exit(1 if reply.get("FunctionError") else 0)


def container_template(name, folder, architecture):
    """Prints a template for `sam local invoke` with the configuration of a deployed function. The
    endpoint is a variable of it, so that the function never calls AWS. The SAM CLI passes no other
    variables.
    """
    found = boto3.client("lambda").get_function_configuration(FunctionName=name)
    variables = found["Environment"]["Variables"] | {"AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"]}
    properties = {key: found[key] for key in ("Handler", "MemorySize", "Runtime", "Timeout")}
    properties |= {"Architectures": [architecture], "CodeUri": folder, "Environment": {"Variables": variables}}
    function = {"Type": "AWS::Serverless::Function", "Properties": properties}
    print(json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Function": function}}, indent=2))


def logs(stack, *names):
    """Prints the log lines of functions of a stack, oldest first, and follows them. Prints the dead
    letters of the stack, too, or of the function if there is only one.
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
        for line in dead_letters.changes():
            print(line, flush=True)
        time.sleep(POLL_INTERVAL)


def identity(event):
    """Returns values that identify a log event, because events in ministack have no id."""
    return event["logStreamName"], event["timestamp"], event["message"]


def read(client, name, start):
    """Returns the log events of a function since `start`, a time in milliseconds since 1970."""
    try:
        pages = client.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}", startTime=start)
        return [event for page in pages for event in page["events"]]
    except client.exceptions.ResourceNotFoundException:
        return []  # The function has not been invoked yet.


def trace(stack, picture):
    """Prints the log events about a picture as a JSON array."""
    print(json.dumps(list(picture_log(stack, picture))))


COMMANDS = {
    "outputs": outputs,
    "push-applications": push_applications,
    "update": update,
    "publish": publish,
    "publish-to": publish_to,
    "invoke": invoke,
    "container-template": container_template,
    "logs": logs,
    "trace": trace,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
