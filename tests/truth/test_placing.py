from __future__ import annotations

from tests.truth.conftest import Read, ranges

HEADER = "label,start_frame,end_frame\n"


def test_unsure_frames_are_unknown_and_not_present(read: Read) -> None:
    truth = read("truth.csv", HEADER + "ross,0,10\nross?,8,15\n")

    assert ranges(truth) == {"ross": [(0, 8)]}
    assert ranges(truth, unknown=True) == {"ross": [(8, 15)]}
    assert truth.notes == ()


def test_a_label_that_is_only_unsure_is_mentioned(read: Read) -> None:
    truth = read("truth.csv", HEADER + "ross ?,8,15\n")

    assert ranges(truth) == {"ross": []}


def test_overlaps_count_once_with_a_note(read: Read) -> None:
    truth = read("truth.csv", HEADER + "ross,0,50\nross,10,20\nross,30,60\nmonica,5,10\n")

    assert ranges(truth) == {"ross": [(0, 60)], "monica": [(5, 10)]}
    assert truth.notes == (
        "line 3: ross overlaps line 2; counted once",
        "line 4: ross overlaps line 2; counted once",
    )


def test_touching_stretches_do_not_overlap(read: Read) -> None:
    assert read("truth.csv", HEADER + "ross,0,10\nross,10,20\n").notes == ()


def test_a_stretch_without_a_frame_is_noted(read: Read) -> None:
    truth = read("truth.csv", "label,start,end\nross,0.045,0.075\nross,1,1\n")

    assert ranges(truth) == {"ross": []}
    assert truth.notes == ("line 2: ross covers no frame", "line 3: ross covers no frame")


def test_labels_are_the_same_however_their_accents_are_encoded(read: Read) -> None:
    truth = read("truth.csv", HEADER + "Ren\u00e9,0,10\nRene\u0301,10,20\n")

    assert ranges(truth) == {"René": [(0, 20)]}
