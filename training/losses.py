"""How far the student is from its teachers; every function returns a scalar tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorflow import Tensor

RELATION_TEMPERATURE = 0.1
LABEL_SMOOTHING = 0.1
RELATION_WEIGHT = 0.5
CHARACTER_WEIGHT = 0.2
FRAME_WEIGHT = 1.0


def cosine_distance(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean of 1 - cosine over rows; `teacher` (N, D) is of unit length, `student` is not."""
    import tensorflow as tf

    return 1.0 - tf.reduce_mean(tf.reduce_sum(tf.math.l2_normalize(student, 1) * teacher, 1))


def relation_divergence(student: Tensor, teacher: Tensor) -> Tensor:
    """Compare whom each face of the batch resembles: KL of the student's softmax to the teacher's.

    Both are (N, D); each row is compared with the teacher's vectors of the whole batch.
    """
    import tensorflow as tf

    wanted = tf.matmul(teacher, teacher, transpose_b=True) / RELATION_TEMPERATURE
    shown = tf.matmul(tf.math.l2_normalize(student, 1), teacher, transpose_b=True)
    gap = tf.nn.log_softmax(wanted) - tf.nn.log_softmax(shown / RELATION_TEMPERATURE)
    return tf.reduce_mean(tf.reduce_sum(tf.nn.softmax(wanted) * gap, 1))


def character_entropy(logits: Tensor, classes: Tensor) -> Tensor:
    """Smoothed cross-entropy of `logits` (N, C) over the rows whose class is not negative."""
    import tensorflow as tf

    count = logits.shape[1]
    known = tf.cast(classes >= 0, tf.float32)
    wanted = tf.one_hot(classes, count) * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / count
    entropy = -tf.reduce_sum(wanted * tf.nn.log_softmax(logits), 1)
    return tf.reduce_sum(known * entropy) / tf.maximum(tf.reduce_sum(known), 1.0)
