"""Hooks of Schemathesis: signs each request, puts real ids into a part of them, and counts the
replies. The environment variable FUZZ_RUN names a JSON file with `caller`, `world` and `counts`,
the file for the numbers of replies by operation and status.
"""

import atexit
import collections
import json
import os
import pathlib

import schemathesis

from fuzzing.callers import Member
from fuzzing.values import Values

RUN = json.loads(pathlib.Path(os.environ["FUZZ_RUN"]).read_text())
VALUES = Values(**RUN["world"]["values"])
# No callers if nobody signs.
CALLERS = {
    name: Member(RUN["world"]["stack"], **entry)
    for name, entry in RUN["world"]["callers"].items()
    if RUN["caller"] == "member"
}
# The operations that end a profile, or need a caller without one, have callers of their own.
SIGNERS = {"POST /users": "newcomer", "DELETE /users/{id}": "leaver"}
# Beginnings of the notes of API Gateway if a signature is wrong.
REFUSALS = ("Your sign-in could not be verified", "Your sign-in has expired", "Your sign-in is not valid")
COUNTS = collections.defaultdict(collections.Counter)


def label(case):
    """Returns the method that is sent, and the path of the operation."""
    return f"{case.method.upper()} {case.operation.path}"


@schemathesis.hook
def before_call(context, case, kwargs):
    parts = case.path_parameters, case.query, case.headers
    for part, changes in zip(parts, VALUES.replace(label(case), *(dict(part or {}) for part in parts))):
        if changes:
            part.update(changes)
    if CALLERS:
        kwargs["auth"] = CALLERS[SIGNERS.get(label(case), "member")]


@schemathesis.hook
def after_call(context, case, response):
    COUNTS[label(case)][response.status_code] += 1
    if response.status_code in (200, 201) and case.method.upper() != "HEAD":
        tags = response.headers.get("etag") or [None]
        VALUES.learn(label(case), dict(case.path_parameters or {}), response.json().get("data"), tags[0])


@schemathesis.check
def signature_is_accepted(ctx, response, case):
    """Fails if API Gateway refuses a signature, because the request then tests nothing."""
    if CALLERS and response.status_code == 403:
        notes = response.json().get("notes", "")
        assert not notes.startswith(REFUSALS), f"API Gateway refuses the signature: {notes}"


@atexit.register
def write_counts():
    pathlib.Path(RUN["counts"]).write_text(json.dumps(COUNTS))
