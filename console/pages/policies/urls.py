"""Addresses of the policies."""

from django.urls import URLPattern, path

from console.pages.policies import backtests, editing, overview, ruling, terms, trying, watching

urlpatterns: list[URLPattern] = [
    path("policies", overview.policies, name="policies"),
    path("policies/document", overview.document, name="rules_document"),
    path("policies/edit", editing.edit_rules, name="edit_rules"),
    path("policies/new-rule", ruling.new_rule, name="new_rule"),
    path("policies/rules/<str:name>", ruling.rule, name="rule"),
    path("policies/terms", terms.edit_terms, name="edit_terms"),
    path("policies/triggers", terms.edit_triggers, name="edit_triggers"),
    path("policies/test", trying.try_action, name="try_action"),
    path("policies/backtest", backtests.backtest, name="backtest"),
    path("policies/drafts/<int:draft_id>/watch", watching.watch_draft, name="watch_draft"),
]
