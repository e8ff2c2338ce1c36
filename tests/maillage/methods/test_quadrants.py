import pandas as pd

from maillage.methods import quadrants


def rows(x, y) -> pd.DataFrame:
    return pd.DataFrame({"code": [f"{n:02}" for n in range(len(x))], "x": x, "y": y})


def test_a_value_on_a_median_is_in_no_quarter():
    quarters = quadrants.quadrants(rows([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]), ("more", "less"))
    assert quarters.cut == (2.0, 2.0)
    assert {(q.right, q.top): q.count for q in quarters.quarters} == {
        (False, True): 1,
        (True, True): 0,
        (False, False): 0,
        (True, False): 1,
    }


def test_a_side_is_better_by_the_direction_that_is_declared():
    quarters = quadrants.quadrants(rows([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]), ("more", ""))
    assert {(q.right, q.better_x, q.better_y) for q in quarters.quarters} == {(False, False, None), (True, True, None)}


def test_who_stands_apart_is_named_the_furthest_first():
    values = [float(n) for n in range(20)]
    quarters = quadrants.quadrants(rows([*values, 500.0, 90.0], [*values, 10.0, 10.0]), ("", ""))
    assert quarters.far == ("20", "21")
    assert quadrants.quadrants(rows(values, values), ("", "")).far == ()


def test_on_logarithms_a_multiple_is_a_gap():
    """Fifteen times the median is far along a line, and within reach of values that span a hundredfold."""
    values = [10.0 ** (n / 10) for n in range(20)]
    table = rows([*values, 150.0], [*values, 10.0])
    assert "20" in quadrants.quadrants(table, ("", "")).far
    assert quadrants.quadrants(table, ("", ""), (True, True)).far == ()


def test_one_row_has_no_quarter():
    assert quadrants.quadrants(rows([1.0], [1.0]), ("", "")) is None
