"""Headers of responses that may change: caching, and no guessing of types."""

from types import MappingProxyType

NO_STORE = MappingProxyType({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
NO_CACHE = MappingProxyType({"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})
