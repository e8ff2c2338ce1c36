"""The stage of a CPTS, read in the words of the administrations."""

from __future__ import annotations

import re

from maillage.language.names import unaccented

# In the order of a CPTS's life, the last first: of a text with several clauses, the farthest stage counts.
WORDS = (
    ("resilie", r"\bresili|\bdissou|\bdenonc|\bcess(ation|ee)\b|\babandon"),
    ("aci_signe", r"\bac[ti]?i\b|\bsign|\bcontractualis|\bconventionnee?\b"),
    # A CPTS is « validée » by its health project (Code de la santé publique, L. 1434-12).
    (
        "projet_sante_valide",
        r"\bprojets?\b.*\b(valid|approuv)|\b(valid|approuv)\w* .*\bprojet|\bps valid|^(cpts )?validees?$",
    ),
    ("lettre_intention_validee", r"\bintention\b|\bli\b"),
    (
        "en_fonctionnement",
        r"\bfonctionn|\boperationnel|\bacti(f|ve)s?\b|\ben activite\b|\bconstituees?\b|\bcreees?\b|\binstallees?\b",
    ),
    (
        "emergence",
        r"\bprojet|\bemerg|\bconstruction|\bconstitution|\bredaction|\belabor|\binitiative|\breflexion|\bamorc|\bintention|"
        r"\bprefigur|\bcreation|\bps\b|\bli\b",
    ),
)
# A stage that is awaited is not reached.
_AWAITED = re.compile(
    r"\bnon\b|\bpas\b|\bsans\b|\ben cours\b|\battente\b|\ba venir\b|\bprevu|\bfutur|\bdepos|\ba signer\b|\bnegoci|\bprochain"
)
_REACHED = ("resilie", "aci_signe", "projet_sante_valide", "lettre_intention_validee", "en_fonctionnement")

RANK = {
    code: rank
    for rank, code in enumerate(
        (
            "inconnu",
            "emergence",
            "en_fonctionnement",
            "lettre_intention_validee",
            "projet_sante_valide",
            "aci_signe",
            "resilie",
        )
    )
}


def status_of(text: str) -> str | None:
    """« ACI signé le… », « Projet de santé validé », « Lettre d'intention »… -> a code of the catalogue; None if unknown."""
    clauses = re.split(r"[,;:/()+]| [-–—] |\bmais\b", unaccented(text))
    stages = [code for clause in clauses if (code := _stage(" ".join(re.findall(r"[a-z0-9]+", clause))))]
    return max(stages, key=RANK.__getitem__, default=None)


def _stage(clause: str) -> str | None:
    awaited = _AWAITED.search(clause)
    for code, pattern in WORDS:
        if re.search(pattern, clause) and not (awaited and code in _REACHED):
            return code
    return None
