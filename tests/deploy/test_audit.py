import json

import pytest

from deploy.audit import verdict

SAFE = {"name": "safe", "version": "1.0", "vulns": []}
WEAK = {"name": "weak", "version": "2.0", "vulns": [{"id": "PYSEC-1"}, {"id": "CVE-2"}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "words", "code"),
    [
        ([SAFE, SAFE], "2 packages audited: none is known to be weak.", 0),
        ([SAFE, WEAK, UNKNOWN], "weak 2.0: PYSEC-1, CVE-2", 1),
        ([SAFE, UNKNOWN], "1 could not be asked about: unknown", 2),  # what was not asked is not safe
        ([UNKNOWN] * 9, "Nothing was audited.", 2),
        ([SAFE] + [UNKNOWN] * 9, "unknown, unknown, unknown, unknown, unknown…", 2),
    ],
)
def test_a_report_is_read_as_it_is(packages, words, code):
    sentence, ended = verdict(json.dumps({"dependencies": packages}))
    assert words in sentence and ended == code


@pytest.mark.parametrize("report", ["", "Traceback", "[]", "{}"])
def test_no_report_is_no_audit(report):
    sentence, code = verdict(report)
    assert sentence.count(".") == 1 and "Nothing was audited" in sentence and code == 2
