"""Why an item was stopped, in a few words of the console's own: what the list shows beside its title."""

from approvals.domain.verdict import Reason

STOPPED_BY = {
    "no_threshold": "new route, every write asks",
    "odd_score": "no usable score",
    "grounding": "a value from nowhere",
    "question": "the agent asks",
    "handoff": "the agent hands over",
    "unknown_tool": "unknown tool",
    "limit": "a limit nobody counted",
    "destructive": "destructive action",
    "objection": "a second model objects",
    "fault": "a fact is missing",
}

TRIGGERED = {
    "mood": "an unhappy customer",
    "rephrasing": "said again and again",
    "person": "a person is asked for",
    "legal": "a question of law",
    "medical": "a question of health",
    "harm": "somebody could be harmed",
    "minor": "a child is concerned",
    "break_in": "fraud or a break-in",
    "repetition": "the same call again",
    "disagreement": "samples disagree",
    "new_tool": "first use of a tool",
    "new_shape": "first call of this kind",
}


def in_words(first: Reason, *, score: float | None, needed: float | None) -> str:
    """The first reason of a verdict, with the score and what it had to reach where it is about these."""
    if first.code == "limit" and first.rule:
        return f"limit {first.rule}"
    if first.code == "trigger":
        return TRIGGERED.get(first.rule, first.rule)
    if first.rule:
        return f"rule {first.rule}"
    if first.code == "score":
        return f"score {score}, needs {needed}"
    return STOPPED_BY.get(first.code, first.code.replace("_", " "))
