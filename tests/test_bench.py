"""What the bench computes without a browser still runs on the subjects as they are: it measures, and says nothing of speed."""

import pytest

from tests.bench import comparer, composer, exports, gaps


@pytest.mark.parametrize(
    "measured",
    [comparer.composed, lambda: composer.measure(size=20, clicks=1), gaps.measure, exports.measure],
    ids=["comparer", "composer", "gaps", "exports"],
)
def test_it_measures(measured, database, monkeypatch):
    monkeypatch.setattr(exports, "ROUNDS", 1)
    figures = measured()
    assert figures and all(value > 0 for value in figures.values())
