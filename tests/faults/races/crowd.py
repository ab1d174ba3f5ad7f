"""A crowd: many reviewers with a browser each, over real HTTP, who decide the same items at the same time."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from django.db import connection
from django.test import Client

from approvals.models import Decision, Escalation, Member, Role
from tests import cast
from tests.web.review import papers, stage

CSRF = "c" * 32
LONGEST_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What one reviewer was told about one item."""

    item: int
    by: str
    status: int
    text: str


@dataclass(frozen=True)
class Outcome:
    """What came of a crowd."""

    answers: tuple[Answer, ...]
    seconds: float

    @property
    def statuses(self) -> Counter[int]:
        """How many got which status."""
        return Counter(answer.status for answer in self.answers)

    def wrong(self) -> list[str]:
        """Whatever must not be: two winners, an item nobody decided, a loser who was not told who won, an error."""
        winners = {row.escalation_id: row.author for row in Decision.objects.select_related("by")}
        undecided = Escalation.objects.filter(status="open").count()
        found = [f"{undecided} items are still open"] if undecided else []
        won = Counter(answer.item for answer in self.answers if answer.status == 200)
        found += [f"item {item} was won {count} times" for item, count in won.items() if count > 1]
        for answer in self.answers:
            if answer.status == 200 and winners.get(answer.item) != answer.by:
                found.append(f"{answer.by} was told of item {answer.item} what is not so")
            elif answer.status == 409 and winners[answer.item] not in answer.text:
                found.append(f"{answer.by} was not told who decided item {answer.item}")
            elif answer.status not in (200, 409):
                found.append(f"{answer.by} got {answer.status} for item {answer.item}")
        return found


def put(count: int) -> list[Escalation]:
    """So many items that anybody may decide with one key."""
    made = [stage.put(papers.tagging(), undo_seconds=0) for _ in range(count)]
    return list(Escalation.objects.filter(pk__in=[one.pk for one in made]).select_related("evidence").order_by("pk"))


def people(count: int) -> list[Member]:
    """So many reviewers."""
    return [cast.member(f"Reviewer-{number:02}x", Role.REVIEWER) for number in range(count)]


def race(address: str, reviewers: Sequence[Member], items: Sequence[Escalation], *, rivals: int, seed: int) -> Outcome:
    """Let each item be decided by so many of them, everybody going through the items in the same order."""
    chance, answers = random.Random(seed), list[Answer]()
    tasks: dict[int, list[Escalation]] = {member.pk: [] for member in reviewers}
    for item in items:
        for member in chance.sample(list(reviewers), rivals):
            tasks[member.pk].append(item)
    sessions = {member.pk: _session(member) for member in reviewers}
    start = threading.Barrier(len(reviewers) + 1)
    threads = [
        threading.Thread(
            target=_decide_all, args=(address, member, sessions[member.pk], tasks[member.pk], start, answers)
        )
        for member in reviewers
    ]
    for thread in threads:
        thread.start()
    connection.close()
    start.wait()
    started = time.monotonic()
    for thread in threads:
        thread.join()
    return Outcome(tuple(answers), time.monotonic() - started)


def _session(member: Member) -> str:
    """Signed in, without the trouble of a password."""
    browser = Client()
    browser.force_login(member)
    return str(browser.cookies["sessionid"].value)


def _decide_all(
    address: str,
    member: Member,
    session: str,
    items: Sequence[Escalation],
    start: threading.Barrier,
    answers: list[Answer],
) -> None:
    browser = HTTPConnection(urlsplit(address).netloc, timeout=LONGEST_SECONDS)
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    start.wait()
    for item in items:
        kind = "approve" if member.pk % 2 else "reject"
        said = {"kind": kind, "evidence_sha256": item.evidence.digest, "version": item.version}
        said |= {"reason_code": "duplicate"} if kind == "reject" else {}
        browser.request("POST", f"/queue/{item.pk}/decide", urlencode(said), headers)
        answer = browser.getresponse()
        answers.append(Answer(int(item.pk), member.name, answer.status, answer.read().decode()))
    browser.close()
