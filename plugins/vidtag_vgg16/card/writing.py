"""The files of a card, and the page of mistakes that belongs to no card.

<models>/ross/card.md, card.html, curves.png ...     may be passed on: no picture of a person
<cache>/mistakes/ross/mistakes.html                  stays on this machine: shows pictures
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.api import ModelError, cache_dir, write_whole
from vidtag_vgg16.card.content import make_card
from vidtag_vgg16.card.epochs import draw_history
from vidtag_vgg16.card.mistakes import worst_mistakes
from vidtag_vgg16.card.pages import card_as_markdown, card_as_page, mistakes_as_page
from vidtag_vgg16.card.plots import draw_judgement

if TYPE_CHECKING:
    from vidtag.api import Manifest, ModelFolder
    from vidtag_vgg16.learning import Lesson

CARD_NAME = "card.md"
PAGE_NAME = "card.html"
_PRIVATE = 0o600  # nobody else on this machine need see the pictures


def card_files(manifest: Manifest, lesson: Lesson) -> dict[str, bytes]:
    """The model card, to be written beside the weights: file name -> content.

    The same manifest and lesson give the same bytes. The plots come first, so that no card shows
    what is not there.

    Raises:
        ModelError: if Matplotlib is not installed.
    """
    card = make_card(
        manifest,
        lesson,
        curves=draw_history(lesson.history, held_out=lesson.held_out),
        judged=draw_judgement(lesson.judgement, manifest.thresholds) if lesson.judgement else (),
        mistakes=_below_cache(manifest.name).as_posix() if lesson.judgement else "",
    )
    return {
        **{plot.name: plot.png for plot in card.plots},
        CARD_NAME: card_as_markdown(card).encode(),
        PAGE_NAME: card_as_page(card).encode(),
    }


def write_mistakes(folder: ModelFolder, lesson: Lesson) -> Path | None:
    """Write the page with the worst mistakes of the model in `folder` into the cache.

    Returns:
        Where it is; `None` where nothing was held out, so that nothing can be judged. Then the page
        of an older model of that name is taken away.

    Raises:
        ModelError: if it cannot be written. The model is whole and can be used.
    """
    path = cache_dir() / _below_cache(folder.manifest.name)
    if lesson.judgement is None:
        with _explained(path):
            path.unlink(missing_ok=True)
        return None
    mistakes = worst_mistakes(
        lesson.judgement, folder.manifest.thresholds, root=lesson.dataset.root
    )
    page = mistakes_as_page(folder.manifest.name, folder.sha256, mistakes)
    _write(path, page.encode())
    return path


def _below_cache(name: str) -> Path:
    return Path("mistakes", name, "mistakes.html")


def _write(path: Path, content: bytes) -> None:
    """Write `path`, whole or not at all."""
    with _explained(path):
        write_whole(path, content, mode=_PRIVATE)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ModelError(
            f"{path}: cannot be written: {(error.strerror or str(error)).lower()}",
            hint="the model is whole and can be used; make room, or set VIDTAG_CACHE",
        ) from error
