from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.truth.conftest import Read, ranges
from tests.truth.frames import FILM, constant
from vidtag.errors import TruthError
from vidtag.truth import parse_truth, read_truth
from vidtag.truth.reading import SUFFIXES

TABLE = "label,start_frame,end_frame\nRené,0,10\n"
BOMB = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<annotations>&b;</annotations>"
)
OUTSIDE = '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><annotations>&a;</annotations>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(read: Read, encoding: str) -> None:
    assert ranges(read("truth.csv", TABLE.encode(encoding))) == {"René": [(0, 10)]}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("truth.csv", TABLE.encode("latin-1"), "line 2: byte 0xe9 is not UTF-8; save it as UTF-8"),
        ("truth.csv", b"\xff\xfea", "line 1: byte 0x61 is not UTF-16"),
        ("truth.csv", b"", "the file is empty"),
        ("truth.csv", b" \r\n", "the file is empty"),
        ("truth.csv", b"label,start,end\nross,0,\0\n", "not a text file"),
        ("truth.sub", b"1\n", "unknown kind of truth file; known: .csv, .tsv, .txt, .eaf, .xml"),
        ("truth", b"1\n", "unknown kind of truth file"),
        ("truth.xml", b"<annotations><image>", "no XML: no element found: line 1, column 20"),
        ("truth.xml", b"label,start,end\n", "no XML: syntax error: line 1, column 0"),
        ("truth.xml", b"<html/>", "XML, but <html> is neither of ELAN, of CVAT nor FCPXML"),
        ("truth.xml", BOMB.encode(), "unsafe XML: it defines entities or a document type"),
        ("truth.eaf", OUTSIDE.encode(), "unsafe XML: it defines entities or a document type"),
        ("truth.xml", b'<?xml version="1.0" encoding="x"?><a/>', "XML in an unknown encoding"),
        ("truth.json", b"{\n]", "line 2: no JSON: Expecting property name"),
        ("truth.json", b"[" * 100_000, "no JSON that can be read: nested too deeply"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
def test_what_cannot_be_read(read: Read, name: str, content: bytes, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        read(name, content)
    assert f"{name}: {message}" in str(raised.value)


SCRAPS = (
    b"label,start,end\n", b"ross,0,1\n", b'"', b"0.5\t1\tross\n", b"\\\n", b"[", b"]", b"{", b"}",
    b'"annotations":', b'"result":', b'"type":"timelinelabels",', b'"value":', b"null", b"<", b">",
    b"<annotations>", b"</annotations>", b'<track label="a">', b"</track>", b'<box frame="1"/>',
    b"<image/>", b"<ANNOTATION_DOCUMENT>", b"<HEADER/>", b"\0", b"\xff", b"\xef\xbb\xbf", b"\n",
    b"WEBVTT\n\n", b"1\n", b"0:01 --> 0:02\nross\n\n", b"SPEAKER a 1 0 1 - - ross\n", b"PAR1",
    b'"images":[]', b'"OTIO_SCHEMA":"Timeline.1"', b"<fcpxml>", b"001 AX V C", b" 00:00:00:01",
    b'{"label":"a","start_frame":1,"end_frame":2}\n', b",", b"* FROM CLIP NAME: ross\n",
)  # fmt: skip


@settings(deadline=None)  # a format's library is imported when its first file comes
@given(
    st.sampled_from(SUFFIXES),
    st.lists(st.sampled_from(SCRAPS) | st.binary(max_size=8), max_size=12).map(b"".join),
)
def test_whatever_is_in_a_file_is_read_or_refused(suffix: str, content: bytes) -> None:
    with TemporaryDirectory() as folder, suppress(TruthError):
        path = Path(folder) / f"truth{suffix}"
        path.write_bytes(content)
        truth = read_truth(path, times=constant(100))
        assert all(each.present.shape == (100,) for each in truth.labels.values())


def test_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(TruthError, match=r"none\.csv: cannot be read: No such file"):
        parse_truth(tmp_path / "none.csv")
    with pytest.raises(TruthError, match=r"folder\.csv: not a file"):
        parse_truth(tmp_path / "folder.csv")


def test_audacity_labels(read: Read) -> None:
    truth = read("labels.txt", "0.04\t0.2\tross\n\\\t100.0\t2000.0\n1.0\t1.2\tthe \tdog\n")

    assert ranges(truth) == {"ross": [(1, 5)], "the dog": [(25, 30)]}


def test_a_table_may_be_called_txt(read: Read) -> None:
    assert ranges(read("truth.txt", "label\tstart\tend\nross\t0\t1\n")) == {"ross": [(0, 25)]}


def test_a_broken_audacity_line(read: Read) -> None:
    with pytest.raises(TruthError, match="line 2: 'ross' is no label; Audacity writes start"):
        read("labels.txt", "0.04\t0.2\tross\nross\n")


def test_the_truth_of_the_samples_can_be_read() -> None:
    folder = Path(__file__).parents[2] / "vidtag" / "samples"

    truth = read_truth(folder / "Kiosk.S01E02.The.Letter.truth.csv", times=constant(709, FILM))

    frames = {label: int(each.present.sum()) for label, each in truth.labels.items()}
    assert frames == {"mara": 283, "nilo": 323, "otto": 276}


@pytest.mark.material
def test_the_truth_of_the_real_clips(material: Path) -> None:
    path = material / "clips" / "friends_apartment.labels.csv"

    [ross] = read_truth(path, times=constant(589)).labels.values()

    assert (ross.label, ross.present.sum(), ross.unknown.sum()) == ("ross", 163, 6)
