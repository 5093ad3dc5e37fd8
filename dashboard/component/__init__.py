"""The map with its table, as a Streamlit component: codes in, clicks out."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeGuard

import streamlit as st

from dashboard.component import assets, widget_values
from dashboard.i18n.text import Lang
from dashboard.maps.scene import Json, Selected
from dashboard.maps.wording import wording

# Sent again on every change, so it only fetches the real module. The line break keeps Streamlit
# from taking it for a path.
LOADER = """let m
export default (c) => {
  const d = c.data.map, p = c.parentElement
  m ??= import(new URL(d.code, document.baseURI).href)
  m.then((k) => k.show(c)).catch(() => { p.textContent = d.failed })
  return () => m.then((k) => k.close(p), () => {})
}
"""
_LONGEST_ID = 200
_LET_GO = {"layer": None, "id": None}


def map_component(
    message: Mapping[str, Json],
    *,
    key: str,
    lang: Lang = "nl",
    compact: bool = False,
    on_select: Callable[[Selected | None], None] | None = None,
    on_pick: Callable[[float, float], None] | None = None,
) -> Selected | None:
    """Show the map and its table. Returns what was clicked in this run, or None.

    `message` comes from `dashboard.maps.scene.message`; the scene's files must be published
    (`dashboard.component.assets.publish`). `compact` draws a lower map. `on_select` is called
    before the run that follows a click, with None when the choice was cleared. A click names a
    layer and a feature as the browser sent them: check with `SceneFiles.holds` before use. With
    `on_pick` every click on the map picks a spot: it is called with longitude and latitude in
    degrees before the run that follows, and nothing is selected.
    """

    def picked() -> None:
        where = _sent(key, "pick")
        if on_pick is None or where is None:
            return
        lon, lat = (
            (where.get("lon"), where.get("lat")) if isinstance(where, Mapping) else (None, None)
        )
        if _is_degrees(lon) and _is_degrees(lat):
            on_pick(float(lon), float(lat))
        else:
            widget_values.refuse("a spot on the map")

    data = {"compact": compact, "pick": on_pick is not None, **message}
    return _mount(data, key, lang, on_select, picked)


def linked_maps(
    messages: Sequence[Mapping[str, Json]],
    titles: Sequence[str],
    *,
    lang: Lang = "nl",
    on_select: Callable[[Selected | None], None] | None = None,
) -> None:
    """Show a map per message side by side under its title: moving one moves all.

    Each message has a target of its view; targets of one size give maps of one scale. All have one
    legend, and the caption of the first.
    """
    maps: list[Json] = [
        {"title": title, **{name: part for name, part in message.items() if name != "caption"}}
        for title, message in zip(titles, messages, strict=True)
    ]
    data = {"maps": maps, "caption": messages[0]["caption"]}
    _mount(data, "linked_maps", lang, on_select, lambda: None)


def _mount(
    message: Mapping[str, Json],
    key: str,
    lang: Lang,
    on_select: Callable[[Selected | None], None] | None,
    picked: Callable[[], None],
) -> Selected | None:
    """Draw the component with its message; returns what was clicked in this run."""

    def changed() -> None:
        clicked = _sent(key, "select")
        chosen = _selected(clicked)
        if on_select is None or clicked is None:
            return
        if chosen is None and clicked != _LET_GO:
            widget_values.refuse("a choice on the map")
        else:
            on_select(chosen)

    mount = st.components.v2.component("stadshart_map", js=LOADER)
    state = mount(
        key=key,
        # In one piece: Streamlit searches each value that it is given for a table.
        data={"map": {"code": assets.code_address(), "failed": wording(lang)["failed"], **message}},
        on_select_change=changed,
        on_pick_change=picked,
    )
    return _selected(state.get("select"))


def _is_degrees(sent: object) -> TypeGuard[float]:
    return isinstance(sent, int | float) and -180 <= sent <= 180


def _sent(key: str, event: str) -> object:
    """What the map `key` sent; None when it is no longer on the page."""
    sent = st.session_state.get(key)
    return sent.get(event) if isinstance(sent, Mapping) else None


def _selected(clicked: object) -> Selected | None:
    """The choice that a browser sent; None for anything unexpected."""
    if not isinstance(clicked, Mapping):
        return None
    layer, id_ = clicked.get("layer"), clicked.get("id")
    if (
        not isinstance(layer, str)
        or not isinstance(id_, str)
        or max(len(layer), len(id_)) > _LONGEST_ID
    ):
        return None
    return Selected(layer, id_)
