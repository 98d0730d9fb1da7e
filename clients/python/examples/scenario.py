"""Signs in, uploads a picture, shares it by a link, and deletes it. Prints each step as JSON.

The variables `ALBUMEN_SITE`, `ALBUMEN_EMAIL` and `ALBUMEN_PASSWORD` name a site and a member.

```sh
python clients/python/examples/scenario.py lake.jpg
```
"""

import json
import os
import sys

import albumen


def step(name: str, /, **facts: object) -> None:
    print(json.dumps({"step": name, **facts}), flush=True)


def main(file: str) -> None:
    client = albumen.connect(os.environ["ALBUMEN_SITE"])
    member = client.sign_in(os.environ["ALBUMEN_EMAIL"], os.environ["ALBUMEN_PASSWORD"])
    profile = member.api.get_profile(member.user_id)
    step("sign in", firstName=profile["firstName"])

    uploaded = member.upload(file, caption="The lake in the morning")
    step("upload", state=uploaded["state"], bytes=uploaded["bytes"])

    picture = member.wait_until_ready(uploaded)
    step("wait", state=picture["state"], width=picture["width"], height=picture["height"])

    pictures = albumen.items(member.api.list_pictures_of_member, member.user_id, limit=1)
    captions = [listed["caption"] for listed in pictures]
    step("list", captions=captions)

    link = member.api.create_link(
        {"ownerId": member.user_id, "pictureId": picture["id"], "name": "For the family"}
    )
    step("share", name=link["name"])

    opened = client.open_link(link["url"])
    shared = opened.read()
    step("open", kind=shared["kind"], caption=shared["picture"]["caption"])

    member.api.delete_link(link["id"])
    try:
        opened.read()
    except albumen.ApiError as error:
        step("revoke", code=error.code)

    member.api.delete_picture(member.user_id, picture["id"])
    try:
        member.api.get_picture(member.user_id, picture["id"])
    except albumen.ApiError as error:
        step("delete", code=error.code)


if __name__ == "__main__":
    main(sys.argv[1])
