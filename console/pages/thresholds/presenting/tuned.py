"""One route as its page shows it: the draft beside what is live, and what became of the calls."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.domain.gate import Ruleset as Rules
from approvals.gating import rulesets
from approvals.learning import previewing, tuning
from approvals.learning.calibrating import standing, weeks
from approvals.learning.previewing import Outcomes
from approvals.learning.tuning import Cuts
from approvals.learning.tuning.refusals import NoSuchRoute
from approvals.models import Member, Ruleset, RulesetProposal
from console.pages.presenting.words import RISKS, Risk
from console.pages.thresholds import finding
from console.pages.thresholds.finding import Known
from console.pages.thresholds.presenting import figures, promise
from console.pages.thresholds.presenting.figures import Number, Shift, Would
from console.pages.thresholds.presenting.history import Drafted, Since, drafted, since
from console.pages.thresholds.presenting.pictures import chart
from console.pages.thresholds.presenting.pictures.chart import Chart
from console.pages.thresholds.presenting.pictures.checkers import checkers
from console.pages.thresholds.presenting.pictures.harm import harm
from console.pages.thresholds.presenting.pictures.learning import learning
from console.pages.thresholds.presenting.pictures.picture import Picture
from console.pages.thresholds.presenting.pictures.word import word
from console.pages.thresholds.presenting.proof import Proof, offered, proof
from console.pages.thresholds.presenting.wording import number, pair, percent


@dataclass(frozen=True)
class Way:
    """How a change goes live, and the words of the form that makes it."""

    key: str
    """`loosen`, `tighten`, `none`, or `cannot` for a route that nobody can give thresholds."""
    why: Promise
    button: Promise | str


@dataclass(frozen=True)
class Fields:
    """What the inputs hold."""

    auto: str
    ask: str
    limit: str = ""
    """Of 100 runs."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks the page for; nothing when they only look."""

    cuts: Cuts | None = None
    typed: tuple[str, ...] | None = None
    """The inputs as entered, when what they hold is wrong."""
    wrong: str = ""
    reason: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Page:
    """Everything the templates of one route show."""

    tenant_id: int
    name: str
    tools: tuple[str, ...]
    risk: Risk | None
    seen: int
    """The version of the live rules on the screen; it travels with the form."""
    live: Fields
    fields: Fields
    """The thresholds that everything here is counted for, or what is wrong; they travel with the form too."""
    wrong: str
    offered: str
    """What a route without thresholds is offered first: what its certificate carries; else empty."""
    proof: Proof
    numbers: tuple[Number, ...]
    chart: Chart
    harm: Picture | None
    word: Picture | None
    checkers: Picture
    would: Would
    outcomes: tuple[tuple[Promise, Outcomes], ...]
    held: str
    days: int
    cut_at: str
    """How many calls are counted at most, when there were more."""
    audited: str
    audits: str
    """That fewer runs will be audited than now; empty where that stays."""
    way: Way
    set_by: Since | None
    waiting: Drafted | None
    """The draft that is open on this route."""
    reason: str
    refused: str

    @cached_property
    def learning(self) -> Picture | None:
        """The weeks, which no draft changes: read where they are shown, and not for a preview."""
        return learning(weeks.curve(self.tenant_id, self.name))


LIVE, DRAFT = gettext_lazy("With what is live"), gettext_lazy("With the draft")
WHY: dict[str, Promise] = {
    "loosen": gettext_lazy("Why loosen it"),
    "tighten": gettext_lazy("Why tighten it"),
    "none": gettext_lazy("Why change it"),
}
NO_CHANGE = gettext_lazy("Change a number first: these are the ones that are live already.")
WRONG = Way("none", WHY["none"], gettext_lazy("Put the number right first"))


def page(known: Known, live: Ruleset, asked: Asked, *, viewer: Member, draft: RulesetProposal | None) -> Page:
    """Put one route together, with the draft that is asked for, else the open one, else what is live or offered."""
    now = timezone.now()
    recorded = previewing.recorded(viewer.tenant_id, known.name)
    cuts = _shown(known, asked, draft, viewer.tenant_id)
    moved = figures.shift(recorded, live=known.cuts, draft=cuts, rate=known.coin_rate)
    proven = proof(known, cuts, tenant_id=viewer.tenant_id, now=now)
    setter = tuning.setting(viewer.tenant_id, known.name)
    how = WRONG if asked.wrong else way(known, rulesets.of(live), cuts, tenant_id=viewer.tenant_id, draft=draft)
    return Page(
        tenant_id=viewer.tenant_id,
        name=known.name,
        tools=known.tools,
        risk=RISKS[known.risk] if known.risk else None,
        seen=live.version,
        live=written(known.cuts, limit=known.limit),
        fields=Fields(*asked.typed) if asked.wrong and asked.typed else written(cuts, limit=known.limit),
        wrong=asked.wrong,
        offered=_offered(proven) if known.cuts.auto is None and draft is None else "",
        proof=proven,
        numbers=figures.numbers(moved, days=recorded.days),
        chart=chart.chart(recorded.calls, live=known.cuts.auto, draft=cuts.auto),
        harm=harm(proven.seen, recorded.calls, live=known.cuts.auto, draft=cuts.auto),
        word=word(proven.seen),
        checkers=checkers(proven.seen.terms),
        would=_would(moved),
        outcomes=((LIVE, moved.live.outcomes), (DRAFT, moved.draft.outcomes)),
        held=figures.held_note(recorded.calls),
        days=recorded.days,
        cut_at=f"{previewing.MOST_CALLS:,}" if recorded.is_cut else "",
        audited=percent(known.coin_rate),
        audits=_audits(known, cuts),
        way=how,
        set_by=since(setter, now=now) if setter else None,
        waiting=drafted(draft, viewer=viewer, now=now) if draft else None,
        reason=asked.reason,
        refused=str(NO_CHANGE) if asked.refused and how.key == "none" else asked.refused,
    )


def _shown(known: Known, asked: Asked, draft: RulesetProposal | None, tenant_id: int) -> Cuts:
    """What everything on the page is counted for."""
    if asked.cuts:
        return known.asked(asked.cuts)
    return known.cuts if asked.wrong else _first(known, draft, tenant_id)


def _first(known: Known, draft: RulesetProposal | None, tenant_id: int) -> Cuts:
    """What the inputs hold before anyone typed: the open draft, what is live, or what the certificate carries."""
    if draft is not None and not tuning.is_stale(draft):
        return tuning.cuts_of(tuning.route_of_name(tuning.rules_of(draft), known.name))
    if known.cuts.auto is not None:
        return known.cuts
    one = standing.newest(tenant_id, route=known.name).get(known.name)
    return Cuts(offered(one))


def _offered(proven: Proof) -> str:
    if proven.first is None:
        return _("No number is offered yet. %(missing)s") % {"missing": proven.promise.missing}
    return _("Offered first: %(numbers)s, which is what the certificate carries.") % {"numbers": number(proven.first)}


def _audits(known: Known, cuts: Cuts) -> str:
    """While nothing runs alone every run is audited, and that ends without anybody having typed it."""
    if known.cuts.auto is not None or cuts.auto is None:
        return ""
    return _("Now every run is audited, since nothing runs alone; then %(share)s are.") % {
        "share": percent(known.coin_rate)
    }


def _would(moved: Shift) -> Would:
    wrong = figures.shown_wrong(moved)
    found = finding.behind([call.verdict_id for call in wrong])
    return figures.would(moved, tuple(figures.item(call, found) for call in wrong))


def way(known: Known, rules: Rules, cuts: Cuts, *, tenant_id: int, draft: RulesetProposal | None) -> Way:
    """Which way a change would go; computed from the whole documents."""
    try:
        after = tuning.with_cuts(rules, known.name, cuts, tenant_id=tenant_id)
    except NoSuchRoute:
        return Way("cannot", WHY["none"], _("This route cannot be changed"))
    said = {"numbers": _named(cuts, known)}
    if cuts == known.cuts:
        return Way("none", WHY["none"], _("Change a number first"))
    if not tuning.is_loosening(rules, after):
        button = (
            _("Tighten now: everything asks")
            if cuts.auto is None and cuts.limit is None
            else _("Tighten now to %(numbers)s") % said
        )
        return Way("tighten", WHY["tighten"], button)
    if draft is not None and not tuning.is_stale(draft):
        return Way("loosen", WHY["loosen"], _("Another draft is open here"))
    return Way("loosen", WHY["loosen"], _("Propose %(numbers)s") % said)


def _named(cuts: Cuts, known: Known) -> str:
    """What changes, for the button: the thresholds, or the limit where it is the limit alone."""
    if cuts.limit is not None and replace(cuts, limit=None) == known.cuts:
        return _("a limit of %(limit)s") % {"limit": promise.limit(cuts.limit)}
    return pair(cuts)


def written(cuts: Cuts, *, limit: float) -> Fields:
    """Thresholds as the inputs hold them, with the limit that is live where they leave it."""
    of_hundred = f"{(cuts.limit or limit) * 100:.2f}".rstrip("0").rstrip(".")
    return Fields(number(cuts.auto), number(cuts.ask), of_hundred)
