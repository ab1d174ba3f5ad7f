"""Several persons approve the same bytes: counted by persons, hidden until complete, held by the database."""

from hashlib import sha256

import pytest
from django.test import Client

from approvals.domain.decision import DecisionKind
from approvals.domain.errors import AlreadyVoted, NotAllowedToDecide, NotOpen, NotSeparate, SeveralNeeded
from approvals.inbox import deciding, undoing
from approvals.models import Decision, Escalation, Grant, Member, Vote
from tests import cast
from tests.engine import rows
from tests.engine.refusals import DENIED, execute, refused
from tests.web.review.conftest import HTMX, form, signed_in
from tests.web.review.permissions import voting

pytestmark = pytest.mark.django_db


def test_the_last_vote_needed_decides_and_gives_the_right(mara: Member, kai: Member) -> None:
    item = voting.put()
    assert (voting.vote(item, mara), Grant.objects.count()) == (None, 0)
    decided = voting.vote(item, kai)
    assert decided is not None
    assert (decided.by, Grant.objects.filter(decision=decided).count()) == (kai, 1)


def test_one_person_has_one_vote(mara: Member) -> None:
    item = voting.put()
    voting.vote(item, mara)
    with pytest.raises(AlreadyVoted):
        voting.vote(item, mara)


def test_one_person_has_one_vote_whatever_accounts(mara: Member, kai: Member) -> None:
    Member.objects.filter(pk=kai.pk).update(same_as=mara)
    item = voting.put()
    voting.vote(item, mara)
    with pytest.raises(AlreadyVoted):
        voting.vote(item, cast.kai())


def test_two_accounts_that_turn_out_to_be_one_person_are_one_vote(mara: Member, kai: Member) -> None:
    item = voting.put(3)
    voting.vote(item, mara)
    voting.vote(item, kai)
    Member.objects.filter(pk=kai.pk).update(same_as=mara)
    assert voting.vote(item, voting.ben()) is None


def test_a_vote_of_somebody_whose_access_ended_does_not_count(mara: Member, kai: Member) -> None:
    item = voting.put()
    voting.vote(item, mara)
    Member.objects.filter(pk=mara.pk).update(is_active=False)
    assert voting.vote(item, kai) is None
    assert voting.vote(item, voting.ben()) is not None


def test_one_reject_ends_it(mara: Member, kai: Member) -> None:
    item = voting.put()
    voting.vote(item, mara)
    fresh = Escalation.objects.get(pk=item.pk)
    deciding.decide(fresh, by=kai, said=voting.said(fresh, DecisionKind.REJECT))
    with pytest.raises(NotOpen):
        deciding.withdraw(fresh, by=mara)
    assert Grant.objects.count() == 0


def test_one_person_alone_does_not_approve(mara: Member) -> None:
    item = voting.put()
    with pytest.raises(SeveralNeeded):
        deciding.decide(item, by=mara, said=voting.said(item))


def test_a_vote_can_be_taken_back_and_given_again(mara: Member, kai: Member) -> None:
    item = voting.put()
    voting.vote(item, mara)
    deciding.withdraw(item, by=mara)
    assert voting.vote(item, kai) is None
    assert voting.vote(item, mara) is not None


def test_requester_and_owner_do_not_vote(mara: Member, kai: Member) -> None:
    item = voting.put(requester=mara, owner=kai)
    for one in (mara, kai):
        with pytest.raises(NotSeparate):
            voting.vote(item, one)


def test_a_second_account_of_the_requester_does_not_vote(mara: Member, kai: Member) -> None:
    Member.objects.filter(pk=kai.pk).update(same_as=mara)
    item = voting.put(requester=mara)
    with pytest.raises(NotSeparate):
        voting.vote(item, cast.kai())


def test_each_who_approved_can_undo_and_then_nobody_has_voted(mara: Member, kai: Member) -> None:
    item = voting.put()
    voting.vote(item, mara)
    voting.vote(item, kai)
    again = undoing.undo(Escalation.objects.get(pk=item.pk), by=mara)
    assert (again.persons, Vote.objects.filter(escalation=again).count()) == (2, 0)


def test_who_voted_does_not_undo_somebodys_rejection(mara: Member, kai: Member) -> None:
    item = voting.put()
    voting.vote(item, mara)
    fresh = Escalation.objects.get(pk=item.pk)
    deciding.decide(fresh, by=kai, said=voting.said(fresh, DecisionKind.REJECT))
    with pytest.raises(NotAllowedToDecide):
        undoing.undo(Escalation.objects.get(pk=item.pk), by=mara)


class TestHidden:
    """Nobody learns of a vote before all are there, but who gave it."""

    def pages(self, item: Escalation, client: Client) -> list[str]:
        """Everything that a reviewer is shown of one item, without what differs by the moment."""
        paths = (f"/queue/{item.pk}", f"/queue/{item.pk}/row", f"/queue/{item.pk}/bar", "/queue/counts", "/queue/list")
        texts = (client.get(path, headers=HTMX).content.decode() for path in paths)
        return [text.split("<noscript")[0].replace(csrf_of(text), "") for text in texts]

    def test_the_pages_of_others_stay_as_they_were(self, mara: Member, his: Client) -> None:
        item = voting.put()
        before = self.pages(item, his)
        voting.vote(item, mara)
        assert self.pages(item, his) == before

    def test_the_voter_is_told(self, hers: Client) -> None:
        item = voting.put()
        answer = hers.post(f"/queue/{item.pk}/decide", form(item), headers=HTMX).content.decode()
        assert ("You approved this at" in answer, f"/queue/{item.pk}/withdraw" in answer) == (True, True)
        assert "You approved this at" in hers.get(f"/queue/{item.pk}").content.decode()

    def test_the_voters_list_sets_it_apart(self, hers: Client, mara: Member) -> None:
        item, other = voting.put(), voting.put()
        voting.vote(item, mara)
        page = hers.get("/queue").content.decode()
        assert page.index(f"row-{other.pk}") < page.index("Approved by you") < page.index(f"row-{item.pk}")
        assert "you approved, waits for another" in page
        assert "1 open" in page
        assert f'data-id="{other.pk}" data-version' in page

    def test_the_voter_does_not_hold_it_again(self, hers: Client, mara: Member) -> None:
        item = voting.put()
        voting.vote(item, mara)
        answer = hers.post(f"/queue/{item.pk}/claim", form(item), headers=HTMX).content.decode()
        assert ("Hold it" in answer, Escalation.objects.get(pk=item.pk).claimed_by_id) == (False, None)

    def test_the_version_stays_so_nobodys_form_grows_stale(self, mara: Member) -> None:
        item = voting.put()
        voting.vote(item, mara)
        assert Escalation.objects.get(pk=item.pk).version == item.version

    def test_afterwards_both_are_named(self, mara: Member, his: Client) -> None:
        item = voting.put()
        voting.vote(item, mara)
        his.post(f"/queue/{item.pk}/decide", form(item), headers=HTMX)
        assert "Mara and Kai approved this" in his.get(f"/queue/{item.pk}").content.decode()


def csrf_of(text: str) -> str:
    """The token of the page, which is another one each time."""
    place = text.find('name="csrfmiddlewaretoken" value="')
    return text[place + 34 : place + 98] if place >= 0 else "\0"


def test_each_who_approved_is_offered_to_undo(hers: Client, kai: Member) -> None:
    item = voting.put()
    hers.post(f"/queue/{item.pk}/decide", form(item), headers=HTMX)
    voting.vote(item, kai)
    assert f'action="/queue/{item.pk}/undo"' in hers.get("/queue").content.decode()


def test_a_vote_is_taken_back_over_http(hers: Client, mara: Member) -> None:
    item = voting.put()
    hers.post(f"/queue/{item.pk}/decide", form(item), headers=HTMX)
    answer = hers.post(f"/queue/{item.pk}/withdraw", headers=HTMX)
    assert (answer.status_code, 'data-decide="approve"' in answer.content.decode()) == (200, True)
    assert hers.post(f"/queue/{item.pk}/withdraw", headers=HTMX).status_code == 409


def test_whoever_is_kept_out_is_offered_to_reject_only(mara: Member) -> None:
    item = voting.put(requester=mara)
    page = signed_in(mara).get(f"/queue/{item.pk}").content.decode()
    assert ('data-decide="approve"' in page, 'data-decide="reject"' in page) == (False, True)
    assert ("a key that you made did" in page, "after you approve" in page) == (True, False)
    answer = signed_in(mara).post(f"/queue/{item.pk}/decide", form(item), headers=HTMX)
    assert answer.status_code == 403


class TestLaws:
    """The same, tried in rows as the application's role."""

    def test_a_grant_with_fewer_votes_is_refused(self, mara: Member, kai: Member) -> None:
        item = voting.put(3)
        voting.vote(item, mara)
        with refused("SB022"):
            decision_by_hand(item, kai)

    def test_a_vote_for_other_bytes_is_refused(self, mara: Member) -> None:
        with refused("SB001"):
            vote_by_hand(voting.put(), mara, payload_sha256=sha256(b"other").digest())

    def test_an_auditor_has_no_vote(self, otto: Member) -> None:
        with refused("SB011"):
            vote_by_hand(voting.put(), otto)

    def test_a_person_has_no_second_vote_by_another_account(self, mara: Member, kai: Member) -> None:
        Member.objects.filter(pk=kai.pk).update(same_as=mara)
        item = voting.put()
        vote_by_hand(item, mara)
        with refused("23505"):
            vote_by_hand(item, cast.kai())

    def test_the_terms_of_an_item_stay(self) -> None:
        item = voting.put()
        with refused("SB008"):
            Escalation.objects.filter(pk=item.pk).update(persons=1)

    @pytest.mark.parametrize("column", ["by_id", "payload_sha256", "voted_at"])
    def test_a_vote_never_changes(self, mara: Member, column: str) -> None:
        item = voting.put()
        vote_by_hand(item, mara)
        with refused(DENIED):
            execute(f"UPDATE approvals_vote SET {column} = {column}", {})

    def test_a_second_account_has_no_second_accounts(self, mara: Member, kai: Member) -> None:
        Member.objects.filter(pk=kai.pk).update(same_as=mara)
        with refused("SB001"):
            Member.objects.filter(pk=mara.pk).update(same_as=voting.ben())


def vote_by_hand(item: Escalation, by: Member, **fields: object) -> Vote:
    """A vote as a careless caller would store it."""
    sha = bytes(item.verdict.payload_sha256)
    values = {"escalation": item, "evidence": item.evidence, "kind": "approve", "payload_sha256": sha, "by": by}
    return Vote.objects.create(**{**values, "person": by, **fields})


def decision_by_hand(item: Escalation, by: Member) -> Decision:
    """A decision as a careless caller would store it."""
    return rows.decision(item, by)
