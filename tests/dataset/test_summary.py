from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.pictures import VIDEO, dataset_of, sample
from vidtag.dataset import Dataset, Sample, Skipped, VideoSource
from vidtag.dataset.summary import FolderCount, ShotCount, VideoCount, summarize


def in_folders(one: Sample, *folders: str) -> Sample:
    return replace(one, folders=frozenset(folders))


def good() -> list[Sample]:
    """25 frames of two shots with ross, and as many without."""
    made = [sample(n, *(["ross"] if n < 25 else []), shot=n // 10) for n in range(50)]
    return [in_folders(one, "ross" if one.classes else "no_ross") for one in made]


def test_counts() -> None:
    both = in_folders(sample(60, "rachel", "ross", shot=9), "rachel", "ross")
    dataset = dataset_of(*good(), both, sample(70, "ross"), sample(71, "ross", dhash=7))
    videos = {VIDEO: VideoSource(sha256=VIDEO * 4, name="s01e01.mp4")}

    summary = summarize(replace(dataset, videos=videos))

    assert (summary.pictures, summary.photos) == (53, 2)
    assert summary.folders == (
        FolderCount(name="no_ross", pictures=25, shots=3),
        FolderCount(name="rachel", pictures=1, shots=1),
        FolderCount(name="ross", pictures=28, shots=6),
    )
    shots = (
        ShotCount(shot=0, pictures=10, folders={"ross": 10}),
        ShotCount(shot=1, pictures=10, folders={"ross": 10}),
        ShotCount(shot=2, pictures=10, folders={"no_ross": 5, "ross": 5}),
        ShotCount(shot=3, pictures=10, folders={"no_ross": 10}),
        ShotCount(shot=4, pictures=10, folders={"no_ross": 10}),
        ShotCount(shot=9, pictures=1, folders={"rachel": 1, "ross": 1}),
    )
    assert summary.videos == (VideoCount(video=VIDEO, name="s01e01.mp4", shots=shots),)
    assert summary.videos[0].pictures == 51


def test_a_good_dataset_has_no_warnings() -> None:
    summary = summarize(dataset_of(*good()))

    assert (summary.warnings, summary.alike, summary.conflicts) == ((), (), ())
    assert summary.videos[0].name is None


def test_near_duplicates_and_those_that_contradict_each_other() -> None:
    with_ross, alike = (sample(n, "ross", dhash=2**40 - n) for n in (1, 2))
    without = sample(3, dhash=2**40 - 2)
    other = sample(4, "rachel", dhash=0)

    summary = summarize(dataset_of(with_ross, alike, without, other))

    assert summary.alike == ((with_ross, alike, without),)
    assert summary.conflicts == ((with_ross, without), (alike, without))
    assert summary.warnings[-1] == (
        "pictures that look like one in another class: 2; is each in its place?"
    )


def named(*folders: str) -> Dataset:
    """Good samples, and empty folders."""
    dataset = dataset_of(*good())
    return replace(dataset, folders=tuple(sorted({*dataset.folders, *folders})))


@pytest.mark.parametrize(
    ("dataset", "warning"),
    [
        (dataset_of(), "there is no class yet: sort pictures into folders beside `unsorted`"),
        (named("joey"), "joey is empty"),
        (named("CON"), "'CON' is not safe as a file name: Windows keeps it for a device"),
        (named("Ross"), "'Ross' and 'ross' are the same name on some systems"),
        (
            dataset_of(*good()[:25]),
            "there is only one class: put pictures without ross into no_ross",
        ),
        (
            dataset_of(*good(), *(sample(n, "joey", shot=n) for n in (97, 98, 99))),
            "joey has only 3 pictures; 20 are the least that teaches much",
        ),
        (
            dataset_of(*good(), sample(99, "joey")),
            "joey has only 1 picture; 20 are the least that teaches much",
        ),
        (
            dataset_of(*good(), *(sample(100 + n, "joey", shot=70) for n in range(30))),
            "all of joey is from one shot: nothing is left to check with",
        ),
        (
            dataset_of(*good(), *(sample(n, "joey", shot=n) for n in (98, 99))),
            "no_ross has over 10 times as many pictures as joey",
        ),
        (
            replace(dataset_of(*good()), skipped=(Skipped(Path("data/x.jpg"), "why"),)),
            "files that are not used: 1",
        ),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_warnings(dataset: Dataset, warning: str) -> None:
    assert warning in summarize(dataset).warnings
