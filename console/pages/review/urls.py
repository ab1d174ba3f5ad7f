"""Addresses of the queue."""

from django.urls import URLPattern, path

from console.pages.review import asking, changing, escalation, handoff, queue
from console.pages.review.user import confirmation, overseeing

urlpatterns: list[URLPattern] = [
    path("queue", queue.queue, name="queue"),
    path("queue/list", queue.queue_list, name="queue_list"),
    path("queue/counts", queue.queue_counts, name="queue_counts"),
    path("queue/<int:escalation_id>", escalation.escalation, name="escalation"),
    path("queue/<int:escalation_id>/row", queue.queue_row, name="queue_row"),
    path("queue/<int:escalation_id>/bar", escalation.escalation_bar, name="escalation_bar"),
    path("queue/<int:escalation_id>/claim", escalation.claim, name="claim"),
    path("queue/<int:escalation_id>/release", escalation.release, name="release"),
    path("queue/<int:escalation_id>/decide", escalation.decide, name="decide"),
    path("queue/<int:escalation_id>/edit", changing.edit, name="edit"),
    path("queue/<int:escalation_id>/examine", changing.examine, name="examine"),
    path("queue/<int:escalation_id>/undo", escalation.undo, name="undo"),
    path("queue/<int:escalation_id>/withdraw", escalation.withdraw_vote, name="withdraw_vote"),
    path("queue/<int:escalation_id>/take", handoff.take, name="take"),
    path("queue/<int:escalation_id>/ask", asking.ask, name="ask"),
    path("queue/<int:escalation_id>/say", handoff.say, name="say"),
    path("queue/<int:escalation_id>/draft", handoff.keep_draft, name="keep_draft"),
    path("queue/<int:escalation_id>/talk", handoff.talk, name="talk"),
    path("handoff/<int:escalation_id>", handoff.handoff, name="handoff"),
    path("queue/<int:escalation_id>/link", overseeing.show_link, name="user_link"),
    path("confirm/<str:token>", confirmation.confirm, name="confirm"),
]
