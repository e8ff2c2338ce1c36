"""Widgets and the address: one value, whichever of the two was changed."""

from streamlit.testing.v1 import AppTest


def script():
    import streamlit as st

    from maillage.address.gaps import GapsChoices
    from maillage.address.selection import Selection
    from maillage.screen import binding

    selection, choices = binding.current(), binding.read(GapsChoices)
    binding.bind(st.pills, "types", selection, "Structures", ["MSP", "CDS", "DAC"], selection_mode="multi")
    binding.bind(st.pills, "types", choices, "Types", ["MSP", "CDS"], selection_mode="multi")
    binding.bind(st.slider, "threshold", choices, "Seuil", 5, 60)
    st.button("Y aller", on_click=lambda: binding.change(Selection, level="departement", code="08"))


def opened(**query):
    at = AppTest.from_function(script)
    at.query_params.update(query)
    return at.run()


def words(at):
    return {name: value if isinstance(value, str) else ",".join(value) for name, value in at.query_params.items()}


def test_the_address_gives_widgets_their_values():
    at = opened(structures="DAC", types="CDS", seuil="20")
    assert at.pills(key="choix_types").value == ["DAC"]
    assert at.pills(key="propre_types").value == ["CDS"]
    assert at.slider[0].value == 20


def test_a_choice_rewrites_its_own_words_and_leaves_the_others():
    at = opened(structures="DAC", types="CDS", seuil="20", autre="chose")
    at.slider[0].set_value(25).run()
    assert words(at) == {"structures": "DAC", "types": "CDS", "seuil": "25", "autre": "chose"}
    at.pills(key="choix_types").set_value(["MSP", "DAC"]).run()
    assert words(at) == {"structures": "MSP,DAC", "types": "CDS", "seuil": "25", "autre": "chose"}
    at.button[0].click().run()
    assert words(at)["territoire"] == "departement-08" and words(at)["seuil"] == "25"


def test_a_choice_at_its_default_leaves_the_address():
    at = opened(seuil="20")
    at.slider[0].set_value(15).run()
    assert "seuil" not in at.query_params


def test_what_is_misspelt_is_written_once():
    at = opened(seuil="mille")
    assert at.get("html")[0].value.count("seuil=mille") == 1
    assert at.slider[0].value == 15


def test_a_lone_value_is_not_printed():
    at = AppTest.from_string("'un mot perdu'\n1 + 1\n").run()
    assert not at.exception and not at.main.children
