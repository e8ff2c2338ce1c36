"""Tests mirror the tree: a module has its twin, or the test that answers for it is named here."""

from __future__ import annotations

from tests.test_architecture import ROOT, code, imports, nearest

# A line goes when its twin comes.
ELSEWHERE = {
    # declarations: held where they are read
    "maillage/catalog/bivariate.py": "maillage/views/test_bivariate.py",
    "maillage/catalog/commune_roles.py": "maillage/subjects/territory/test_map.py",
    "maillage/catalog/indicators.py": "maillage/catalog/test_catalog.py",
    "maillage/catalog/palettes.py": "maillage/views/map/test_leaflet.py",
    "maillage/catalog/recipes.py": "maillage/subjects/provenance/test_figure_trace.py",
    "maillage/catalog/siting.py": "maillage/methods/test_siting.py",
    "maillage/catalog/structure_list.py": "maillage/subjects/test_visitor_list.py",
    "maillage/catalog/symbols.py": "maillage/views/map/test_leaflet.py",
    "maillage/address/comparison.py": "maillage/address/test_known_links.py",
    "maillage/address/cpts.py": "maillage/address/test_known_links.py",
    "maillage/address/draft.py": "maillage/address/test_known_links.py",
    "maillage/address/gaps.py": "maillage/address/test_known_links.py",
    # records have no behaviour: held by what fills them
    "maillage/records/comparison.py": "maillage/views/test_compared.py",
    "maillage/records/essentials.py": "maillage/subjects/essentials/test_findings.py",
    "maillage/records/figure.py": "maillage/language/test_figures.py",
    "maillage/records/logo.py": "maillage/exports/test_logos.py",
    "maillage/records/heading.py": "maillage/subjects/provenance/test_headings.py",
    "maillage/records/map_picture.py": "maillage/subjects/atlas/test_picture.py",
    "maillage/records/map_view.py": "maillage/subjects/atlas/test_map.py",
    "maillage/records/print_frame.py": "maillage/subjects/territory/test_print_frame.py",
    "maillage/records/siting_curve.py": "maillage/subjects/gaps/test_curve.py",
    "maillage/records/small_maps.py": "maillage/views/test_multiples.py",
    "maillage/records/timeline.py": "maillage/subjects/test_timeline.py",
    "maillage/records/territory.py": "maillage/subjects/territory/test_wording.py",
    # words and numbers: held with what they are written in
    "maillage/language/classes.py": "maillage/views/test_legend.py",
    "maillage/language/spreadsheet.py": "maillage/views/test_tables.py",
    "maillage/methods/classes.py": "maillage/views/test_legend.py",
    "maillage/methods/outlines.py": "maillage/views/test_multiples.py",
    # questions: held with the answer that is made of them
    "maillage/queries/claims.py": "pages/test_cpts.py",
    "maillage/queries/comparison.py": "maillage/subjects/comparison/test_figures.py",
    "maillage/queries/layers.py": "maillage/exports/test_geo.py",
    "maillage/queries/peers.py": "maillage/subjects/essentials/test_sheet.py",
    "maillage/queries/print_frame.py": "maillage/subjects/territory/test_print_frame.py",
    "maillage/queries/secrecy.py": "maillage/subjects/test_secrecy.py",
    "maillage/queries/timeline.py": "maillage/subjects/test_timeline.py",
    "maillage/queries/traces.py": "maillage/subjects/provenance/test_figure_trace.py",
    "maillage/subjects/comparison/long_form.py": "maillage/screen/panels/test_comparison_charts.py",
    "maillage/subjects/comparison/table.py": "maillage/screen/panels/test_comparison_charts.py",
    "maillage/subjects/country.py": "maillage/subjects/territory/test_neighbours.py",
    "maillage/subjects/essentials/rules.py": "maillage/subjects/essentials/test_findings.py",
    "maillage/subjects/gaps/note.py": "maillage/subjects/gaps/test_curve.py",
    "maillage/subjects/gaps/jobs.py": "maillage/subjects/gaps/test_whatif.py",
    "maillage/subjects/map_picture.py": "maillage/subjects/atlas/test_picture.py",
    "maillage/subjects/map_composer.py": "maillage/subjects/atlas/test_map.py",
    "maillage/subjects/territory/checks.py": "maillage/subjects/territory/test_wording.py",
    "maillage/subjects/territory/figures.py": "maillage/subjects/territory/test_territory.py",
    "maillage/subjects/territory/members.py": "pages/test_composer.py",
    "maillage/subjects/territory/sites.py": "maillage/subjects/territory/test_territory.py",
    # drawings: held by the page or the document that shows them
    "maillage/views/ceremony.py": "pages/test_ceremonie.py",
    "maillage/views/chart_frame.py": "maillage/views/test_charts.py",
    "maillage/views/commune_roles.py": "maillage/subjects/territory/test_map.py",
    "maillage/views/essentials.py": "maillage/subjects/essentials/test_sheet.py",
    "maillage/views/funnel_plot.py": "maillage/views/test_charts.py",
    "maillage/views/home.py": "pages/test_home.py",
    "maillage/views/help_texts.py": "maillage/views/test_gaps.py",
    "maillage/views/html.py": "maillage/views/test_territory_html.py",
    "maillage/views/sheet.py": "maillage/subjects/atlas/test_picture.py",
    "maillage/views/map_sheet.py": "maillage/subjects/atlas/test_picture.py",
    "maillage/views/method_page.py": "maillage/subjects/provenance/test_method_page.py",
    "maillage/views/plan_svg.py": "maillage/views/test_plan.py",
    "maillage/views/quality.py": "pages/test_rooms.py",
    "maillage/views/siting_curve.py": "maillage/subjects/gaps/test_curve.py",
    "maillage/views/timeline.py": "maillage/subjects/test_timeline.py",
    "maillage/views/trace.py": "maillage/subjects/provenance/test_figure_trace.py",
    "maillage/views/versions.py": "maillage/views/test_territory_html.py",
    "maillage/views/visitor_list.py": "maillage/subjects/test_visitor_list.py",
    "maillage/exports/colophon.py": "maillage/subjects/territory/test_wording.py",
    "maillage/exports/diagnostic.py": "maillage/exports/test_typesetting.py",
    "maillage/exports/essentials.py": "maillage/subjects/essentials/test_sheet.py",
    "maillage/exports/poster.py": "maillage/exports/test_typesetting.py",
    "maillage/exports/shapes.py": "maillage/exports/test_slides.py",
    "maillage/exports/whatif_note.py": "maillage/subjects/gaps/test_curve.py",
    "maillage/exports/territory.py": "maillage/subjects/territory/test_draft.py",
    "maillage/api/schemas.py": "maillage/api/test_application.py",
    # the screen is driven by its pages
    "maillage/screen/controls.py": "pages/test_carte.py",
    "maillage/screen/frame.py": "pages/test_editions.py",
    "maillage/screen/questions.py": "pages/test_editions.py",
    "maillage/screen/search.py": "pages/test_composer.py",
    "maillage/screen/tables.py": "pages/test_donnees.py",
    "maillage/screen/panels/access.py": "pages/test_ecarts.py",
    "maillage/screen/panels/ceremony.py": "pages/test_ceremonie.py",
    "maillage/screen/panels/ceremony_form.py": "pages/test_ceremonie.py",
    "maillage/screen/panels/comparing.py": "pages/test_comparer.py",
    "maillage/screen/panels/composer.py": "pages/test_composer.py",
    "maillage/screen/panels/cpts.py": "pages/test_cpts.py",
    "maillage/screen/panels/data_menu.py": "pages/test_rooms.py",
    "maillage/screen/panels/essentials.py": "pages/test_profil.py",
    "maillage/screen/panels/home.py": "pages/test_home.py",
    "maillage/screen/panels/importing.py": "pages/test_importing.py",
    "maillage/screen/panels/list_reading.py": "pages/test_donnees.py",
    "maillage/screen/panels/map_page.py": "pages/test_carte.py",
    "maillage/screen/panels/need.py": "pages/test_ecarts.py",
    "maillage/screen/panels/share.py": "pages/test_home.py",
    "maillage/screen/panels/shared.py": "pages/test_ecarts.py",
    "maillage/screen/panels/sheet.py": "pages/test_cpts.py",
    "maillage/screen/panels/siting_curve.py": "pages/test_ecarts.py",
    "maillage/screen/panels/timeline.py": "pages/test_comparer.py",
    "maillage/screen/panels/tracing.py": "pages/test_rooms.py",
    "maillage/screen/panels/whatif.py": "pages/test_ecarts.py",
    "maillage/screen/panels/white.py": "pages/test_ecarts.py",
    # the command line and the build, run whole
    "etl/__main__.py": "etl/test_main.py",
    "etl/doctor.py": "etl/test_live.py",
    "etl/packages.py": "etl/test_main.py",
    "etl/publish.py": "etl/test_intake.py",
    "etl/report.py": "etl/test_intake.py",
    "etl/source.py": "etl/test_intake.py",
    "etl/register_files.py": "etl/derive/test_inventory.py",
    "etl/registers.py": "etl/sources/test_finess.py",
    "etl/understanding.py": "etl/test_reading.py",
    "etl/history/changes.py": "etl/history/test_diff.py",
    "etl/history/passage.py": "etl/history/test_diff.py",
    # forms of files: held by the lists and exports written in them
    "etl/formats/exports.py": "etl/sources/test_cartosante.py",
    "etl/formats/figures.py": "etl/sources/test_density_grid.py",
    "etl/formats/structure_columns.py": "etl/sources/test_local_structures.py",
    "etl/formats/workbook.py": "etl/formats/test_tables.py",
    # the network, against servers of ours
    "etl/network/download.py": "etl/network/test_fetch.py",
    "etl/network/isochrones.py": "etl/network/test_engines.py",
    # where rows stand: held by the lists that are placed
    "etl/places/by_address.py": "etl/sources/test_finess.py",
    "etl/places/claimed_perimeters.py": "etl/sources/test_local_cpts.py",
    "etl/places/cpts_layer.py": "etl/sources/test_cpts_wfs.py",
    "etl/places/cpts_layer_fields.py": "etl/sources/test_cpts_wfs.py",
    "etl/places/cpts_layer_places.py": "etl/sources/test_cpts_wfs.py",
    "etl/resolve/cpts/columns.py": "etl/resolve/cpts/test_resolve.py",
    "etl/resolve/sites/local.py": "etl/sources/test_local_structures.py",
    "etl/resolve/sites/registers.py": "etl/sources/test_finess.py",
    # sources that are one form with others, or embedded lists held against what is built of them
    "etl/sources/apl_dentistes.py": "etl/sources/test_apl.py",
    "etl/sources/apl_infirmiers.py": "etl/sources/test_apl.py",
    "etl/sources/apl_kines.py": "etl/sources/test_apl.py",
    "etl/sources/apl_sages_femmes.py": "etl/sources/test_apl.py",
    "etl/sources/bpe.py": "etl/sources/test_local_figures.py",
    "etl/sources/claims.py": "etl/derive/test_claims.py",
    "etl/sources/cnam_demographie.py": "etl/sources/test_cnam_ald.py",
    "etl/sources/cnam_installations.py": "etl/sources/test_cnam_ald.py",
    "etl/sources/cnam_patientele.py": "etl/sources/test_cnam_ald.py",
    "etl/sources/cnam_zones.py": "etl/sources/test_cnam_ald.py",
    "etl/sources/cpts.py": "etl/sources/test_cpts_wfs.py",
    "etl/sources/cpts_france.py": "etl/sources/test_structures.py",
    "etl/sources/cpts_paca.py": "etl/sources/test_cpts_wfs.py",
    "etl/sources/decoupage_epci.py": "etl/sources/test_decoupage.py",
    "etl/sources/departement_series.py": "etl/sources/test_departement_figures.py",
    "etl/sources/filosofi.py": "etl/sources/test_local_figures.py",
    "etl/sources/finess_2021.py": "etl/derive/test_inventory.py",
    "etl/sources/finess_2026_05.py": "etl/derive/test_inventory.py",
    "etl/sources/finess_2026_occitanie.py": "etl/derive/test_inventory.py",
    "etl/sources/geography.py": "etl/sources/test_contours.py",
    "etl/sources/local_deaths.py": "etl/sources/test_death_records.py",
    "etl/sources/populations.py": "etl/sources/test_decoupage.py",
    "etl/sources/rp_ages.py": "etl/sources/test_local_figures.py",
    "etl/sources/structures_france.py": "etl/sources/test_structures.py",
}


def test_a_module_has_its_twin_or_is_held_elsewhere():
    alone = {
        path.as_posix()
        for path in (each.relative_to(ROOT) for room in ("maillage", "etl") for each in (ROOT / room).rglob("*.py"))
        if path.name != "__init__.py" and not (ROOT / "tests" / path.parent / f"test_{path.name}").exists()
    }
    assert alone == set(ELSEWHERE)


def test_what_is_held_elsewhere_is_run_there():
    """The modules that a test imports, and those that they import in turn, hold the one it answers for; pages run theirs."""
    sources = dict(code())
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in sources}
    graph = {name: {nearest(each, modules) for each in imports(path, sources[path])} for name, path in modules.items()}
    for module, test in ELSEWHERE.items():
        path = ROOT / "tests" / test
        reached, new = set(), {nearest(each, modules) for each in imports(test, path.read_text(encoding="utf-8"))}
        if test.startswith("pages/"):
            new |= {name for name in modules if name == "app" or name.startswith("pages.")}
        while new := {name for name in new if name} - reached:
            reached |= new
            new = set().union(*(graph[name] for name in new))
        assert module.removesuffix(".py").replace("/", ".") in reached, f"{test} does not run {module}"
