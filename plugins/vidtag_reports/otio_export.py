"""OpenTimelineIO: a track for each label, a clip for each stretch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

from vidtag.api import EpisodeReport, Report, one_line
from vidtag_reports.stretches import Stretch, by_label, clean, single
from vidtag_reports.timecode import parse_timecode

if TYPE_CHECKING:
    from opentimelineio.opentime import RationalTime, TimeRange
    from opentimelineio.schema import ExternalReference, Timeline, Track

MICROSECONDS = Fraction(1_000_000)

Span = Callable[[Stretch], tuple[int, int]]  # the units in which a timeline counts


class OtioExporter:
    """Counts frames; where the frame rate varies, microseconds. The scenes are markers."""

    name = "otio"
    suffix = ".otio"
    media_type = "application/vnd.otio+json"
    one_video = True

    def losses(self, report: Report) -> Iterator[str]:
        """The start timecode where the frame rate varies."""
        for episode in report.episodes:
            if episode.frame_rate is None and report.start_timecode.strip("0:;"):
                name = clean(episode.video.name)
                yield f"{name}: no start timecode, since its frame rate varies"

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the one episode of `report` to `out`.

        Raises:
            UsageError: the start timecode is none.
        """
        from opentimelineio.adapters import write_to_string

        timeline = _Timeline(single(report), report.start_timecode).build()
        timeline.metadata["vidtag"] = {
            "generator": report.generator,
            "definition": report.definition,
        }
        out.write(write_to_string(timeline, "otio_json").encode() + b"\n")


class _Timeline:
    """Builds the timeline of one episode."""

    def __init__(self, episode: EpisodeReport, start_timecode: str) -> None:
        from opentimelineio.opentime import RationalTime

        self.episode = episode
        video = episode.video
        if episode.frame_rate is None:
            self.start = RationalTime(video.start_us or 0, float(MICROSECONDS))
            self.origin, self.length = video.start_us or 0, video.duration_us
            self.span: Span = lambda each: (each.start_us, each.end_us)
        else:
            self.start = parse_timecode(start_timecode, episode.frame_rate)
            self.origin, self.length = 0, video.frames or 0
            self.span = lambda each: (each.start_frame, each.end_frame)

    def build(self) -> Timeline:
        from opentimelineio.schema import Timeline

        timeline = Timeline(name=clean(self.episode.video.name), global_start_time=self.start)
        for label, found in by_label(self.episode).items():
            timeline.tracks.append(self._track(label, found))
        self._mark_scenes(timeline)
        return timeline

    def _track(self, label: str, found: list[Stretch]) -> Track:
        from opentimelineio.schema import Clip, Gap, Track

        track = Track(name=label, kind="Video")
        ends = [self.origin, *(self.span(each)[1] for each in found)]
        for before, each in zip(ends, found, strict=False):
            start, end = self.span(each)
            if before < start:
                track.append(Gap(source_range=self._range(before, start)))
            source = self._range(start, end)
            track.append(Clip(name=label, media_reference=self._media(), source_range=source))
        return track

    def _media(self) -> ExternalReference:
        from opentimelineio.schema import ExternalReference

        whole = self._range(self.origin, self.origin + self.length)
        url = one_line(self.episode.video.path.as_uri())
        return ExternalReference(target_url=url, available_range=whole)

    def _mark_scenes(self, timeline: Timeline) -> None:
        from opentimelineio.schema import Marker

        for scene in self.episode.scenes:
            like = Stretch(scene.start_frame, scene.end_frame, scene.start_us, scene.end_us, "")
            marked = self._range(*self.span(like))
            marker = Marker(name=f"scene {scene.number + 1}", marked_range=marked)
            timeline.tracks.markers.append(marker)

    def _range(self, start: int, end: int) -> TimeRange:
        from opentimelineio.opentime import TimeRange

        return TimeRange(self._time(start), self._units(end - start))

    def _time(self, at: int) -> RationalTime:
        return self.start + self._units(at - self.origin)

    def _units(self, count: int) -> RationalTime:
        from opentimelineio.opentime import RationalTime

        return RationalTime(count, self.start.rate)
