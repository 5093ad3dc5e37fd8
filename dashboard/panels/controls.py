"""The kinds of controls: drawn from the selection on every run, read back through the visit."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from dashboard.selection.permalink import Selection
from dashboard.session import visitor
from dashboard.session.visitor import Binding

_Option = TypeVar("_Option")
_Value = TypeVar("_Value")
# Values of a control with their labels.
_Options = Mapping[str, str]
_Chosen = tuple[str, ...]
# For a field whose name is a variable.
_replace: Callable[..., Selection] = replace


def binding(name: str) -> Binding[_Value]:
    """Binding to the field `name` of a selection."""
    return Binding(
        lambda selection: getattr(selection, name),
        lambda selection, value: _replace(selection, **{name: value}),
    )


def filtered(name: str, every: tuple[str, ...]) -> Binding[tuple[str, ...]]:
    """Binding to the filter `name` of a selection; choosing none selects `every` option."""

    def get(selection: Selection) -> tuple[str, ...]:
        chosen = getattr(selection, name)
        return () if chosen == every else chosen

    return Binding(get, lambda selection, chosen: _replace(selection, **{name: chosen or every}))


def several(
    name: str, label: str, options: _Options, bound: Binding[_Chosen], selection: Selection
) -> None:
    """Draw pills of which any number may be chosen; `options` maps values to labels."""
    st.pills(
        label,
        options,
        default=_chosen(options, bound.get(selection)),
        selection_mode="multi",
        format_func=_label_of(options),
        **visitor.control(name, selection, bound, _some_of(options)),
    )


def pill(
    name: str, label: str, options: _Options, bound: Binding[str | None], selection: Selection
) -> None:
    """Draw pills of which one is chosen, or none at first."""
    st.pills(
        label,
        options,
        default=bound.get(selection),
        required=True,
        format_func=_label_of(options),
        **visitor.control(name, selection, bound, _one_of(options)),
    )


def tabs(
    name: str,
    label: str,
    options: Mapping[_Option, str],
    bound: Binding[_Option],
    selection: Selection,
    *,
    translated: bool = False,
) -> None:
    """Draw a bar with one choice; `translated` when its labels are in the page's language."""
    st.segmented_control(
        label,
        options,
        default=bound.get(selection),
        format_func=_label_of(options),
        label_visibility="collapsed",
        required=True,
        **visitor.control(name, selection, bound, _one_of(options), translated=translated),
    )


def listed(
    name: str,
    label: str,
    options: _Options,
    bound: Binding[_Chosen],
    selection: Selection,
    empty: str,
    *,
    most: int | None = None,
) -> None:
    """Draw a list of which any number, or `most`, may be chosen; without options it is disabled."""
    st.multiselect(
        label,
        options,
        default=_chosen(options, bound.get(selection)),
        format_func=_label_of(options),
        placeholder=empty,
        disabled=not options,
        max_selections=most,
        **visitor.control(name, selection, bound, _some_of(options)),
    )


def choice(
    name: str,
    label: str,
    options: Mapping[_Option, str],
    bound: Binding[_Option],
    selection: Selection,
) -> None:
    """Draw a list of which one is chosen."""
    st.selectbox(
        label,
        options,
        index=list(options).index(bound.get(selection)),
        format_func=_label_of(options),
        **visitor.control(name, selection, bound, _one_of(options)),
    )


def maybe(
    name: str,
    label: str,
    options: _Options,
    bound: Binding[str | None],
    selection: Selection,
    empty: str,
) -> None:
    """Draw a list of which one or none is chosen."""
    value = bound.get(selection)
    st.selectbox(
        label,
        options,
        index=None if value is None or value not in options else list(options).index(value),
        format_func=_label_of(options),
        placeholder=empty,
        **visitor.control(name, selection, bound, _one_of((None, *options))),
    )


def span(
    name: str,
    label: str,
    bounds: tuple[int, int],
    bound: Binding[tuple[int, int]],
    selection: Selection,
    help_text: str,
) -> None:
    """Draw a slider with two ends."""

    def read(sent: object) -> tuple[int, int]:
        if isinstance(sent, tuple) and len(sent) == 2:
            first, last = map(_whole(bounds), sent)
            if first <= last:
                return first, last
        raise ValueError("expected two years in order")

    st.slider(
        label,
        *bounds,
        value=bound.get(selection),
        help=help_text,
        **visitor.control(name, selection, bound, read),
    )


def steps(
    name: str,
    label: str,
    options: Mapping[_Option, str],
    bound: Binding[_Option],
    selection: Selection,
) -> None:
    """Draw a slider over `options` that writes the label of the chosen one."""
    st.select_slider(
        label,
        options,
        value=bound.get(selection),
        format_func=_label_of(options),
        **visitor.control(name, selection, bound, _one_of(options)),
    )


def slider(
    name: str,
    label: str,
    bounds: tuple[int, int],
    bound: Binding[int],
    selection: Selection,
    *,
    step: int = 1,
    written: str | None = None,
    disabled: bool = False,
) -> None:
    """Draw a slider; `written` is the format of its number."""
    st.slider(
        label,
        *bounds,
        value=bound.get(selection),
        step=step,
        format=written,
        disabled=disabled,
        **visitor.control(name, selection, bound, _whole(bounds)),
    )


def number(
    name: str,
    label: str,
    bounds: tuple[int, int],
    bound: Binding[int],
    selection: Selection,
    *,
    step: int,
) -> None:
    """Draw a field for a whole number."""
    st.number_input(
        label,
        *bounds,
        value=bound.get(selection),
        step=step,
        **visitor.control(name, selection, bound, _whole(bounds)),
    )


def switch(
    name: str,
    label: str,
    bound: Binding[bool],
    selection: Selection,
    *,
    help_text: str | None = None,
    disabled: bool = False,
) -> None:
    """Draw a switch."""
    st.toggle(
        label,
        value=bound.get(selection),
        help=help_text,
        disabled=disabled,
        **visitor.control(name, selection, bound, _one_of((False, True))),
    )


def line(
    name: str,
    label: str,
    bound: Binding[str],
    selection: Selection,
    *,
    longest: int,
    empty: str | None = None,
) -> str:
    """Draw a line of text, and return its content."""
    wiring = visitor.control(name, selection, bound, _text)
    return (
        st.text_input(
            label, value=bound.get(selection), max_chars=longest, placeholder=empty, **wiring
        )
        or ""
    )


def lines(
    name: str, label: str, bound: Binding[str], selection: Selection, *, longest: int, height: int
) -> str:
    """Draw lines of text, and return their content."""
    wiring = visitor.control(name, selection, bound, _text)
    return (
        st.text_area(label, value=bound.get(selection), max_chars=longest, height=height, **wiring)
        or ""
    )


def _chosen(options: _Options, value: Sequence[str]) -> list[str]:
    return [option for option in options if option in value]


def _label_of(options: Mapping[_Option, str]) -> Callable[[_Option], str]:
    # Streamlit also formats what a browser sent, which may be no option.
    return lambda option: options.get(option, str(option))


def _one_of(options: Collection[_Option]) -> Callable[[object], _Option]:
    def read(sent: object) -> _Option:
        for option in options:
            if option == sent and type(option) is type(sent):
                return option
        raise ValueError("expected one of the options")

    return read


def _some_of(options: _Options) -> Callable[[object], _Chosen]:
    def read(sent: object) -> _Chosen:
        if not isinstance(sent, list) or any(option not in options for option in sent):
            raise ValueError("expected some of the options")
        return tuple(option for option in options if option in sent)

    return read


def _whole(bounds: tuple[int, int]) -> Callable[[object], int]:
    def read(sent: object) -> int:
        if not isinstance(sent, int | float) or not bounds[0] <= sent <= bounds[1]:
            raise ValueError("expected a number between the bounds")
        return int(sent)

    return read


def _text(sent: object) -> str:
    if not isinstance(sent, str | None):
        raise ValueError("expected text")
    return sent or ""
