"""Whether the user asked for an action of this kind: do their words hold what the tool's name says, or a word for it?

A hint of the lowest kind: it can be wrong in both directions, so it is a fact for rules (`facts.wanted_by_user`) and
stops nothing by itself. What it is good for: an action without any address (a deletion, a booking) that an injected
text asked for and the user never mentioned.
"""

import re
from collections.abc import Iterable

_MEANINGS = {
    "send": "send email mail message write forward reply respond answer tell notify inform share contact text post ask"
    " say",
    "post": "post publish upload put share announce send submit write",
    "reserve": "reserve reservation book booking rent hire",
    "book": "reserve reservation book booking flight trip ticket",
    "delete": "delete remove erase clear drop trash discard",
    "remove": "delete remove kick ban drop take exclude",
    "cancel": "cancel withdraw abort refund void",
    "create": "create add make set schedule plan arrange organize book put new event meeting appointment reminder"
    " remind calendar save write note invite",
    "append": "append add put write insert extend include",
    "update": "update change modify adjust edit correct fix set move replace increase decrease switch add remove"
    " upgrade",
    "modify": "update change modify adjust edit correct fix set move replace switch exchange upgrade",
    "reschedule": "reschedule move postpone shift change delay later earlier",
    "money": "pay transfer send refund repay bill rent money reimburse give settle donate owe difference",
    "schedule": "schedule recurring standing repeat subscription monthly weekly yearly automatic plan pay transfer",
    "invite": "invite add onboard",
    "add": "add invite put include append insert join",
    "share": "share give grant access send invite",
    "exchange": "exchange swap replace change switch",
    "return": "return refund back",
    "password": "password",
    "purge": "delete remove erase clear purge wipe",
    "wipe": "delete remove erase clear purge wipe",
    "drop": "delete remove drop",
    "transfer": "pay transfer send move give",
    "grant": "give grant allow share access",
    "revoke": "revoke remove withdraw take",
}
_ENDINGS = ("ation", "ing", "ed", "es", "s", "e")
_SHORTEST = 3
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word


_STEMS = {word: frozenset(map(_stem, [word, *meant.split()])) for word, meant in _MEANINGS.items()}


def is_wanted(tool: str, said: Iterable[str]) -> bool:
    """Whether the words that the user said ask for what a tool does; a name without a known word counts as wanted."""
    named = [word.lower() for word in _PARTS.findall(tool.rpartition(".")[2])]
    wanted = [_STEMS[word] for word in named if word in _STEMS]
    return not wanted or not frozenset().union(*wanted).isdisjoint(map(_stem, said))
