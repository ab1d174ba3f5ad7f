"""Addresses of the dataset."""

from django.urls import URLPattern, path

from approvals.learning.dataset.splitting import Part
from approvals.learning.manifest import Format
from console.pages.labels.dataset import dataset, imports

urlpatterns: list[URLPattern] = [
    path("dataset", dataset.dataset, name="dataset"),
    path("dataset/pairs.jsonl", dataset.pairs, name="dataset_pairs"),
    path("dataset/versions", dataset.make_version, name="make_dataset_version"),
    path("dataset/imports", imports.import_labels, name="import_labels"),
    path("dataset/imports/<int:batch_id>.jsonl", imports.imported_labels, name="imported_labels"),
    path("dataset/disagreements/<int:verdict_id>", dataset.settle, name="settle"),
    *(
        path(
            f"dataset/versions/<int:number>/{part}.{chosen}",
            dataset.version_file,
            {"part": part, "chosen": chosen},
            name=f"dataset_{part}_{chosen}",
        )
        for part in Part
        for chosen in Format
    ),
]
