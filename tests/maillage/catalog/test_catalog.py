"""The registry: everything declared is complete, distinct and readable."""

import pytest

from maillage import catalog


@pytest.mark.parametrize(
    "entries",
    [
        catalog.LEVELS,
        catalog.SITE_TYPES,
        catalog.SITE_STATUSES,
        (*catalog.CPTS_STATUSES, *catalog.CPTS_STEPS),
        catalog.SIZE_CLASSES,
        catalog.INDICATORS,
    ],
)
def test_codes_and_labels_are_distinct_and_not_empty(entries):
    for field in ("code", "label"):
        values = [getattr(entry, field).strip() for entry in entries]
        assert all(values)
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("indicator", catalog.INDICATORS, ids=lambda indicator: indicator.code)
def test_an_indicator_is_whole(indicator):
    assert indicator.unit and indicator.group and indicator.decimals >= 0
    assert indicator.definition.endswith(".")
    assert indicator.levels and set(indicator.levels) <= set(catalog.LEVEL)
    assert indicator.combine in ("", "sum", "mean")
    assert indicator.sex in ("all", "f", "m")
    assert indicator.site_type in ("", *catalog.SITE_TYPE)
    assert indicator.tier in ("embedded", "live", "local")
    for breaks in (indicator.breaks, indicator.commune_breaks):
        assert list(breaks) == sorted(set(breaks))
        assert len(breaks) <= 5, "six classes at most"


def test_a_diverging_palette_only_where_there_is_a_benchmark():
    diverging = {"RdBu", "BrBG", "PiYG", "PRGn", "PuOr", "RdGy", "RdYlBu", "RdYlGn", "Spectral"}
    for indicator in catalog.INDICATORS:
        if indicator.palette in diverging and not indicator.categories:
            assert 0 in indicator.breaks, indicator.code


CATEGORICAL = [indicator for indicator in catalog.INDICATORS if indicator.categories]


@pytest.mark.parametrize("indicator", CATEGORICAL, ids=lambda indicator: indicator.code)
def test_categories_are_ranks_without_a_mean(indicator):
    assert 2 <= len(indicator.categories) == len(set(indicator.categories)) <= 9  # one character each on the map
    assert not (indicator.breaks or indicator.commune_breaks or indicator.combine or indicator.decimals)
    assert set(indicator.levels) == {"commune", "arrondissement_municipal"}
    ranks = range(1, len(indicator.categories) + 1)
    assert [sum(rank >= limit for limit in indicator.limits) for rank in ranks] == [rank - 1 for rank in ranks]
    assert [indicator.category(float(rank)) for rank in ranks] == list(indicator.categories)


def test_a_number_has_no_category():
    assert catalog.INDICATOR["densite"].limits == ()


def test_defaults_are_in_the_catalog():
    assert catalog.DEFAULT_INDICATOR in catalog.INDICATOR
    assert set(catalog.DEFAULT_SITE_TYPES) <= set(catalog.SITE_TYPE)
    assert set(catalog.DEFAULT_CPTS_STATUSES) == set(catalog.CPTS_STATUS) - {"resilie"}
    assert set(catalog.SITE_PREPARING) < set(catalog.SITE_STATUS)


@pytest.mark.parametrize(
    ("population", "code"),
    [
        (0, "T1"),
        (39_999, "T1"),
        (40_000, "T2"),
        (79_999, "T2"),
        (80_000, "T3"),
        (94_159, "T3"),
        (174_999, "T3"),
        (175_000, "T4"),
        (2_000_000, "T4"),
    ],
)
def test_size_classes_at_their_limits(population, code):
    assert catalog.size_class(population).code == code


@pytest.mark.parametrize("kind", catalog.SITE_TYPES, ids=lambda kind: kind.code)
def test_white_letters_read_on_every_symbol(kind):
    assert contrast("#FFFFFF", kind.colour) >= 4.5


def test_white_reads_on_the_colour_of_cpts():
    assert contrast("#FFFFFF", catalog.CPTS_COLOUR) >= 4.5


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


def test_symbols_differ_without_their_colours():
    assert len({(kind.shape, kind.symbol) for kind in catalog.SITE_TYPES}) == len(catalog.SITE_TYPES)
    assert all(len(kind.symbol) <= 2 for kind in catalog.SITE_TYPES)


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio of two #RRGGBB colours."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
