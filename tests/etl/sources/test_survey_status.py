"""Which units of a survey are vacant, in the words of Locatus and of town halls, and what is asked
where no word says.
"""

from pathlib import Path

import pytest

from etl.errors import ContentError
from etl.parsing import column_map_file
from etl.parsing.preview import as_text
from tests.etl.sources.pieces import workbook
from tests.etl.sources.survey_words import (
    LOCATUS,
    MAP,
    X,
    Y,
    asked,
    listed,
    locatus,
    parse,
    seen,
    statuses,
)

pytestmark = pytest.mark.slow

VACANT = [
    "00-Leegstand",
    "00 - Leegstand",
    "00 Leegstand",
    "00–leegstand",
    "LEEGSTAND",
    "Leegstand ",
    "00",
    "0",
    "000-Leegstand"[1:],
]


def test_group_of_locatus_is_read_with_or_without_its_number(tmp_path: Path):
    parsed = parse(tmp_path, locatus(*VACANT, "11-Dagelijks", "22-Mode & Luxe", "59-Horeca"))
    assert dict(zip([*VACANT, 11, 22, 59], statuses(parsed), strict=True)) == {
        **dict.fromkeys(VACANT, "vacant"),
        **dict.fromkeys([11, 22, 59], "in_use"),
    }
    assert asked(parsed) == []


def test_a_quarter_vacant_is_read_as_a_quarter(tmp_path: Path):
    parsed = parse(
        tmp_path, locatus(*["00-Leegstand", "11-Dagelijks", "35-Vrije Tijd", "65-Diensten"] * 5)
    )
    assert statuses(parsed).count("vacant") == 5 and len(statuses(parsed)) == 20


USES = {
    "11-Dagelijks": "retail",
    "38-Detailh Overig": "retail",
    "37-In/Om Huis": "retail",
    "Mode & Luxe": "retail",
    "59-Horeca": "hospitality",
    "59-Leisure": "leisure",
    "59": "leisure",
    "58-Cultuur & Ontspanning": "culture",
    "65 Diensten": "services",
    "11": "retail",
    "99-Iets Anders": "-",
}


def test_use_follows_from_the_group_by_its_words_or_its_number(tmp_path: Path):
    use = parse(tmp_path, locatus(*USES, "00-Leegstand")).frames["premises"]["use"].fillna("-")
    assert dict(zip(USES, use.tolist()[:-1], strict=True)) == USES


@pytest.mark.parametrize("code", ["00.000.000", "00.010.001-Leegstand", "00.000.000 Leegstand"])
def test_branch_code_of_a_vacant_unit_says_so_and_other_codes_stay_as_they_are(
    tmp_path: Path, code: str
):
    content = locatus("", "", branches=[code, "11.010.519"])
    parsed = parse(tmp_path, content)
    assert statuses(parsed) == ["vacant", "in_use"]
    assert parsed.frames["premises"]["branch"].fillna("-").tolist() == ["-", "11.010.519"]


def test_numbers_of_groups_that_are_not_those_of_locatus_say_nothing(tmp_path: Path):
    parsed = parse(tmp_path, locatus("0", "3", "4", branches=["", "", ""]))
    assert (statuses(parsed), asked(parsed)) == (["unknown"] * 3, ["status-unclear"])


def test_a_delivery_of_windows_with_titles_and_totals_is_read(tmp_path: Path):
    titles = f"Levering winkelbestand;{';' * 7}\n{';' * 8}\n"
    total = "Totaal;;;;;480;;;\n"
    content = titles + locatus("00-Leegstand", "11-Dagelijks", names=["", "Café"]) + total
    parsed = parse(tmp_path, content.encode("cp1252"))
    assert (statuses(parsed), asked(parsed)) == (["vacant", "in_use"], [])
    assert parsed.files[0].rows == 3 and parsed.counts == {"dropped-no-position": 1}


def test_numbers_in_a_workbook_are_groups_as_well(tmp_path: Path):
    rows = [
        ["Levering 2024"],
        [],
        [*LOCATUS],
        [1, "", 0, "", "00.000.000", 90.5, X, Y, "31-3-2024"],
        [2, "Bakker", 11, "", "11.010.519", 80, X, Y, "31-3-2024"],
    ]
    assert statuses(parse(tmp_path, workbook(rows), name="w.xlsx")) == ["vacant", "in_use"]


def test_the_name_of_a_shop_is_no_person_and_goes_nowhere(tmp_path: Path):
    parsed = parse(tmp_path, locatus("00-Leegstand", "11-Dagelijks"))
    assert (
        parsed.findings == ()
        and "Jansen" not in parsed.frames["premises"].drop(columns="geometry").to_csv()
    )


@pytest.mark.parametrize(
    "content",
    [
        locatus("11-Dagelijks", "22-Mode & Luxe"),
        f"adres;oppervlakte;x;y\nLangestraat 1;100,0;{X};{Y}\nLangestraat 3;80,0;{X};{Y}\n",
        f"naam;adres;x;y\nBakker;Langestraat 1;{X};{Y}\n;Langestraat 3;{X};{Y}\n",
        f"adres;Huurder;x;y\nLangestraat 1;P. Jansen;{X};{Y}\nLangestraat 3;;{X};{Y}\n",
        listed("1-2-2022", "", heading="leeg sinds"),
        listed("langdurig", "", heading="Leegstandsduur"),
        listed("0", "1", "1"),
        listed("x", "", "", heading="Leeg"),
        listed("ja", "nee", *[""] * 8, heading="Leegstand"),
        listed("verbouwing", "leeg", "in gebruik"),
        listed("leeg", "leeg"),
        listed("in gebruik", "in gebruik"),
        listed("onbekend", "onbekend"),
    ],
    ids=[
        "groups without a vacant one",
        "a list of addresses",
        "empty names",
        "tenants",
        "days of some",
        "durations of some",
        "noughts and ones",
        "crosses",
        "mostly blank",
        "an unknown word",
        "all vacant",
        "all in use",
        "all unknown",
    ],
)
def test_a_file_that_leaves_open_which_units_are_vacant_is_asked_about(
    tmp_path: Path, content: str
):
    assert asked(parse(tmp_path, content)) == ["status-unclear"]


def test_the_preview_asks_what_a_file_leaves_open_first(tmp_path: Path):
    content = locatus("11-Dagelijks", "22-Mode & Luxe")
    assert any("Eerst een vraag" in line for line in as_text(seen(tmp_path, content), "nl"))


@pytest.mark.parametrize(
    ("heading", "words", "expected"),
    [
        ("Leegstand?", (" JA ", "Nee"), ["vacant", "in_use"]),
        ("STATUS", ("LEEG STAAND", "In  Gebruik."), ["vacant", "in_use"]),
        ("leegstand", ("1", "0"), ["vacant", "in_use"]),
        ("bezetting", ("ja", "nee"), ["in_use", "vacant"]),
        ("status", ("Structurele leegstand", "open"), ["vacant", "in_use"]),
        ("branche", ("Leegstand", "Kleding"), ["vacant", "in_use"]),
    ],
)
def test_words_are_read_with_capitals_blanks_and_by_what_the_heading_asks(
    tmp_path: Path, heading: str, words: tuple[str, ...], expected: list[str]
):
    parsed = parse(tmp_path, listed(*words, heading=heading))
    assert (statuses(parsed), asked(parsed)) == (expected, [])


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Verhuurd", ["in_use", "vacant"]),
        ("Niet in gebruik", ["unknown"] * 2),
        ("Monument", ["unknown"] * 2),
    ],
)
def test_yes_means_what_the_heading_asks_and_nothing_where_it_asks_something_else(
    tmp_path: Path, heading: str, expected: list[str]
):
    assert (
        statuses(parse(tmp_path, listed("ja", "nee", heading=heading), MAP.format(heading)))
        == expected
    )


@pytest.mark.parametrize(
    ("content", "stated", "expected"),
    [
        (listed("leeg", "leeg"), 'status = "vacant"\n' + MAP.format("status"), ["vacant"] * 2),
        (
            listed("x", "", heading="Leeg"),
            MAP.format("Leeg") + '[words]\n"" = "in_use"\n',
            ["vacant", "in_use"],
        ),
        (listed("0", "0"), MAP.format("status") + '[words]\n"0" = "vacant"\n', ["vacant"] * 2),
        (
            listed("P. Jansen", "", heading="Huurder"),
            'status = "in_use"\n' + MAP.format("Huurder") + '[words]\n"" = "vacant"\n',
            ["in_use", "vacant"],
        ),
        (
            listed("", "", heading="eigenaar"),
            'status = "vacant"\n[columns]\nunit_id = "id"\nx = "x"\ny = "y"\n',
            ["vacant"] * 2,
        ),
        (
            listed("1-2-2022", "", heading="leeg sinds"),
            (
                'status = "in_use"\n[columns]\nunit_id = "id"\nvacant_since = "leeg sinds"\nx ='
                ' "x"\ny = "y"\n'
            ),
            ["vacant", "in_use"],
        ),
    ],
    ids=[
        "all vacant",
        "a blank cell",
        "a word",
        "a tenant",
        "a list of vacant units",
        "in use without a day",
    ],
)
def test_the_column_map_answers(tmp_path: Path, content: str, stated: str, expected: list[str]):
    parsed = parse(tmp_path, content, stated)
    assert (statuses(parsed), asked(parsed)) == (expected, [])


def test_a_word_of_the_file_goes_before_the_status_of_the_map(tmp_path: Path):
    assert statuses(
        parse(tmp_path, listed("leeg", "open", ""), 'status = "vacant"\n' + MAP.format("status"))
    ) == ["vacant", "in_use", "vacant"]


def test_a_status_that_is_none_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="not 'leeg'.*map-broken"):
        parse(tmp_path, listed("leeg", "open"), 'status = "leeg"\n' + MAP.format("status"))


def test_the_question_gives_the_lines_to_write_and_so_does_the_map(tmp_path: Path):
    preview = seen(tmp_path, listed("0", "1", "1"))
    lines = as_text(preview, "nl")
    assert '    "1" = "vacant"  # 2 keer; of "in_use", of "unknown"' in lines
    assert any(line.strip().startswith('status = "vacant"') for line in lines)
    text = column_map_file.to_toml(preview.opened, source_id="shop_survey", unheard=preview.words)
    assert '# status = "vacant"' in text
    chosen = text.replace('# "0" = "vacant|in_use|unknown"', '"0" = "vacant"')
    unchosen = chosen.replace('# "1" =', '"1" =')
    with pytest.raises(ContentError, match="map-broken"):
        parse(tmp_path, listed("0", "1", "1"), unchosen)
    answered = unchosen.replace("vacant|in_use|unknown", "in_use")
    assert statuses(parse(tmp_path, listed("0", "1", "1"), answered)) == [
        "vacant",
        "in_use",
        "in_use",
    ]


def test_words_that_may_be_names_are_counted_and_not_repeated(tmp_path: Path):
    preview = seen(
        tmp_path, listed("P. Jansen", "Café Bos", "", heading="Huurder"), MAP.format("Huurder")
    )
    said = "\n".join(as_text(preview, "nl")) + "".join(one.en for one in preview.questions)
    assert (
        "2 woorden die niet zijn herkend" in said
        and "jansen" not in said.lower()
        and "bos" not in said.lower()
    )
    assert [one.code for one in preview.findings] == ["personal-column"]


def test_two_columns_that_contradict_each_other_leave_the_status_unknown(tmp_path: Path):
    content = "id;branche;leeg sinds;x;y\n" + "".join(
        f"{number};{branch};{day};{X};{Y}\n"
        for number, (branch, day) in enumerate(
            [("Leegstand", ""), ("Kleding", "1-2-2022"), *[("Kleding", "")] * 18]
        )
    )
    parsed = parse(tmp_path, content)
    assert (statuses(parsed)[:3], parsed.counts, asked(parsed)) == (
        ["vacant", "unknown", "in_use"],
        {"contrary-status": 1},
        [],
    )
