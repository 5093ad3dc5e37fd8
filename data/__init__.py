"""What is published, what it promises, and the one reader."""


def __getattr__(name: str) -> str:
    """`__version__`: the version of Stadshart Twente that is installed."""
    if name == "__version__":
        from importlib.metadata import version

        return version("stadshart-twente")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
