"""Rows of requests, runs, steps and operations; the laws they obey are constraints and triggers in the migrations."""

from agents.models.operation import Operation
from agents.models.request import Request
from agents.models.run import Run, Worker
from agents.models.step import Step

__all__ = ["Operation", "Request", "Run", "Step", "Worker"]
