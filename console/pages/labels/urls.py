"""Addresses of labels."""

from django.urls import URLPattern, path

from approvals.learning.manifest import Format
from console.pages.labels import exports, history, labels
from console.pages.labels.dataset import urls as dataset
from console.pages.labels.erasures import urls as erasures

urlpatterns: list[URLPattern] = [
    path("labels", labels.labels, name="labels"),
    path("labels/manifest.json", exports.labels_manifest, name="labels_manifest"),
    path("labels/export.jsonl", exports.export_labels, {"chosen": Format.JSONL}, name="labels_jsonl"),
    path("labels/export.csv", exports.export_labels, {"chosen": Format.CSV}, name="labels_csv"),
    path("labels/history", history.history, name="history"),
    path("labels/history.zip", history.history_zip, name="history_zip"),
    *dataset.urlpatterns,
    *erasures.urlpatterns,
]
