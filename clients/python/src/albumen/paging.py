"""Lists of many pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from typing_extensions import TypedDict

P = ParamSpec("P")
T = TypeVar("T")

if TYPE_CHECKING:

    class Page(TypedDict, Generic[T]):
        """One page of a list."""

        items: list[T]
        cursor: str | None


def items(method: Callable[P, Page[T]], *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
    """Yields the items of all pages of a list, such as `items(api.list_feed, limit=100)`."""
    # `method` accepts `cursor`, which its type does not show.
    read = cast("Callable[..., Page[T]]", method)
    arguments: dict[str, Any] = dict(kwargs)
    while True:
        page = read(*args, **arguments)
        yield from page["items"]
        if page["cursor"] is None:
            return
        arguments["cursor"] = page["cursor"]
