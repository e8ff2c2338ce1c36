"""Which of Streamlit's files an element needs."""

from maillage.screen.server import modules


def test_a_kind_needs_its_module_and_what_that_imports_but_not_what_the_page_asks_for_itself():
    files = modules.needed(["html"])
    assert len(files) == 2 and files[0].startswith("Html.") and files[1].startswith("purify.")
    own = (modules.FOLDER.parents[1] / "index.html").read_text(encoding="utf-8")
    for file in modules.needed(["selectbox", "plotly_chart", "dataframe"]):
        assert (modules.FOLDER / file).is_file() and file not in own


def test_what_is_imported_is_needed_to_the_last():
    files = set(modules.needed(["selectbox"]))
    page = (modules.FOLDER.parents[1] / "index.html").read_text(encoding="utf-8")
    for file in files:
        for other in modules.IMPORT.findall((modules.FOLDER / file).read_text(encoding="utf-8")):
            assert other in files or other in page or other.startswith("index.")


def test_kinds_add_up_and_an_unknown_one_needs_nothing():
    assert modules.needed(["empty", "no_such_kind"]) == []
    both = modules.needed(["page_link", "plotly_chart"])
    assert set(both) == {*modules.needed(["page_link"]), *modules.needed(["plotly_chart"])}
    assert any(file.startswith("PlotlyChart.") for file in both)
