"""Topics no agent should settle alone: law, health, somebody's life, a minor, a break-in; English and German."""

import re
from collections.abc import Mapping
from functools import lru_cache

from approvals.gating.triggers.heard import Heard

TEXT_LIMIT = 4_000
MOST_MESSAGES = 50

_WORDS: Mapping[str, str] = {
    "legal": (
        r"lawyers?|attorneys?|law ?suits?|legal (?:action|advice|counsel|rights?|threat)|litigation|"
        r"su(?:e|ing) (?:you|them|the|your)|small claims|in court|to court|subpoena|gdpr|"
        r"data protection authority|class action|ombudsman|chargeback|(?:rechts)?anw[aä]lt(?:in|e|en)?|"
        r"klage(?:n)?|verklage[n]?|anzeige erstatten|gericht|rechtliche schritte|dsgvo|verbraucherzentrale|"
        r"schlichtungsstelle|mahnbescheid"
    ),
    "medical": (
        r"medical|medications?|medicines?|prescriptions?|diagnos\w*|doctors?'? (?:note|order|said)|"
        r"hospital(?:ized)?|surger(?:y|ies)|overdose|allergic|allerg(?:y|ies)|pregnan(?:t|cy)|insulin|dosage|"
        r"symptoms?|chest pains?|heart attack|stroke|krankenhaus|medikament\w*|rezeptpflichtig\w*|diagnose|"
        r"operation verschoben|allergisch\w*|schwanger\w*|dosierung|symptome?|herzinfarkt"
    ),
    "harm": (
        r"suicid\w*|kill (?:myself|himself|herself|themselves)|end my life|self[- ]harm|hurt myself|"
        r"want to die|abus(?:e|ed|ive)|domestic violence|weapons?|bomb threat|umbringen|selbstmord|suizid\w*|"
        r"selbst verletzen|nicht mehr leben|misshandel\w*|waffen?"
    ),
    "minor": (
        r"(?:my|our|a|the) (?:\w+ )?(?:child|kid|minor|baby|toddler) (?:is|was|got|has been)|under ?age|"
        r"years? old (?:daughter|son|child)|minderjährig\w*|mein kind (?:ist|wurde|hat)"
    ),
    "break_in": (
        r"hacked|identity theft|stolen (?:identity|card|account|credit card)|"
        r"unauthori[sz]ed (?:charge|access|transaction|login|purchase)|phish\w*|data breach|"
        r"somebody else (?:used|logged)|someone else (?:used|logged|ordered)|fraudulent\w*|gehackt|"
        r"identitätsdiebstahl|unbefugt\w*|konto (?:wurde )?übernommen|betrügerisch\w*"
    ),
}
TOPICS = tuple(_WORDS)
_FORMS = {topic: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for topic, words in _WORDS.items()}


@lru_cache(maxsize=2048)
def topics(text: str) -> frozenset[str]:
    """The topics that a message touches."""
    text = text[:TEXT_LIMIT].replace("’", "'")
    return frozenset(topic for topic, form in _FORMS.items() if form.search(text))


def facts(heard: Heard) -> dict[str, object]:
    """Which topics the user has touched in the whole conversation."""
    found = frozenset[str]().union(*map(topics, heard.said[-MOST_MESSAGES:]))
    return {f"topic_{topic}": topic in found for topic in TOPICS}
