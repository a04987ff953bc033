from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_new_prints_the_folder_and_what_comes_next(vidtag: Run, tmp_path: Path) -> None:
    outcome = vidtag("plugin", "new", "night-sky")

    assert (outcome.code, outcome.out) == (0, "vidtag-night-sky\n")
    assert outcome.err == "next: cd vidtag-night-sky && pip install -e '.[dev]' && pytest\n"
    assert (tmp_path / "vidtag-night-sky" / "pyproject.toml").is_file()


def test_new_refuses_names_that_are_in_use(vidtag: Run, tmp_path: Path) -> None:
    for taken in ("channels", "r", "csv"):
        outcome = vidtag("plugin", "new", taken)

        assert outcome.code == 2
        assert outcome.err == (
            f"vidtag: the name {taken!r} is taken on this machine; choose another; "
            "`vidtag plugins` shows those in use\n"
        )
    assert list(tmp_path.iterdir()) == []


def test_check_of_a_reporter(vidtag: Run) -> None:
    outcome = vidtag("plugin", "check", "json")

    header, listing, *rules = outcome.out.splitlines()
    assert header.split() == ["SUBJECT", "CHECK", "RESULT"]
    assert listing.startswith("plugin channels  cheap listing      FAILED  it cannot be listed: ")
    assert rules[0] == (
        "reporter json    names              passed  name, suffix and media type are well-formed"
    )
    assert len(rules) == 6


def test_check_of_a_detector_as_json(vidtag: Run) -> None:
    """The plugin of these tests is an object: it cannot be listed in another process."""
    outcome = vidtag("plugin", "check", "r", "--json")

    assert outcome.code == 1
    assert outcome.err == (
        f"vidtag: r: 1 of {len(outcome.json['findings'])} checks failed; "
        "docs/plugins.md explains the rules\n"
    )
    assert (outcome.json["name"], outcome.json["passed"]) == ("r", False)
    [failed] = [finding for finding in outcome.json["findings"] if not finding["passed"]]
    assert (failed["subject"], failed["check"]) == ("plugin channels", "cheap listing")
    assert {f["subject"] for f in outcome.json["findings"]} == {"plugin channels", "detector r"}


def test_check_of_a_plugin_is_of_all_it_offers(vidtag: Run) -> None:
    findings = vidtag("plugin", "check", "channels", "--json").json["findings"]

    subjects = list(dict.fromkeys(finding["subject"] for finding in findings))
    assert subjects[:4] == ["plugin channels", "detector r", "detector g", "detector b"]
    assert set(subjects[4:]) >= {"reporter text", "reporter json", "reporter csv"}


def test_check_of_something_unknown(vidtag: Run) -> None:
    outcome = vidtag("plugin", "check", "chanels")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "vidtag: unknown detector, reporter, exporter or plugin 'chanels'; did you mean channels?\n"
    )
