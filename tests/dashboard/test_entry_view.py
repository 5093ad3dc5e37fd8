"""Bringing data on the page: who may, what is understood, publishing, and the way back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.session import access, cache, etl_process
from data import catalogue
from data.snapshot import changelog
from tests.dashboard.driving import opened, run_here, words

pytestmark = pytest.mark.slow

X, Y = 251_200, 476_300
HOUSES = (
    "RegioS;Gemeente;Soort;Perioden;GemiddeldePrijs_1\n"
    "GM0164;Hengelo;nieuw;2023JJ00;310500\n"
    "GM0153;Enschede;nieuw;2023JJ00;320000\n"
    "NL01;Nederland;nieuw;2023JJ00;500000\n"
    "GM0164;Hengelo;bestaand;2023JJ00;300500\n"
    "GM0153;Enschede;bestaand;2023JJ00;300000\n"
    "NL01;Nederland;bestaand;2023JJ00;400000\n"
)


def rows(*, status: str = "status", vacant: str = "leeg", used: str = "open") -> bytes:
    """Forty units in the centre of Hengelo, every fourth vacant."""
    lines = [
        f"Dorpsstraat;{n};{used if n % 4 else vacant};{X + 12 * n};{Y + 3 * n}"
        for n in range(1, 41)
    ]
    return "\n".join((f"straat;huisnummer;{status};x;y", *lines, "")).encode()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An own data folder that is still empty, served on one's own computer.

    Commands run in this process: `deploy/test_attack.py` publishes with the real one.
    """
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(etl_process, "ask", run_here)
    cache.use(None)
    yield catalogue.user_folder()
    cache.use(None)


def bring(app: AppTest, content: bytes, name: str = "winkels 2024-03-31.csv") -> AppTest:
    app.file_uploader[0].set_value((name, content, "text/csv"))
    return rerun(app)


def rerun(app: AppTest) -> AppTest:
    app.run(timeout=180)
    assert not app.exception, app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return rerun(app)


def choose(app: AppTest, label: str, value: str) -> AppTest:
    next(box for box in app.selectbox if box.label == label).select(value)
    return rerun(app)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def say(app: AppTest, label: str, line: str) -> None:
    next(field for field in app.text_input if field.label == label).set_value(line)


def test_a_good_file_is_shown_published_and_taken_out_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    app = bring(opened("invoer.py", plaats="hengelo"), rows())
    assert "40 van de 40 rijen zijn te gebruiken." in words(app)
    assert "Er staat nog geen inventarisatie van deze plaats." in words(app)
    assert "10 van de 40 panden staan leeg." in words(app)
    assert not folder.exists()

    press(app, "Publiceer")
    assert "Schrijf eerst in een paar woorden waarom." in words(app) and not folder.exists()
    say(app, "Waarom publiceert u dit?", "gebeld met Jan Jansen, 06-12345678")
    press(app, "Publiceer")
    assert "Noem hier geen personen" in words(app) and not folder.exists()
    say(app, "Waarom publiceert u dit?", "Telling van maart")
    press(app, "Publiceer")
    assert "Gepubliceerd. De pagina&#x27;s tonen de nieuwe gegevens." in words(app)
    assert "Winkelinventarisatie, Hengelo: 40 rijen ingevoerd" in words(app)
    assert len(catalogue.open(folder).table("premises")) == 40
    (entry,) = changelog.read_changes(folder)
    assert (entry.by, entry.reason, entry.rows) == (None, "Telling van maart", 40)

    say(app, "Waarom maakt u dit ongedaan?", "verkeerde lijst")
    press(app, "Haal deze invoer weg")
    assert "Weggehaald." in words(app)
    assert "Winkelinventarisatie, Hengelo: bestand weggehaald" in words(app)
    snapshot = catalogue.open(folder)
    assert not snapshot.has("premises") or not len(snapshot.table("premises"))
    assert "Haal deze invoer weg" not in labels(app)

    # The same file may come again, and an administrator goes back for everybody.
    bring(app, rows())
    say(app, "Waarom publiceert u dit?", "toch de goede lijst")
    press(app, "Publiceer")
    assert len(catalogue.open(folder).table("premises")) == 40
    assert "Ga terug naar de vorige versie" in labels(app)
    with monkeypatch.context() as changed:
        changed.setattr(access, "role", lambda: "editor")
        assert "Haal deze invoer weg" in labels(rerun(app))
        assert "Ga terug naar de vorige versie" not in labels(app)
    rerun(app)
    say(app, "Waarom maakt u dit ongedaan?", "terug")
    press(app, "Ga terug naar de vorige versie")
    assert "Teruggezet." in words(app)
    assert changelog.read_changes(folder)[-1].what == "rollback"


def test_words_that_are_not_understood_get_their_meaning_on_the_page(folder: Path):
    app = bring(opened("invoer.py", plaats="hengelo"), rows(vacant="dicht", used="blauw"))
    assert "Dit bestand kan nog niet worden gepubliceerd." in words(app)
    assert "Publiceer" not in labels(app)
    choose(app, "Wat betekent dicht?", "vacant")
    choose(app, "Wat betekent blauw?", "in_use")
    press(app, "Bekijk het opnieuw")
    assert "10 van de 40 panden staan leeg." in words(app) and "Publiceer" in labels(app)


def test_a_column_of_another_name_is_chosen_from_the_headings(folder: Path):
    app = bring(opened("invoer.py", plaats="hengelo"), rows(status="bijzonderheid"))
    assert "Dit bestand kan nog niet worden gepubliceerd." in words(app)
    choose(app, "Leeg of in gebruik", "bijzonderheid")
    press(app, "Bekijk het opnieuw")
    assert "10 van de 40 panden staan leeg." in words(app)


def test_a_file_without_a_day_gets_one_on_the_page(folder: Path):
    app = bring(opened("invoer.py", plaats="hengelo"), rows(), name="winkels.csv")
    assert "Publiceer" not in labels(app)
    say(app, "Peildatum van het hele bestand", "31 maart")
    rerun(app)
    assert "Dit is geen datum." in words(app)
    say(app, "Peildatum van het hele bestand", "31-03-2024")
    rerun(app)
    press(app, "Bekijk het opnieuw")
    assert "gezien 2024-03-31" in words(app) and "Publiceer" in labels(app)


def test_a_table_of_cbs_is_asked_about_and_published_for_all_towns(folder: Path):
    app = opened("invoer.py", plaats="hengelo")
    choose(app, "Wat brengt u in?", "Tabel van CBS")
    assert "Voor welke plaats?" not in [box.label for box in app.selectbox]
    bring(app, HOUSES.encode(), name="85035NED prijzen.csv")
    assert "Van 85035NED prijzen.csv is niet gekozen welke onderwerpen te lezen." in words(app)
    again = next(button for button in app.button if button.label == "Bekijk het opnieuw")
    assert again.disabled and "Publiceer" not in labels(app)
    app.multiselect[0].select("GemiddeldePrijs")
    rerun(app)
    # What the subject is, its unit and which rows count may each mean two things.
    choose(app, "Wat is GemiddeldePrijs?", "nieuw cijfer bij Wonen en inkomen")
    say(app, "In welke eenheid staat GemiddeldePrijs?", "euro")
    say(app, "Hoe heet GemiddeldePrijs op het dashboard?", "Prijs van huizen")
    rerun(app)
    choose(app, "Welke rijen gelden bij Soort?", "nieuw")
    press(app, "Bekijk het opnieuw")
    assert "2 van de 3 rijen zijn te gebruiken." in words(app)
    assert "Prijs van huizen = 310500 euro" in words(app)
    choose(app, "Welke rijen gelden bij Soort?", "bestaand")
    press(app, "Bekijk het opnieuw")
    assert "Prijs van huizen = 300500 euro" in words(app)
    say(app, "Waarom publiceert u dit?", "Huizenprijzen van 2023")
    press(app, "Publiceer")
    rows = catalogue.open(folder).table("observations").query("source_id == 'cbs_table'")
    assert rows.set_index("place_id")["value"].to_dict() == {"enschede": 3e5, "hengelo": 300_500.0}
    assert set(rows["definition"]) == {"CBS, tabel 85035NED: Prijs van huizen"}
    assert "Tabel van CBS, Hele streek: 2 rijen ingevoerd" in words(app)
    say(app, "Waarom maakt u dit ongedaan?", "verkeerde tabel")
    press(app, "Haal deze invoer weg")
    assert "cbs_table" not in set(catalogue.open(folder).table("observations")["source_id"])


def test_a_file_that_is_no_table_is_refused_by_its_own_name(folder: Path):
    app = bring(opened("invoer.py", plaats="hengelo"), b"MZ\x90\x00", name="<b>lijst</b>.xlsx")
    assert "&lt;b&gt;lijst&lt;/b&gt;.xlsx is geen werkmap in XLSX" in words(app)
    assert "Publiceer" not in labels(app) and not folder.exists()


def test_a_role_that_is_gone_when_the_button_is_pressed_publishes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    app = bring(opened("invoer.py", plaats="hengelo"), rows())
    say(app, "Waarom publiceert u dit?", "Telling van maart")
    button = next(button for button in app.button if button.label == "Publiceer")
    monkeypatch.setattr(access, "role", lambda: "viewer")
    # What a browser sends does not ask whether the page still has the button.
    button.click()
    rerun(app)
    assert "Publiceer" not in labels(app) and not app.file_uploader
    assert not folder.exists()


def test_nobody_brings_data_on_an_open_server_without_a_login(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    cache.use(None, beyond=True)
    app = opened("invoer.py")
    assert "Op deze server kan niemand gegevens invoeren" in words(app)
    assert not app.file_uploader and not app.button


def test_what_ships_and_what_is_made_up_takes_no_data(folder: Path):
    app = opened("invoer.py", streek="voorbeeld")
    assert "hier kunt u niets invoeren" in words(app) and not app.file_uploader
