"""Addresses of the blind audits."""

from django.urls import URLPattern, path

from console.pages.audits import audits

urlpatterns: list[URLPattern] = [
    path("audits", audits.audits, name="audits"),
    path("audits/<int:audit_id>", audits.audit, name="audit"),
    path("audits/<int:audit_id>/answer", audits.answer_audit, name="answer_audit"),
]
