"""The identities of the resources of the last release. With them, a test finds updates of a stack
that replace resources with data, or fail.

After a release, run in `local/python`:

    ../../.local/venv/bin/python -m template_tests.identities

It writes `released.json` from `template.yaml`, or from the template that an argument names.
"""

import json
import pathlib
import sys

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from .expanded import WORKSPACE, complete_stack, transformed

RELEASED = pathlib.Path(__file__).with_name("released.json")
# Resources whose replacement loses data, messages or records, or moves the addresses of clients.
STATEFUL = {
    "AWS::ApiGateway::RestApi",
    # The keys of a deleted plan are in no plan, and API Gateway refuses them.
    "AWS::ApiGateway::UsagePlan",
    "AWS::ApiGatewayV2::Api",
    "AWS::CloudFront::Distribution",
    "AWS::Cognito::IdentityPool",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::DynamoDB::Table",
    "AWS::Lambda::EventSourceMapping",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
}
# Properties that an update cannot change without a loss, besides those that the schemas name.
FIXED = {
    # The function `keys` finds the plan by its name, and the name is a part of those of API keys.
    "AWS::ApiGateway::UsagePlan": {"UsagePlanName"},
    # https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-updating.html
    "AWS::Cognito::UserPool": {"AliasAttributes", "UsernameAttributes", "UsernameConfiguration"},
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
    "AWS::DynamoDB::Table": {"KeySchema", "LocalSecondaryIndexes"},
}
# Properties that identify a resource together, besides the identifiers of the schemas.
UNIQUE = {
    "AWS::Lambda::EventSourceMapping": {"EventSourceArn", "FunctionName"},
    "AWS::SNS::Subscription": {"Endpoint", "Protocol", "TopicArn"},
    "AWS::SNS::TopicPolicy": {"Topics"},
    "AWS::SQS::QueuePolicy": {"Queues"},
}


def names(pointers):
    """Returns the names of properties in a schema."""
    return {pointer.split("/")[2] for pointer in pointers or []}


def identities(stack):
    """Returns the identity of each resource, by logical id:

    - `type`
    - `fixed`: the values of the properties whose change replaces the resource
    - `unique`: the values of the properties that name the resource. Empty if AWS chooses the name
    - `indexes` and `stream` of a table: the names of its global indexes, and its stream
    """
    found = {}
    for id, resource in stack.resources.items():
        kind, properties = resource["Type"], resource.get("Properties", {})
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
        fixed = names(schema.get("createOnlyProperties")) | FIXED.get(kind, set())
        unique = UNIQUE.get(kind) or names(schema.get("primaryIdentifier"))

        def values(selected):
            return {name: properties[name] for name in sorted(selected) if name in properties}

        found[id] = {
            "type": kind,
            "fixed": values(fixed),
            "unique": values(unique) if unique <= properties.keys() else {},
        }
        if kind == "AWS::DynamoDB::Table":
            indexes = properties.get("GlobalSecondaryIndexes", [])
            found[id]["indexes"] = sorted(index["IndexName"] for index in indexes)
            found[id]["stream"] = properties.get("StreamSpecification")
    return found


def problems(before, now):
    """Returns why a stack cannot be updated without a loss. Both are from `identities`."""
    found = []
    for id, old in before.items():
        new = now.get(id, {"type": None})
        is_same = new["type"] == old["type"]
        if old["type"] in STATEFUL and not is_same:
            found.append(f"{id} is missing")
        # A resource with a name of its own cannot be replaced, since the name is taken.
        elif is_same and old["fixed"] != new["fixed"] and (old["type"] in STATEFUL or keeps_name(old, new)):
            found.append(f"{id} changes from {old['fixed']} to {new['fixed']}")
        elif is_same and len(set(old.get("indexes", [])) ^ set(new.get("indexes", []))) > 1:
            found.append(f"{id} changes more than one index, from {old['indexes']} to {new['indexes']}")
        # Another stream lacks the records that nobody has read yet.
        elif is_same and old.get("stream") and old["stream"] != new["stream"]:
            found.append(f"{id} changes its stream from {old['stream']} to {new['stream']}")
    owners = {key_of(old): id for id, old in before.items() if old["unique"]}
    for id, new in now.items():
        owner = owners.get(key_of(new), id)
        if owner != id:
            found.append(f"{id} has the name of {owner}")
    return found


def keeps_name(old, new):
    """Returns whether a resource has the name that its predecessor has until it is deleted."""
    return bool(old["unique"]) and old["unique"] == new["unique"]


def key_of(identity):
    """Returns a text that is equal for resources that cannot exist at the same time."""
    return json.dumps([identity["type"], identity["unique"]], sort_keys=True)


def main():
    file = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else WORKSPACE / "template.yaml"
    found = identities(complete_stack(transformed(file.read_text())))
    relevant = {id: each for id, each in sorted(found.items()) if each["type"] in STATEFUL or each["unique"]}
    lines = (f"{json.dumps(id)}: {json.dumps(identity, sort_keys=True)}" for id, identity in relevant.items())
    RELEASED.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
