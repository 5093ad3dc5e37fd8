"""The pilot as one drawing: every initiative as a mark, and the steps from means to lasting effect
with the evidence on each.
"""

from collections import Counter

from dashboard.analysis import actor_network, pilot
from dashboard.analysis.effect_evaluation import Evidence
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.maps.layers import initiatives
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import citation, effect
from dashboard.style.html import Markup
from dashboard.style.templates import render

_COUNTED = ("initiatives_first_tranche", "initiatives_tender")
# What the article on the pilot says of facilitating.
_LESSONS = ("tender", "outside", "beside")
_LESSONS_SOURCE = "artikel-pilot"
# When to measure, from now on.
_MOMENTS = ("now", "again", "start", "after")


def question(facts: Facts, text: Texts) -> str:
    """The question of the view; only one region had the pilot."""
    return text("chain.title" if pilot.figures_shown(facts) else "chain.title_other")


def marks(context: Context) -> Markup | None:
    """A mark per initiative that the pilot counted: known with its round, known, or unknown.

    None where the snapshot does not say how many there were.
    """
    facts, text = context.facts, context.text
    counts = [
        row.value
        for row in facts.observations
        if row.indicator in _COUNTED and row.value is not None
    ]
    if len(counts) != len(_COUNTED):
        return None
    known = sorted(facts.initiatives, key=lambda row: (row.tranche != "first", row.name))
    unknown = max(round(sum(counts)) - len(known), 0)
    sure = sum(row.tranche == "first" for row in known)
    return render(
        "chain.marks",
        known=[
            (
                row.name,
                facts.places[row.place_id].names[text.lang],
                row.tranche == "first",
                permalink.address(
                    permalink.choose(context.selection, f"{initiatives.ID}:{row.initiative_id}"),
                    "initiatieven",
                ),
            )
            for row in known
        ],
        unknown=unknown,
        sentence=text(
            "chain.marks",
            total=round(sum(counts)),
            sure=sure,
            unsure=len(known) - sure,
            unknown=unknown,
        ),
        text=text,
    )


def drawing(context: Context, measured: tuple[Evidence, ...]) -> Markup:
    """Means, initiatives, profile and lasting effect, with what is known of each step."""
    facts, text = context.facts, context.text
    return render(
        "chain.drawing",
        steps=[
            (text(f"chain.{step}"), text(f"chain.{step}_means"))
            for step in ("means", "initiative", "profile", "effect")
        ],
        evidence=[_means(facts, text), _profile(facts, text), _effect(facts, measured, text)],
        text=text,
    )


def _means(facts: Facts, text: Texts) -> tuple[bool, str]:
    """The money and the parts taken, and whether anything is known of them."""
    budget = next((row for row in pilot.whole(facts) if row.value is not None), None)
    parts = actor_network.parts(facts, facts.initiatives)
    sentences = [text("chain.parts", parts=len(parts), initiatives=len(facts.initiatives))]
    if budget is not None:
        value, period = citation.value(budget, facts, text), citation.period(budget, text)
        sentences.insert(0, text("chain.budget", value=value, period=period))
    return bool(parts), " ".join(sentences)


def _profile(facts: Facts, text: Texts) -> tuple[bool, str]:
    """How many initiatives were judged to fit the profile of their town."""
    fits = Counter(actor_network.fit(row, facts) for row in facts.initiatives)
    judged = fits["fits"] + fits["partly"] + fits["fits_not"]
    if not judged:
        return False, text(
            "chain.profile_none",
            total=len(facts.initiatives),
            unknown=fits["profile_unknown"],
        )
    return True, text(
        "chain.profile_judged",
        total=len(facts.initiatives),
        judged=judged,
        fits=fits["fits"],
        partly=fits["partly"],
    )


def _effect(facts: Facts, measured: tuple[Evidence, ...], text: Texts) -> tuple[bool, str]:
    """What both designs say of vacancy; nothing was measured of liveability itself."""
    if not measured:
        return False, text("chain.effect_none")
    places = [facts.places[evidence.place_id].names[text.lang] for evidence in measured]
    return True, text("chain.effect_measured", place=listed(places, text))


def calendar(text: Texts) -> Markup:
    """What to measure from now on, and when."""
    streets, before = 2 * effect.least_streets(), effect.least_rounds()
    moments = [
        (text(f"chain.when_{moment}"), text(f"chain.what_{moment}", streets=streets, before=before))
        for moment in _MOMENTS
    ]
    return render("chain.calendar", moments=moments, text=text)


def lessons(facts: Facts, text: Texts) -> Markup | None:
    """What the article on the pilot says of facilitating; None in another region."""
    if not pilot.figures_shown(facts):
        return None
    return render(
        "chain.lessons",
        findings=[
            (text(f"chain.lesson_{lesson}"), text(f"chain.lesson_{lesson}_says"))
            for lesson in _LESSONS
        ],
        source=citation.source_name(facts.source(_LESSONS_SOURCE), facts, text),
        text=text,
    )
