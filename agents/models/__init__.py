"""Rows of what runs and of what stopped; the laws they obey are constraints and triggers in the migrations."""

from agents.models.breaker import Breaker, BreakerChange
from agents.models.budget import Reservation, Spending
from agents.models.letter import Letter
from agents.models.operation import Operation
from agents.models.proof import LaneProof
from agents.models.request import Request
from agents.models.run import Run, Worker
from agents.models.schedule import Schedule, Tick
from agents.models.source import Delivery, OpenLimit, Refused, Source, SourceSecret
from agents.models.step import Step
from agents.models.stop import Stop

__all__ = [
    "Breaker",
    "BreakerChange",
    "Delivery",
    "LaneProof",
    "Letter",
    "OpenLimit",
    "Operation",
    "Refused",
    "Request",
    "Reservation",
    "Run",
    "Schedule",
    "Source",
    "SourceSecret",
    "Spending",
    "Step",
    "Stop",
    "Tick",
    "Worker",
]
