"""Whether the user asks for a person, in English or German: by what somebody says who wants one, in many wordings."""

import re
from functools import lru_cache

from approvals.gating.triggers.heard import Heard

TEXT_LIMIT = 4_000
RECENT = 3
"""Messages of the user that are asked."""

_SOMEBODY = (
    r"(?:(?:an?|the|some|your|real|actual|live|another|different|human|customer|service|support|care|senior)[ -]+)*"
    r"(?:human(?: being)?|person|people|agent|representative|rep|operator|supervisor|manager|someone|somebody|"
    r"(?:customer|support|service)(?: service| support| care)?(?: team| staff| desk| line)?)"
)
_REACH = (
    r"(?:speak|talk|chat|connect(?:ed)?|transfer(?:red)?|put|get|escalated?|hand(?:ed)?|pass(?:ed)?|forward(?:ed)?|"
    r"reach|call)"
)
_WANT = r"(?:want|need|get|give|like|prefer|require|request|demand|find)"
_REAL = r"(?:real |actual |live |human )"
_JEMAND = (
    r"(?:(?:ein(?:e|en|em|er)?|dem|der|den|die|ihr(?:e|en|em|er)?|echte?[nmr]?|richtige?[nmr]?|menschliche?[nmr]?|"
    r"andere[nmr]?)\s+)*"
    r"(?:menschen?|person|mitarbeiter(?:in)?s?|kolleg(?:en|in)|berater(?:in)?|sachbearbeiter(?:in)?|vorgesetzten?|chef|"
    r"manager|jemande?[nm]?|kundendienst|kundenservice|support|ansprechpartner(?:in)?)"
)
_WANTS = rf"\b{_REACH}\b(?: (?:me|us|this|it|my (?:call|case)))?(?: (?:over|through|on|up))?(?: (?:to|with|for))?"
_SPRECHEN = (
    r"(?:sprechen|reden|telefonieren|verbinden|verbunden|chatten|weiterleiten|weitergeleitet|übergeben|wenden|"
    r"zurückgerufen|schreiben)"
)
_TIRED = r"\b(?:not|stop|no more|tired of|sick of|hate|enough of) (?:\w+ ){0,3}(?:to |with )?(?:an? |this |the )?"
_ECHT = r"(?:echte?[nmr]?|richtige?[nmr]?|menschliche?[nmr]?)"
_ONE = r"(?:human|person|someone|somebody|agent|being|rep|representative|supervisor|manager|operator)"
_MENSCH = r"(?:menschen?|person|mitarbeiter(?:in)?|ansprechpartner(?:in)?)"
_ENGLISH = (
    rf"{_WANTS} {_SOMEBODY}\b",
    rf"\b{_WANT}(?: me)?(?: to (?:have|see))? (?:an? |the |some |your )?{_REAL}+{_ONE}\b",
    rf"\b{_WANT} (?:me )?(?:an? |the |your |to see the )?(?:human|representative|supervisor|manager|operator)\b",
    rf"\b(?:is there|are there|can i get|may i have|could i have) (?:an? |any |some )?{_REAL}*{_ONE}\b",
    rf"{_TIRED}(?:chat ?)?(?:bot|robot|machine|ai)\b",
    r"^\W*(?:a |the |real |live )*(?:human|agent|representative|operator|supervisor)(?: please| now)?\W*$",
)
_GERMAN = (
    rf"\b(?:mit|an|von) {_JEMAND}\b[^.!?]{{0,40}}\b{_SPRECHEN}\b",
    rf"\b(?:verbinden|geben|holen|leiten|rufen|schicken)\b[^.!?]{{0,30}}\b(?:mit|an|mir|zu)\b[^.!?]{{0,12}}{_JEMAND}\b",
    rf"\b(?:sprechen|reden)\b[^.!?]{{0,20}}\bmit {_JEMAND}\b",
    rf"\b(?:will|möchte|brauche|hätte|verlange|wünsche)\b[^.!?]{{0,30}}\b{_ECHT} {_MENSCH}\b",
    r"\bkein(?:e|en|em|er)? (?:bot|roboter|maschine|automat(?:en)?|ki)\b",
    r"^\W*(?:ein(?:en)? )?(?:mensch(?:en)?|mitarbeiter|vorgesetzten?)(?: bitte)?\W*$",
)
_FORMS = tuple(re.compile(form, re.IGNORECASE) for form in (*_ENGLISH, *_GERMAN))
_NOT = re.compile(
    r"\b(?:don'?t|do not|no need|needn'?t|rather not|without)\b[^.!?]{0,25}$|\b(?:nicht|kein grund)\b[^.!?]{0,20}$",
    re.IGNORECASE,
)
"""Right before a match it says the opposite."""
_BEFORE = 60


@lru_cache(maxsize=2048)
def asks_for_person(text: str) -> bool:
    """Whether a message asks to be handed to a person."""
    text = text[:TEXT_LIMIT].replace("’", "'")
    found = (match for form in _FORMS for match in form.finditer(text))
    return any(not _NOT.search(text[max(0, match.start() - _BEFORE) : match.start()]) for match in found)


def facts(heard: Heard) -> dict[str, object]:
    """Whether one of the last messages asks for a person; a call that somebody insists on later is still theirs."""
    return {"asks_for_person": any(map(asks_for_person, heard.said[-RECENT:]))}
