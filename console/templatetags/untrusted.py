"""The one way text from a model, a tool or a user reaches a page: escaped, isolated, with nothing hidden."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Literal, assert_never

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.pages.presenting.revealing import (
    Hidden,
    Mixed,
    Piece,
    Plain,
    Posing,
    Turned,
    can_turn,
    pieces,
    plain,
    split,
    survey,
    written_out,
)
from console.templatetags.shell import icon

register = template.Library()

BLOCK_LIMIT = 1_200
CELL_LIMIT = 240
LINE_LIMIT = 160
MOST_CHIPS = 200
"""Past this many in one text, hidden characters are written out without an element of their own."""


@register.simple_tag
def untrusted(
    text: str, who: str = "", at: str = "", labelled: bool = False, noted: bool = True, value: bool = False
) -> SafeString:
    """A block under the hatched rule.

    `labelled` when the heading above already says that it is untrusted; `noted` is false where one note after
    several blocks counts what they hide; `value` for what is no prose, such as JSON: it runs from left to right.
    """
    first, rest = split(text, limit=BLOCK_LIMIT)
    side = "ltr" if value else "auto"
    label = "" if labelled else format_html('<p class="lab">{}<span>{}</span></p>', icon("raw"), _label(who, at))
    return format_html(
        '<div class="unt">{}<p class="txt" dir="{}">{}</p>{}{}</div>',
        label,
        side,
        _marked(first, is_value=value),
        _rest(rest, f'<p class="txt" dir="{side}">{{}}</p>', total=len(text), is_value=value),
        _note([text], _in_text) if noted else "",
    )


@register.simple_tag
def untrusted_label() -> SafeString:
    """The label alone, for a heading over blocks that go without their own."""
    return format_html('<span class="lab">{}{}</span>', icon("raw"), _("untrusted text, shown as written"))


@register.simple_tag
def untrusted_value(text: str | None, limit: int = CELL_LIMIT) -> SafeString:
    """A value inside a cell or a sentence; a long one opens in place."""
    whole = text or ""
    first, rest = split(whole, limit=limit)
    markup = '<bdi dir="ltr">{}</bdi>' if can_turn(whole) else "<bdi>{}</bdi>"
    shown = format_html(markup, _marked(first, is_value=True))
    return format_html("{}{}", shown, _rest(rest, markup, total=len(whole), is_value=True))


@register.simple_tag
def untrusted_line(text: str, limit: int = LINE_LIMIT) -> SafeString:
    """A value inside a link, a heading or a button, cut short: the whole of it stands elsewhere on the page."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    markup = '<bdi dir="ltr">{}</bdi>' if can_turn(cut) else "<bdi>{}</bdi>"
    return format_html(markup, _marked(cut, is_value=True))


@register.filter
def revealed(text: str) -> str:
    """A line for attributes and the title of the page, hidden characters written out."""
    return plain(text)


@register.simple_tag
def hidden_note(texts: Iterable[str]) -> SafeString:
    """One note for several blocks: how much they hide; empty when nothing."""
    return _note(texts, _in_conversation)


def _marked(text: str, *, is_value: bool = False) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in _parts(text, is_value=is_value)))


def _parts(text: str, *, is_value: bool) -> Iterator[str]:
    """Each piece in its markup; a text that is nothing but marks costs no more than a long one."""
    shown = marks = 0
    for piece in pieces(text, is_value=is_value):
        if marks == MOST_CHIPS:
            break
        shown += len(piece[0])
        marks += not isinstance(piece, Plain)
        yield _piece(piece)
    yield written_out(text[shown:])


def _piece(piece: Piece) -> str:
    match piece:
        case Plain():
            return piece.text
        case Hidden():
            return _chip(piece)
        case Mixed():
            note = _("%(scripts)s letters in one word") % {"scripts": ", ".join(piece.scripts)}
            return _odd(piece.text, note)
        case Posing():
            return _odd(piece.text, _("looks like %(like)s and is written in other letters") % {"like": piece.like})
        case Turned():
            return _odd(piece.text, _("from right to left, what stands beside it may look turned around"), tag="bdi")
        case _:
            assert_never(piece)


def _chip(piece: Hidden) -> SafeString:
    codes = " ".join(f"{ord(character):x}" for character in islice(piece.raw, 64))
    return format_html('<span class="inv" title="{}" data-raw="{}">{}</span>', piece.name, codes, piece.label)


def _odd(text: str, note: str, *, tag: Literal["span", "bdi"] = "span") -> SafeString:
    markup = '<{0} class="mix" title="{1}">{2}</{0}><span class="vh"> ({1})</span>'
    return format_html(markup, SafeString(tag), note, text)


def _rest(rest: str, markup: str, *, total: int, is_value: bool = False) -> SafeString:
    if not rest:
        return SafeString("")
    summary = ngettext("Show all %(n)s character", "Show all %(n)s characters", total) % {"n": f"{total:,}"}
    body = format_html(markup, _marked(rest, is_value=is_value))
    return format_html('<details class="all"><summary>{}</summary>{}</details>', summary, body)


def _note(texts: Iterable[str], hidden_said: Callable[[int], str]) -> SafeString:
    counted = [survey(text) for text in texts]
    hidden, odd = (sum(column) for column in zip(*counted, strict=True)) if counted else (0, 0)
    said = [format_html(hidden_said(hidden), n=hidden)] if hidden else []
    if odd:
        sentence = ngettext(
            "<strong>{n} word</strong> is not of the letters it seems to be.",
            "<strong>{n} words</strong> are not of the letters they seem to be.",
            odd,
        )
        said.append(format_html(sentence, n=odd))
    return (
        format_html('<p class="warn sm">{}</p>', format_html_join(" ", "{}", ((one,) for one in said)))
        if said
        else SafeString("")
    )


def _in_text(hidden: int) -> str:
    return ngettext(
        "<strong>{n} hidden character</strong>, revealed above.",
        "<strong>{n} hidden characters</strong>, revealed above.",
        hidden,
    )


def _in_conversation(hidden: int) -> str:
    return ngettext(
        "<strong>{n} hidden character</strong> in this conversation, revealed above.",
        "<strong>{n} hidden characters</strong> in this conversation, revealed above.",
        hidden,
    )


def _label(who: str, at: str) -> SafeString:
    if not who:
        return escape(_("untrusted text, shown as written"))
    if not at:
        return escape(_("%(who)s, untrusted") % {"who": who})
    return format_html(
        escape(_("%(who)s, %(at)s, untrusted")).replace("%(who)s", "{0}").replace("%(at)s", "{1}"), who, at
    )
