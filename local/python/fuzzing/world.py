"""The people, pictures and comments that the requests are about."""

import hashlib
import random
import struct
import zlib

from .callers import Member

# The length of the sides of a picture, in pixels.
SIDE = 32


def create(stack):
    """Creates people and what belongs to them. Returns a JSON object with the stack, the `callers`,
    and the arguments of `Values`.
    """
    names = ("member", "newcomer", "leaver", "friend", "stranger", "blocked")
    people = {name: Member.sign_up(stack) for name in names}
    member, newcomer, leaver, friend, stranger, blocked = people.values()
    handles = [person.create_profile() for person in people.values() if person is not newcomer]
    for one, other in ((member, friend), (friend, member)):
        one.call("PUT", f"/friends/{other.id}")
    files = [picture_file(seed) for seed in range(5)]
    private, opened = member.share(files[0], "private"), member.share(files[1], "public")
    shared, public = friend.share(files[2], "friends"), stranger.share(files[3], "public")
    awaiting, _ = member.register(files[0], "private")
    paths = {
        "pictures": [private, opened, shared, public, awaiting],
        "own pictures": [private, opened, awaiting],
        "public pictures": [public],
        "deletable pictures": [member.share(files[4], "private")],
        "caller": [{"id": member.id}],
        "people": [{"id": person.id} for person in (member, friend, stranger)],
        "deletable people": [{"id": leaver.id}],
        "strangers": [{"id": person.id} for person in (stranger, newcomer)],
        "people to block": [{"userId": blocked.id}],
        "devices": [],
        "keys": [{"keyId": member.call("POST", "/keys", {"name": "Slide show"})["id"]}],
        "comments": [comment(member, public), comment(friend, opened), comment(member, opened)],
        **shared_paths(member, friend, [private, opened]),
    }
    return {
        "stack": stack,
        "callers": {name: people[name].entry() for name in ("member", "newcomer", "leaver")},
        "values": {"paths": paths, "handles": handles, "hashes": list(map(sha256, files))},
    }


def shared_paths(member, friend, pictures):
    """Creates albums and links of a member. Returns their parameters of paths by kind."""
    private, public = (
        member.call("POST", "/albums", {"title": "Oslo", "visibility": visibility})["id"]
        for visibility in ("private", "public")
    )
    keys = [{"ownerId": each["ownerId"], "pictureId": each["id"]} for each in pictures]
    for album in (private, public):
        member.call("POST", f"/albums/{album}/pictures", {"add": keys})
    rights = {"upload": True, "download": True}
    kept, changed, *to_end = (member.call("POST", "/links", {"albumId": private, **rights}) for _ in range(5))
    token = {"token": kept["token"]}
    return {
        "albums": [{"albumId": private}, {"albumId": public}],
        "public albums": [{"albumId": public}],
        "deletable albums": [],
        "album members": [{"albumId": private, "userId": friend.id}],
        "album pictures": [{"albumId": private} | key for key in keys],
        "links": [{"linkId": changed["id"]}],
        "links to end": [{"linkId": link["id"]} for link in to_end],
        "tokens": [token],
        "shared pictures": [token | key for key in keys],
    }


def comment(author, picture):
    """Writes a comment. Returns its parameters of paths."""
    written = author.call("POST", f"/pictures/{picture['ownerId']}/{picture['id']}/comments", {"text": "Lovely"})
    return picture | {"commentId": written["id"]}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def picture_file(seed):
    """Returns a PNG with pixels of random colours."""
    pixels = random.Random(seed)
    rows = b"".join(b"\0" + pixels.randbytes(SIDE * 3) for _ in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in chunks)


def chunk(name, data):
    """Returns a chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
