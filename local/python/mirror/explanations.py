"""The explained differences: `explained.json`.

Each entry has these members:

- `kind`: the kind of the difference
- `contains`: a text in the answer of the other implementation, or empty
- `implementation`: the one that differs from AWS. Entries of `moto` do not apply to an endpoint.
- `reason`, `page`: what AWS does, and the page of its documentation
"""

import json
import pathlib

FILE = pathlib.Path(__file__).with_name("explained.json")


class Explanations:
    """The explanations that apply to an implementation."""

    def __init__(self, implementation, entries=None):
        entries = json.loads(FILE.read_text()) if entries is None else entries
        self.entries = [entry for entry in entries if entry["implementation"] in (implementation, "local cloud")]

    def find(self, difference):
        """Returns the explanation of a difference. Returns None if there is none."""
        output = json.dumps(difference.other)
        for entry in self.entries:
            if entry["kind"] == difference.kind and entry["contains"] in output:
                return entry
        return None
