"""Calls all routes of a local cloud with requests that Schemathesis generates from the
specification, as a member and as nobody. Usage: fuzz_api.py STACK [--max-examples N] [--seed N]
       fuzz_api.py STACK --quick

STACK is the path of stack.json. `--quick` sends a few requests, the same ones in each run. Exits
with 1 if a reply differs from the specification, or if a route never succeeds for a member.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import requests

from fuzzing import world

FOLDER = pathlib.Path(__file__).parent
CALLERS = ("member", "nobody")
# The random requests for each operation and caller with `--quick`.
QUICK_EXAMPLES = 10
# These need an id in the body or a guest key, which the requests do not have. The
# end-to-end tests of share links call them.
NEVER_SUCCEED = {
    "POST /links",
    "DELETE /shared/{token}/pictures/{ownerId}/{pictureId}",
}
METHODS = ("get", "put", "post", "delete", "patch")


def run(caller, created, specification, folder, options):
    """Runs Schemathesis as a caller. Returns whether it passed, and the numbers of replies by
    operation and status.
    """
    # From a URL, Schemathesis would omit the route of the specification.
    document = folder / "openapi.json"
    document.write_text(json.dumps(specification))
    described, counts = (folder / f"{caller}-{name}.json" for name in ("run", "counts"))
    described.write_text(json.dumps({"caller": caller, "world": created, "counts": str(counts)}))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", FOLDER / "fuzzing/schemathesis.toml"]
    command += ["run", document, "--url", created["stack"]["api"], *options]
    environment = os.environ | {"FUZZ_RUN": str(described), "PYTHONPATH": str(FOLDER)}
    passed = subprocess.run(command, cwd=folder, env=environment).returncode == 0
    return passed, json.loads(counts.read_text()) if counts.exists() else {}


def operations_of(specification):
    """Returns the operations of the specification, as `GET /users`."""
    paths = specification["paths"].items()
    return [f"{method.upper()} {path}" for path, item in paths for method in METHODS if method in item]


def print_counts(caller, counts, operations):
    """Prints the numbers of replies by operation and status."""
    undefined = sum(sum(found.values()) for name, found in counts.items() if name not in operations)
    total = sum(sum(found.values()) for found in counts.values())
    print(f"\n{total} requests as {caller}, {undefined} of them with undefined methods:")
    for operation in operations:
        found = counts.get(operation, {})
        statuses = " ".join(f"{status}: {number}" for status, number in sorted(found.items()))
        print(f"  {sum(found.values()):>5} {operation:<56} {statuses}")


def unreached(counts, operations):
    """Returns the operations that never succeeded."""
    return [name for name in operations if not any(status < "400" for status in counts.get(name, {}))]


def schemathesis_options(arguments):
    if arguments.quick:
        return ["--max-examples", str(QUICK_EXAMPLES), "--generation-deterministic"]
    seed = [] if arguments.seed is None else ["--seed", str(arguments.seed)]
    return ["--max-examples", str(arguments.max_examples), *seed]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("stack")
    parser.add_argument("--max-examples", type=int, default=100)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    stack = json.loads(pathlib.Path(arguments.stack).read_text())
    specification = requests.get(f"{stack['api']}/openapi.json", timeout=30).json()
    operations, created = operations_of(specification), world.create(stack)
    passed, counts = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for caller in CALLERS:
            print(f"\n━━ As {caller}", flush=True)
            passed[caller], counts[caller] = run(
                caller, created, specification, pathlib.Path(folder), schemathesis_options(arguments)
            )
    for caller in CALLERS:
        print_counts(caller, counts[caller], operations)
    missing = [name for name in unreached(counts["member"], operations) if name not in NEVER_SUCCEED]
    if missing:
        print(f"\nThese never succeeded for a member: {', '.join(missing)}.")
    return all(passed.values()) and not missing


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
