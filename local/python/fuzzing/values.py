"""Real ids and other values, which replace generated ones in a part of the requests, so that they
reach more than the first check of a route.
"""

import json
import uuid
import zlib

# One of this many requests keeps its generated values.
KEEP_ONE_OF = 4
# The number of values of a kind that are kept, newest last.
MAX_VALUES = 20


class Values:
    """Values by kind: lists of parameters of paths, and values of the query and of headers."""

    def __init__(self, paths, handles, hashes):
        """`paths` contains lists of parameters, by the kinds that `kind_of` returns."""
        self.paths, self.handles, self.hashes = paths, handles, hashes
        self.cursors, self.tags = {}, {}

    def replace(self, operation, path, query, headers):
        """Returns the parameters to replace: of the path, of the query and in the headers. Depends
        on the request alone as long as no new values arrive. `operation` has the form `GET /users`.
        """
        number = zlib.crc32(json.dumps([operation, path, query, headers], sort_keys=True, default=str).encode())
        if number % KEEP_ONE_OF == 0:
            return {}, {}, {}
        number //= KEEP_ONE_OF
        found = self.paths.get(kind_of(operation)) or []
        # Generated tokens of links are never valid.
        ids = [value for name, value in path.items() if name != "token"]
        replaces_path = path and found and all(map(is_uuid, ids))
        new_path = found[number % len(found)] if replaces_path else {}
        new_query = {name: values[number % len(values)] for name, values in self._query(operation, query)}
        tag = self.tags.get(operation)
        new_headers = {"If-None-Match": tag} if tag and "If-None-Match" in headers else {}
        return new_path, new_query, new_headers

    def _query(self, operation, query):
        known = {"handle": self.handles, "sha256": self.hashes, "cursor": self.cursors.get(operation)}
        for name, values in known.items():
            if values and isinstance(query.get(name), str) and query[name]:
                yield name, values

    def learn(self, operation, path, data, tag):
        """Keeps values of a successful reply: ids of created objects, the cursor and the tag."""
        if tag:
            self.tags[operation] = tag
        if not isinstance(data, dict):
            return
        if data.get("cursor"):
            keep(self.cursors.setdefault(operation, []), data["cursor"])
        if operation == "POST /pictures":
            picture = data["picture"]
            keep(self.paths["deletable pictures"], {"ownerId": picture["owner"]["id"], "id": picture["id"]})
        elif operation == "POST /pictures/{ownerId}/{id}/comments":
            keep(self.paths["comments"], path | {"commentId": data["id"]})
        elif operation == "POST /devices":
            keep(self.paths["devices"], {"id": data["id"]})
        elif operation == "POST /keys":
            keep(self.paths["keys"], {"keyId": data["id"]})
        elif operation == "POST /albums":
            keep(self.paths["deletable albums"], {"albumId": data["id"]})


def keep(values, value):
    values.append(value)
    del values[:-MAX_VALUES]


def kind_of(operation):
    """Returns the kind of the object that the path of an operation names."""
    method, path = operation.split(" ", 1)
    if path.startswith(("/albums/", "/public/albums/", "/links/", "/shared/")):
        return sharing_kind_of(method, path)
    if path.endswith("/{commentId}"):
        return "comments"
    if path == "/pictures/{ownerId}/{id}" and method == "DELETE":
        return "deletable pictures"
    if operation in ("PATCH /pictures/{ownerId}/{id}", "POST /pictures/{ownerId}/{id}/upload"):
        return "own pictures"
    if path.startswith("/pictures/"):
        return "pictures"
    if path.startswith("/public/"):
        return "public pictures"
    if path == "/users/{id}" and method != "GET":
        return "deletable people" if method == "DELETE" else "caller"
    # Blocks and changed friendships would hide pictures.
    if path == "/friends/{id}":
        return "strangers"
    if path == "/blocks/{userId}":
        return "people to block"
    if path.startswith("/users/"):
        return "people"
    if path.startswith("/keys/"):
        return "keys"
    return "devices" if path.startswith("/devices/") else None


def sharing_kind_of(method, path):
    """Returns the kind of the album or the link that a path names."""
    if path.startswith("/public/albums/"):
        return "public albums"
    if path.startswith("/links/"):
        # A changed link can have a password. A replaced or revoked one has another token or none.
        return "links" if method == "PATCH" else "links to end"
    if path.startswith("/shared/"):
        return "shared pictures" if path.endswith("/{pictureId}") else "tokens"
    if path.endswith("/{userId}"):
        return "album members"
    if path.endswith("/{pictureId}"):
        return "album pictures"
    return "deletable albums" if method == "DELETE" else "albums"


def is_uuid(value):
    try:
        return bool(uuid.UUID(str(value)))
    except ValueError:
        return False
