"""How few frames need to be scored: evaluations against agreement with scoring every frame.

    python -m benchmarks.sampling [--db DATABASE]... [--plot FILE.png] [--json FILE]

Simulated: shots of 2 to 6 s at 24 frames/s; a character who is there all the time, never, or for a
part of the shot; a classifier that flickers on some frames, and a clean one. Real: every run of
DATABASE that scored every frame (`vidtag scan --every 1`). For each sampler the figures are the
share of frames scored and the share of frames labelled as by scoring every frame.

Where DATABASE has several labels of a video, they are also taken together: the frames that at
least one asks for when each goes by itself, beside those that they share.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vidtag.sampling import ACCURACIES, Adaptive, Answer, Rate, Sampler, Shared, ask, fill
from vidtag.store import Database
from vidtag.windows import MAX_FRAMES

FRAME_US = 41_708  # 23.976 frames/s
SHOTS = 600
ADAPTIVE, UNIFORM = "adaptive", "uniform"
HALF = np.array([0.5], np.float32)
RATES = tuple(map(Fraction, ("1/2", "3/4", "1", "3/2", "2", "3", "4", "6", "8", "12")))
LOOKS = tuple(map(Fraction, ("1/4", "1/2", "1", "3/2", "2", "3", "4")))


class Series(NamedTuple):
    """Scores of all frames of a piece."""

    pts_us: NDArray[np.int64]  # (n,)
    scores: NDArray[np.float32]  # (n, labels)
    thresholds: NDArray[np.float32]  # (labels,)

    def each_label(self) -> Iterator[Series]:
        """The same for one label after the other."""
        for column in range(len(self.thresholds)):
            own = slice(column, column + 1)
            yield Series(self.pts_us, self.scores[:, own], self.thresholds[own])


class Cost(NamedTuple):
    """What a sampler needs and gives."""

    one_in: float  # of so many frames one is scored
    agreement: float  # share of frames labelled as by scoring every frame


# --- material ---------------------------------------------------------------------------------


def simulated(*, flicker: float, seed: int = 0) -> Iterator[Series]:
    """Shots of 2 to 6 s; `flicker` is the share of frames that the classifier gets wrong alone."""
    rng = np.random.default_rng(seed)
    for _ in range(SHOTS):
        frames = int(rng.integers(48, 145))
        log_odds = np.where(_presence(rng, frames), 3.0, -3.0) + 0.7 * _drift(rng, frames)
        wrong = rng.random(frames) < flicker
        log_odds[wrong] = -np.sign(log_odds[wrong]) * rng.exponential(1.0, wrong.sum())
        scores = (1 / (1 + np.exp(-log_odds))).astype(np.float32)
        yield Series(FRAME_US * np.arange(frames), scores[:, np.newaxis], HALF)


def _presence(rng: np.random.Generator, frames: int) -> NDArray[np.bool_]:
    """All the time in 35 % of the shots, never in 45 %, else from or until some frame."""
    kind = rng.random()
    present = np.full(frames, kind < 0.35)
    if kind >= 0.8:
        present[rng.integers(1, frames) :] = True
        if kind >= 0.9:
            present = ~present
    return present


def _drift(rng: np.random.Generator, frames: int) -> NDArray[np.float64]:
    """Noise of unit variance that changes slowly, as neighbouring pictures do."""
    noise = rng.standard_normal(frames)
    for index in range(1, frames):
        noise[index] = 0.95 * noise[index - 1] + (1 - 0.95**2) ** 0.5 * noise[index]
    return noise


def real(path: Path) -> Iterator[Series]:
    """The pieces of all videos of a database, with all labels that every frame was scored for."""
    with Database.open(path) as database:
        for video in database.videos():
            runs = [run for run in database.runs(video.video_id) if run.sampler == "every 1"]
            columns = [(run, label) for run in runs for label in run.labels]
            if not columns:
                continue
            series = [database.scores(run.run_id, label) for run, label in columns]
            scores = np.stack([each.scores for each in series], axis=1)
            thresholds = np.array([run.thresholds[label] for run, label in columns], np.float32)
            for shot in database.shots(video.video_id):
                for start in range(shot.start_frame, shot.end_frame, MAX_FRAMES):
                    part = slice(start, min(start + MAX_FRAMES, shot.end_frame))
                    yield Series(series[0].pts_us[part], scores[part], thresholds)


# --- figures ----------------------------------------------------------------------------------


def measure(sampler: Sampler, material: Sequence[Series]) -> Cost:
    """Of pieces whose labels are asked about at once."""
    return _cost([(each, [_ask(sampler, each)]) for each in material])


def measure_apart(sampler: Sampler, material: Sequence[Series]) -> Cost:
    """Where each label is asked about for itself, and a frame is scored once for all who ask."""
    return _cost([(each, [_ask(sampler, one) for one in each.each_label()]) for each in material])


def _cost(asked: Sequence[tuple[Series, Sequence[Answer]]]) -> Cost:
    scored = agreed = frames = labels = 0
    for each, answers in asked:
        filled = np.hstack([fill(each.pts_us, answer.known) for answer in answers])
        present = each.scores >= each.thresholds
        agreed += int(((filled >= each.thresholds) == present).sum())
        labels += present.size
        scored += int(np.any([answer.scored for answer in answers], axis=0).sum())
        frames += len(present)
    return Cost(frames / scored, agreed / labels)


def _ask(sampler: Sampler, each: Series) -> Answer:
    alone = np.arange(len(each.pts_us))  # pictures are not known: no stills
    return ask(sampler, each.pts_us, each.thresholds, alone, lambda at: each.scores[at])


def curves(material: Sequence[Series]) -> dict[str, dict[str, Cost]]:
    apart = [one for each in material for one in each.each_label()]
    found = {
        ADAPTIVE: {str(rate): measure(Adaptive(rate), apart) for rate in LOOKS},
        UNIFORM: {str(rate): measure(Rate(rate), apart) for rate in RATES},
    }
    if len(apart) > len(material):
        few = ACCURACIES.values()
        found["all, each for itself"] = {
            str(rate): measure_apart(Adaptive(rate), material) for rate in few
        }
        found["all, shared"] = {str(rate): measure(Shared(rate), material) for rate in few}
    return found


def at_the_same_cost(cost: Cost, uniform: dict[str, Cost]) -> float:
    """Agreement of uniform sampling that scores as many frames."""
    known = sorted((1 / each.one_in, each.agreement) for each in uniform.values())
    shares, agreements = np.array(known).T
    return float(np.interp(1 / cost.one_in, shares, agreements))


def show(name: str, found: dict[str, dict[str, Cost]]) -> None:
    print(f"\n{name:<28}{'one frame in':>14}{'agreement':>11}{'uniform, same cost':>20}")
    for way, costs in found.items():
        for rate, cost in costs.items():
            beside = at_the_same_cost(cost, found[UNIFORM]) if way == ADAPTIVE else None
            uniform = "" if beside is None else f"{beside:>20.2%}"
            print(f"  {f'{way} {rate}':<26}{cost.one_in:>14.1f}{cost.agreement:>11.2%}{uniform}")


def plot(path: Path, found: dict[str, dict[str, dict[str, Cost]]]) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4 * len(found), 3.4), layout="constrained")
    for axes, (name, ways) in zip(figure.subplots(1, len(found)), found.items(), strict=True):
        for way, costs in ((way, ways[way]) for way in (ADAPTIVE, UNIFORM)):
            shares = [100 / cost.one_in for cost in costs.values()]
            axes.plot(shares, [100 * cost.agreement for cost in costs.values()], "o-", label=way)
        axes.set(title=name, xlabel="% of frames scored", xlim=(0, 40))
        axes.grid(alpha=0.3)
    figure.axes[0].set_ylabel("% labelled as by every frame")
    figure.axes[0].legend()
    figure.savefig(path, dpi=80)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--db", type=Path, action="append", default=[], help="of real scores")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    material = {
        "flickering, 1 % of frames": list(simulated(flicker=0.01)),
        "clean classifier": list(simulated(flicker=0)),
        **{path.stem: list(real(path)) for path in chosen.db},
    }
    found = {name: curves(pieces) for name, pieces in material.items()}
    for name, ways in found.items():
        show(name, ways)
    if chosen.plot:
        plot(chosen.plot, found)
    if chosen.json:
        written = {
            name: {
                way: {rate: cost._asdict() for rate, cost in costs.items()}
                for way, costs in ways.items()
            }
            for name, ways in found.items()
        }
        chosen.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
