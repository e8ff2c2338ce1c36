"""Real dossiers, and the same with names that strangers could write."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from maillage.exports import logos
from maillage.subjects.ceremony import Ceremony, Entry


@pytest.fixture(scope="session")
def ceremony():
    return Ceremony(
        place="Montceau-les-Mines",
        day=date(2022, 10, 18),
        axes=(Entry("Améliorer l'accès aux soins", "médecin traitant"), Entry("Développer la prévention")),
        signatories=(
            Entry("Camille Martin", "présidente de la CPTS"),
            Entry("Dominique Durand", "directrice de l'ARS"),
        ),
    )


@pytest.fixture(scope="session")
def logo():
    file = BytesIO()
    Image.new("RGBA", (300, 100), (0, 80, 140, 255)).save(file, "PNG")
    return logos.read("ARS <b>.png", file.getvalue())


@pytest.fixture(scope="session")
def disguised(partial):
    """A function from a name to the same territory where everything a stranger names bears it, and its ceremony."""

    def under(name):
        dossier, around = partial
        return (
            replace(
                dossier,
                name=name,
                communes=dossier.communes.assign(name=name),
                sites=dossier.sites.assign(name=name, commune=name),
                nearest=dossier.nearest.assign(name=name, commune=name, origin=name),
            ),
            replace(around, ground=around.ground.assign(name=name), sites=around.sites.assign(name=name)),
            Ceremony(title=name, place=name, axes=(Entry(name, name),), signatories=(Entry(name, name),)),
        )

    return under
