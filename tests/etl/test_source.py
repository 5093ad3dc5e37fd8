import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from data.schema.tables import DECLARED, PREMISES
from etl.errors import DeclarationError
from etl.source import Source
from etl.sources import declared_sources
from geo.bilingual import Bilingual

DECLARATION = """
from data.schema.tables import PREMISES
from etl.source import Source
from geo.bilingual import Bilingual
SOURCE = Source(id="{id}", title=Bilingual(nl="Panden", en="Premises"), publisher="Register",
                licence="CC0 1.0", fills=(PREMISES,), rows=range(1, 10), tried="recorded")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """An empty package of sources."""
    package = ModuleType("made_up_sources")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, package.__name__, package)
    yield package
    for name in [name for name in sys.modules if name.startswith(f"{package.__name__}.")]:
        del sys.modules[name]


def declare(package: ModuleType, name: str, text: str) -> None:
    Path(package.__path__[0], f"{name}.py").write_text(text)


def test_source_is_found_by_adding_one_file(folder: ModuleType):
    assert declared_sources(folder) == {}
    declare(folder, "land_register", DECLARATION.format(id="land_register"))
    assert declared_sources(folder)["land_register"].fills == (PREMISES,)


def test_source_carries_the_name_of_its_file(folder: ModuleType):
    declare(folder, "land_register", DECLARATION.format(id="register"))
    with pytest.raises(
        DeclarationError, match="expected SOURCE.id 'land_register', .* got 'register'"
    ):
        declared_sources(folder)


def test_module_without_a_declaration_is_refused(folder: ModuleType):
    declare(folder, "land_register", "")
    with pytest.raises(DeclarationError, match=r"made_up_sources\.land_register: expected SOURCE"):
        declared_sources(folder)


def test_every_declaration_is_complete():
    for source in declared_sources().values():
        assert isinstance(source, Source)
        assert source.title.nl and source.title.en and source.publisher and source.licence
        assert source.fills and all(DECLARED[table.name] is table for table in source.fills)
        assert source.rows
        assert source.max_age_days is None or source.max_age_days > 0


def test_english_stands_in_where_there_is_no_german():
    assert Bilingual(nl="Panden", en="Premises").text("de") == "Premises"
    assert Bilingual(nl="Panden", en="Premises", de="Gebäude").text("de") == "Gebäude"
    assert Bilingual(nl="Panden", en="Premises").text("nl") == "Panden"
