"""Headers of answers that may change: how long they are kept, and that no type is guessed."""

from types import MappingProxyType

NOT_KEPT = MappingProxyType({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
ASKED_AGAIN = MappingProxyType({"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})
