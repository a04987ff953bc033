"""What ships with vidtag keeps the contract that others have to keep."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.plugins.vgg16.making import (
    SMALL,
    about,
    random_backbone,
    random_head,
    save_random_classifier,
)
from vidtag.contract import check_detector, check_exporter, check_listing, check_reporter
from vidtag.errors import ModelError
from vidtag.registry import Registry
from vidtag.types import Settings
from vidtag_vgg16.saving import save_backbone

BUNDLED = Registry.load(third_party=False)


@pytest.fixture(scope="module")
def classifiers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """The bundled plugins, with two small classifiers on one random backbone."""
    models = tmp_path_factory.mktemp("models")
    backbone = save_backbone(
        models / "backbones" / "random",
        random_backbone(),
        about=about(),
        preprocessing="rgb-unit",
        input_size=SMALL,
    )
    for name, labels in {"small-pair": ("ross", "rachel"), "small-one": ("joey",)}.items():
        save_random_classifier(models / name, backbone, random_head(*labels))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIDTAG_MODELS", str(models))
        patch.setenv("VIDTAG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield Registry.load(third_party=False)


@pytest.mark.parametrize("name", ["small-pair", "small-one"])
def test_vgg16_classifiers(classifiers: Registry, name: str) -> None:
    findings = check_detector(name, registry=classifiers)

    assert [str(finding) for finding in findings if not finding.passed] == []
    assert "together" in {finding.check for finding in findings}


@pytest.mark.parametrize("name", sorted(BUNDLED.detectors()))
def test_detectors(name: str) -> None:
    try:
        for detector in BUNDLED.open_detectors([name], Settings(offline=True)):
            detector.close()
    except ModelError as error:
        pytest.skip(str(error))

    findings = check_detector(name, registry=BUNDLED)

    assert [str(finding) for finding in findings if not finding.passed] == []


@pytest.mark.parametrize("name", sorted(BUNDLED.reporters()))
def test_reporters(name: str) -> None:
    findings = check_reporter(name, registry=BUNDLED)

    assert [str(finding) for finding in findings if not finding.passed] == []


@pytest.mark.parametrize("name", sorted(BUNDLED.exporters()))
def test_exporters(name: str) -> None:
    findings = check_exporter(name, registry=BUNDLED)

    assert [str(finding) for finding in findings if not finding.passed] == []


@pytest.mark.parametrize("name", [record.name for record in BUNDLED.plugins if record.bundled])
def test_plugins_are_cheap_to_list(name: str) -> None:
    findings = check_listing(name, registry=BUNDLED)

    assert [str(finding) for finding in findings if not finding.passed] == []
