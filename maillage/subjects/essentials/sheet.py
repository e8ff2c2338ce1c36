"""The essentials of a territory of the atlas, of a CPTS or of a draft: what is asked, then told by the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from maillage import catalog
from maillage.catalog import WITHHELD
from maillage.catalog.indicators import PROFILE, TERRITORY
from maillage.language import text
from maillage.queries import indicators, peers, provenance, territories
from maillage.records.essentials import Dot, Essentials, SpineLine
from maillage.records.figure import COMMUNES, DEPARTEMENTS, Figure, IndicatorLine
from maillage.records.territory import Dossier
from maillage.subjects.essentials import findings, spine
from maillage.subjects.essentials.rules import INDICATORS
from maillage.subjects.territory import figures as territory_figures
from maillage.subjects.territory import wording
from maillage.warehouse import Ask

# Where peers are looked for: those of a level, of the same département where the country has too many.
AROUND = {"commune": "departement_code", "arrondissement_municipal": "departement_code", "epci": "departement_code"}


def drawn() -> tuple[str, ...]:
    """The indicators of the spine, in the catalogue's order: not those whose sum would dwarf all, nor categories."""
    standing = {*catalog.in_document(PROFILE), *catalog.in_document(TERRITORY), *INDICATORS}
    return tuple(
        each.code for each in catalog.INDICATORS if each.code in standing and not each.summed and not each.categories
    )


def of_territory(ask: Ask, level: str, code: str) -> Essentials:
    """The essentials of a territory that exists."""
    here = ask(territories.territory, level, code)
    names = drawn()
    compared = ask.keep(lines, level, code, names)
    around = ask.keep(every_peer, level, here.departement_code if level in AROUND else "", names)
    departements = ask.keep(every_peer, "departement", "", names)
    kind = catalog.LEVEL[level].label if level != "france" else "Métropole et outre-mer"
    lead = (
        f"{kind[:1].upper()}{kind[1:]} · {text.count(here.population, 'habitant')} en {here.population_year}, "
        f"{text.quantity(here.area_km2, 'km²', 0 if here.area_km2 >= 100 else 1)}"
    )
    plural = catalog.LEVEL[_level(level)].plural + (" du département" if level in AROUND else "")
    five = findings.findings(compared, findings.Peers(departements, around, plural))
    return _essentials(
        ask, text.territory_name(level, code, here.name), lead, five, compared, around, plural, here.name
    )


def of_dossier(ask: Ask, dossier: Dossier) -> Essentials:
    """The essentials of a CPTS or of a draft: its own figures among the départements.

    Of a perimeter that is not whole, nothing that is counted on its known communes is kept: a part says nothing of the rest.
    """
    names = drawn()
    departements = ask.keep(every_peer, "departement", "", names)
    lead = f"{wording.status(dossier)} · {wording.extent(dossier)} · {wording.where(dossier)}"
    five = findings.findings(
        compared := of_members(ask, dossier, names), findings.Peers(departements, departements), findings.sized(dossier)
    )
    once = tuple({(each.head, each.doubt): each for each in reversed(five)}.values())[
        ::-1
    ]  # one says that nothing is known
    return _essentials(ask, dossier.name, lead, once, compared, departements, "départements", dossier.name)


def of_members(ask: Ask, dossier: Dossier, names: tuple[str, ...]) -> dict[str, IndicatorLine]:
    """The lines of a CPTS or a draft; where no member is known, those of its département, where it has one only."""
    if dossier.population is None:
        if len(dossier.departements) != 1:
            return {}
        (home,) = dossier.departements
        method = f"chiffre du département ({home.code}), dont la CPTS n'est qu'une partie"
        return {
            name: replace(line, scope=DEPARTEMENTS, own=replace(line.own, note=method))
            for name, line in ask.keep(lines, "departement", home.code, names).items()
            if line.own is not None and catalog.INDICATOR[name].recipe not in territory_figures.COUNTED
        }
    kept = {line.indicator: line for line in dossier.figures if line.indicator in names}
    kept.pop(catalog.COVERAGE if dossier.kind == "cpts" else "", None)  # the members of a CPTS are in a CPTS
    if wording.partial(dossier):
        kept = {name: line for name, line in kept.items() if line.scope == DEPARTEMENTS}
    return {name: replace(line, year=text.dated(line.year)) for name, line in kept.items()}


def _level(level: str) -> str:
    return "departement" if level == "france" else level


def _essentials(ask, name, lead, five, compared, around, plural, short) -> Essentials:
    build = ask(provenance.build)
    rows: list[SpineLine] = []
    for code in drawn():
        if code in compared and (row := spine.line(compared[code], short, around.get(code, ()), plural)):
            rows.append(row)
    return Essentials(
        name,
        lead,
        five,
        _silent(compared),
        plural,
        tuple(rows),
        f"Données au {build['built_at']:%d/%m/%Y}",
        build["version"],
    )


def _silent(compared: Mapping[str, IndicatorLine]) -> tuple[str, ...]:
    """The figures that are but bounds: shown, never concluded from."""
    bounded = [
        line.label for line in compared.values() if line.own is not None and line.own.known and not line.own.rankable
    ]
    if not bounded:
        return ()
    return (f"Listes qui ne sont pas entières, dont rien n'est conclu : {' ; '.join(bounded)}.",)


def lines(ask: Ask, level: str, code: str, names: tuple[str, ...]) -> dict[str, IndicatorLine]:
    """Each indicator known of a territory, beside its département, région and France. What is published by département
    only is the département's, and says so."""
    here = ask(territories.territory, level, code)
    places = [(level, code, here.name)]
    if level in AROUND and here.departement_code:
        places.append(_place(ask, "departement", here.departement_code))
    if level not in ("france", "region") and len(ask(territories.reach, "region", here.region_code)) > 1:
        places.append(_place(ask, "region", here.region_code))
    if level != "france":
        places.append(("france", "FR", "France"))
    answer = ask(indicators.profile, [place[:2] for place in places], list(names))
    known = {(row.indicator, row.level, row.code): row for row in answer.itertuples()}
    values = {}
    for name in names:
        cells = [known.get((name, *place[:2])) for place in places]
        own, scope = _figure(cells[0]), COMMUNES
        indicator = catalog.INDICATOR[name]
        if (
            own is None
            and level in AROUND
            and level not in indicator.levels
            and indicator.recipe not in territory_figures.COUNTED
        ):
            own, scope = _of_departement(cells[1]), DEPARTEMENTS
        against = tuple((*place, _figure(cell)) for place, cell in zip(places[1:], cells[1:], strict=True))
        if own is None and not any(figure for *_, figure in against):
            continue
        values[name] = IndicatorLine(
            name,
            indicator.label,
            indicator.unit,
            indicator.decimals,
            scope,
            own,
            against,
            _when(indicator, cells),
            "",
        )
    return values


def _place(ask: Ask, level: str, code: str) -> tuple[str, str, str]:
    return level, code, ask(territories.territory, level, code).name


def _figure(cell) -> Figure | None:
    """The figure of a row; None where nothing is known."""
    if cell is None or not (text.known(cell.value) or cell.basis == WITHHELD):
        return None
    if cell.bound == "at_least" and cell.value == 0:  # « at least none » says nothing
        return None
    number = [float(each) if text.known(each) else None for each in (cell.value, cell.low, cell.high)]
    return Figure(*number, cell.method, int(cell.year), cell.bound, cell.basis, cell.vintage, cell.source)


def _of_departement(cell) -> Figure | None:
    figure = _figure(cell)
    return figure and replace(figure, note="chiffre du département, connu à ce niveau seulement")


def _when(indicator: catalog.Indicator, cells: list) -> str:
    rows = [cell for cell in cells if cell is not None]
    if indicator.surveyed:
        dates = dict.fromkeys(row.vintage.removesuffix(", date à chaque ligne") for row in rows)
        return text.dated(f"recensement {' ; '.join(dates)}") if dates else ""
    years = sorted({int(row.year) for row in rows})
    return "–".join(map(str, dict.fromkeys((years[0], years[-1])))) if years else ""


def every_peer(ask: Ask, level: str, departement: str, names: tuple[str, ...]) -> dict[str, tuple[Dot, ...]]:
    """The peers' figures by indicator: kept, since every reader needs the same."""
    within = AROUND.get(level, "") if departement else ""
    table = ask(peers.every, _level(level), names, within, departement or "")
    dots: dict[str, list[Dot]] = {}
    for row in table.itertuples():
        if (figure := _figure(row)) is not None:
            dots.setdefault(row.indicator, []).append(Dot(row.code, row.name, figure))
    return {name: tuple(rows) for name, rows in dots.items()}
