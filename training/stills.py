"""Draw the stills that tell how large activations become, where nothing better is at hand.

    python -m training.stills --out plugins/vidtag_vgg16/stills

Rushes of the sample series: its cast in random clothes, on its sets or in rooms of random colours.
`vidtag_vgg16.measuring` says what they are for.
"""

from __future__ import annotations

from pathlib import Path

import click
import cv2

from training.cartoon.rushes import rush
from training.cartoon.stage import render

SEEDS = range(100, 112)
WIDTH_PX, HEIGHT_PX = 448, 252
QUALITY = 85


@click.command(help=__doc__)
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(out: Path) -> None:
    """Draw and write."""
    out.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS:
        film = rush(seed)
        picture = render(film.shots[0], film.costumes, seed % film.frames).picture
        scaled = cv2.resize(picture, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)
        path = out / f"rush-{seed}.jpg"
        cv2.imwrite(str(path), scaled[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        click.echo(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
