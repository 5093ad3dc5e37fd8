"""Entity tags and byte ranges by RFC 9110, on ten bytes."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from dashboard.server.file_response import file_response


def ask(*, ranges: bool = True, **headers: str) -> Response:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": given})
    return file_response(request, b"0123456789", "text/plain", {"X-Own": "kept"}, ranges=ranges)


TAG = ask().headers["etag"]


def test_whole_file_says_that_it_comes_in_parts_too():
    answer = ask()
    assert (answer.status_code, answer.body) == (200, b"0123456789")
    assert answer.headers["accept-ranges"] == "bytes" and answer.headers["x-own"] == "kept"
    assert TAG.startswith('"') and len(TAG) == 34


@pytest.mark.parametrize(
    ("asked", "part", "where"),
    [
        ("bytes=0-3", b"0123", "0-3"),
        ("bytes=8-", b"89", "8-9"),
        ("bytes=-3", b"789", "7-9"),
        ("bytes=4-99", b"456789", "4-9"),
        ("bytes=-99", b"0123456789", "0-9"),
    ],
)
def test_part_is_what_was_asked(asked, part, where):
    answer = ask(range=asked)
    assert (answer.status_code, answer.body) == (206, part)
    assert answer.headers["content-range"] == f"bytes {where}/10"
    assert answer.headers["content-length"] == str(len(part)) and answer.headers["etag"] == TAG


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=-0", "bytes=99-100"])
def test_part_beyond_the_end_is_refused_with_the_length(asked):
    answer = ask(range=asked)
    assert answer.status_code == 416 and answer.headers["content-range"] == "bytes */10"


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-2", "bytes=0-1,4-5", "lines=0-3", "bytes=-", f"bytes=0-{'9' * 5_000}", "bytes=a-b"],
)
def test_range_that_is_none_gets_the_whole(asked):
    answer = ask(range=asked)
    assert (answer.status_code, answer.body) == (200, b"0123456789")


@pytest.mark.parametrize("known", ["{}", 'W/{}, "other"', '"other", {}', "*"])
def test_reader_that_has_the_file_gets_none(known):
    answer = ask(if_none_match=known.format(TAG), range="bytes=0-3")
    assert (answer.status_code, answer.body, answer.headers["etag"]) == (304, b"", TAG)


def test_part_of_another_version_is_not_mixed_in():
    assert ask(if_range=TAG, range="bytes=0-3").status_code == 206
    assert ask(if_range='"older"', range="bytes=0-3").body == b"0123456789"
    assert ask(if_none_match='"older"').status_code == 200


def test_without_ranges_it_says_so():
    answer = ask(ranges=False, range="bytes=0-3")
    assert (answer.status_code, answer.headers["accept-ranges"]) == (200, "none")
