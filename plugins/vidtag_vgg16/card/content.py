"""What a model card says of a classifier: from its manifest, and from how it was learnt."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vidtag.api import one_line
from vidtag_vgg16.card.values import Card, Section, Table
from vidtag_vgg16.provenance import in_words

if TYPE_CHECKING:
    from vidtag.api import Manifest
    from vidtag_vgg16.card.values import Plot
    from vidtag_vgg16.learning import Lesson

_ALL = "all labels"
_NO_FIGURE = "-"
_INTERVAL = "95 % interval"
_HELD_OUT = {
    "shot": "shots that were not learnt from",
    "random": "single pictures drawn at random",
}
_LOOKS_AT = {"frame": "the whole frame", "face": "each face"}
_LIMITS = (
    "It knows the pictures it was shown: other seasons, costumes, lights and places may look "
    "different to it, and so may people who look like those it knows. Measure it on a video of "
    "yours before you rely on it:"
)


def make_card(
    manifest: Manifest,
    lesson: Lesson,
    *,
    curves: Plot,
    judged: Sequence[Plot],
    mistakes: str,
) -> Card:
    """Say all that the card of a classifier says.

    Args:
        manifest: that of the classifier.
        lesson: how it was learnt.
        curves: plot of the training.
        judged: plots of what it says of held-out pictures; none where nothing was held out.
        mistakes: where the worst mistakes can be seen, below the cache; empty if they cannot.
    """
    return Card(
        name=manifest.name,
        summary=one_line(manifest.summary),
        sections=(
            _purpose(manifest),
            _worth(manifest, lesson, judged),
            _decision(manifest, lesson),
            *([_mistakes(mistakes)] if mistakes else []),
            Section(title="How the training went", plots=(curves,)),
            _provenance(manifest),
            Section(
                title="Limits",
                paragraphs=(_LIMITS,),
                command=f"vidtag evaluate VIDEO --plugin {manifest.name} --truth TRUTH",
            ),
        ),
    )


def isolated(text: str) -> str:
    """`text` on one line, and set apart if it is written from right to left.

    Otherwise such a name changes the order of what stands beside it.
    """
    line = one_line(text)
    turns = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in line)
    return f"\N{FIRST STRONG ISOLATE}{line}\N{POP DIRECTIONAL ISOLATE}" if turns else line


def _purpose(manifest: Manifest) -> Section:
    labels = ", ".join(map(isolated, manifest.labels))
    return Section(
        title="What it is for",
        paragraphs=(f"It tells whether {labels} can be seen in a picture. Use it with:",),
        command=f"vidtag scan VIDEO --plugin {manifest.name}",
    )


def _worth(manifest: Manifest, lesson: Lesson, plots: Sequence[Plot]) -> Section:
    paragraphs = [f"{lesson.worth[0].upper()}{lesson.worth[1:]}."]
    if lesson.held_out:
        held_out = _HELD_OUT[str(manifest.training["split"])]
        chose = ", to calibrate and to choose the thresholds" if lesson.thresholds else ""
        paragraphs.append(
            f"The held-out pictures are {held_out}. They also served to choose the epoch"
            f"{chose}, so expect a little less on other videos."
        )
    return Section(
        title="What it is worth",
        paragraphs=tuple(paragraphs),
        tables=(*_figures(manifest.metrics, manifest.labels), *_screen_time(lesson)),
        plots=tuple(plots),
    )


def _screen_time(lesson: Lesson) -> tuple[Table, ...]:
    rows = tuple(
        (isolated(label), _shown(each.error), in_words(each.interval))
        for label, each in lesson.screen_time.items()
    )
    title, header = "Screen-time error, as a share of the pictures", ("label", "error", _INTERVAL)
    return (Table(title=title, header=header, rows=rows),) if rows else ()


def _figures(metrics: Mapping[str, float], labels: Sequence[str]) -> tuple[Table, ...]:
    """A row for each label, a column for each figure, in the order of the manifest."""
    if not metrics:
        return ()
    named = {_split(name, labels): value for name, value in metrics.items()}
    kinds = tuple(dict.fromkeys(kind for _, kind in named))
    subjects = tuple(dict.fromkeys(subject for subject, _ in named))
    rows = [
        (isolated(subject), *(_shown(named.get((subject, kind))) for kind in kinds))
        for subject in subjects
    ]
    return (Table(title="Figures", header=("label", *kinds), rows=tuple(rows)),)


def _split(name: str, labels: Sequence[str]) -> tuple[str, str]:
    """(label, figure) of `ross average precision`; a label may begin with another one."""
    owners = [label for label in labels if name.startswith(f"{label} ")]
    label = max(owners, key=len, default="")
    return (label, name.removeprefix(f"{label} ")) if label else (_ALL, name)


def _shown(value: float | None) -> str:
    return _NO_FIGURE if value is None else f"{value:.3f}"


def _decision(manifest: Manifest, lesson: Lesson) -> Section:
    height, width = manifest.input_size
    backbone = f"({manifest.backbone}, SHA-256 {manifest.backbone_sha256})"
    if lesson.block5:
        network = f"A VGG16 {backbone} whose last block was trained with the head"
    else:
        network = f"A frozen VGG16 {backbone}"
    text = (
        f"{network} looks at "
        f"{_LOOKS_AT[manifest.region]}, scaled to {height}x{width} pixels; a small trained head "
        "makes a score from 0 to 1 of its features. A label is present from its threshold on. "
        f"Choice of thresholds: {manifest.training['choice of thresholds']}."
    )
    return Section(
        title="How it decides", paragraphs=(text,), tables=(_thresholds(manifest, lesson),)
    )


def _thresholds(manifest: Manifest, lesson: Lesson) -> Table:
    """With intervals where thresholds were chosen and judged."""
    if not lesson.thresholds:
        rows = [(isolated(label), _shown(value)) for label, value in manifest.thresholds.items()]
        return Table(title="Thresholds", header=("label", "threshold"), rows=tuple(rows))
    judged = [
        (isolated(label), _shown(each.value), in_words(each.interval))
        for label, each in lesson.thresholds.items()
    ]
    header = ("label", "threshold", _INTERVAL)
    return Table(title="Thresholds", header=header, rows=tuple(judged))


def _mistakes(where: str) -> Section:
    text = (
        "The pictures that it was most wrong about are not shown here, since a card may be passed "
        f"on. They are in {where} in the cache of vidtag, on the machine where it was trained."
    )
    return Section(title="Its worst mistakes", paragraphs=(text,))


def _provenance(manifest: Manifest) -> Section:
    about = {
        "version": manifest.version,
        "made by": manifest.created_by,
        "licence": manifest.licence,
    }
    return Section(
        title="What it has learnt from",
        tables=(_facts("Training", manifest.training), _facts("Model", about)),
    )


def _facts(title: str, facts: Mapping[str, object]) -> Table:
    rows = [(isolated(name), isolated(str(value))) for name, value in facts.items()]
    return Table(title=title, header=("what", "value"), rows=tuple(rows))
