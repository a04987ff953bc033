"""A video that was scanned before is decoded again only where that is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.detectors import Sharing
from tests.scan.test_frames import contents
from tests.videos import damage, plain, write_video
from vidtag import media
from vidtag.scan import FeatureCache, scan
from vidtag.store import Database
from vidtag.types import Picture, VideoReader

SHOT = 40


@pytest.fixture
def cache(tmp_path: Path) -> FeatureCache:
    return FeatureCache(tmp_path / "frames")


def shots() -> list[Picture]:
    """Six shots: green changes in the first; blue in the third, red in the fifth."""
    steps = [60 + 4 * number for number in range(SHOT)]
    colours: list[Callable[[int], tuple[int, int, int]]] = [
        lambda step: (10, step, 10),
        lambda step: (200 + step // 8, 200, 200),
        lambda step: (10, 200, step),
        lambda step: (10, 10, 10 + step // 8),
        lambda step: (step, 10, 200),
        lambda step: (200, 10 + step // 8, 10),
    ]
    return [plain(colour(step)) for colour in colours for step in steps]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    return write_video(folder / "film.mp4", shots(), keyframe_every=25, b_frames=2)


def alone(film: Path, tmp_path: Path, channels: str) -> dict[str, object]:
    """What a scan leaves that nothing was kept for."""
    with Database.open(tmp_path / "alone.db") as database:
        scan(film, [Sharing(channels)], database)
        return contents(database)


def agrees(database: Database, expected: dict[str, object]) -> bool:
    found = contents(database)
    return {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(("channels", "windows"), [("b", 1), ("r", 1), ("rb", 2), ("br", 2)])
def test_only_windows_that_miss_something_are_decoded(
    film: Path,
    tmp_path: Path,
    database: Database,
    cache: FeatureCache,
    channels: str,
    windows: int,
) -> None:
    scan(film, [Sharing("g")], database, cache=cache)

    result = scan(film, [Sharing(channels)], database, cache=cache)

    assert result.frames_decoded_now == windows * SHOT
    assert result.frames_scored_now > 0
    assert agrees(database, alone(film, tmp_path, channels))
    assert database.check() == ()


def test_what_is_decoded_is_kept_too(film: Path, database: Database, cache: FeatureCache) -> None:
    scan(film, [Sharing("g")], database, cache=cache)
    scan(film, [Sharing("b")], database, cache=cache)

    result = scan(film, [Sharing("gb", version="2")], database, cache=cache)

    assert (result.frames_decoded_now, result.frames_scored_now) == (0, 0)


def test_pictures_that_are_not_the_same_are_not_looked_at(
    film: Path,
    tmp_path: Path,
    database: Database,
    cache: FeatureCache,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As where a seek leaves out what a picture refers to: then the whole is decoded."""
    scan(film, [Sharing("g")], database, cache=cache)
    real = media.open_video
    opened: list[tuple[tuple[int, int], ...]] = []

    def spoilt(path: Path, **options: Any) -> Any:
        opened.append(tuple(options.get("parts", ())))
        if opened[-1]:
            other = write_video(
                tmp_path / "other.mp4", [np.maximum(picture, 90) for picture in shots()]
            )
            return real(other, **options)
        return real(path, **options)

    monkeypatch.setattr(media, "open_video", spoilt)
    result = scan(film, [Sharing("b")], database, cache=cache)

    assert [len(parts) for parts in opened] == [0, 1]
    assert result.frames_decoded_now == 6 * SHOT
    assert agrees(database, alone(film, tmp_path, "b"))


def test_parts_that_cannot_be_read_are_read_as_ever(
    film: Path,
    tmp_path: Path,
    database: Database,
    cache: FeatureCache,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scan(film, [Sharing("g")], database, cache=cache)
    monkeypatch.setattr("vidtag.scan.work.Work.times_of", lambda *_: [(900_000_000, 901_000_000)])

    result = scan(film, [Sharing("b")], database, cache=cache)

    assert result.frames_decoded_now == 6 * SHOT
    assert agrees(database, alone(film, tmp_path, "b"))


def test_a_damaged_video_is_decoded_from_its_beginning(
    film: Path, tmp_path: Path, database: Database, cache: FeatureCache
) -> None:
    """What damage looks like depends on what was decoded before."""
    broken = damage(film, tmp_path / "broken.mp4", [30])
    first = scan(broken, [Sharing("g")], database, cache=cache)
    assert first.video.problems

    result = scan(broken, [Sharing("b")], database, cache=cache)

    assert result.frames_decoded_now == first.video.frames


def test_where_features_are_missing_the_whole_is_decoded(
    film: Path, tmp_path: Path, database: Database, cache: FeatureCache
) -> None:
    scan(film, [Sharing("g")], database, cache=cache)
    sorted((tmp_path / "frames").glob("*/*/*.npz"))[3].unlink()

    result = scan(film, [Sharing("b")], database, cache=cache)

    assert result.frames_decoded_now == 6 * SHOT
    assert agrees(database, alone(film, tmp_path, "b"))


class Wide(Sharing):
    """Another network, which looks at other pictures."""

    features_id = "wide"
    input_size = (16, 32)


@pytest.mark.parametrize(("first", "second"), [("g", "g"), ("g", "b"), ("b", "g")])
def test_networks_that_look_at_other_pictures_go_side_by_side(
    film: Path,
    tmp_path: Path,
    database: Database,
    cache: FeatureCache,
    first: str,
    second: str,
) -> None:
    """Each misses its own windows, or none."""
    scan(film, [Sharing("g"), Wide("g", version="w")], database, cache=cache)

    result = scan(
        film, [Sharing(first, version="2"), Wide(second, version="3")], database, cache=cache
    )

    assert result.frames_decoded_now == (0 if (first, second) == ("g", "g") else SHOT)
    for channels, version in ((first, "2"), (second, "3")):
        with Database.open(tmp_path / f"{version}.db") as other:
            make = Sharing if version == "2" else Wide
            scan(film, [make(channels, version=version)], other)
            [expected] = other.runs(1)
            [found] = [run for run in database.runs(1) if run.identity.version == version]
            label = found.labels[0]
            ours, theirs = database.scores(found.run_id, label), other.scores(1, label)
            assert np.array_equal(ours.scores, theirs.scores)
            assert np.array_equal(ours.scored, theirs.scored)
            assert found.frames_scored == expected.frames_scored


def test_a_decoder_that_dies_on_the_way_costs_nothing_but_time(
    film: Path,
    tmp_path: Path,
    database: Database,
    cache: FeatureCache,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scan(film, [Sharing("g")], database, cache=cache)
    real = media.open_video

    @contextmanager
    def dying(path: Path, **options: Any) -> Iterator[VideoReader]:
        with real(path, **options) as reader:
            if options.get("parts"):
                reader._process._process.kill()  # type: ignore[attr-defined]
            yield reader

    monkeypatch.setattr(media, "open_video", dying)
    result = scan(film, [Sharing("b")], database, cache=cache)

    assert result.video.problems == ()
    assert agrees(database, alone(film, tmp_path, "b"))
