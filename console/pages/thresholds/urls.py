"""Addresses of the thresholds."""

from django.urls import URLPattern, path

from console.pages.thresholds import drafts, routes, versions

urlpatterns: list[URLPattern] = [
    path("policies/thresholds", routes.thresholds, name="thresholds"),
    path("policies/thresholds/<path:route>", routes.threshold, name="threshold"),
    path("policies/tune/<path:route>", routes.tune, name="tune"),
    path("policies/drafts/<int:draft_id>", drafts.draft, name="draft"),
    path("policies/drafts/<int:draft_id>/approve", drafts.approve_draft, name="approve_draft"),
    path("policies/drafts/<int:draft_id>/canary", drafts.canary_draft, name="canary_draft"),
    path("policies/drafts/<int:draft_id>/discard", drafts.discard_draft, name="discard_draft"),
    path("policies/versions", versions.versions, name="versions"),
    path("policies/versions/<int:number>", versions.version, name="version"),
    path("policies/versions/<int:number>/restore", versions.restore_version, name="restore_version"),
]
