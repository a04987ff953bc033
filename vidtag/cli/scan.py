"""`vidtag scan`: label every frame of videos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from vidtag import errors
from vidtag.cli.detecting import (
    check_names,
    choose_sampler,
    choose_settings,
    detecting_options,
    feature_cache,
    open_detectors,
    open_finder,
    scan_bars,
)
from vidtag.cli.inputs import FilePath, complete_episode, find_videos, one_only
from vidtag.cli.side_by_side import Stopping, each, sensible_jobs
from vidtag.cli.state import State, common_options, echo_json, pass_state
from vidtag.errors import VidtagError
from vidtag.machine import usable_cores
from vidtag.text import one_line
from vidtag.types import Episode

if TYPE_CHECKING:
    from vidtag.cli.progress import ScanBars
    from vidtag.media import DecoderProcess
    from vidtag.regions.finders import FaceFinder
    from vidtag.sampling import Sampler
    from vidtag.scan import FeatureCache, ScanResult
    from vidtag.store import Database
    from vidtag.types import Detector, DeviceName, Runtime, ScanProgress, Settings, VideoRecord


@click.command("scan", short_help="Label every frame of videos and store it.")
@click.argument("paths", nargs=-1, required=True, type=FilePath())
@detecting_options
@click.option("--series", help="Series the videos belong to; else told by the file name.")
@click.option("--season", type=click.IntRange(0), help="Season, likewise.")
@click.option("--episode", type=click.IntRange(0), help="Episode, for a single video.")
@click.option("--title", help="Title of the episode, for a single video.")
@click.option("--force", is_flag=True, help="Scan again what has been scanned before.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Scan N videos at once.  [default: one for every four processors, as memory allows]",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep features of frames.")
@click.option("--no-input", is_flag=True, help="Never ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@common_options
@pass_state
def command(
    state: State,
    *,
    paths: tuple[Path, ...],
    names: tuple[str, ...],
    series: str | None,
    season: int | None,
    episode: int | None,
    title: str | None,
    every: int | None,
    rate: Fraction | None,
    accuracy: Sampler | None,
    shared: bool,
    force: bool,
    runtime: Runtime,
    device: DeviceName,
    threads: int | None,
    offline: bool,
    jobs: int | None,
    no_cache: bool,
    no_input: bool,
    as_json: bool,
) -> int:
    """Label every frame of videos and store it.

    PATHS are video files, or folders with videos below them. A frame that is not scored gets its
    label from scored neighbours of the same shot. Stop a scan whenever you like: the same command
    goes on where it stopped.

    \b
    Examples:
      vidtag scan s03e02.mp4 --plugin ross
      vidtag scan season3/ -p ross -p rachel --series Friends
      vidtag scan clip.mp4 --plugin ross --every 1        score every single frame
    """
    videos = find_videos(paths)
    one_only(videos, "--episode", episode)
    one_only(videos, "--title", title)
    given = Episode(series=series, season=season, episode=episode, title=title)
    settings = choose_settings(runtime=runtime, device=device, threads=threads, offline=offline)
    sampler = choose_sampler(every, rate, accuracy, shared=shared)
    check_names(state, names)
    jobs = min(len(videos), jobs) if jobs else sensible_jobs(len(videos))
    if jobs > 1 and threads is None:
        settings = replace(settings, threads=max(1, usable_cores() // jobs))
    with ExitStack() as stack:
        decoders = _start_decoders(jobs, stack)  # they get ready while we do
        database = stack.enter_context(state.open_database(create=True))
        bars = stack.enter_context(scan_bars(state))
        tools = [_open_tools(state, names, settings, database, stack, bars) for _ in range(jobs)]
        cache = None if no_cache else feature_cache()
        job = _Job(state, tools, decoders, bars, database, sampler, cache, force=force)
        ask = state.interactive and not no_input
        return job.run_all([_named(v, given, ask=ask) for v in videos], as_json=as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    """What one video at a time is scanned with."""

    detectors: Sequence[Detector]
    finder: FaceFinder | None
    progress: ScanProgress | None


class _Named(NamedTuple):
    """A video, and the episode that it is, or why nobody knows."""

    path: Path
    episode: Episode | VidtagError


def _start_decoders(number: int, stack: ExitStack) -> Iterator[DecoderProcess]:
    """As many decoders, each for one video; `stack` ends those that nobody took."""
    from vidtag.media import DecoderProcess

    return iter([stack.enter_context(closing(DecoderProcess())) for _ in range(number)])


def _open_tools(
    state: State,
    names: Sequence[str],
    settings: Settings,
    database: Database,
    stack: ExitStack,
    bars: ScanBars | None,
) -> _Tools:
    detectors = open_detectors(state, names, settings, database, stack)
    return _Tools(
        detectors=detectors,
        finder=open_finder(detectors, settings),
        progress=bars.add() if bars else None,
    )


def _named(video: Path, given: Episode, *, ask: bool) -> _Named:
    from vidtag.media import check_file

    try:
        return _Named(video, complete_episode(check_file(video), given, ask=ask))
    except VidtagError as error:
        return _Named(video, error)


class _Job:
    """All the videos of one command, as many at once as there are tools."""

    def __init__(
        self,
        state: State,
        tools: Sequence[_Tools],
        decoders: Iterator[DecoderProcess],
        bars: ScanBars | None,
        database: Database,
        sampler: Sampler | None,
        cache: FeatureCache | None,
        *,
        force: bool,
    ) -> None:
        self._state = state
        self._tools = tools
        self._decoders = decoders  # started already; threads may take them, as from any list
        self._bars = bars
        self._database = database
        self._sampler = sampler
        self._cache = cache
        self._force = force
        self._stop = Event()

    def run_all(self, videos: Sequence[_Named], *, as_json: bool) -> int:
        """Scan each of `videos`; one that fails does not stop the others.

        Returns:
            The exit code: that of the first failure, else 3 if any video was read in part.
        """
        codes: list[int] = []
        results: list[ScanResult] = []
        with closing(each(videos, self._tools, self._run_one, stop=self._stop)) as outcomes:
            for outcome in outcomes:
                try:
                    result = outcome()
                except VidtagError as error:
                    if len(videos) == 1:
                        raise
                    with self._aside():
                        self._state.say_error(str(error))
                    codes.append(error.exit_code)
                    continue
                codes.append(_exit_code(result))
                results.append(result)
                with self._aside():
                    self._tell(result, as_json=as_json)
        if as_json:
            echo_json([self._as_json(result) for result in results])
        self._tell_nameless([result.video for result in results])
        return next((c for c in codes if c not in (0, errors.EXIT_PARTIAL)), max(codes))

    def _run_one(self, video: _Named, tools: _Tools) -> ScanResult:
        from vidtag.scan import scan

        if isinstance(video.episode, VidtagError):
            raise video.episode
        return scan(
            video.path,
            tools.detectors,
            self._database,
            episode=video.episode,
            sampler=self._sampler,
            force=self._force,
            progress=Stopping(self._stop, tools.progress),
            finder=tools.finder,
            cache=self._cache,
            decoder=next(self._decoders, None),
        )

    def _aside(self) -> AbstractContextManager[None]:
        """Take the bars away, to say something."""
        return self._bars.aside() if self._bars else nullcontext()

    def _tell(self, result: ScanResult, *, as_json: bool) -> None:
        self._tell_problems(result.video)
        if not as_json:
            self._print(result)

    def _print(self, result: ScanResult) -> None:
        from vidtag.cli.format import describe_video, seconds

        click.echo(describe_video(result.video))
        for run in result.runs:
            for label, found in self._database.appearances(run.run_id).items():
                total = sum(appearance.segment.duration_us for appearance in found)
                count = f"{len(found)} appearance{'' if len(found) == 1 else 's'}"
                click.echo(f"  {label}  {seconds(total)}  {count}  by {run.identity.name}")
        if result.unchanged:
            self._state.say("  scanned before, nothing to do; --force scans it again")

    def _tell_problems(self, video: VideoRecord) -> None:
        for problem in video.problems:
            self._state.say_error(f"{one_line(video.path.name)}: read in part: {problem}")

    def _tell_nameless(self, videos: Sequence[VideoRecord]) -> None:
        nameless = [one_line(video.path.name) for video in videos if video.episode.series is None]
        if nameless:
            which = nameless[0] if len(nameless) == 1 else f"{len(nameless)} videos"
            self._state.say(f"{which}: series unknown; say it with --series")

    def _as_json(self, result: ScanResult) -> dict[str, Any]:
        from vidtag.cli.format import video_as_dict

        return {
            **video_as_dict(result.video),
            "unchanged": result.unchanged,
            "frames_decoded_now": result.frames_decoded_now,
            "frames_scored_now": result.frames_scored_now,
            "runs": [
                {
                    "detector": run.identity.name,
                    "version": run.identity.version,
                    "weights_sha256": run.identity.weights_sha256,
                    "sampler": run.sampler,
                    "frames_scored": run.frames_scored,
                    "frames_filled": run.frames_filled,
                    "screen_time_us": {
                        label: sum(appearance.segment.duration_us for appearance in found)
                        for label, found in self._database.appearances(run.run_id).items()
                    },
                }
                for run in result.runs
            ],
        }


def _exit_code(result: ScanResult) -> int:
    complete = result.video.completeness == "complete"
    return errors.EXIT_OK if complete else errors.EXIT_PARTIAL
