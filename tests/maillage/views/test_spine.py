from maillage.records.essentials import Dot, SpineLine, SpineMark
from maillage.records.figure import Figure
from maillage.views import spine


def line(own: Figure | None, place: str = "", **more) -> SpineLine:
    dots = tuple(Dot(str(n), f"D{n}", Figure(float(n))) for n in (1, 4, 100))
    fields = {
        "marks": (SpineMark("benchmark", "France", Figure(4.0)),),
        "dots": dots,
        "apart": (),
        "ratio": False,
    } | more
    mark = SpineMark("own", "Ici", own) if own else None
    return SpineLine(
        "taux_pauvrete", "Pauvreté", "%", 1, "less", own=mark, own_scope="communes", year="2021", place=place, **fields
    )


def test_what_it_is_compared_with_stands_in_the_middle_and_the_ends_at_the_ends():
    place = spine.scale(line(None))
    assert (place(1), place(4), place(100)) == (spine.EDGE, spine.WIDTH / 2, spine.WIDTH - spine.EDGE)


def test_a_ratio_is_laid_on_logarithms():
    place = spine.scale(line(None, ratio=True, marks=(SpineMark("benchmark", "France", Figure(1.0)),)))
    assert place(10) == (spine.WIDTH / 2 + spine.WIDTH - spine.EDGE) / 2


def test_one_value_everywhere_does_not_divide_by_nothing():
    place = spine.scale(line(None, dots=(Dot("1", "D", Figure(4.0)),)))
    assert place(4.0) == spine.WIDTH / 2


def test_a_place_has_its_shape_and_a_bound_points_out_of_the_ranks():
    assert spine.SHAPES["worse"] in spine.strip(line(Figure(9.0), "worse"))
    drawn = spine.strip(line(Figure(9.0, bound="at_least")))
    assert not any(shape in drawn for shape in spine.SHAPES.values()) and "h14" in drawn
    assert "h-14" in spine.strip(line(Figure(9.0, bound="at_most")))
    assert "hors des rangs" in spine.sentence(line(Figure(9.0, bound="at_most")))
