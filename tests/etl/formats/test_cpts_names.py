"""Names of CPTS: what varies from list to list is dropped, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.formats.cpts_names import plain

names = st.text("abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæ ABCDÉÈÀÇ'-’&()0123456789", max_size=60)


@given(names)
def test_a_plain_name_is_already_plain(name):
    # « CPTS » may appear when what stood inside it goes: reading again must not shorten for ever.
    assert plain(plain(plain(name))) == plain(plain(name))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CPTS des Portes du Luxembourg, du Sedanais et Meusien", "portes luxembourg sedanais meusien"),
        ("Communauté Professionnelle Territoriale de Santé de Saint-Omer", "st omer"),
        ("COMMUNAUTE PROFESSIONNELLE TERRITORIALE DE SANTE LES WEPPES", "weppes"),
        ("C.P.T.S. du Cœur d’Ostrevent", "coeur ostrevent"),
        ("CPTS De Rimbaud à Mermoz", "rimbaud mermoz"),
        ("Association CPTS Sainte-Baume", "ste baume"),
        ("CPTS", ""),
    ],
)
def test_what_varies_from_list_to_list_is_dropped(name, expected):
    assert plain(name) == expected
