"""Whether a dataset has something to tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidtag.api import DatasetError, unsafe_reason

if TYPE_CHECKING:
    from vidtag.api import Dataset
    from vidtag_vgg16.recipes import Recipe


def check_classes(dataset: Dataset, recipe: Recipe) -> None:
    """See that there is something to tell apart, and that `recipe` can.

    Raises:
        DatasetError: if there is no class, too many, a class is empty or has a name that is not
            safe, or a label is in every picture.
    """
    if not dataset.classes:
        raise DatasetError(
            f"{dataset.root}: there is no class folder",
            hint="sort pictures into folders such as ross and no_ross",
        )
    if recipe.one_label and len(dataset.classes) > 1:
        raise DatasetError(
            f"{dataset.root}: the {recipe.name} recipe learns one class, and there are "
            f"{len(dataset.classes)}: {', '.join(dataset.classes)}",
            hint="use --recipe default",
        )
    for name in dataset.folders:
        if reason := unsafe_reason(name):
            raise DatasetError(
                f"{dataset.root}: the folder {name!r} is no good name for a class: {reason}",
                hint="rename it",
            )
    for label in dataset.classes:
        _check_class(dataset, label)


def _check_class(dataset: Dataset, label: str) -> None:
    count = sum(label in sample.classes for sample in dataset.samples)
    if count == 0:
        raise DatasetError(
            f"{dataset.root / label}: no picture that can be used{_why_not(dataset)}",
            hint="add some, or remove the folder",
        )
    if count == len(dataset.samples):
        raise DatasetError(
            f"{dataset.root}: {label} is in every picture{_why_not(dataset)}, so there is nothing "
            "to tell it from",
            hint=f"add pictures without, in a folder no_{label}",
        )


def _why_not(dataset: Dataset) -> str:
    """How many pictures were skipped, and why the first was; nothing where none was."""
    if not dataset.skipped:
        return ""
    path, reason = dataset.skipped[0]
    return f" ({len(dataset.skipped)} skipped; {path.name}: {reason})"
