"""Headers of answers that may change: how long they are kept, and that no type is guessed."""

from types import MappingProxyType

NO_STORE = MappingProxyType({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
NO_CACHE = MappingProxyType({"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})
