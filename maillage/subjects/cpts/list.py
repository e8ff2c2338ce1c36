"""Every CPTS in a list: what the reader keeps of it, and what each row tells."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from maillage import catalog
from maillage.address.cpts import SIZES, CptsChoices
from maillage.language import names, text
from maillage.queries import access, claims, cpts, territories
from maillage.warehouse import Ask


def listed(ask: Ask, choices: CptsChoices, statuses: Iterable[str], departements: Iterable[str] | None) -> pd.DataFrame:
    """The CPTS kept, in name order.

    Columns of `queries.cpts.every`, and: inhabitants and size (a code), computed where the perimeter is whole, else declared;
    basis (calculée, déclarée, or nothing); share (of the declared communes that are known, 0 to 1). A CPTS without any size
    is kept as long as every size is.
    """
    frame = ask(cpts.every)
    whole = frame["perimeter"] == "complet"
    people = frame["population"].where(whole, frame["declared_population"]).astype("Int64")
    sizes = people.map(lambda count: catalog.size_class(count).code, na_action="ignore").astype(object)
    basis = whole.map({True: "calculée", False: "déclarée"}).where(people.notna(), "")
    share = frame["communes"].astype("Float64") / frame["declared_communes"].astype("Float64")
    frame = frame.assign(inhabitants=people, size=sizes, basis=basis, share=share.mask(whole, 1.0))
    kept = frame["status"].isin(list(statuses)) & frame["perimeter"].isin(choices.extents)
    if set(choices.sizes) != set(SIZES):
        kept &= frame["size"].isin(choices.sizes)
    if departements is not None:
        wanted = set(departements)
        kept &= frame["departement_codes"].map(lambda codes: bool(wanted & set(codes)))
    if words := names.short(choices.words):
        borne = [
            [names.short(name) for name in (name, *aliases)]
            for name, aliases in zip(frame["name"], frame["aliases"], strict=True)
        ]
        kept &= pd.Series([any(words in name for name in each) for each in borne], index=frame.index)
    return frame[kept].reset_index(drop=True)


def around(ask: Ask, level: str, code: str) -> list[str] | None:
    """The départements to keep for a place; None for the country."""
    return None if level == "france" else ask(territories.reach, level, code)


# Subjects of claims that count the CPTS of a territory, and what is said of those counted.
COUNTED = {"CPTS existantes": "", "CPTS sous contrat (ACI)": " sous contrat", "CPTS, tous stades": ", tous stades,"}


def extent(ask: Ask, level: str, code: str) -> str:
    """Whether the list of CPTS of a territory is whole, of when, and the last number published of it, in a sentence."""
    here, frame, lists = around(ask, level, code), ask(cpts.every), ask(access.inventories, ("CPTS",))
    frame = frame[frame["status"] != "resilie"]
    if here is not None:
        frame = frame[frame["departement_codes"].map(lambda codes: not set(here).isdisjoint(codes))]
        lists = lists[lists["departement_code"].isin(here)]
    if len(lists) and (lists["extent"] == "complet").all():
        return f"Liste entière {text.when(lists['as_of'].min())}."
    published = ask(claims.of_territory, level, code).dropna(subset="date")
    published = published[published["subject"].isin(list(COUNTED))].sort_values("date", kind="stable")
    sentence = text.count(len(frame), "CPTS recensée", "CPTS recensées") if len(frame) else "Aucune CPTS recensée"
    if len(published):
        last = published.iloc[-1]
        number = text.number(last["claimed"])
        many = "s" if last["claimed"] >= 2 else ""
        sentence += f", {number}{COUNTED[last['subject']]} publiée{many} {text.when(last['date'])}"
    whole = int((lists["extent"] == "complet").sum())
    rest = f" ; entière dans {text.count(whole, 'département')} sur {text.number(len(lists))}" if whole else ""
    return f"{sentence} : la liste n'est pas exhaustive{rest}."


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """The list with French headings."""
    known = frame["communes"].map(lambda count: "" if pd.isna(count) else f"{count:.0f}")
    of = [f" sur {count:.0f}" if not pd.isna(count) else "" for count in frame["declared_communes"].astype(float)]
    extent = [
        "complet" if perimeter == "complet" else f"partiel : {count}{over}" if perimeter == "partiel" else "inconnu"
        for perimeter, count, over in zip(frame["perimeter"], known, of, strict=True)
    ]
    return pd.DataFrame(
        {
            "Nom": frame["name"],
            "Statut": frame["status"].map(lambda code: catalog.CPTS_STATUS[code].label),
            "Taille": [
                f"{size} ({basis})" if basis else "" for size, basis in zip(frame["size"], frame["basis"], strict=True)
            ],
            "Population": frame["inhabitants"],
            "Déclarée": frame["declared_population"].astype("Int64"),
            "Communes": frame["communes"].astype("Int64"),
            "Périmètre connu": extent,
            "Dép.": frame["departement_codes"].map(", ".join),
            "Autres noms": frame["aliases"].map(" ; ".join),
        }
    )
