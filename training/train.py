"""Train the backbone; stop it at will and go on with --resume.

Writes to the run folder ``checkpoint.keras`` (model and optimizer), ``state.json`` and
``log.csv``. A run with the same seed and stages and without --minutes draws the same batches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from training.backbone import build_training_model
from training.batches import BATCH_SIZE, FACES_PER_BATCH, Batch, Batches, Material
from training.losses import (
    CHARACTER_WEIGHT,
    FRAME_WEIGHT,
    RELATION_WEIGHT,
    character_entropy,
    cosine_distance,
    relation_divergence,
)
from training.run import Run, State
from training.schedule import Schedule, learning_rate

if TYPE_CHECKING:
    import keras
    from tensorflow import Tensor

LOSS_NAMES = ("total", "face", "relation", "character", "frame")
LOSS_WEIGHTS = (1.0, RELATION_WEIGHT, CHARACTER_WEIGHT, FRAME_WEIGHT)
WEIGHT_DECAY = 0.05
CLIP_NORM = 5.0
LOG_EVERY = 20

TrainStep = Callable[[Batch], list[float]]


def prepare_keras(seed: int, threads: int) -> None:
    """Fix seeds, precision and threads; must come before the first tensor."""
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    keras.mixed_precision.set_global_policy("mixed_bfloat16")


def new_model(characters: int) -> keras.Model:
    """Build the model with its optimizer; normalisation and biases do not decay."""
    import keras

    model = build_training_model(characters)
    optimizer = keras.optimizers.AdamW(weight_decay=WEIGHT_DECAY, global_clipnorm=CLIP_NORM)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimizer.build(model.trainable_variables)
    model.compile(optimizer)
    return model


def learn(
    model: keras.Model, images: Tensor, faces: Tensor, characters: Tensor, frames: Tensor
) -> Tensor:
    """Take one step of the optimizer; return the losses in the order of `LOSS_NAMES`."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        out = model(images, training=True)
        seen = out["face"][:FACES_PER_BATCH]
        parts = (
            cosine_distance(seen, faces),
            relation_divergence(seen, faces),
            character_entropy(out["character"][:FACES_PER_BATCH], characters),
            cosine_distance(out["frame"][FACES_PER_BATCH:], frames),
        )
        total = tf.add_n([w * part for w, part in zip(LOSS_WEIGHTS, parts, strict=True)])
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(total, variables), variables)
    return tf.stack([total, *parts])


def make_step(model: keras.Model) -> TrainStep:
    """Return `learn` as a compiled function of a batch."""
    import tensorflow as tf

    compiled = tf.function(partial(learn, model))

    def step(batch: Batch) -> list[float]:
        parts = (batch.images, batch.faces, batch.characters, batch.frames)
        return [float(loss) for loss in compiled(*map(tf.constant, parts))]

    return step


@dataclass(frozen=True)
class Moment:
    """A state, and what was used and lost on the way to it."""

    state: State
    size_px: int
    rate: float
    losses: list[float]


def steps(
    model: keras.Model, batches: Batches, schedule: Schedule, peak: float, state: State
) -> Iterator[Moment]:
    """Train from `state` to the end of `schedule`, yielding after every step."""
    learn = make_step(model)
    started = time.monotonic() - state.seconds
    while (progress := schedule.progress(state.position, state.seconds)) < 1.0 - 1e-9:
        size_px, rate = schedule.size_px(progress), learning_rate(peak, progress)
        model.optimizer.learning_rate = rate
        losses = learn(batches.draw(state.step, size_px))
        state = replace(
            state,
            step=state.step + 1,
            position=progress + schedule.share(size_px),
            seconds=time.monotonic() - started,
            images=state.images + BATCH_SIZE,
        )
        yield Moment(state, size_px, rate, losses)


def log_row(moment: Moment, mean_losses: list[float]) -> dict[str, float | int]:
    """Describe a stretch of steps for the log."""
    state = moment.state
    return {
        "step": state.step,
        "seconds": round(state.seconds, 1),
        "position": round(state.position, 5),
        "size_px": moment.size_px,
        "rate": moment.rate,
        **{n: round(v, 4) for n, v in zip(LOSS_NAMES, mean_losses, strict=True)},
    }


def train(
    model: keras.Model,
    run: Run,
    moments: Iterator[Moment],
    save_every: int,
    options: dict[str, Any],
) -> None:
    """Drive the steps, writing the log and the checkpoints."""
    recent: list[list[float]] = []
    moment: Moment | None = None
    for moment in moments:
        recent.append(moment.losses)
        if moment.state.step % LOG_EVERY == 0:
            means = [sum(column) / len(recent) for column in zip(*recent, strict=True)]
            run.append_log(row := log_row(moment, means))
            click.echo(" ".join(f"{name}={value}" for name, value in row.items()))
            recent.clear()
        if moment.state.step % save_every == 0:
            run.save(model, moment.state, options)
    if moment is not None:
        run.save(model, moment.state, options)


@click.command(help=__doc__)
@click.option("--work", type=click.Path(path_type=Path), required=True, help="work folder")
@click.option("--run", "folder", type=click.Path(path_type=Path), required=True, help="run folder")
@click.option("--stages", required=True, help="size:steps,..., for example 48:1500,64:2000")
@click.option("--minutes", type=float, help="end after so long, whatever was reached")
@click.option("--peak-rate", default=1e-3, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--save-every", default=200, show_default=True, help="steps")
@click.option("--resume", is_flag=True, help="go on from the run folder's checkpoint")
def main(
    work: Path,
    folder: Path,
    stages: str,
    minutes: float | None,
    peak_rate: float,
    seed: int,
    threads: int,
    save_every: int,
    resume: bool,
) -> None:
    """Train, or go on training."""
    prepare_keras(seed, threads)
    run = Run(folder)
    if run.checkpoint.exists() and not resume:
        raise click.UsageError(f"{folder} holds a checkpoint; give --resume or another --run")
    folder.mkdir(parents=True, exist_ok=True)
    material = Material(work)
    state = run.load_state() if resume else State()
    model = new_model(len(material.character_names))
    if resume:
        model.load_weights(run.checkpoint)
        if int(model.optimizer.iterations.numpy()) != state.step:
            raise click.ClickException(f"{run.state} is not of the same step as {run.checkpoint}")
    options = {"stages": stages, "minutes": minutes, "peak_rate": peak_rate, "seed": seed}
    schedule = Schedule.parse(stages, minutes)
    moments = steps(model, Batches(material, seed), schedule, peak_rate, state)
    train(model, run, moments, save_every, options)


if __name__ == "__main__":
    main()
