"""Who the tracks of a video are, and so who is on screen in which frame.

Nothing here looks at pictures: what is needed of them was kept with the tracks. So when the gallery
changes, old scans are decided again without decoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vidtag import sampling
from vidtag.scan import scoring, strangers, telling
from vidtag.scan.agreement import agreed, log_odds_of
from vidtag.scan.presence import presence
from vidtag.types import Decision, DetectorIdentity, Gallery, Person

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.scan.conclusions import Footage
    from vidtag.store import Database
    from vidtag.types import Correction, Embeddings, Recognizer, RunRecord, Scores, Track

GALLERY = "gallery"  # the setting of a recognizer that says which people it went by
MATCHES = 0.5  # probability from which a face is somebody's

_CERTAIN = 0.99  # probability from which a face may serve to recognise others


def same_but_gallery(one: DetectorIdentity, other: DetectorIdentity) -> bool:
    """Whether both see the same in a face, and differ at most in whom they know."""
    return with_gallery(one, "") == with_gallery(other, "")


def with_gallery(identity: DetectorIdentity, digest: str) -> DetectorIdentity:
    """The identity of a detector that goes by the gallery with this digest."""
    return replace(identity, settings={**identity.settings, GALLERY: digest})


def by_scores(database: Database, run: RunRecord, footage: Footage) -> None:
    """Decide a run whose tracks carry the scores of its labels, and mark it done."""
    tracks = database.tracks(run.run_id)
    scores = _stacked(tracks, len(run.labels))
    exclusive = len(run.labels) == 1
    log_odds = log_odds_of(scores, exclusive=exclusive)
    chances = agreed(footage, list(tracks.values()), log_odds, exclusive=exclusive)
    shown = presence(footage, list(tracks.values()), chances, run.labels, corrections=())
    named = dict(_named(tracks, chances, run.thresholds))
    _decide(database, run, footage, shown, named)


def by_gallery(
    database: Database,
    run: RunRecord,
    footage: Footage,
    recognizer: Recognizer,
    gallery: Gallery,
    *,
    where: str,
) -> Gallery:
    """Decide a run of a recognizer by the people known now, and mark it done.

    Those with a name come first; who is none of them may be an unknown person seen before. Somebody
    who is seen long enough and is neither becomes an unknown person, known from now on by the name
    of a cluster.

    Args:
        database: what was seen, and who is known.
        run: of `recognizer`; all its tracks are stored.
        footage: the video of the run.
        recognizer: with any gallery.
        gallery: the people known now.
        where: the video's name, for a person to read.

    Returns:
        The people known afterwards.
    """
    tracks = database.tracks(run.run_id)
    all_tracks = list(tracks.values())
    embeddings = _stacked(tracks, 0)
    named, unnamed = gallery.named, gallery.unnamed
    corrections = database.corrections(run.video_id)
    known = _known(recognizer, footage, all_tracks, embeddings, named, corrections=corrections)
    others = _unnamed(recognizer, footage, all_tracks, embeddings, unnamed, known)
    left = np.maximum(known.max(axis=1, initial=0.0), others.max(axis=1, initial=0.0)) < MATCHES
    if found := strangers.find(recognizer, footage, all_tracks, embeddings, left):
        new = [strangers.references(recognizer.space, where, group) for group in found]
        database.people.add_unknown(new)
        gallery = database.people.gallery(recognizer.space)
        unnamed = gallery.unnamed
        others = _unnamed(recognizer, footage, all_tracks, embeddings, unnamed, known)
    here = others.max(axis=0, initial=0.0) >= MATCHES  # the other clusters are of other videos
    present = [name for name, is_here in zip(unnamed.names, here, strict=True) if is_here]
    thresholds = dict.fromkeys((*named.names, *present), MATCHES)
    chances = np.hstack([known, others[:, here]])
    decided = replace(
        run,
        identity=decided_by(database, run, recognizer, gallery),
        labels=tuple(thresholds),
        thresholds=thresholds,
    )
    shown = presence(footage, all_tracks, chances, decided.labels, corrections)
    _decide(database, decided, footage, shown, dict(_named(tracks, chances, thresholds)))
    return gallery


def decided_by(
    database: Database, run: RunRecord, recognizer: Recognizer, gallery: Gallery
) -> DetectorIdentity:
    """What a run's identity is when `recognizer` decides it by the people known and corrections."""
    own = recognizer.heads[0].identity
    merged = replace(run.identity, settings={**run.identity.settings, **own.settings})
    return with_gallery(merged, known_of(database, gallery, run.video_id))


def known_of(database: Database, gallery: Gallery, video_id: int) -> str:
    """Names what a recognizer goes by in a video: the people known, and what was corrected."""
    return gallery.digest + telling.fingerprint(database.corrections(video_id))


def _known(
    recognizer: Recognizer,
    footage: Footage,
    tracks: Sequence[Track],
    embeddings: Embeddings,
    named: Gallery,
    *,
    corrections: Sequence[Correction],
) -> NDArray[np.float64]:
    """Probabilities (tracks, people with a name), given what people have corrected.

    Twice: those who are recognised for certain show how they look in this video, and so help to
    recognise themselves where light or pose are far from their photos.
    """
    by_face = log_odds_of(_match(recognizer, embeddings, named), exclusive=True)
    told = telling.told(tracks, named.names, corrections, by_face, frames=footage.frames)
    first = agreed(footage, tracks, by_face + told, exclusive=True)
    clear = np.array([strangers.is_clear(track) for track in tracks], np.bool_)
    seen = [
        _with(person, embeddings[clear & (column >= _CERTAIN)]) if len(tracks) else person
        for person, column in zip(named.people, first.T, strict=True)
    ]
    scores = _match(recognizer, embeddings, Gallery(tuple(seen)))
    return agreed(footage, tracks, log_odds_of(scores, exclusive=True) + told, exclusive=True)


def _with(person: Person, seen: Embeddings) -> Person:
    """The person, as photos and tracks show them; a track counts as a quarter of the photos."""
    counted = np.repeat(seen, max(1, len(person.embeddings) // 4), axis=0)
    return replace(person, embeddings=np.concatenate([person.embeddings, counted]))


def _unnamed(
    recognizer: Recognizer,
    footage: Footage,
    tracks: Sequence[Track],
    embeddings: Embeddings,
    unnamed: Gallery,
    known: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Probabilities (tracks, unknown people), as far as a track is clear and nobody with a name."""
    log_odds = log_odds_of(_match(recognizer, embeddings, unnamed), exclusive=True)
    chances = agreed(footage, tracks, log_odds, exclusive=True)
    nobody = np.clip(1 - known.sum(axis=1, keepdims=True), 0.0, 1.0)
    clear = np.array([strangers.is_clear(track) for track in tracks], np.float64)
    return np.asarray(clear[:, np.newaxis] * nobody * chances, np.float64)


def _stacked(tracks: Mapping[int, Track], width: int) -> NDArray[np.float32]:
    """The evidence (tracks, values); (0, width) where there is none."""
    if not tracks:
        return np.empty((0, width), np.float32)
    return np.stack([track.evidence for track in tracks.values()])


def _match(recognizer: Recognizer, embeddings: Embeddings, gallery: Gallery) -> Scores:
    if not (len(embeddings) and gallery.people):
        return np.zeros((len(embeddings), len(gallery.people)), np.float32)
    scores = np.asarray(recognizer.match(embeddings, gallery), np.float32)
    scoring.check_probabilities(recognizer, scores)
    return scores


def _decide(
    database: Database,
    run: RunRecord,
    footage: Footage,
    shown: Scores,
    named: Mapping[int, tuple[str, float]],
) -> None:
    """Write what a run comes to.

    Args:
        database: where to.
        run: with the labels, thresholds and identity that it now has.
        footage: the video.
        shown: (frames, labels) probabilities to be on screen.
        named: id of a track -> who it is, and the probability.
    """
    scored = _looked_at(database, run, footage)
    found = {
        label: footage.conclude(shown[:, column], scored, run.thresholds[label])
        for column, label in enumerate(run.labels)
    }
    decision = Decision(
        identity=run.identity,
        labels=run.labels,
        thresholds=run.thresholds,
        scores=shown,
        scored=scored,
        appearances={label: appearances for label, (appearances, _) in found.items()},
        estimates={label: estimate for label, (_, estimate) in found.items()},
        tracks=named,
    )
    database.decide(run.run_id, decision)


def _looked_at(database: Database, run: RunRecord, footage: Footage) -> NDArray[np.bool_]:
    """Which frames (frames,) were looked at: those that the sampler chose of each piece."""
    sampler = sampling.parse_timed(run.sampler)
    scored = np.zeros(footage.frames, np.bool_)
    for start, end in database.done_pieces(run.run_id):
        scored[start + sampler.choose(footage.edges_us[start:end])] = True
    return scored


def _named(
    tracks: Mapping[int, Track], chances: NDArray[np.float64], thresholds: Mapping[str, float]
) -> Iterator[tuple[int, tuple[str, float]]]:
    """Who each track is, with the probability; nothing for tracks of nobody known."""
    labels = tuple(thresholds)
    for track_id, row in zip(tracks, chances, strict=True):
        if not len(row):
            return
        best = int(row.argmax())
        if row[best] >= thresholds[labels[best]]:
            yield track_id, (labels[best], float(row[best]))
