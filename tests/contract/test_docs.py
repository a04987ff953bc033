from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.examples import GoodExporter, GoodReporter, Plugin, registry
from vidtag.contract import Finding, check

MANUAL = Path(__file__).parents[2] / "docs" / "plugins.md"


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    plugin = Plugin(reporters=[GoodReporter()], exporters=[GoodExporter()])
    return check("plugin", registry=registry(plugin))


def test_every_check_is_explained(findings: list[Finding]) -> None:
    manual = MANUAL.read_text(encoding="utf-8")
    checks = {finding.check for finding in findings}

    assert len(checks) == 28
    assert [name for name in sorted(checks) if f"\n| `{name}` | " not in manual] == []
