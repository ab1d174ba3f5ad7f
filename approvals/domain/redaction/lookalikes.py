"""Words that are not what they look like: letters of several alphabets, or of one that poses as Latin. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SCRIPTS = {
    "Latin": "A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f",
    "Armenian": "\u0531-\u058f",
    "Cherokee": "\u13a0-\u13ff\uab70-\uabbf",
}
_SCRIPT = {name: re.compile(f"[{ranges}]") for name, ranges in _SCRIPTS.items()}
_FOREIGN = re.compile("[" + "".join(ranges for name, ranges in _SCRIPTS.items() if name != "Latin") + "]")
_POSING = str.maketrans(
    "АВЕЅІЈКМНОРСТХУаеѕіјорсухһԁԛԝѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧονιօոսհցՕՏᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃ",
    "ABESIJKMHOPCTXYaesijopcyxhdqwvABEZHIKMNOPTYXovionuhgOSABCDEGHJKLMPRSTVWZ",
)  # fmt: skip
"""Letters that are drawn like a Latin one, and that one."""
_LATIN = re.compile("[A-Za-z]")
_MANNERS = ("<font>", "<wide>", "<compat>")
"""Ways to write the same letter otherwise: mathematical, full width, ligatures and Roman numerals."""


@dataclass(frozen=True)
class Company:
    """What stands around a word in its text: honest words of an alphabet show that it is written in it."""

    has_latin: bool
    native: frozenset[str]
    """Alphabets of which the text holds letters that no Latin one looks like."""


def company(text: str) -> Company:
    """What a whole text says about the words in it."""
    honest = text.translate(_HIDING)
    native = frozenset(name for name, letters in _SCRIPT.items() if letters.search(honest))
    return Company(bool(_LATIN.search(text)), native)


_HIDING = dict.fromkeys(_POSING, " ")


@lru_cache(maxsize=2048)
def scripts(word: str) -> tuple[str, ...]:
    """The alphabets that look alike and that a word has letters of; none for a word of Latin letters alone."""
    if not _FOREIGN.search(word):
        return ()
    return tuple(name for name, letters in _SCRIPT.items() if letters.search(word))


def posing(word: str, around: Company) -> str:
    """What a word looks like that is written in other letters or digits than it seems; empty for an honest one."""
    if word.isascii():
        return ""
    seen = "".join(map(_plain, word)).translate(_POSING)
    if seen == word or not seen.isascii():
        return ""
    foreign = scripts(word)
    is_at_home = len(foreign) == 1 and foreign[0] in around.native
    # In a text of its own alphabet a word is what it is; beside Latin words only a single letter is believed.
    is_believed = is_at_home and (len(word) == 1 or not around.has_latin)
    return "" if is_believed else seen


@lru_cache(maxsize=2048)
def _plain(letter: str) -> str:
    """The ASCII letters or digit that one letter is another way to write; itself where it is none."""
    if letter.isascii():
        return letter
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    if not unicodedata.decomposition(letter).startswith(_MANNERS):
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    return plain if plain.isascii() and plain.isalnum() else letter


def skeleton(text: str) -> str:
    """What is left of a text without all that an eye overlooks: two with the same one can be mistaken for each other.

    Capitals, spaces, signs and accents go; letters of another alphabet become the Latin ones they are drawn like, and
    `I`, `l` and `1`, `O` and `0` are one each. After UTS 39, with the letters of `posing`.
    """
    seen = "".join(map(_plain, text)).translate(_POSING).casefold().translate(_ALIKE)
    parts = unicodedata.normalize("NFKD", seen).casefold().translate(_POSING)
    return "".join(letter for letter in parts if letter.isalnum()).translate(_ALIKE)


_ALIKE = str.maketrans("i1|ı0", "llllo")


def alphabets(text: str) -> frozenset[str]:
    """The alphabets that a text has letters of, by their names in Unicode; those of Japanese are one."""
    names = {unicodedata.name(letter, "?").split()[0] for letter in text if letter.isalpha()}
    return frozenset("CJK" if name in _TOGETHER else name for name in names - _ANY)


_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})
_ANY = frozenset({"MODIFIER", "COMBINING", "FEMININE", "MASCULINE"})
