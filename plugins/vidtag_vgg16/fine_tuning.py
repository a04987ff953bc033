"""Fine-tuning: training the last block of the backbone together with the head above it.

What the block sees of each picture is computed once, as a scan computes it. Then block and head are
trained on from where they are, with small steps. They take the place of the frozen block and of the
head that stood on it only if they do better on the pictures that were held out.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from vidtag_vgg16 import architecture
from vidtag_vgg16.block5 import Block5
from vidtag_vgg16.fitting import Dataset, Fitted, presence_weights
from vidtag_vgg16.rows import Rows
from vidtag_vgg16.trainable import Seen, Trainable
from vidtag_vgg16.weights import as_stored

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from numpy.typing import NDArray

    from vidtag.api import Split
    from vidtag_vgg16.features import Extractor
    from vidtag_vgg16.heads import TrainedHead
    from vidtag_vgg16.recipes import Method, Recipe
    from vidtag_vgg16.record import History, Track

_BLOCKS_BELOW = len(architecture.BLOCKS) - 1

NOTHING_HELD_OUT = (
    "the last block stays frozen: no picture was held out to tell whether training it helps"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FineTuned:
    """What came of it."""

    fitted: Fitted
    validation: Dataset  # the features that the head is to be judged by
    block5: Block5 | None  # None where the frozen one did better
    said: str  # which of them did better, in a sentence


def fine_tune(
    fitted: Fitted,
    train: Dataset,
    validation: Dataset,
    *,
    split: Split,
    extractor: Extractor,
    recipe: Recipe,
    method: Method,
    seed: int,
    track: Track,
) -> FineTuned:
    """Train the last block and the head of `fitted` further, and keep what is better.

    Args:
        fitted: a head on the frozen backbone.
        train: what it has learnt from: the pictures of `split`, and then their mirror images if
            `recipe` learns from them.
        validation: what it is judged by.
        split: the pictures.
        extractor: made the features of both.
        recipe: how the head was trained.
        method: how to fine-tune.
        seed: of the order of the pictures.
        track: shows how far it is.

    Raises:
        ValueError: if the training does not settle.
        DatasetError: if a picture can no longer be read.
        ModelError: if there is no room for what the block sees.
    """
    shape = architecture.feature_shape(extractor.input_size, blocks=_BLOCKS_BELOW)
    with Rows(shape) as learnt, Rows(shape) as held_out:
        _look(extractor, split, learnt, held_out, mirrored=recipe.mirrored, track=track)
        trained = Trainable(extractor.block5().weights, fitted.head, shape=shape)
        history = _train(
            trained,
            Seen(learnt, train.targets),
            Seen(held_out, validation.targets),
            method=method,
            seed=seed,
            track=track,
        )
        block5 = _as_read_back(trained, extractor.block5(), learnt)
    head = replace(trained.head, weights=as_stored(trained.head.weights, recipe.stored_as))
    samples = track(split.validation, "held-out pictures, with the last block as trained")
    features = np.stack(list(extractor.features_above(block5, samples)))
    return _better(
        FineTuned(fitted=fitted, validation=validation, block5=None, said=""),
        FineTuned(
            fitted=Fitted(head=head, history=history),
            validation=Dataset(features, validation.targets),
            block5=block5,
            said="",
        ),
        balance=presence_weights(train.targets, balanced=method.balanced),
    )


def _look(
    extractor: Extractor,
    split: Split,
    learnt: Rows,
    held_out: Rows,
    *,
    mirrored: bool,
    track: Track,
) -> None:
    """Keep what the last block sees of the pictures of `split`."""
    learnt.extend(extractor.below_block5(track(split.train, "pictures, below the last block")))
    if mirrored:
        samples = track(split.train, "mirror images, below the last block")
        learnt.extend(extractor.below_block5(samples, mirrored=True))
    samples = track(split.validation, "held-out pictures, below the last block")
    held_out.extend(extractor.below_block5(samples))


def _train(
    trained: Trainable, train: Seen, validation: Seen, *, method: Method, seed: int, track: Track
) -> History:
    steps = range(method.epochs * -(-len(train.targets) // method.batch))
    with closing(_each(track(steps, "training the last block, at most"))) as progress:
        return trained.fit(
            train, validation, method=method, seed=seed, on_step=lambda: next(progress, None)
        )


def _each(steps: Iterable[int]) -> Generator[int, None, None]:
    """`steps`, as something that can be closed before its end."""
    yield from steps


def _as_read_back(trained: Trainable, frozen: Block5, rows: Rows) -> Block5:
    """The block that `trained` has, rounded as it is stored, with the ranges of its values.

    They are those of the frozen block, wider where `rows` need it: what the few pictures of a
    dataset do not show, other pictures may.
    """
    weights = as_stored(trained.block, "float16")
    if frozen.ranges is None:
        return Block5(weights, None)
    trained.set_weights(weights)
    return Block5(weights, frozen.ranges.widened(trained.largest(rows)))


def _better(frozen: FineTuned, tuned: FineTuned, *, balance: NDArray[np.float64]) -> FineTuned:
    """That with the smaller loss on the held-out pictures; the frozen one if they are equal."""
    before, after = (_loss(each.fitted.head, each.validation, balance) for each in (frozen, tuned))
    kept = after < before
    history = _joined(frozen.fitted.history, tuned.fitted.history, kept=kept)
    if kept:
        chosen, said = tuned, f"was trained too: held-out loss {after:.4f}, frozen {before:.4f}"
    else:
        chosen, said = frozen, f"stays frozen: held-out loss {before:.4f}, trained {after:.4f}"
    fitted = replace(chosen.fitted, history=history)
    return replace(chosen, fitted=fitted, said=f"the last block {said}")


def _loss(head: TrainedHead, data: Dataset, balance: NDArray[np.float64]) -> float:
    """Cross-entropy, as the training measures it."""
    logits = head.logits(data.features).astype(np.float64)
    missed, false = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    return float(np.where(data.targets, balance * missed, false).mean())


def _joined(head: History, block: History, *, kept: bool) -> History:
    """The epochs of the head alone, then those of the block with it; `kept`: the latter's best."""
    alone = len(head.epochs)
    return replace(
        head,
        epochs=(*head.epochs, *block.epochs),
        best=alone + block.best if kept else head.best,
        fine_tuned_from=alone,
    )
