"""Compares recorded calls of DynamoDB with another implementation, and prints the differences.
Usage: conform.py RECORDING [--endpoint URL]
       conform.py --objects URL

The second form compares S3 at the URL of a local cloud with moto, by the calls of
`mirror/objects.py`. Without `--endpoint`, starts moto. Exits with 1 if a difference has no
explanation.
"""

import argparse
import collections
import contextlib
import json
import logging
import sys

from mirror.endpoint import Endpoint, EndpointError
from mirror.explanations import Explanations
from mirror.objects import Objects, differences
from mirror.replay import Replay

# The number of characters of a call or of an answer in the report.
MAX_SHOWN = 600
# The number of calls between two lines of progress.
PROGRESS_INTERVAL = 5000


def entries(path):
    """Returns the entries of a recording. Prints the progress."""
    with open(path) as file:
        for number, line in enumerate(file):
            if number and number % PROGRESS_INTERVAL == 0:
                print(f"  {number} calls", file=sys.stderr)
            yield json.loads(line)


class Discarded(list):
    """A list that remains empty."""

    def append(self, item):
        pass


@contextlib.contextmanager
def moto():
    """Runs moto in this process. Returns its URL."""
    import moto.dynamodb.models  # Defines the models.
    from moto.core.model_instances import model_data
    from moto.server import ThreadedMotoServer

    # moto lists all objects for its dashboard, also the copies that it makes for each transaction.
    for models in model_data.values():
        for model in models.values():
            model.instances_tracked = Discarded()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # Not one line for each call.
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def compare(url, path, explanations):
    """Compares a recording with the implementation at a URL. Prints the report. Returns `True` if
    there are calls and no unexplained differences.
    """
    replay = Replay(Endpoint(url))
    groups = collections.defaultdict(list)
    try:
        for difference in replay.run(entries(path)):
            explanation = explanations.find(difference)
            groups[difference.kind, json.dumps(explanation)].append(difference)
    finally:
        replay.delete_tables()
    print_totals(replay)
    if not replay.compared:
        print("The tests made no calls. Check their names.", file=sys.stderr)
    return print_groups(groups) and bool(replay.compared)


def compare_objects(urls, explanations):
    """Compares S3 at two URLs. Prints the report. Returns `True` if there are no unexplained
    differences.
    """
    local, other = (Objects(url).run() for url in urls)
    groups = collections.defaultdict(list)
    for difference in differences(local, other):
        groups[difference.kind, json.dumps(explanations.find(difference))].append(difference)
    print(f"{len(local)} calls of S3 compared.")
    return print_groups(groups)


def print_groups(groups):
    """Prints the kinds of differences. Returns `True` if all are explained."""
    for (kind, explanation), found in sorted(groups.items()):
        print_group(kind, json.loads(explanation), found)
    unexplained = sum(len(found) for (_, explanation), found in groups.items() if explanation == "null")
    explained = sum(map(len, groups.values())) - unexplained
    print(f"{unexplained} differences without an explanation, {explained} with one.")
    return not unexplained


def print_totals(replay):
    print(f"{replay.compared.total()} calls compared: {counts(replay.compared)}.")
    print(f"{replay.written} rows read after their writes, {replay.expired} expired rows removed.")
    if replay.skipped:
        print(f"{replay.skipped.total()} calls of other operations not compared: {counts(replay.skipped)}.")


def counts(counter):
    """Returns the counts by name, largest first."""
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())


def print_group(kind, explanation, found):
    """Prints one kind of difference with an example."""
    print(f"\n{'✓' if explanation else '✗'} {kind} ({len(found)} times)")
    if explanation:
        print(f"  Explained, {explanation['implementation']}: {explanation['reason']}\n  {explanation['page']}")
    for title, content in (("call ", found[0].input), ("local", found[0].local), ("other", found[0].other)):
        print(f"  {title} {json.dumps(content, ensure_ascii=False)[:MAX_SHOWN]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("recording", nargs="?")
    parser.add_argument("--endpoint")
    parser.add_argument("--objects")
    arguments = parser.parse_args()
    try:
        if arguments.objects:
            with moto() as url:
                return compare_objects([arguments.objects, url], Explanations("moto"))
        if arguments.endpoint:
            return compare(arguments.endpoint, arguments.recording, Explanations("endpoint"))
        with moto() as url:
            return compare(url, arguments.recording, Explanations("moto"))
    except EndpointError as error:
        print(error, file=sys.stderr)
        return False


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
