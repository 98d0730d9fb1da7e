"""Expands `template.yaml` as AWS does: the transform of SAM, parameters, conditions and functions.

A reference to a resource becomes the text `<ID>`, and an attribute of it `<ID.ATTRIBUTE>`.
"""

import copy
import os
import pathlib
import re

# The transform reads the region for the partition of managed policies.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.parser.parser import Parser  # noqa: E402
from samtranslator.translator.translator import Translator  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

WORKSPACE = pathlib.Path(__file__).parents[3]
SOURCE = (WORKSPACE / "template.yaml").read_text()
PSEUDO_PARAMETERS = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/albumen/51af3dc0-da77-11e4-872e-1234567db123",
    "AWS::StackName": "albumen",
    "AWS::URLSuffix": "amazonaws.com",
}
NO_VALUE = object()
# The security of the operations of open routes. `authorize` allows every call: one without a
# developer key uses the key of anonymous callers.
OPEN = [{"api_key": []}, {"ApiKeys": []}]


def transformed(source=SOURCE):
    """Returns a template after the transform of SAM."""
    template = yaml_parse(source)
    for resource in template["Resources"].values():
        # `sam deploy` uploads the programs and replaces their paths.
        if "CodeUri" in resource.get("Properties", {}):
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    return Translator({}, Parser()).translate(template, {})


TRANSFORMED = transformed()


class Stack:
    """The resources of a stack with the given parameters, or their defaults. The keys of
    `parameters` can be pseudo parameters, such as `AWS::StackName`.
    """

    def __init__(self, parameters=None, template=TRANSFORMED):
        template = copy.deepcopy(template)
        defaults = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}
        self.values = PSEUDO_PARAMETERS | defaults | (parameters or {})
        self.conditions = template["Conditions"]
        existing = {id: resource for id, resource in template["Resources"].items() if self.exists(resource)}
        self.resources = {id: self.resolve(resource) for id, resource in existing.items()}

    def exists(self, resource):
        """Returns `True` if the condition of a resource holds."""
        return "Condition" not in resource or self.condition(resource["Condition"])

    def condition(self, name):
        """Returns the value of a condition."""
        return self.resolve(self.conditions[name])

    def of_type(self, type_name):
        """Returns the properties of all resources of a type, by logical id."""
        return {id: found.get("Properties", {}) for id, found in self.resources.items() if found["Type"] == type_name}

    def resolve(self, value):
        """Resolves all functions in a value."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, argument)] = value.items()
            if name == "Condition" and argument in self.conditions:
                return self.condition(argument)
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def ref(self, name):
        """Resolves `Ref`."""
        if name == "AWS::NoValue":
            return NO_VALUE
        return self.values.get(name, f"<{name}>")

    def get_att(self, argument):
        """Resolves `Fn::GetAtt`."""
        return f"<{argument if isinstance(argument, str) else '.'.join(argument)}>"

    def sub(self, argument):
        """Resolves `Fn::Sub`."""
        text, variables = argument if isinstance(argument, list) else (argument, {})
        variables = {name: self.resolve(value) for name, value in variables.items()}

        def replacement(match):
            name = match[1]
            return str(variables[name] if name in variables else self.ref(name))

        return re.sub(r"\$\{([\w:.]+)\}", replacement, text)

    def join(self, argument):
        """Resolves `Fn::Join`."""
        separator, items = argument
        return separator.join(map(str, self.resolve(items)))

    def split(self, argument):
        """Resolves `Fn::Split`."""
        separator, text = argument
        return self.resolve(text).split(separator)

    def select(self, argument):
        """Resolves `Fn::Select`."""
        index, items = argument
        return self.resolve(items)[int(index)]

    def choose(self, argument):
        """Resolves `Fn::If`."""
        name, true, false = argument
        return self.resolve(true if self.condition(name) else false)

    def equals(self, argument):
        """Resolves `Fn::Equals`, which compares text."""
        first, second = map(str, self.resolve(argument))
        return first == second


FUNCTIONS = {
    "Ref": Stack.ref,
    "Fn::GetAtt": Stack.get_att,
    "Fn::Sub": Stack.sub,
    "Fn::Join": Stack.join,
    "Fn::Split": Stack.split,
    "Fn::Select": Stack.select,
    "Fn::If": Stack.choose,
    "Fn::Equals": Stack.equals,
    "Fn::Not": lambda stack, argument: not stack.resolve(argument)[0],
    "Fn::And": lambda stack, argument: all(stack.resolve(argument)),
    "Fn::Or": lambda stack, argument: any(stack.resolve(argument)),
}


def complete_stack(template=TRANSFORMED):
    """Returns the stack with all optional parts."""
    platforms = "arn:aws:sns:us-east-1:123456789012:app"
    return Stack(
        {
            "AlarmEmail": "operator@example.org",
            "ApplePushApplication": f"{platforms}/APNS/albumen",
            "GooglePushApplication": f"{platforms}/GCM/albumen",
            "MailFrom": "albumen@example.org",
            "MonthlyBudget": 10,
            "RequestsPerAddress": 1_000,
            "ReservedConcurrency": 20,
            "SignUpMail": "ses",
            "WebCertificate": "arn:aws:acm:us-east-1:123456789012:certificate/id",
            "WebDomain": "photos.example.org",
        },
        template,
    )


def listed(value):
    """Returns a list: the value if it is one, or a list of the value."""
    return value if isinstance(value, list) else [value]


def logical_id(reference):
    """Returns the logical id in a reference, such as `<ThumbnailQueue.Arn>`."""
    return re.match(r"<(\w+)", str(reference))[1]


def statements(stack, role):
    """Returns the statements of all policies of a role."""
    policies = stack.resources[role]["Properties"]["Policies"]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
