"""Street names as people search for them."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike

_SHORT = {
    re.compile(
        rf"(?<![a-z]){re.escape(short)}" if long.endswith(" ") else rf"{re.escape(short)}(?!\w)"
    ): long
    for short, long in {
        "v.d.": "van der ",
        "v/d": "van der ",
        "v.": "van ",
        "st.": "sint ",
        "str.": "straat",
        "burg.": "burgemeester ",
    }.items()
}
_OTHER = re.compile(r"[^a-z0-9]+")
_QUOTES = str.maketrans("", "", "'’‘`´\"")
# The last number is that of the house: "Plein 1944 3".
# The same for addresses of printable ASCII, in words that Arrow understands as well.
_PLAIN_NUMBER = r" +[0-9]+[^ ]*(?: +[a-zA-Z]{1,3})?$"
_NUMBER = re.compile(r"^(?P<street>.+)\s+\d+\S*(?:\s+[a-zA-Z]{1,3})?$")


@lru_cache(maxsize=50_000)
def holds_words(text: str, typed: str) -> bool:
    """Whether a text holds every word that was typed, as `search_key` writes both."""
    key = search_key(text)
    return all(word in key for word in search_key(typed).split())


@lru_cache(maxsize=50_000)
def search_key(name: str) -> str:
    """The name for searching: lower case, no accents, quotes or hyphens, short forms written out.

    Pairs that agree: "'t Zeggelt" and "t zeggelt", "Van Loenshof" and "v. Loenshof",
    "Haaksberger-straat" and "haaksberger straat".
    """
    text = unicodedata.normalize("NFKD", name).casefold().translate(_QUOTES)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    for short, long in _SHORT.items():
        text = short.sub(long, text)
    return _OTHER.sub(" ", text).strip()


def find(names: pd.Series, query: str) -> pd.Series:
    """The names that match the query, best first: equal, then beginning with it, then holding it.

    Spaces do not matter. An empty query matches nothing.
    """
    key = search_key(query).replace(" ", "")
    known = names.dropna()
    if not key or known.empty:
        return known.iloc[:0]
    unique = pd.Series(known.unique())
    keys = unique.map(search_key).str.replace(" ", "")
    rank = np.select(
        [keys == key, keys.str.startswith(key), keys.str.contains(key, regex=False)], [0, 1, 2], 3
    )
    ranks = known.map(dict(zip(unique, rank, strict=True)))
    return known[ranks < 3].iloc[np.argsort(ranks[ranks < 3].to_numpy(), kind="stable")]


def usual_writings(names: ArrayLike, *, within: ArrayLike) -> dict[tuple[str, str], str]:
    """The writing of each name met most often, by (`within`, search key).

    Of several as frequent the first that is not all capitals. Writings with one `search_key` are
    one name. What is missing, and a name without a letter or figure, has no writing.
    """
    # As objects, since a loop over Arrow's text takes ten times as long.
    pairs = (np.asarray(values, dtype=object).tolist() for values in (within, names))
    times = Counter(zip(*pairs, strict=True))
    written = [
        (-count, name.isupper(), name, place)
        for (place, name), count in times.items()
        if isinstance(place, str) and isinstance(name, str)
    ]
    usual: dict[tuple[str, str], str] = {}
    for *_, name, place in sorted(written):
        if key := search_key(name):
            usual.setdefault((place, key), name)
    return usual


def street_of(address: str) -> str:
    """The street in an address: what precedes the house number ("Oude Markt 12-14, Enschede" is
    "Oude Markt").

    An address without a number is a street already; a name that begins with one keeps it ("1e
    Dwarsstraat 4").
    """
    first = address.partition(",")[0].strip()
    match = _NUMBER.fullmatch(first)
    return first if match is None else match["street"].strip()


def streets_of(addresses: pd.Series) -> pd.Series:
    """`street_of` per address, missing where there is none; a hundred thousand at once."""
    text = addresses.astype("str")
    printed = pc.ascii_is_printable(pa.array(text.array, type=pa.large_string()))
    other = pd.Series(~np.asarray(printed.fill_null(True)), index=text.index)
    first = (
        text.str.replace(r",.*", "", regex=True)
        if text.str.contains(",", regex=False, na=False).any()
        else text
    )
    first = first.str.strip()
    # Most end in a plain number, and what is left without it in a blank: that needs no pattern.
    bare = first.str.rstrip("0123456789")
    names = bare.str.rstrip()
    rest = ~(names.str.len() < bare.str.len()).fillna(False).astype(bool)
    if rest.any():
        names[rest] = first[rest].str.replace(_PLAIN_NUMBER, "", n=1, regex=True).str.strip()
    return (
        names.where(~other, text[other].map(street_of).reindex(text.index))
        if other.any()
        else names
    )
