"""The contract of plugins, as a suite that anybody can run on theirs.

    from vidtag.contract import check

    def test_contract() -> None:
        assert [str(finding) for finding in check("my-detector") if not finding.passed] == []

`vidtag plugin check` shows the same findings. Each rule is tested on its own and through the
registry alone, as a scan would use the plugin; docs/plugins.md explains the rules.
"""

from vidtag.contract.detectors import check_detector
from vidtag.contract.findings import Finding
from vidtag.contract.listing import check_listing
from vidtag.contract.reporters import check_exporter, check_reporter
from vidtag.contract.suite import check

__all__ = [
    "Finding",
    "check",
    "check_detector",
    "check_exporter",
    "check_listing",
    "check_reporter",
]
