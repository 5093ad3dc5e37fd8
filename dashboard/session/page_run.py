"""What one drawing of a page looks up once, from its beginning to its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Result = TypeVar("_Result")


class OncePerDrawing(Generic[_Key, _Result]):
    """Results that are looked up once within `drawing`, and each time outside it."""

    def __init__(self) -> None:
        self._results: ContextVar[dict[_Key, _Result] | None] = ContextVar(
            "once_per_drawing", default=None
        )

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Within it each key is looked up once."""
        token = self._results.set({})
        try:
            yield
        finally:
            self._results.reset(token)

    def get(self, key: _Key, look_up: Callable[[_Key], _Result]) -> _Result:
        """What `look_up` gave for the key when it was first asked for."""
        results = self._results.get()
        if results is None:
            return look_up(key)
        if key not in results:
            results[key] = look_up(key)
        return results[key]
