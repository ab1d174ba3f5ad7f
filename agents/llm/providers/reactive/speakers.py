"""Who can speak: `reactive:retail-agent` and `reactive:retail-customer`."""

from agents.domain.turn import ModelRequest, Turn
from agents.llm.failure import FailureKind, ModelFailure
from agents.llm.providers.reactive import scenario
from agents.llm.providers.reactive.agent import explaining, moving
from agents.llm.providers.reactive.customer import answering

SPEAKERS = {"retail-agent": moving.speak, "retail-customer": answering.speak}


def complete(request: ModelRequest) -> Turn:
    """Let the named speaker take one turn: the same request gives the same turn on any machine."""
    name = request.model.partition(":")[2]
    speak = SPEAKERS.get(name)
    if speak is None:
        known = ", ".join(SPEAKERS)
        raise ModelFailure(f"Nobody called {name!r} is simulated; there are: {known}.", kind=FailureKind.REFUSED)
    if request.inquiry:
        return explaining.explain(request)
    return speak(request, scenario.read(request.scenario))
