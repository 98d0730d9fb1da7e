"""Writes `src/albumen/generated` from `docs/openapi.json`. `cargo dev openapi` runs it.

With `--check`, writes nothing and fails if the files are not current.
"""

import json
import keyword
import re
import sys
import textwrap
import warnings
from pathlib import Path
from typing import Any

from datamodel_code_generator import generate
from datamodel_code_generator.enums import DataModelType, InputFileType, OpenAPIScope
from datamodel_code_generator.format import Formatter, PythonVersion

ROOT = Path(__file__).resolve().parents[2]
GENERATED = Path(__file__).resolve().parent / "src/albumen/generated"
REFERENCE = "#/components/schemas/"
HEADER = "# Generated from docs/openapi.json by `cargo dev openapi`. Do not edit.\n"
# A client without a cache does not send it.
OMITTED_HEADERS = {"If-None-Match"}
COLUMNS = 88

Json = dict[str, Any]


def snake_case(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
    return f"{words}_" if keyword.iskeyword(words) else words


def operations(document: Json) -> list[tuple[str, str, Json]]:
    """Returns the method, the path and the description of each operation, sorted by name."""
    found = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return sorted(found, key=lambda operation: str(operation[2]["operationId"]))


def json_schema(content: Json | None) -> Json | None:
    if not content or "content" not in content:
        return None
    schema: Json = content["content"]["application/json"]["schema"]
    return schema


def reply_schema(operation: Json) -> tuple[Json, bool]:
    """Returns the schema of a successful reply, and whether the reply has an envelope."""
    successes = [reply for status, reply in operation["responses"].items() if status.startswith("2")]
    schema = json_schema(successes[0]) or {}
    data = schema.get("properties", {}).get("data")
    return (schema, False) if data is None else (data, True)


def python_type(schema: Json) -> str:
    """Returns the annotation for the schema of a parameter, a body or a reply."""
    if "$ref" in schema:
        return "models." + str(schema["$ref"]).removeprefix(REFERENCE)
    if "anyOf" in schema:
        return " | ".join(python_type(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return f"Literal[{', '.join(json.dumps(value) for value in schema['enum'])}]"
    kinds = {"string": "str", "integer": "int", "boolean": "bool", "object": "dict[str, Any]"}
    return kinds[schema["type"]]


def docstring(operation: Json) -> str:
    paragraphs = [operation["summary"], operation.get("description", "")]
    # An operation without `security` needs a member's signature.
    if not any("signature" in scheme for scheme in operation.get("security", [{"signature": []}])):
        paragraphs.append("Needs no account.")
    indent = " " * 8
    filled = [
        textwrap.fill(paragraph, COLUMNS, initial_indent=indent, subsequent_indent=indent)
        for paragraph in paragraphs
        if paragraph
    ]
    text = "\n\n".join(filled).strip().replace("\\", "\\\\")
    return f'"""{text}"""' if len(filled) == 1 else f'"""{text}\n{indent}"""'


def arguments(pairs: list[str]) -> str:
    return f"{{{', '.join(pairs)}}}" if pairs else "{}"


def method_of(method: str, path: str, operation: Json) -> str:
    """Returns the source of the method that calls an operation."""
    parameters = [p for p in operation.get("parameters", []) if p["name"] not in OMITTED_HEADERS]
    signature = [f"{snake_case(p['name'])}: str" for p in parameters if p["in"] == "path"]
    body = json_schema(operation.get("requestBody"))
    if body is not None:
        signature.append(f"body: {python_type(body)}")
    optional = [p for p in parameters if p["in"] != "path"]
    if optional:
        signature.append("*")
    for parameter in optional:
        kind = python_type(parameter["schema"])
        default = "" if parameter.get("required") else " | None = None"
        signature.append(f"{snake_case(parameter['name'])}: {kind}{default}")
    formatted = re.sub(r"\{(\w+)\}", lambda match: f"{{_quote({snake_case(match[1])})}}", path)
    call = [f'"{method}"', ("f" if formatted != path else "") + json.dumps(formatted)]
    for location, keyword_ in (("query", "query"), ("header", "headers")):
        pairs = [
            f"{json.dumps(p['name'])}: {snake_case(p['name'])}" for p in optional if p["in"] == location
        ]
        if pairs:
            call.append(f"{keyword_}={arguments(pairs)}")
    if body is not None:
        call.append("body=body")
    schema, has_envelope = reply_schema(operation)
    if not has_envelope:
        call.append("envelope=False")
    lines = "".join(f"        {argument},\n" for argument in ["self", *signature])
    values = "".join(f"            {value},\n" for value in call)
    return (
        f"    def {snake_case(operation['operationId'])}(\n{lines}"
        f"    ) -> {python_type(schema)}:\n        {docstring(operation)}\n"
        f"        reply: {python_type(schema)} = self._call(\n{values}        )\n        return reply\n"
    )


OPERATIONS = '''{header}"""One method for each operation of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol
from urllib.parse import quote

from . import models


class Call(Protocol):
    """Sends a call, and returns the data of its reply."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Mapping[str, object] | None = None,
        envelope: bool = True,
    ) -> Any: ...


def _quote(segment: str) -> str:
    return quote(segment, safe="")


class Api:
    """The operations of the API. Each method returns the data of the reply."""

    def __init__(self, call: Call) -> None:
        self._call = call

{methods}'''


def operations_module(document: Json) -> str:
    methods = "\n".join(method_of(*operation) for operation in operations(document))
    return OPERATIONS.format(header=HEADER, methods=methods)


def references(value: object) -> set[str]:
    """Returns the names of the schemas to which a part of the document refers."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        names = {reference.removeprefix(REFERENCE) for reference in own if REFERENCE in reference}
        return names.union(*(references(part) for part in value.values()))
    if isinstance(value, list):
        return set().union(*(references(part) for part in value))
    return set()


def used_schemas(document: Json) -> Json:
    """Returns the schemas of bodies and successful replies, without those of live messages."""
    schemas = document["components"]["schemas"]
    waiting = set().union(
        *(
            references(operation.get("requestBody")) | references(reply_schema(operation)[0])
            for _, _, operation in operations(document)
        )
    )
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        used.add(name)
        waiting |= references(schemas[name]) - used
    return {name: schemas[name] for name in sorted(used)}


def models_module(document: Json) -> str:
    schemas = {"schemas": used_schemas(document)}
    reduced = {"openapi": document["openapi"], "info": document["info"], "paths": {}, "components": schemas}
    with warnings.catch_warnings():
        # It maps formats of integers that it does not know, such as `uint32`, to `int`.
        warnings.simplefilter("ignore", UserWarning)
        text = generate(
            json.dumps(reduced),
            input_file_type=InputFileType.OpenAPI,
            openapi_scopes=[OpenAPIScope.Schemas],
            output_model_type=DataModelType.TypingTypedDict,
            target_python_version=PythonVersion.PY_310,
            formatters=[Formatter.BUILTIN],
            use_schema_description=True,
            use_closed_typed_dict=False,
            custom_file_header=HEADER + '"""The objects of requests and replies."""',
            disable_timestamp=True,
        )
    return str(text).rstrip() + "\n"


def generated_files() -> dict[str, str]:
    document = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    return {
        "__init__.py": HEADER,
        "models.py": models_module(document),
        "operations.py": operations_module(document),
    }


def main() -> None:
    files = generated_files()
    if "--check" not in sys.argv[1:]:
        GENERATED.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (GENERATED / name).write_text(text, encoding="utf-8")
        return
    for name, text in files.items():
        path = GENERATED / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path.relative_to(ROOT)} is not current. Run `cargo dev openapi`.")


if __name__ == "__main__":
    main()
