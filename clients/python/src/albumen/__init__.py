"""The client of the Albumen API for scripts.

```python
import albumen

client = albumen.connect("https://photos.example.org/")
for picture in client.api.list_public_pictures(limit=10)["items"]:
    print(picture["caption"])

member = client.sign_in("ada@example.org", password)
picture = member.upload("lake.jpg", visibility="friends")
member.wait_until_ready(picture)
```

`albumen.models` has the types of requests and replies.
"""

from .client import Client, Member, connect
from .config import Config
from .errors import (
    AlbumenError,
    ApiError,
    IdentityError,
    NetworkError,
    ProcessingError,
    SiteError,
    UploadError,
)
from .generated import models
from .generated.operations import Api
from .link import OpenLink
from .paging import items

__all__ = [
    "AlbumenError",
    "Api",
    "ApiError",
    "Client",
    "Config",
    "IdentityError",
    "Member",
    "NetworkError",
    "OpenLink",
    "ProcessingError",
    "SiteError",
    "UploadError",
    "connect",
    "items",
    "models",
]
