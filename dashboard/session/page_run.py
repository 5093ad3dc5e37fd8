"""What one drawing of a page keeps from its beginning to its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Found = TypeVar("_Found")


class Kept(Generic[_Key, _Found]):
    """What is found once within `drawing`, and each time outside it."""

    def __init__(self) -> None:
        self._found: ContextVar[dict[_Key, _Found] | None] = ContextVar("kept", default=None)

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Within it each key is found once."""
        token = self._found.set({})
        try:
            yield
        finally:
            self._found.reset(token)

    def get(self, key: _Key, find: Callable[[_Key], _Found]) -> _Found:
        """What `find` gave for the key when it was first asked for."""
        found = self._found.get()
        if found is None:
            return find(key)
        if key not in found:
            found[key] = find(key)
        return found[key]
