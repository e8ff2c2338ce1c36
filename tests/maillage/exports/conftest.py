"""Real dossiers, and the same with names that strangers could write."""

from dataclasses import replace
from datetime import date

import pytest

from maillage.subjects.ceremony import Ceremony, Line
from maillage.subjects.territory import print_frame, territory

WHOLE, PARTIAL, UNKNOWN = (
    "cpts-71-centre-saone-et-loire",
    "cpts-62-artois-lys",
    "cpts-08-portes-luxembourg-sedanais-meusien",
)


@pytest.fixture(scope="session")
def of(ask):
    """A function from a CPTS to (its dossier, what surrounds it)."""
    kept = {}

    def tell(cpts_id):
        if cpts_id not in kept:
            told = territory.of_cpts(ask, cpts_id)
            kept[cpts_id] = told, print_frame.around(ask, told)
        return kept[cpts_id]

    return tell


@pytest.fixture(scope="session")
def whole(of):
    return of(WHOLE)


@pytest.fixture(scope="session")
def partial(of):
    return of(PARTIAL)


@pytest.fixture(scope="session")
def unknown(of):
    return of(UNKNOWN)


@pytest.fixture(scope="session")
def ceremony():
    return Ceremony(
        place="Montceau-les-Mines",
        day=date(2022, 10, 18),
        axes=(Line("Améliorer l'accès aux soins", "médecin traitant"), Line("Développer la prévention")),
        signatories=(Line("Camille Martin", "présidente de la CPTS"), Line("Dominique Durand", "directrice de l'ARS")),
    )


@pytest.fixture(scope="session")
def disguised(partial):
    """A function from a name to the same territory where everything a stranger names bears it, and its ceremony."""

    def under(name):
        told, around = partial
        return (
            replace(
                told, name=name, communes=told.communes.assign(name=name), sites=told.sites.assign(name=name, commune=name),
                nearest=told.nearest.assign(name=name, commune=name, origin=name),
            ),
            replace(around, ground=around.ground.assign(name=name), sites=around.sites.assign(name=name)),
            Ceremony(title=name, place=name, axes=(Line(name, name),), signatories=(Line(name, name),)),
        )  # fmt: skip

    return under
