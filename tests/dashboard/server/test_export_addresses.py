"""The addresses where pictures are fetched: exact files, polite refusals, nothing of a request in a
path.
"""

import asyncio
import io
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import urlencode

import pptx
import pytest
from PIL import Image
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from dashboard.analysis.competition import calibration
from dashboard.i18n.text import texts
from dashboard.press.errors import QueueFullError
from dashboard.press.request import PictureRequest
from dashboard.press.sizes import Format
from dashboard.press.worker import jobs
from dashboard.press.worker.jobs import Made
from dashboard.press.worker.queue import Task
from dashboard.server import export_routes
from dashboard.session import cache, export_jobs
from data import catalogue

pytestmark = pytest.mark.slow
Get = Callable[..., Response]


class QueueOfOne:
    """Makes a file here and at once; `deploy/test_attack.py` asks for some of the real process."""

    def ask(self, _: Hashable, task: Task, *arguments: object) -> "Future[Made]":
        made: Future[Made] = Future()
        made.set_result(task(*arguments))
        return made


@pytest.fixture(scope="module")
def get() -> Iterator[Get]:
    """Ask an address of pictures of what ships, as a browser would."""
    before = cache._served.folder
    cache.use(catalogue.EMBEDDED)
    answers = {route.path: route.endpoint for route in export_routes.routes()}

    def get(path: str, **query: str) -> Response:
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "headers": [],
            "query_string": urlencode(query).encode(),
        }
        return asyncio.run(answers[path](HttpRequest(scope)))

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(export_jobs, "queue", QueueOfOne)
        # No address asks for what the model says, which takes seconds.
        changed.setattr(cache, "competition", lambda: None)
        changed.setattr(calibration, "model_of", lambda _: None)
        changed.setattr(jobs, "_studios", OrderedDict())
        yield get
    cache.use(before)


def detail(answer: Response) -> str:
    """The sentence of problem details."""
    return str(json.loads(answer.body)["detail"])


def test_picture_comes_as_the_file_it_is(get: Get):
    answer = get("/export/kaart.png", plaats="hengelo", formaat="square", taal="en")
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"
    assert (
        answer.headers["content-disposition"]
        == 'attachment; filename="stadshart-kaart-hengelo-square.png"'
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.body)).size == (1080, 1080)


def test_factsheet_comes_as_one_document(get: Get):
    answer = get("/export/factsheet.pdf", plaats="borne", taal="de")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf"
    assert (
        answer.headers["content-disposition"]
        == 'attachment; filename="stadshart-factsheet-borne-de.pdf"'
    )
    assert answer.body.startswith(b"%PDF-")


def test_slides_come_as_one_file_for_every_size_asked(get: Get):
    answer = get("/export/kaart.pptx", onderwerp="inwoners", formaat="square", taal="de")
    assert answer.status_code == 200
    assert answer.headers["content-type"].endswith("presentationml.presentation")
    assert (
        answer.headers["content-disposition"]
        == 'attachment; filename="stadshart-inwoners-twente-slide.pptx"'
    )
    again = get("/export/kaart.pptx", onderwerp="inwoners", formaat="a4", taal="de")
    assert again.body == answer.body and len(pptx.Presentation(io.BytesIO(again.body)).slides) == 1


def test_deck_of_a_town_comes_as_one_file(get: Get):
    answer = get("/export/presentatie.pptx", plaats="borne", taal="en")
    assert (
        answer.headers["content-disposition"]
        == 'attachment; filename="stadshart-presentatie-borne-en.pptx"'
    )
    slides = pptx.Presentation(io.BytesIO(answer.body)).slides
    assert len(slides) > 3 and "Borne" in slides[0].shapes.title.text_frame.text
    refused = get("/export/presentatie.pptx", plaats="twente")
    assert refused.status_code == 422
    assert detail(refused) == texts("nl")("slides.needs_city")


def test_factsheet_of_no_city_says_what_to_do(get: Get):
    answer = get("/export/factsheet.pdf", plaats="twente")
    assert answer.status_code == 422 and detail(answer) == texts("nl")("factsheet.needs_city")


def test_hostile_values_stay_out_of_the_name_of_the_file(get: Get):
    answer = get("/export/kaart.svg", plaats='../../etc"\r\nX: y', formaat="<b>", kop="<script>")
    assert (
        answer.status_code == 200
        and answer.headers["content-disposition"]
        == 'attachment; filename="stadshart-kaart-twente-social.svg"'
    )
    assert b"<script>" not in answer.body


@pytest.mark.parametrize("path", ["/export/kaart.svg", "/embed"])
def test_what_fell_back_is_told_by_our_names_for_it(get: Get, path: str):
    body = get(
        path, plaats="<i>mordor", periode="ooit", utm_source="brief", taal="nl"
    ).body.decode()
    assert "Niet alles in de link was te lezen (plaats, periode)" in re.sub(
        r"</?(tspan|text)[^>]*>\s*", " ", body
    ).replace("  ", " ")
    assert "mordor" not in body and "utm_source" not in body
    known = {"plaats": "enschede", "straat": "enschede/noorderhagen", "taal": "nl"}
    assert "te lezen" not in get(path, **known, utm_source="brief").body.decode()


def test_file_that_is_not_there_is_no_page(get: Get):
    answer = get("/export/{name:path}", taal="en")
    assert answer.status_code == 404 and answer.headers["content-type"].endswith("problem+json")
    assert detail(answer) == texts("en")("press.no_file")
    assert export_routes.routes()[-1].path == "/export/{name:path}"


def test_full_queue_answers_politely(get: Get, monkeypatch: pytest.MonkeyPatch):
    def full(request: PictureRequest, form: Format) -> "Future[Made]":
        raise QueueFullError("9 files are being made, expected at most 9: try again")

    monkeypatch.setattr(export_routes, "ask", full)
    answer = get("/export/kaart.pdf", taal="en")
    assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
    assert detail(answer) == texts("en")("press.busy", seconds=5)
    assert "9 files" not in answer.body.decode()


def test_model_of_the_interface_is_not_fitted_again(get: Get, monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[object, ...]] = []
    ready: Future[Made] = Future()
    ready.set_result(Made(b"file", "text/plain"))
    monkeypatch.setattr(
        export_jobs,
        "queue",
        type("Queue", (), {"ask": lambda _, *words: asked.append(words) or ready}),
    )
    monkeypatch.setattr(cache, "competition", lambda: SimpleNamespace(light=lambda: "the model"))
    for path, query in (
        ("kaart.png", {"onderwerp": "koopstromen"}),
        ("factsheet.pdf", {"plaats": "borne"}),
        ("presentatie.pptx", {"plaats": "borne"}),
        ("koopstromen.csv", {}),
    ):
        assert get(f"/export/{path}", **query).body == b"file" and asked.pop()[-1] == "the model"
    assert get("/export/kaart.png").body == b"file" and asked.pop()[-1] is None


def test_model_of_what_is_internal_stays_in_the_interface(
    get: Get, monkeypatch: pytest.MonkeyPatch
):
    facts = cache.facts()
    closed = replace(
        facts.manifest,
        sources=tuple(replace(one, sharing="internal") for one in facts.manifest.sources),
    )
    monkeypatch.setattr(cache, "competition", lambda: SimpleNamespace(light=lambda: "the model"))
    for beyond, model in ((False, None), (True, "the model")):
        monkeypatch.setattr(
            cache, "facts", lambda beyond=beyond: SimpleNamespace(manifest=closed, beyond=beyond)
        )
        assert export_jobs._model() == model


def test_visitor_who_leaves_does_not_cancel_what_others_wait_for():
    shared: Future[Made] = Future()

    async def leaves() -> None:
        task = asyncio.ensure_future(
            export_routes._sent(HttpRequest({"type": "http"}), lambda: shared, texts("nl"), {})
        )
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(leaves())
    assert not shared.cancelled()
