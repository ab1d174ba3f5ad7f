"""Secrets of known shapes, replaced in time linear in the text.

Every pattern is tried from a fixed prefix and consumes what it looked at, or gives up after a bounded number of
characters, so no text makes it slow. A token takes the whole glued run of characters with it, and nothing that is
written in its place looks like a secret, so redacting twice changes nothing.
"""

import re

_RUN = "[A-Za-z0-9_-]"
_TOKENS = re.compile(
    rf"(?<![A-Za-z])(?:sk|rk)-(?={_RUN}{{0,60}}[0-9]){_RUN}{{20,}}+"
    rf"|(?<![A-Za-z])(?:sk|rk|whsec)_(?={_RUN}{{0,60}}[0-9]){_RUN}{{16,}}+"
    rf"|(?:AKIA|ASIA)[0-9A-Z]{{16}}{_RUN}*+"
    rf"|gh[pousr]_[A-Za-z0-9]{{20,}}{_RUN}*+|github_pat_{_RUN}{{20,}}+|glpat-{_RUN}{{20,}}+"
    rf"|xox[abceoprs]-{_RUN}{{10,}}+|AIza{_RUN}{{35,}}+|npm_[A-Za-z0-9]{{36,}}{_RUN}*+"
)
_BEARER = re.compile(r"(?i)(?<![a-z])(bearer[ \t]{1,4})(?=[a-z._~+/=-]{0,100}[0-9])[a-z0-9._~+/=-]{8,}+")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]{4,}+(?:\.[A-Za-z0-9_-]*+)?)?")
_PASSWORD = re.compile(r"(?<=://)([^\s/:@]{0,256}):[^\s/]{1,512}@")
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_DIGITS = re.compile(r"(?<![0-9])[0-9]{3,19}+(?![0-9])(?:[ -][0-9]{3,19}+(?![0-9]))*+")
_SEPARATOR = re.compile("[ -]")
_DOUBLED = str.maketrans("0123456789", "0246813579")


def without_secrets(text: str) -> str:
    """The text with every known secret replaced by what it was; card numbers keep their last four digits."""
    text = _without_keys(text)
    text = _PASSWORD.sub(r"\1:[redacted password]@", text)
    text = _BEARER.sub(r"\1[redacted token]", text)
    text = _JWT.sub(_without_jwt, text)
    text = _TOKENS.sub("[redacted key]", text)
    return _DIGITS.sub(_without_cards, text)


def _without_keys(text: str) -> str:
    """Cut private key blocks; one that never ends is cut to the end of the text."""
    kept, at = [], 0
    while begin := _KEY_BEGIN.search(text, at):
        end = _KEY_END.search(text, begin.end())
        kept += [text[at : begin.start()], "[redacted private key]"]
        at = end.end() if end else len(text)
    return "".join([*kept, text[at:]])


def _without_jwt(match: re.Match[str]) -> str:
    return "[redacted token]" if match.group().count(".") == 2 else match.group()


def _without_cards(match: re.Match[str]) -> str:
    """Redact cards in a row of digit groups: 13 to 19 digits from the start of a group to the end of one."""
    row = match.group()
    groups, kept, at, place = _SEPARATOR.split(row), [], 0, 0
    while place < len(groups):
        digits, length = _card_from(groups, place)
        taken = max(length, 1)
        end = at + sum(map(len, groups[place : place + taken])) + taken - 1
        kept += [f"[card ending {digits[-4:]}]" if length else row[at:end], row[end : end + 1]]
        at, place = end + 1, place + taken
    return "".join(kept)


def _card_from(groups: list[str], first: int) -> tuple[str, int]:
    """The digits of the card that starts with this group and over how many groups it goes; 0 when none does."""
    digits = ""
    for length, group in enumerate(groups[first : first + 6], start=1):
        digits += group
        if len(digits) > 19 or digits[0] not in "23456":
            break
        if len(digits) >= 13 and _is_luhn(digits):
            return digits, length
    return "", 0


def _is_luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1."""
    return sum(map(int, digits[-1::-2] + digits[-2::-2].translate(_DOUBLED))) % 10 == 0
