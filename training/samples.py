"""Make the sample episodes of `make demo`: draw them, encode them, write their truth.

    python -m training.samples --out vidtag/samples

The same code, seeds and library versions give the same files. Beside each `NAME.mp4` lies
`NAME.truth.csv` with the columns `label,start_frame,end_frame` (end exclusive): a character is
present in a frame when at least half of the character's face, as a shape, is inside the picture
and not covered; see `training.cartoon.stage`.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av

from training.cartoon.canvas import HEIGHT_PX, WIDTH_PX, Picture
from training.cartoon.film import Film
from training.cartoon.finale import FINALE
from training.cartoon.pilot import PILOT
from training.cartoon.stage import Still, render, truth

FRAME_RATE = Fraction(24_000, 1_001)
# One thread: with several, the encoder's output depends on their number.
_ENCODER = {
    "crf": "35",
    "preset": "veryslow",
    "threads": "1",
    "x264-params": "keyint=240:bframes=6:ref=6:qcomp=0.75:psy-rd=0.4,0:deblock=1,1",
}


def stills(film: Film) -> Iterator[Still]:
    """All frames of a film in order."""
    for shot in film.shots:
        for frame in range(shot.frames):
            yield render(shot, film.costumes, frame)


def encode(pictures: Iterator[Picture], target: Path) -> None:
    """Write `pictures` (height, width, 3) RGB as H.264 in an MP4 file, without sound."""
    with av.open(str(target), "w", options={"movflags": "+faststart"}) as container:
        container.flags |= 0x0400  # AVFMT_FLAG_BITEXACT: no version of the encoder in the file
        stream = container.add_stream("libx264", rate=FRAME_RATE, options=_ENCODER)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, 1 / FRAME_RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def write_truth(present: list[frozenset[str]], target: Path) -> None:
    """Write the runs of presence as CSV."""
    with target.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("label", "start_frame", "end_frame"))
        rows.writerows(truth(present))


def make(film: Film, folder: Path) -> Path:
    """Make one episode and its truth in `folder`; returns the video's path."""
    present: list[frozenset[str]] = []

    def pictures() -> Iterator[Picture]:
        for still in stills(film):
            present.append(still.present)
            yield still.picture

    target = folder / f"{film.name}.mp4"
    encode(pictures(), target)
    write_truth(present, folder / f"{film.name}.truth.csv")
    return target


def main() -> None:
    """Make all episodes."""
    parser = argparse.ArgumentParser(description="Make the sample episodes and their truth.")
    parser.add_argument("--out", type=Path, default=Path("vidtag/samples"))
    folder: Path = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for film in (PILOT, FINALE):
        target = make(film, folder)
        print(f"{target}: {film.frames} frames, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
