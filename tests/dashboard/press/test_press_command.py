"""`stadshart press` writes one file; wrong use is one line and exit code 2."""

import io
from pathlib import Path

import pptx
import pytest
from PIL import Image

from dashboard import __main__ as command
from tests import town

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the made-up town."""
    return town.snapshot(tmp_path_factory.mktemp("data"))


def run(*words: str) -> int:
    try:
        command.main(["press", *words])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_command_writes_the_picture_of_a_link(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "beeld.png"
    link = "http://localhost:8501/kaart?plaats=voorbeeldstad&taal=en"
    assert run("--view", link, "--data", str(data), "--size", "square", "--out", str(out)) == 0
    image = Image.open(io.BytesIO(out.read_bytes()))
    assert image.size == (1080, 1080)
    said = capsys.readouterr()
    assert said.out == f"{image.text['Description']}\n" and "Example Town" in said.out


def test_picture_of_a_link_is_that_of_its_view_unless_it_names_a_subject(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "beeld.svg"
    link = "https://stad.example/pad/cijfers?plaats=voorbeeldstad&taal=en"
    assert run("--view", link, "--data", str(data), "--out", str(out)) == 0
    assert capsys.readouterr().out.startswith("Example Town in figures.")
    assert run("--view", f"{link}&onderwerp=kaart", "--data", str(data), "--out", str(out)) == 0
    assert "Map of Example Town" in capsys.readouterr().out
    vacancy = "plaats=voorbeeldstad&taal=en&laag=leegstand"
    for asked in (vacancy, f"https://stad.example/kaart?{vacancy}"):
        assert run("--view", asked, "--data", str(data), "--out", str(out)) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == told[1] and "Map of" not in told[0]


def test_command_writes_the_factsheet_of_a_city(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "stad.pdf"
    assert (
        run("--factsheet", "--view", "plaats=voorbeeldstad", "--data", str(data), "--out", str(out))
        == 0
    )
    assert out.read_bytes().startswith(b"%PDF-") and out.read_bytes().count(b"/S /Figure") == 3
    assert "bladzijde 3: kaart van de straten." in capsys.readouterr().out


def test_command_writes_the_slides_of_a_city(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "stad.pptx"
    query = ("--view", "plaats=voorbeeldstad", "--data", str(data), "--out", str(out))
    assert run("--slides", *query) == 0
    assert len(pptx.Presentation(str(out)).slides) == 3
    assert "Voorbeeldstreek: verzonnen cijfers." in capsys.readouterr().out
    assert run(*query) == 0
    assert len(pptx.Presentation(str(out)).slides) == 1


def test_factsheet_of_no_city_is_one_line_with_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run("--factsheet", "--view", "plaats=twente", "--out", str(tmp_path / "x.pdf")) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "één stad" in said


def test_unknown_value_of_a_link_is_told_and_the_picture_made(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "beeld.svg"
    assert (
        run("--view", "plaats=atlantis&onderwerp=bronnen", "--data", str(data), "--out", str(out))
        == 0
    )
    assert (
        "plaats='atlantis' is not known" in capsys.readouterr().err
        and out.read_bytes().startswith(b"<?xml")
    )


def test_characters_that_cannot_be_set_are_told_and_the_picture_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    command.main(
        [
            "press",
            "--view",
            "?onderwerp=inwoners&kop=\u6f22+\u03a9+in+Hengelo",
            "--size",
            "social",
            "--out",
            str(tmp_path / "kaart.svg"),
        ]
    )
    assert "no font of the picture holds \u6f22:" in capsys.readouterr().err
    assert "\u25a1 \u03a9 in Hengelo" in (tmp_path / "kaart.svg").read_text("utf-8")


def test_command_draws_the_made_up_town_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "beeld.svg"
    assert run("--example", "--view", "plaats=voorbeeldstad", "--out", str(out)) == 0
    assert (
        "Voorbeeldstreek: verzonnen" in capsys.readouterr().out
        and "Voorbeeldstad" in out.read_text("utf-8")
    )


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--out", "x.png"), "--view"),
        (("--view", "plaats=hengelo"), "--out"),
        (("--view", "plaats=hengelo", "--out", "x.gif"), ".png, .svg, .pdf or .pptx"),
        (("--view", "plaats=hengelo", "--out", "x.png", "--size", "poster"), "poster"),
        (("--view", "plaats=hengelo", "--out", "x.png", "--format", "gif"), "gif"),
        (("--view", "plaats=hengelo", "--factsheet", "--out", "x.png"), ".pdf"),
        (("--view", "plaats=hengelo", "--slides", "--out", "x.pdf"), "ends in .pptx"),
        (("--view", "plaats=hengelo", "--out", "x.pptx", "--size", "square"), "--size square"),
        (("--view", "plaats=hengelo", "--out", "x.png", "--data", "nowhere"), "nowhere"),
        (
            ("--view", "plaats=hengelo", "--out", "x.png", "--data", "nowhere", "--example"),
            "--example",
        ),
        (("--view", "plaats=hengelo", "--out", "x.png", "--format", "pdf"), "ends in .pdf"),
    ],
)
def test_wrong_use_is_one_line_with_code_2(
    words: tuple[str, ...], names: str, capsys: pytest.CaptureFixture[str]
):
    assert run(*words) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and names in said


def test_place_that_cannot_be_written_is_one_line_with_code_1(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert (
        run(
            "--view",
            "onderwerp=bronnen",
            "--data",
            str(data),
            "--out",
            str(tmp_path / "none" / "x.png"),
        )
        == 1
    )
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "cannot write" in said
