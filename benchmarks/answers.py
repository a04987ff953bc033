"""How fast questions are answered on a large database: 236 episodes, 45 million labels.

    python -m benchmarks.answers [FOLDER] [--episodes N] [--json FILE] [--repeats N]

Makes the episodes (see `benchmarks.episodes`) and stores them as a scan does, in larger pieces: a
transaction for each shot would measure the disk. Then asks: the report on one season, on one
episode, on the scenes of a season, and on everything; where a query with three names holds in all
episodes, and one that must look at everybody. The best of the repeats counts. Each question is also
asked as a person would, by a new `vidtag` process, which adds the start of Python. FOLDER keeps the
database for the next time; without it, one is made in a temporary folder (5 MB for each episode)
and removed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.episodes import FRAMES, LABELS, SEASON, make_episode, store_episode
from vidtag.query import parse
from vidtag.report import build_report
from vidtag.report.searching import Look, search
from vidtag.store import Database

MB = 1_000_000
MB_PER_EPISODE = 6  # with some air
THREE_NAMES = "ross and rachel and not monica"
ALONE = "ross alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, in the program and on the command line, and how long it may take."""

    name: str
    ask: Callable[[Database], object]
    arguments: tuple[str, ...]
    target_s: float | None


def questions(episodes: int) -> list[Question]:
    season = min(3, max(1, episodes // SEASON))
    report = ("report", "--series", "Friends", "--season", str(season))
    return [
        Question(
            name=f"report, a season of {min(episodes, SEASON)}",
            ask=lambda database: build_report(database, series="Friends", season=season),
            arguments=report,
            target_s=1.0,
        ),
        Question(
            name="report, one episode",
            ask=lambda database: build_report(database, series="Friends", season=season, episode=1),
            arguments=(*report, "--episode", "1"),
            target_s=0.1,
        ),
        Question(
            name="report, that season by scene, one person",
            ask=lambda database: build_report(
                database, series="Friends", season=season, by="scene", characters=("ross",)
            ),
            arguments=(*report, "--by", "scene", "--character", "ross"),
            target_s=None,
        ),
        Question(
            name="report, everything with scenes, as JSON",
            ask=build_report,
            arguments=("report", "--json"),
            target_s=None,
        ),
        Question(
            name=f"query {THREE_NAMES!r}",
            ask=lambda database: search(database, parse(THREE_NAMES), Look()),
            arguments=("query", THREE_NAMES, "--by", "episode"),
            target_s=1.0,
        ),
        Question(
            name=f"query {ALONE!r}",
            ask=lambda database: search(database, parse(ALONE), Look()),
            arguments=("query", ALONE, "--by", "episode"),
            target_s=None,
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How long a question took, in seconds."""

    name: str
    wall_s: float
    cpu_s: float
    command_s: float  # of the whole process
    target_s: float | None


def measure(question: Question, path: Path, repeats: int) -> Answer:
    timed = []
    with Database.open(path, readonly=True) as database:
        for _ in range(repeats):
            wall_s, cpu_s = time.perf_counter(), time.process_time()
            question.ask(database)
            timed.append((time.perf_counter() - wall_s, time.process_time() - cpu_s))
    return Answer(
        name=question.name,
        wall_s=min(wall_s for wall_s, _ in timed),
        cpu_s=min(cpu_s for _, cpu_s in timed),
        command_s=min(run_command(question, path) for _ in range(repeats)),
        target_s=question.target_s,
    )


def run_command(question: Question, path: Path) -> float:
    program = Path(sys.executable).with_name("vidtag")
    command = [str(program), *question.arguments, "--db", str(path)]
    started_s = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started_s


def fill(path: Path, episodes: int) -> float | None:
    """Store the episodes. Returns how long that took; `None` when they are there already."""
    with Database.open(path) as database:
        if len(database.videos()) == episodes:
            return None
        started_s = time.perf_counter()
        for number in range(episodes):
            store_episode(database, make_episode(number))
            progress(number + 1, episodes)
        return time.perf_counter() - started_s


def progress(done: int, episodes: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == episodes else ""
        print(f"\r{done} of {episodes} episodes", end=end, file=sys.stderr, flush=True)


@contextmanager
def folder_with_room(folder: Path | None, episodes: int) -> Iterator[Path]:
    """The folder for the database; a temporary one when none is given."""
    with tempfile.TemporaryDirectory(prefix="vidtag-answers-") as temporary:
        chosen = folder or Path(temporary)
        chosen.mkdir(parents=True, exist_ok=True)
        needed, free = episodes * MB_PER_EPISODE * MB, shutil.disk_usage(chosen).free
        if free < needed:
            sys.exit(f"{chosen}: {needed // MB} MB are needed, and {free // MB} MB are free")
        yield chosen


def show(episodes: int, size_bytes: int, filled_s: float | None, answers: list[Answer]) -> None:
    rows = episodes * FRAMES * len(LABELS)
    print(f"{episodes} episodes, {rows:,} labels, {size_bytes / MB:,.0f} MB")
    if filled_s is not None:
        print(f"stored in {filled_s:.0f} s: {rows / filled_s:,.0f} rows/s; target 300 s in all")
    print(f"  {'':<42}{'wall':>9}{'CPU':>9}{'command':>9}{'target':>9}")
    for each in answers:
        target = "-" if each.target_s is None else f"{each.target_s:.3f} s"
        times = (each.wall_s, each.cpu_s, each.command_s)
        print(f"  {each.name:<42}{''.join(f'{s:>7.3f} s' for s in times)}{target:>9}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="keep the database here")
    parser.add_argument("--episodes", type=int, default=236)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    episodes = arguments.episodes
    with folder_with_room(arguments.folder, episodes) as folder:
        path = folder / f"{episodes}-episodes.db"
        filled_s = fill(path, episodes)
        answers = [measure(each, path, arguments.repeats) for each in questions(episodes)]
        size_bytes = path.stat().st_size
    show(episodes, size_bytes, filled_s, answers)
    if arguments.json:
        written = {
            "episodes": episodes,
            "rows": episodes * FRAMES * len(LABELS),
            "size_bytes": size_bytes,
            "stored_s": filled_s,
            "answers": [asdict(each) for each in answers],
        }
        arguments.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
