from maillage.api import completeness


def test_each_state_of_a_list_has_its_sentence(ask, partial_edition):
    assert completeness.of_places(ask, ["MSP"], ["08"])["MSP"].endswith("liste entière.")
    partial = completeness.of_places(partial_edition.ask, ["MSP", "CPTS"], ["08"])
    assert partial["MSP"] == "12\u00a0MSP recensées sur 22 publiées fin 2023."
    assert (
        partial["CPTS"]
        == "Liste des CPTS et de leurs communes : entière dans 0\u00a0département sur 1, partielle dans 1."
    )
    assert completeness.of_places(partial_edition.ask, ["MSP"], ["35"])["MSP"].startswith(
        "56\u00a0MSP publiées fin 2023, aucune localisée"
    )
