"""The dashboard with the models that tests share: `python -m tests.dashboard.shared_model FOLDER`,
with what `stadshart` takes behind it.
"""

import sys
from pathlib import Path
from typing import Any, cast

from filelock import FileLock

from dashboard.__main__ import main
from dashboard.analysis.competition import bootstrap, calibration
from dashboard.facts.snapshot import Facts
from dashboard.press.worker import process
from data.catalogue import EMBEDDED, EXAMPLE


def keep(folder: Path) -> None:
    """Fit the model of a version once per process from now on, and that of what ships or is made up
    once for all processes that name this folder.
    """
    fit = calibration.model_of
    models: dict[str, calibration.Model | None] = {}

    def fitted(facts: Facts) -> calibration.Model | None:
        if facts.catalogue.folder not in (EMBEDDED, EXAMPLE):
            return fit(facts)
        kept = folder / f"{facts.version}.model"
        with FileLock(kept.with_suffix(".lock")):
            if not kept.exists():
                with kept.open("wb") as out:
                    process.send(out, fit(facts))
        with kept.open("rb") as content:
            model: Any = process.receive(content)
        return cast("calibration.Model | None", model)

    def model_of(facts: Facts, *, draws: int = bootstrap.N_BOOTSTRAP) -> calibration.Model | None:
        if draws != bootstrap.N_BOOTSTRAP:
            return fit(facts, draws=draws)
        if facts.version not in models:
            models[facts.version] = fitted(facts)
        return models[facts.version]

    calibration.model_of = model_of


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
    main(sys.argv[2:])
