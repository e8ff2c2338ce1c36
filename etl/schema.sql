-- The contract between the two halves of Maillage. Names are relied upon: tests, pages and users read them.
-- Every table and column carries its comment: the page « Données » and the dictionary are read back from here.

-- What sources bring before it is resolved and published: no key, no constraint, and gone from the file once it is built.
CREATE SCHEMA staging;

CREATE TABLE staging.territory (
    level VARCHAR, code VARCHAR, name VARCHAR, departement_code VARCHAR, region_code VARCHAR, epci_code VARCHAR, parent_code VARCHAR,
    population INTEGER, population_year INTEGER, area_km2 DOUBLE, lon DOUBLE, lat DOUBLE, point_origin VARCHAR,
    geometry_origin VARCHAR, geometry GEOMETRY
);
-- What an official file says of a commune, or of a municipal arrondissement, in place of the embedded map.
CREATE TABLE staging.population (level VARCHAR, code VARCHAR, population INTEGER, year INTEGER);
CREATE TABLE staging.epci_member (code VARCHAR, epci_code VARCHAR);  -- NULL: it is in none any more
CREATE TABLE staging.contour (
    level VARCHAR, code VARCHAR, geometry GEOMETRY, lon DOUBLE, lat DOUBLE, point_origin VARCHAR
);
CREATE TABLE staging.territory_resolved (
    level VARCHAR, code VARCHAR, name VARCHAR, departement_code VARCHAR, region_code VARCHAR, epci_code VARCHAR, parent_code VARCHAR,
    population INTEGER, population_year INTEGER, area_km2 DOUBLE, lon DOUBLE, lat DOUBLE, point_origin VARCHAR,
    geometry_origin VARCHAR, geometry GEOMETRY
);
CREATE TABLE staging.population_history (code VARCHAR, year INTEGER, population INTEGER);
CREATE TABLE staging.commune_change (old_code VARCHAR, new_code VARCHAR, year INTEGER);
CREATE TABLE staging.commune_name (name VARCHAR, code VARCHAR, old_code VARCHAR, kind VARCHAR, until INTEGER);

CREATE TABLE staging.site (
    tier VARCHAR, site_id VARCHAR, type VARCHAR, subtype VARCHAR, name VARCHAR, register_name VARCHAR, status VARCHAR,
    departement_code VARCHAR, commune_code VARCHAR, address VARCHAR, lon DOUBLE, lat DOUBLE, precision VARCHAR, places INTEGER,
    finess VARCHAR, opened_on VARCHAR, note VARCHAR, citation VARCHAR, as_of VARCHAR, source_id VARCHAR,
    -- of a reader's list only: where the row was read, how it was placed, what there is to say of it
    file VARCHAR, line VARCHAR, commune_name VARCHAR, how VARCHAR, reason VARCHAR, words VARCHAR, doubts VARCHAR[],
    remarks VARCHAR[], wanted BOOLEAN
);
CREATE TABLE staging.places (
    finess VARCHAR, types VARCHAR[], places INTEGER, remarks VARCHAR[], as_of VARCHAR, source_id VARCHAR
);
CREATE TABLE staging.site_resolved (
    site_id VARCHAR, type VARCHAR, subtype VARCHAR, name VARCHAR, register_name VARCHAR, status VARCHAR,
    departement_code VARCHAR, commune_code VARCHAR, address VARCHAR, lon DOUBLE, lat DOUBLE, precision VARCHAR, places INTEGER,
    finess VARCHAR, opened_on VARCHAR, note VARCHAR, citation VARCHAR, as_of VARCHAR, seen_in VARCHAR[], source_id VARCHAR
);
CREATE TABLE staging.cpts (
    tier VARCHAR, cpts_id VARCHAR, name VARCHAR, aliases VARCHAR[], status VARCHAR, status_date VARCHAR, departement_codes VARCHAR[],
    declared_population INTEGER, declared_communes INTEGER, declared_professionals INTEGER, perimeter VARCHAR, members VARCHAR[],
    note VARCHAR, citation VARCHAR, as_of VARCHAR, source_id VARCHAR,
    finess VARCHAR,  -- of its seat
    exhaustive BOOLEAN,  -- does its list say that it holds its départements wholly?
    file VARCHAR, line VARCHAR, doubts VARCHAR[]
);
CREATE TABLE staging.cpts_event (
    cpts_id VARCHAR, status VARCHAR, date VARCHAR, deduced BOOLEAN, note VARCHAR, citation VARCHAR, source_id VARCHAR
);
-- A row of a reader's list, or an outline: these communes belong to the CPTS that it names; none when the row was refused.
CREATE TABLE staging.cpts_perimeter (
    cpts_id VARCHAR, name VARCHAR, members VARCHAR[], title VARCHAR, words VARCHAR, coverage VARCHAR, how VARCHAR,
    doubts VARCHAR[], file VARCHAR, line VARCHAR, source_id VARCHAR
);
CREATE TABLE staging.cpts_resolved (
    cpts_id VARCHAR, name VARCHAR, aliases VARCHAR[], status VARCHAR, status_date VARCHAR, departement_codes VARCHAR[],
    declared_population INTEGER, declared_communes INTEGER, declared_professionals INTEGER, perimeter VARCHAR, members VARCHAR[],
    note VARCHAR, citation VARCHAR, as_of VARCHAR, source_id VARCHAR
);
CREATE TABLE staging.cpts_event_resolved (
    cpts_id VARCHAR, status VARCHAR, date VARCHAR, deduced BOOLEAN, note VARCHAR, citation VARCHAR, source_id VARCHAR
);
CREATE TABLE staging.population_by_age (
    departement_code VARCHAR, year INTEGER, sex VARCHAR, age_from INTEGER, age_to INTEGER, population INTEGER, provisional BOOLEAN,
    source_id VARCHAR
);
CREATE TABLE staging.event_by_age (
    tier VARCHAR, departement_code VARCHAR, year INTEGER, event VARCHAR, sex VARCHAR, age_from INTEGER, age_to INTEGER, events INTEGER,
    withheld BOOLEAN, source_id VARCHAR
);
CREATE TABLE staging.claim (
    claim_id INTEGER, level VARCHAR, code VARCHAR, cpts_id VARCHAR, subject VARCHAR, claimed DOUBLE, unit VARCHAR, date VARCHAR,
    year INTEGER, departement_code VARCHAR, named VARCHAR[] DEFAULT [], note VARCHAR, citation VARCHAR, source_id VARCHAR
);
CREATE TABLE staging.claim_answer (claim_id INTEGER, computed DOUBLE, computed_as VARCHAR, bound VARCHAR);
CREATE TABLE staging.figure (
    tier VARCHAR, level VARCHAR, code VARCHAR, indicator VARCHAR, year INTEGER, sex VARCHAR, value DOUBLE, low DOUBLE, high DOUBLE,
    bound VARCHAR DEFAULT 'exact', basis VARCHAR DEFAULT 'published', events INTEGER, method VARCHAR, source_id VARCHAR
);
CREATE TABLE staging.source (
    source_id VARCHAR, title VARCHAR, producer VARCHAR, page VARCHAR, licence VARCHAR, vintage VARCHAR, retrieved_at DATE,
    sha256 VARCHAR, "rows" INTEGER, doubts VARCHAR
);
CREATE TABLE staging.intake (
    source_id VARCHAR, title VARCHAR, outcome VARCHAR, sentence VARCHAR, rows_read INTEGER, rows_kept INTEGER, seconds DOUBLE
);
CREATE TABLE staging.intake_row (
    source_id VARCHAR, file VARCHAR, line VARCHAR, name VARCHAR, outcome VARCHAR, placed VARCHAR, reason VARCHAR, sentence VARCHAR
);
CREATE TABLE staging.inventory (subject VARCHAR, departement_code VARCHAR, extent VARCHAR, as_of VARCHAR, source_id VARCHAR,
    tier VARCHAR DEFAULT '',  -- of the source: a register grows old, a reader's list does not
    closes BOOLEAN DEFAULT true  -- is what it does not hold gone?
);

CREATE TABLE build (
    version VARCHAR PRIMARY KEY,
    built_at TIMESTAMP NOT NULL,
    mode VARCHAR NOT NULL CHECK (mode IN ('embedded', 'live')),
    cog_year INTEGER NOT NULL,
    tool VARCHAR NOT NULL,
    schema_version INTEGER NOT NULL,
    previous_version VARCHAR
);
COMMENT ON TABLE build IS 'La construction de cette base : une seule ligne.';
COMMENT ON COLUMN build.version IS 'Identifiant de la construction (horodatage et empreinte des entrées).';
COMMENT ON COLUMN build.built_at IS 'Date et heure de construction (UTC).';
COMMENT ON COLUMN build.mode IS 'embedded : données embarquées ; live : sources officielles téléchargées.';
COMMENT ON COLUMN build.cog_year IS 'Année du code officiel géographique : la carte des communes utilisée.';
COMMENT ON COLUMN build.tool IS 'Logiciel et version qui ont construit la base.';
COMMENT ON COLUMN build.schema_version IS 'Version de ce schéma : l''application refuse une autre version que la sienne.';
COMMENT ON COLUMN build.previous_version IS 'La construction qui était en place, et à laquelle « change » compare celle-ci ; vide pour la première.';

CREATE TABLE source (
    source_id VARCHAR PRIMARY KEY,
    title VARCHAR NOT NULL,
    producer VARCHAR NOT NULL,
    page VARCHAR NOT NULL,
    licence VARCHAR NOT NULL,
    vintage VARCHAR NOT NULL,
    retrieved_at DATE,
    sha256 VARCHAR,
    "rows" INTEGER,
    doubts VARCHAR
);
COMMENT ON TABLE source IS 'D''où viennent les lignes des autres tables.';
COMMENT ON COLUMN source.source_id IS 'Identifiant de la source.';
COMMENT ON COLUMN source.title IS 'Titre.';
COMMENT ON COLUMN source.producer IS 'Producteur.';
COMMENT ON COLUMN source.page IS 'Page ou référence où la retrouver.';
COMMENT ON COLUMN source.licence IS 'Licence de réutilisation.';
COMMENT ON COLUMN source.vintage IS 'Millésime : la date que disent les données.';
COMMENT ON COLUMN source.retrieved_at IS 'Date à laquelle le fichier a été lu ou repris.';
COMMENT ON COLUMN source.sha256 IS 'Empreinte SHA-256 du ou des fichiers lus.';
COMMENT ON COLUMN source."rows" IS 'Nombre de lignes lues.';
COMMENT ON COLUMN source.doubts IS 'Ce qui est incertain, dit par la source ou constaté ici.';

CREATE TABLE intake (
    source_id VARCHAR PRIMARY KEY,
    title VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL CHECK (
        outcome IN ('embarquee', 'locale', 'nouvelle', 'inchangee', 'perimee', 'ecartee', 'absente')),
    sentence VARCHAR,
    rows_read INTEGER,
    rows_kept INTEGER,
    seconds DOUBLE NOT NULL,
    CHECK (sentence IS NOT NULL OR outcome NOT IN ('perimee', 'ecartee', 'absente'))
);
COMMENT ON TABLE intake IS 'Ce que chaque source a donné à cette construction.';
COMMENT ON COLUMN intake.source_id IS 'Source ; sans ligne dans « source » quand rien n''a pu en être lu.';
COMMENT ON COLUMN intake.title IS 'Titre de la source.';
COMMENT ON COLUMN intake.outcome IS 'embarquee ; locale ; nouvelle ou inchangee : fichier officiel du jour ; perimee : dernier bon fichier ; ecartee : fichier refusé ; absente : jamais obtenue.';
COMMENT ON COLUMN intake.sentence IS 'Ce qui s''est passé, et ce que l''on peut y faire.';
COMMENT ON COLUMN intake.rows_read IS 'Lignes lues.';
COMMENT ON COLUMN intake.rows_kept IS 'Lignes gardées.';
COMMENT ON COLUMN intake.seconds IS 'Durée de la lecture (secondes).';

CREATE TABLE intake_row (
    source_id VARCHAR NOT NULL REFERENCES intake (source_id),
    file VARCHAR NOT NULL,
    line VARCHAR NOT NULL,
    name VARCHAR,
    outcome VARCHAR NOT NULL CHECK (outcome IN ('compris', 'ambigu', 'refuse')),
    placed VARCHAR CHECK (placed IN ('coordonnees', 'adresse', 'commune', 'nom')),
    reason VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL
);
COMMENT ON TABLE intake_row IS 'Les lignes qui méritent un mot : toutes celles des listes locales, les refus et les doutes des fichiers nationaux.';
COMMENT ON COLUMN intake_row.source_id IS 'Source.';
COMMENT ON COLUMN intake_row.file IS 'Fichier.';
COMMENT ON COLUMN intake_row.line IS 'Ligne, ou identifiant dans le fichier.';
COMMENT ON COLUMN intake_row.name IS 'Nom de la structure ou du territoire.';
COMMENT ON COLUMN intake_row.outcome IS 'compris, ambigu ou refuse.';
COMMENT ON COLUMN intake_row.placed IS 'Comment la ligne a trouvé sa place : coordonnees, adresse, commune (code) ou nom (nom et code postal).';
COMMENT ON COLUMN intake_row.reason IS 'Motif, en peu de mots.';
COMMENT ON COLUMN intake_row.sentence IS 'Ce qui a été compris, ou pourquoi la ligne est refusée et que faire.';

CREATE TABLE change_kind (
    subject VARCHAR NOT NULL CHECK (subject IN ('structure', 'cpts', 'commune', 'source')),
    code VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    PRIMARY KEY (subject, code)
);
COMMENT ON TABLE change_kind IS 'Ce qui peut changer d''une construction à la suivante.';
COMMENT ON COLUMN change_kind.subject IS 'structure, cpts, commune ou source.';
COMMENT ON COLUMN change_kind.code IS 'Code.';
COMMENT ON COLUMN change_kind.label IS 'Libellé.';

CREATE TABLE change (
    subject VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    departement_code VARCHAR,
    type VARCHAR,
    before VARCHAR,
    after VARCHAR,
    FOREIGN KEY (subject, kind) REFERENCES change_kind (subject, code)
);
COMMENT ON TABLE change IS 'Ce qui a changé depuis la construction précédente, dans les départements des deux ; vide pour la première.';
COMMENT ON COLUMN change.subject IS 'structure, cpts, commune ou source.';
COMMENT ON COLUMN change.kind IS 'Ce qui a changé. Une structure n''est « ouverte » ou « fermee » que si son état le dit, ou si la liste du département était complète ; sinon elle est « apparue » ou « retiree ».';
COMMENT ON COLUMN change.code IS 'Identifiant de la structure, de la CPTS, de la commune ou de la source.';
COMMENT ON COLUMN change.name IS 'Nom.';
COMMENT ON COLUMN change.departement_code IS 'Département ; pour une CPTS, celui de la plupart de ses communes ; vide pour une source.';
COMMENT ON COLUMN change.type IS 'Type de structure.';
COMMENT ON COLUMN change.before IS 'Avant.';
COMMENT ON COLUMN change.after IS 'Après.';

CREATE TABLE site_type (code VARCHAR PRIMARY KEY, label VARCHAR NOT NULL);
COMMENT ON TABLE site_type IS 'Types de structures.';
COMMENT ON COLUMN site_type.code IS 'Sigle.';
COMMENT ON COLUMN site_type.label IS 'Nom complet.';

CREATE TABLE site_status (code VARCHAR PRIMARY KEY, label VARCHAR NOT NULL);
COMMENT ON TABLE site_status IS 'États d''une structure.';
COMMENT ON COLUMN site_status.code IS 'Code.';
COMMENT ON COLUMN site_status.label IS 'Libellé.';

CREATE TABLE site_subtype (
    site_type VARCHAR NOT NULL REFERENCES site_type (code),
    code VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    PRIMARY KEY (site_type, code)
);
COMMENT ON TABLE site_subtype IS 'Sous-types de structures, là où un type en a.';
COMMENT ON COLUMN site_subtype.site_type IS 'Type de structure.';
COMMENT ON COLUMN site_subtype.code IS 'Code.';
COMMENT ON COLUMN site_subtype.label IS 'Libellé.';

CREATE TABLE cpts_status (code VARCHAR PRIMARY KEY, label VARCHAR NOT NULL, step_only BOOLEAN NOT NULL);
COMMENT ON TABLE cpts_status IS 'Statuts d''une CPTS et étapes datées de sa vie.';
COMMENT ON COLUMN cpts_status.code IS 'Code.';
COMMENT ON COLUMN cpts_status.label IS 'Libellé.';
COMMENT ON COLUMN cpts_status.step_only IS 'Vrai pour une étape datée qui n''est pas un statut.';

CREATE TABLE indicator (
    code VARCHAR PRIMARY KEY,
    label VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    decimals INTEGER NOT NULL,
    definition VARCHAR NOT NULL
);
COMMENT ON TABLE indicator IS 'Catalogue des indicateurs.';
COMMENT ON COLUMN indicator.code IS 'Code de l''indicateur.';
COMMENT ON COLUMN indicator.label IS 'Libellé.';
COMMENT ON COLUMN indicator.unit IS 'Unité.';
COMMENT ON COLUMN indicator.decimals IS 'Décimales significatives : ne pas classer plus finement.';
COMMENT ON COLUMN indicator.definition IS 'Définition.';

CREATE TABLE territory (
    level VARCHAR NOT NULL
        CHECK (level IN ('commune', 'arrondissement_municipal', 'epci', 'departement', 'region', 'france')),
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL CHECK (length(name) > 0),
    departement_code VARCHAR,
    region_code VARCHAR,
    epci_code VARCHAR,
    parent_code VARCHAR,
    population INTEGER CHECK (population >= 0),
    population_year INTEGER,
    area_km2 DOUBLE CHECK (area_km2 > 0),
    lon DOUBLE CHECK (lon BETWEEN -180 AND 180),
    lat DOUBLE CHECK (lat BETWEEN -90 AND 90),
    point_origin VARCHAR CHECK (point_origin IN ('mairie', 'mairie_absente', 'mairie_hors_commune', 'interieur')),
    geometry_origin VARCHAR CHECK (geometry_origin IN ('source', 'reunion', 'deleguee')),
    geometry GEOMETRY,
    PRIMARY KEY (level, code)
);
COMMENT ON TABLE territory IS 'Territoires, du pays à la commune.';
COMMENT ON COLUMN territory.level IS 'Niveau : commune, arrondissement_municipal, epci, departement, region ou france.';
COMMENT ON COLUMN territory.code IS 'Code Insee, ou SIREN pour une intercommunalité ; toujours du texte (01, 2A, 971).';
COMMENT ON COLUMN territory.name IS 'Nom.';
COMMENT ON COLUMN territory.departement_code IS 'Département de rattachement ; celui de la majorité des habitants pour une intercommunalité.';
COMMENT ON COLUMN territory.region_code IS 'Région de rattachement.';
COMMENT ON COLUMN territory.epci_code IS 'Intercommunalité à fiscalité propre (SIREN) ; absente pour quatre îles.';
COMMENT ON COLUMN territory.parent_code IS 'Commune d''un arrondissement municipal.';
COMMENT ON COLUMN territory.population IS 'Population municipale.';
COMMENT ON COLUMN territory.population_year IS 'Année de cette population (2017 à Mayotte ; pour un ensemble, la plus récente).';
COMMENT ON COLUMN territory.area_km2 IS 'Surface en km², calculée sur les contours en projection officielle, eaux intérieures comprises.';
COMMENT ON COLUMN territory.lon IS 'Longitude de la mairie, sinon d''un point intérieur (degrés WGS 84).';
COMMENT ON COLUMN territory.lat IS 'Latitude de la mairie, sinon d''un point intérieur (degrés WGS 84).';
COMMENT ON COLUMN territory.point_origin IS 'mairie ; mairie_absente ou mairie_hors_commune : un point intérieur la remplace ; interieur pour les autres niveaux.';
COMMENT ON COLUMN territory.geometry_origin IS 'source : contour tel quel ; reunion : communes fusionnées depuis, réunies ; deleguee : ancienne commune déléguée rétablie.';
COMMENT ON COLUMN territory.geometry IS 'Contour (WGS 84).';

CREATE TABLE commune_change (
    old_code VARCHAR NOT NULL,
    new_code VARCHAR NOT NULL,
    year INTEGER,
    PRIMARY KEY (old_code, new_code)
);
COMMENT ON TABLE commune_change IS 'Codes de communes qui ont changé.';
COMMENT ON COLUMN commune_change.old_code IS 'Ancien code.';
COMMENT ON COLUMN commune_change.new_code IS 'Code d''aujourd''hui.';
COMMENT ON COLUMN commune_change.year IS 'Première année sans l''ancien code, quand elle est connue.';

CREATE TABLE commune_name (
    name VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    old_code VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('deleguee', 'associee', 'ancienne')),
    until INTEGER,
    PRIMARY KEY (name, code),
    CHECK ((until IS NULL) = (kind <> 'ancienne'))
);
COMMENT ON TABLE commune_name IS 'Noms que des communes, ou des parties de communes, ont ou ont eus à côté du leur.';
COMMENT ON COLUMN commune_name.name IS 'Nom.';
COMMENT ON COLUMN commune_name.code IS 'Commune d''aujourd''hui.';
COMMENT ON COLUMN commune_name.old_code IS 'Code de ce qui portait ce nom.';
COMMENT ON COLUMN commune_name.kind IS 'deleguee ou associee : partie d''une commune qui garde ce nom ; ancienne : nom porté avant, depuis 1943.';
COMMENT ON COLUMN commune_name.until IS 'Dernière année de ce nom, s''il n''est plus porté.';

CREATE TABLE adjacency (
    a VARCHAR NOT NULL,
    b VARCHAR NOT NULL,
    border_km DOUBLE NOT NULL CHECK (border_km > 0),
    PRIMARY KEY (a, b),
    CHECK (a < b)
);
COMMENT ON TABLE adjacency IS 'Communes et arrondissements municipaux qui se touchent, une ligne par couple.';
COMMENT ON COLUMN adjacency.a IS 'Commune ou arrondissement municipal ; le plus petit des deux codes.';
COMMENT ON COLUMN adjacency.b IS 'Son voisin.';
COMMENT ON COLUMN adjacency.border_km IS 'Longueur de leur frontière commune, sur les contours simplifiés (km).';

CREATE TABLE population_history (
    code VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    population INTEGER NOT NULL CHECK (population >= 0),
    PRIMARY KEY (code, year)
);
COMMENT ON TABLE population_history IS 'Population municipale des communes d''aujourd''hui, une ligne par année connue.';
COMMENT ON COLUMN population_history.code IS 'Commune ou arrondissement municipal.';
COMMENT ON COLUMN population_history.year IS 'Année de la population.';
COMMENT ON COLUMN population_history.population IS 'Habitants, sur les contours d''aujourd''hui.';

CREATE TABLE population_by_age (
    departement_code VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    sex VARCHAR NOT NULL CHECK (sex IN ('f', 'm')),
    age_from INTEGER NOT NULL CHECK (age_from >= 0),
    age_to INTEGER CHECK (age_to > age_from),
    population INTEGER NOT NULL CHECK (population >= 0),
    provisional BOOLEAN NOT NULL,
    source_id VARCHAR NOT NULL REFERENCES source (source_id),
    PRIMARY KEY (departement_code, year, sex, age_from)
);
COMMENT ON TABLE population_by_age IS 'Population estimée des départements au 1er janvier, par sexe et tranche d''âge : de quoi standardiser un taux. Vide sans les sources officielles.';
COMMENT ON COLUMN population_by_age.departement_code IS 'Département.';
COMMENT ON COLUMN population_by_age.year IS 'Année, au 1er janvier.';
COMMENT ON COLUMN population_by_age.sex IS 'f ou m.';
COMMENT ON COLUMN population_by_age.age_from IS 'Premier âge de la tranche (années révolues), compris.';
COMMENT ON COLUMN population_by_age.age_to IS 'Âge où la tranche finit, non compris ; vide pour la dernière, ouverte.';
COMMENT ON COLUMN population_by_age.population IS 'Habitants.';
COMMENT ON COLUMN population_by_age.provisional IS 'Vrai quand la source dit ce résultat provisoire.';
COMMENT ON COLUMN population_by_age.source_id IS 'Source.';

CREATE TABLE event_by_age (
    departement_code VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    event VARCHAR NOT NULL CHECK (event IN ('deces')),
    sex VARCHAR NOT NULL CHECK (sex IN ('all', 'f', 'm')),
    age_from INTEGER NOT NULL CHECK (age_from >= 0),
    age_to INTEGER CHECK (age_to > age_from),
    events INTEGER CHECK (events >= 0),
    withheld BOOLEAN NOT NULL,
    source_id VARCHAR NOT NULL REFERENCES source (source_id),
    CHECK (withheld = (events IS NULL)),
    PRIMARY KEY (departement_code, year, event, sex, age_from)
);
COMMENT ON TABLE event_by_age IS 'Décès des habitants de chaque département, par année et par âge : de quoi calculer la mortalité prématurée. Vide tant que personne n''en a apporté. Quand un seuil de secret est réglé, tous les nombres d''un département et d''une année où l''un d''eux est petit sont retenus.';
COMMENT ON COLUMN event_by_age.departement_code IS 'Département de domicile, jamais celui du décès.';
COMMENT ON COLUMN event_by_age.year IS 'Année de l''événement.';
COMMENT ON COLUMN event_by_age.event IS 'Ce qui est compté : deces.';
COMMENT ON COLUMN event_by_age.sex IS 'all (la source ne distingue pas), f ou m.';
COMMENT ON COLUMN event_by_age.age_from IS 'Premier âge de la tranche (années révolues), compris.';
COMMENT ON COLUMN event_by_age.age_to IS 'Âge où la tranche finit, non compris ; vide pour la dernière, ouverte.';
COMMENT ON COLUMN event_by_age.events IS 'Nombre d''événements ; vide quand il est retenu par le secret. Zéro est zéro.';
COMMENT ON COLUMN event_by_age.withheld IS 'Vrai quand le nombre existe et est retenu par le secret.';
COMMENT ON COLUMN event_by_age.source_id IS 'Source.';

CREATE TABLE site (
    site_id VARCHAR PRIMARY KEY,
    type VARCHAR NOT NULL REFERENCES site_type (code),
    subtype VARCHAR,
    name VARCHAR NOT NULL CHECK (length(name) > 0),
    register_name VARCHAR,
    status VARCHAR NOT NULL REFERENCES site_status (code),
    departement_code VARCHAR NOT NULL,
    commune_code VARCHAR,
    address VARCHAR,
    lon DOUBLE CHECK (lon BETWEEN -180 AND 180),
    lat DOUBLE CHECK (lat BETWEEN -90 AND 90),
    precision VARCHAR CHECK (precision IN ('adresse', 'commune')),
    places INTEGER CHECK (places > 0),
    finess VARCHAR,
    opened_on VARCHAR CHECK (regexp_full_match(opened_on, '\d{4}(-\d{2}(-\d{2})?)?')),
    note VARCHAR,
    citation VARCHAR NOT NULL,
    as_of VARCHAR CHECK (regexp_full_match(as_of, '\d{4}(-\d{2}(-\d{2})?)?')),
    seen_in VARCHAR[] NOT NULL DEFAULT [],
    source_id VARCHAR NOT NULL REFERENCES source (source_id),
    FOREIGN KEY (type, subtype) REFERENCES site_subtype (site_type, code),
    CHECK ((lon IS NULL) = (lat IS NULL)),
    CHECK ((lon IS NULL) = (precision IS NULL))
);
COMMENT ON TABLE site IS 'Structures de soins recensées.';
COMMENT ON COLUMN site.site_id IS 'Identifiant.';
COMMENT ON COLUMN site.type IS 'Type de structure.';
COMMENT ON COLUMN site.subtype IS 'Sous-type (d''une PASS : généraliste, psychiatrique…) ; vide quand la source ne le dit pas.';
COMMENT ON COLUMN site.name IS 'Nom.';
COMMENT ON COLUMN site.register_name IS 'Nom tel que le registre FINESS l''écrit ; vide hors de ce registre.';
COMMENT ON COLUMN site.status IS 'État à la date de la source.';
COMMENT ON COLUMN site.departement_code IS 'Département : toujours connu, même quand la commune ne l''est pas.';
COMMENT ON COLUMN site.commune_code IS 'Commune d''aujourd''hui ; vide quand la source ne la dit pas.';
COMMENT ON COLUMN site.address IS 'Adresse.';
COMMENT ON COLUMN site.lon IS 'Longitude (degrés WGS 84) ; vide si le site n''est pas placé.';
COMMENT ON COLUMN site.lat IS 'Latitude (degrés WGS 84) ; vide si le site n''est pas placé.';
COMMENT ON COLUMN site.precision IS 'adresse : coordonnées du lieu ; commune : point de la commune.';
COMMENT ON COLUMN site.places IS 'Nombre de places, quand la source le dit.';
COMMENT ON COLUMN site.finess IS 'Numéro FINESS de la structure.';
COMMENT ON COLUMN site.opened_on IS 'Date d''ouverture, parfois partielle (année, mois).';
COMMENT ON COLUMN site.note IS 'Remarque : doutes, précisions.';
COMMENT ON COLUMN site.citation IS 'Référence de cette ligne.';
COMMENT ON COLUMN site.as_of IS 'Date à laquelle la source dit cet état, parfois partielle.';
COMMENT ON COLUMN site.seen_in IS 'Toutes les sources qui recensent cette structure, celle de la ligne comprise.';
COMMENT ON COLUMN site.source_id IS 'Source de la ligne : celle qui l''emporte sur les autres.';

CREATE TABLE cpts (
    cpts_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL CHECK (length(name) > 0),
    aliases VARCHAR[] NOT NULL,
    status VARCHAR NOT NULL REFERENCES cpts_status (code),
    status_date VARCHAR CHECK (regexp_full_match(status_date, '\d{4}(-\d{2}(-\d{2})?)?')),
    departement_codes VARCHAR[] NOT NULL,
    declared_population INTEGER CHECK (declared_population > 0),
    declared_communes INTEGER CHECK (declared_communes > 0),
    declared_professionals INTEGER CHECK (declared_professionals > 0),
    perimeter VARCHAR NOT NULL CHECK (perimeter IN ('complet', 'partiel', 'inconnu')),
    note VARCHAR,
    citation VARCHAR NOT NULL,
    as_of VARCHAR,
    source_id VARCHAR NOT NULL REFERENCES source (source_id)
);
COMMENT ON TABLE cpts IS 'Communautés professionnelles territoriales de santé.';
COMMENT ON COLUMN cpts.cpts_id IS 'Identifiant.';
COMMENT ON COLUMN cpts.name IS 'Nom.';
COMMENT ON COLUMN cpts.aliases IS 'Autres noms.';
COMMENT ON COLUMN cpts.status IS 'Dernier statut connu.';
COMMENT ON COLUMN cpts.status_date IS 'Date de ce statut, parfois partielle.';
COMMENT ON COLUMN cpts.departement_codes IS 'Départements concernés.';
COMMENT ON COLUMN cpts.declared_population IS 'Population déclarée (habitants).';
COMMENT ON COLUMN cpts.declared_communes IS 'Nombre de communes déclaré.';
COMMENT ON COLUMN cpts.declared_professionals IS 'Nombre de professionnels déclaré.';
COMMENT ON COLUMN cpts.perimeter IS 'complet : toutes les communes membres sont connues ; partiel : une partie ; inconnu : aucune.';
COMMENT ON COLUMN cpts.note IS 'Remarque : doutes, précisions.';
COMMENT ON COLUMN cpts.citation IS 'Référence de cette ligne.';
COMMENT ON COLUMN cpts.as_of IS 'Date de la référence, parfois partielle.';
COMMENT ON COLUMN cpts.source_id IS 'Source.';

CREATE TABLE cpts_commune (
    cpts_id VARCHAR NOT NULL REFERENCES cpts (cpts_id),
    commune_code VARCHAR NOT NULL,
    PRIMARY KEY (cpts_id, commune_code)
);
COMMENT ON TABLE cpts_commune IS 'Communes membres des CPTS.';
COMMENT ON COLUMN cpts_commune.cpts_id IS 'CPTS.';
COMMENT ON COLUMN cpts_commune.commune_code IS 'Commune membre ; à Paris, Lyon et Marseille, arrondissement municipal.';

CREATE TABLE cpts_event (
    cpts_id VARCHAR NOT NULL REFERENCES cpts (cpts_id),
    status VARCHAR NOT NULL REFERENCES cpts_status (code),
    date VARCHAR NOT NULL CHECK (regexp_full_match(date, '\d{4}(-\d{2}(-\d{2})?)?')),
    deduced BOOLEAN NOT NULL,
    note VARCHAR,
    citation VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL REFERENCES source (source_id),
    PRIMARY KEY (cpts_id, status, date)
);
COMMENT ON TABLE cpts_event IS 'Étapes datées de la vie des CPTS.';
COMMENT ON COLUMN cpts_event.cpts_id IS 'CPTS.';
COMMENT ON COLUMN cpts_event.status IS 'Statut atteint ou étape.';
COMMENT ON COLUMN cpts_event.date IS 'Date, parfois partielle.';
COMMENT ON COLUMN cpts_event.deduced IS 'Vrai quand l''année est déduite et non écrite par la source.';
COMMENT ON COLUMN cpts_event.note IS 'Remarque.';
COMMENT ON COLUMN cpts_event.citation IS 'Référence de cette ligne.';
COMMENT ON COLUMN cpts_event.source_id IS 'Source.';

CREATE TABLE inventory (
    subject VARCHAR NOT NULL,
    departement_code VARCHAR NOT NULL,
    extent VARCHAR NOT NULL CHECK (extent IN ('complet', 'partiel', 'inconnu')),
    listed INTEGER NOT NULL DEFAULT 0 CHECK (listed >= 0),
    published INTEGER CHECK (published >= 0),
    published_as_of VARCHAR CHECK (regexp_full_match(published_as_of, '\d{4}(-\d{2}(-\d{2})?)?')),
    published_source VARCHAR REFERENCES source (source_id),
    share DOUBLE CHECK (share >= 0),
    as_of VARCHAR CHECK (regexp_full_match(as_of, '\d{4}(-\d{2}(-\d{2})?)?')),
    source_id VARCHAR REFERENCES source (source_id),
    PRIMARY KEY (subject, departement_code),
    CHECK ((published IS NULL) = (published_source IS NULL)),
    CHECK (share IS NULL OR published > 0),
    CHECK (extent <> 'complet' OR source_id IS NOT NULL)
);
COMMENT ON TABLE inventory IS 'Ce qui est recensé, où : une ligne par type de structure (et pour les CPTS) et par département. Là où l''étendue est inconnue, une absence n''est pas un zéro.';
COMMENT ON COLUMN inventory.subject IS 'CPTS, ou un type de structure.';
COMMENT ON COLUMN inventory.departement_code IS 'Département.';
COMMENT ON COLUMN inventory.extent IS 'complet : tout y est, d''après la liste ou d''après le nombre publié ; partiel : des éléments manquent ou peuvent manquer ; inconnu : rien n''est recensé. Une CPTS connue de nom, sans ses communes, est recensée.';
COMMENT ON COLUMN inventory.listed IS 'Structures ouvertes recensées ; pour les CPTS, celles qui ne sont pas résiliées.';
COMMENT ON COLUMN inventory.published IS 'Nombre publié officiellement, quand il existe.';
COMMENT ON COLUMN inventory.published_as_of IS 'Date de ce nombre.';
COMMENT ON COLUMN inventory.published_source IS 'Source de ce nombre.';
COMMENT ON COLUMN inventory.share IS 'listed ÷ published : au-dessus de 1 quand la liste est plus récente.';
COMMENT ON COLUMN inventory.as_of IS 'Date de la liste : la plus ancienne ligne pour une liste partielle, celle du registre pour une liste complète ; vide quand elle n''en a pas.';
COMMENT ON COLUMN inventory.source_id IS 'Source du recensement ; vide quand rien n''est recensé.';

CREATE TABLE indicator_value (
    level VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    indicator VARCHAR NOT NULL REFERENCES indicator (code),
    year INTEGER NOT NULL,
    sex VARCHAR NOT NULL CHECK (sex IN ('all', 'f', 'm')),
    value DOUBLE,
    low DOUBLE,
    high DOUBLE,
    bound VARCHAR NOT NULL DEFAULT 'exact' CHECK (bound IN ('exact', 'at_least', 'at_most', 'about')),
    basis VARCHAR NOT NULL DEFAULT 'published' CHECK (basis IN ('published', 'computed', 'estimated', 'provisional', 'mean_of_parts', 'withheld')),
    events INTEGER,
    method VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL REFERENCES source (source_id),
    CHECK (bound <> 'at_least' OR low = value),
    CHECK (bound <> 'at_most' OR high = value),
    CHECK (basis <> 'withheld' OR value IS NULL),
    PRIMARY KEY (indicator, level, code, year, sex)
);
COMMENT ON TABLE indicator_value IS 'Un chiffre par ligne. Valeur vide : manquante à la source, ou retenue par le secret (basis withheld) ; zéro : zéro.';
COMMENT ON COLUMN indicator_value.level IS 'Niveau du territoire.';
COMMENT ON COLUMN indicator_value.code IS 'Code du territoire.';
COMMENT ON COLUMN indicator_value.indicator IS 'Indicateur.';
COMMENT ON COLUMN indicator_value.year IS 'Année de référence.';
COMMENT ON COLUMN indicator_value.sex IS 'all, f ou m.';
COMMENT ON COLUMN indicator_value.value IS 'Valeur, dans l''unité de l''indicateur.';
COMMENT ON COLUMN indicator_value.low IS 'Borne basse, quand elle existe ; égale à la valeur pour un minimum.';
COMMENT ON COLUMN indicator_value.high IS 'Borne haute, quand elle existe ; égale à la valeur pour un maximum.';
COMMENT ON COLUMN indicator_value.bound IS 'exact ; at_least : un minimum ; at_most : un maximum ; about : environ.';
COMMENT ON COLUMN indicator_value.basis IS 'published : publié ; computed : calculé ici ; estimated : estimé ici ; provisional : publié, que sa source révisera ; mean_of_parts : moyenne calculée ici de chiffres publiés ; withheld : un nombre existe, retenu par le secret.';
COMMENT ON COLUMN indicator_value.events IS 'Nombre d''événements derrière un taux, quand il est connu.';
COMMENT ON COLUMN indicator_value.method IS 'Comment la valeur est obtenue.';
COMMENT ON COLUMN indicator_value.source_id IS 'Source.';

CREATE TABLE indicator_scale (
    indicator VARCHAR NOT NULL REFERENCES indicator (code),
    level VARCHAR NOT NULL,
    breaks DOUBLE[] NOT NULL,
    method VARCHAR NOT NULL,
    PRIMARY KEY (indicator, level)
);
COMMENT ON TABLE indicator_scale IS 'Limites de classes des cartes : une même échelle pour toute la France, à chaque niveau.';
COMMENT ON COLUMN indicator_scale.indicator IS 'Indicateur.';
COMMENT ON COLUMN indicator_scale.level IS 'Niveau.';
COMMENT ON COLUMN indicator_scale.breaks IS 'Limites croissantes ; une valeur égale à une limite est dans la classe du dessus.';
COMMENT ON COLUMN indicator_scale.method IS 'Comment elles sont choisies.';

CREATE TABLE access (
    commune_code VARCHAR NOT NULL,
    site_type VARCHAR NOT NULL REFERENCES site_type (code),
    nearest_site_id VARCHAR NOT NULL REFERENCES site (site_id),
    distance_km DOUBLE NOT NULL CHECK (distance_km >= 0),
    minutes DOUBLE NOT NULL CHECK (minutes >= 0),
    minutes_method VARCHAR NOT NULL,
    PRIMARY KEY (commune_code, site_type)
);
COMMENT ON TABLE access IS 'Site ouvert et recensé le plus proche de chaque commune, par type, frontières départementales ignorées.';
COMMENT ON COLUMN access.commune_code IS 'Commune, ou arrondissement municipal.';
COMMENT ON COLUMN access.site_type IS 'Type de structure.';
COMMENT ON COLUMN access.nearest_site_id IS 'Le site le plus proche parmi ceux recensés : d''autres peuvent exister.';
COMMENT ON COLUMN access.distance_km IS 'Distance à vol d''oiseau de la mairie au site (km).';
COMMENT ON COLUMN access.minutes IS 'Temps en voiture (minutes).';
COMMENT ON COLUMN access.minutes_method IS 'Comment ce temps est obtenu.';

CREATE TABLE claim (
    claim_id INTEGER PRIMARY KEY,
    level VARCHAR,
    code VARCHAR,
    cpts_id VARCHAR REFERENCES cpts (cpts_id),
    subject VARCHAR NOT NULL,
    claimed DOUBLE NOT NULL,
    computed DOUBLE,
    computed_as VARCHAR,
    bound VARCHAR CHECK (bound IN ('exact', 'at_least')),
    unit VARCHAR NOT NULL,
    date VARCHAR,
    year INTEGER,
    departement_code VARCHAR,
    named VARCHAR[] NOT NULL DEFAULT [],
    note VARCHAR,
    citation VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL REFERENCES source (source_id),
    CHECK (computed IS NULL OR (computed_as IS NOT NULL AND bound IS NOT NULL))
);
COMMENT ON TABLE claim IS 'Chiffres publiés, à côté de ce que les données donnent.';
COMMENT ON COLUMN claim.claim_id IS 'Numéro d''ordre.';
COMMENT ON COLUMN claim.level IS 'Niveau du territoire ; vide pour une circonscription de CPAM ou une CPTS.';
COMMENT ON COLUMN claim.code IS 'Code du territoire, ou nom de la circonscription.';
COMMENT ON COLUMN claim.cpts_id IS 'CPTS concernée.';
COMMENT ON COLUMN claim.subject IS 'Ce qui est déclaré.';
COMMENT ON COLUMN claim.claimed IS 'Valeur déclarée.';
COMMENT ON COLUMN claim.computed IS 'Valeur calculée ici ; vide quand les données ne le permettent pas.';
COMMENT ON COLUMN claim.computed_as IS 'Ce qui est calculé, quand ce l''est.';
COMMENT ON COLUMN claim.bound IS 'Ce que vaut la valeur calculée : exact, ou at_least (un minimum, qui ne se soustrait pas).';
COMMENT ON COLUMN claim.year IS 'Année à laquelle le chiffre se rapporte, quand elle n''est pas celle de sa publication.';
COMMENT ON COLUMN claim.departement_code IS 'Département d''une circonscription de CPAM, qui en est une partie.';
COMMENT ON COLUMN claim.named IS 'CPTS que la source nomme une à une.';
COMMENT ON COLUMN claim.unit IS 'Unité.';
COMMENT ON COLUMN claim.date IS 'Date de la déclaration, parfois partielle.';
COMMENT ON COLUMN claim.note IS 'Remarque.';
COMMENT ON COLUMN claim.citation IS 'Référence de cette ligne.';
COMMENT ON COLUMN claim.source_id IS 'Source.';

-- « Couvert » is asked with any choice of statuses, by the build and by the pages: one definition for both.
-- A resident is in the arrondissement in Paris, Lyon and Marseille, in the commune elsewhere.
CREATE VIEW residence AS
SELECT code, level, coalesce(parent_code, code) AS commune_code, departement_code, region_code, epci_code, population
FROM territory
WHERE level = 'arrondissement_municipal'
   OR (level = 'commune' AND code NOT IN (
        SELECT parent_code FROM territory WHERE level = 'arrondissement_municipal'));
COMMENT ON VIEW residence IS 'La maille fine sans recouvrement : communes, et arrondissements à Paris, Lyon et Marseille.';
COMMENT ON COLUMN residence.code IS 'Commune, ou arrondissement municipal.';
COMMENT ON COLUMN residence.level IS 'commune ou arrondissement_municipal.';
COMMENT ON COLUMN residence.commune_code IS 'La commune ; celle de l''arrondissement à Paris, Lyon et Marseille.';
COMMENT ON COLUMN residence.departement_code IS 'Département.';
COMMENT ON COLUMN residence.region_code IS 'Région.';
COMMENT ON COLUMN residence.epci_code IS 'Intercommunalité à fiscalité propre (SIREN).';
COMMENT ON COLUMN residence.population IS 'Population municipale.';

-- A CPTS whose stage nobody wrote may well pass a filter: the communes that it alone holds are neither covered nor white.
-- « En fonctionnement » leaves two stages open, « statut inconnu » all of them.
CREATE MACRO cpts_standing(statuses) AS TABLE
WITH member AS (
    SELECT m.commune_code, bool_or(list_contains(statuses, c.status)) AS covered,
           bool_or(c.status = 'inconnu' AND len(statuses) > 0
                   OR c.status = 'en_fonctionnement' AND list_has_any(statuses, ['projet_sante_valide', 'aci_signe'])) AS undetermined
    FROM cpts_commune m JOIN cpts c USING (cpts_id) GROUP BY m.commune_code
)
SELECT r.code, coalesce(m.covered, false) AS covered,
       coalesce(m.covered, false) OR coalesce(i.extent = 'complet', false) AND NOT coalesce(m.undetermined, false) AS known
FROM residence r
LEFT JOIN member m ON m.commune_code = r.code
LEFT JOIN inventory i ON i.subject = 'CPTS' AND i.departement_code = r.departement_code;

CREATE MACRO coverage(statuses) AS TABLE
WITH resident AS (
    SELECT r.*, s.covered, s.known FROM residence r JOIN cpts_standing(statuses) s USING (code)
),
place AS (
    SELECT 'arrondissement_municipal' AS level, code, population, covered, known FROM resident
    WHERE level = 'arrondissement_municipal'
    UNION ALL SELECT 'commune', commune_code, population, covered, known FROM resident
    UNION ALL SELECT 'epci', epci_code, population, covered, known FROM resident WHERE epci_code IS NOT NULL
    UNION ALL SELECT 'departement', departement_code, population, covered, known FROM resident
    UNION ALL SELECT 'region', region_code, population, covered, known FROM resident
    UNION ALL SELECT 'france', 'FR', population, covered, known FROM resident
)
SELECT level, code, sum(population) AS population, coalesce(sum(population) FILTER (covered), 0) AS covered_population,
       CASE WHEN sum(population) > 0 THEN 100.0 * coalesce(sum(population) FILTER (covered), 0) / sum(population)
            ELSE 100.0 * bool_and(covered)::INTEGER END AS value,
       bool_and(known) AS exact
FROM place GROUP BY level, code
HAVING bool_and(known) OR bool_or(covered);
