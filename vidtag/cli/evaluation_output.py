"""How the command line writes an evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from vidtag.cli.comparison import Comparison
from vidtag.cli.format import (
    clock,
    describe_video,
    percent,
    seconds,
    signed_seconds,
    table,
    video_as_dict,
)
from vidtag.evaluation import Interval, LabelEvaluation, Mistake, macro_average
from vidtag.types import RunRecord

NOTHING = "-"  # a figure without a denominator
MISTAKES = {"missed": "there, not found", "false": "found, not there"}


def as_text(comparison: Comparison, *, worst: int) -> str:
    """Tables for a person.

    Args:
        comparison: what was evaluated.
        worst: how many of the longest mistakes of each run to list.
    """
    parts = [describe_video(comparison.video)]
    for run, labels in comparison.runs:
        if labels:
            parts.extend(_run_text(run, labels, worst))
    return "\n\n".join(parts)


def _run_text(run: RunRecord, labels: Sequence[LabelEvaluation], worst: int) -> Iterator[str]:
    yield f"{run.identity.name} {run.identity.version}, {run.sampler}\n" + table(
        [_screen_time_row(each) for each in labels],
        header=("SCREEN TIME", "TRUTH", "FOUND", "ERROR", "", "95 % BETWEEN"),
    )
    rows = [_frames_row(each) for each in labels]
    if len(labels) > 1:
        rows.append(_mean_row(labels))
    header = ("FRAMES", "COUNTED", "RIGHT", "95 % BETWEEN", "PRECISION", "RECALL", "F1", "AP")
    yield table(rows, header=header)
    mistakes = _worst(labels, worst)
    if mistakes:
        rows = [_mistake_row(label, mistake) for label, mistake in mistakes]
        yield table(rows, header=("WRONG LONGEST", "FROM", "TO", "FOR", "FRAMES", ""))


def _screen_time_row(each: LabelEvaluation) -> tuple[str, ...]:
    between = each.error_us_interval
    return (
        each.label,
        seconds(each.truth_us),
        seconds(each.found_us),
        signed_seconds(each.error_us),
        NOTHING if each.error_ratio is None else f"{100 * each.error_ratio:+.1f} %",
        NOTHING
        if between is None
        else f"{signed_seconds(between.low)} and {signed_seconds(between.high)}",
    )


def _frames_row(each: LabelEvaluation) -> tuple[str, ...]:
    confusion, between = each.confusion, each.accuracy_interval
    return (
        each.label,
        str(confusion.frames),
        percent(confusion.accuracy),
        NOTHING if between is None else f"{percent(between.low)} and {percent(between.high)}",
        _figure(confusion.precision),
        _figure(confusion.recall),
        _figure(confusion.f1),
        _figure(each.average_precision),
    )


def _mean_row(labels: Sequence[LabelEvaluation]) -> tuple[str, ...]:
    mean = macro_average(labels)
    figures = (mean.precision, mean.recall, mean.f1, mean.average_precision)
    return ("(mean)", "", percent(mean.accuracy), "", *map(_figure, figures))


def _mistake_row(label: str, mistake: Mistake) -> tuple[str, ...]:
    return (
        label,
        clock(mistake.start_us),
        clock(mistake.end_us),
        seconds(mistake.duration_us),
        f"{mistake.start_frame}-{mistake.end_frame - 1}",
        MISTAKES[mistake.kind],
    )


def _worst(labels: Sequence[LabelEvaluation], count: int) -> list[tuple[str, Mistake]]:
    """The longest mistakes of all labels together."""
    pairs = [(each.label, mistake) for each in labels for mistake in each.mistakes]
    return sorted(pairs, key=lambda pair: -pair[1].duration_us)[:count]


def _figure(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"


def as_dict(comparison: Comparison, *, worst: int) -> dict[str, Any]:
    """All figures, for `--json`; shares between 0 and 1, times in microseconds.

    Args:
        comparison: what was evaluated.
        worst: how many of the longest mistakes of each run to list.
    """
    return {
        **video_as_dict(comparison.video),
        "truth": comparison.truth_path,
        "notes": list(comparison.notes),
        "not_evaluated": {
            "truth": list(comparison.matching.unused),
            "detectors": list(comparison.matching.untold),
        },
        "runs": [_run_dict(run, labels, worst) for run, labels in comparison.runs],
    }


def _run_dict(run: RunRecord, labels: Sequence[LabelEvaluation], worst: int) -> dict[str, Any]:
    return {
        "detector": run.identity.name,
        "version": run.identity.version,
        "weights_sha256": run.identity.weights_sha256,
        "sampler": run.sampler,
        "labels": [_label_dict(each, run.thresholds[each.label]) for each in labels],
        "mean": asdict(macro_average(labels)),
        "worst": [{"label": label, **asdict(one)} for label, one in _worst(labels, worst)],
    }


def _label_dict(each: LabelEvaluation, threshold: float) -> dict[str, Any]:
    confusion = each.confusion
    return {
        "label": each.label,
        "threshold": threshold,
        "frames": confusion.frames,
        "frames_unknown": each.frames_unknown,
        "truth_us": each.truth_us,
        "found_us": each.found_us,
        "error_us": each.error_us,
        "error_ratio": each.error_ratio,
        "error_us_interval": _ends(each.error_us_interval),
        "accuracy": confusion.accuracy,
        "accuracy_interval": _ends(each.accuracy_interval),
        "precision": confusion.precision,
        "recall": confusion.recall,
        "f1": confusion.f1,
        "average_precision": each.average_precision,
        "confusion": asdict(confusion),
    }


def _ends(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]
