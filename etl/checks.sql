-- What must hold in every built file: each query finds nothing, or says which row offends.
-- The title of a check is the comment line above it.

-- Un territoire sans habitants connus
SELECT level, code, name FROM territory WHERE population IS NULL;

-- Une commune sans contour, sans surface ou sans point
SELECT level, code, name FROM territory
WHERE geometry IS NULL OR area_km2 IS NULL OR lon IS NULL OR lat IS NULL;

-- Un rattachement inconnu
SELECT t.level, t.code, t.departement_code, t.region_code, t.epci_code FROM territory t
WHERE (t.departement_code IS NOT NULL AND NOT EXISTS (
        FROM territory d WHERE d.level = 'departement' AND d.code = t.departement_code))
   OR (t.region_code IS NOT NULL AND NOT EXISTS (
        FROM territory r WHERE r.level = 'region' AND r.code = t.region_code))
   OR (t.level = 'commune' AND t.epci_code IS NOT NULL AND NOT EXISTS (
        FROM territory e WHERE e.level = 'epci' AND e.code = t.epci_code))
   OR (t.parent_code IS NOT NULL AND NOT EXISTS (
        FROM territory c WHERE c.level = 'commune' AND c.code = t.parent_code));

-- Un niveau dont la population n'est pas la somme de ses communes
SELECT 'departement' AS level, d.code, d.population, sum(c.population) AS communes
FROM territory d JOIN territory c ON c.level = 'commune' AND c.departement_code = d.code
WHERE d.level = 'departement' GROUP BY ALL HAVING d.population <> sum(c.population)
UNION ALL
SELECT 'region', r.code, r.population, sum(c.population)
FROM territory r JOIN territory c ON c.level = 'commune' AND c.region_code = r.code
WHERE r.level = 'region' GROUP BY ALL HAVING r.population <> sum(c.population)
UNION ALL
SELECT 'commune', p.code, p.population, sum(a.population)
FROM territory p JOIN territory a ON a.level = 'arrondissement_municipal' AND a.parent_code = p.code
WHERE p.level = 'commune' GROUP BY ALL HAVING p.population <> sum(a.population);

-- Un niveau dont la surface n'est pas celle de ses communes, à 0,1 % près
SELECT d.level, d.code, d.area_km2, sum(c.area_km2) AS communes
FROM territory d JOIN territory c ON c.level = 'commune' AND c.departement_code = d.code
WHERE d.level = 'departement' GROUP BY ALL HAVING abs(d.area_km2 / sum(c.area_km2) - 1) > 0.001;

-- Une population d'une commune inconnue
SELECT h.code, h.year FROM population_history h
WHERE NOT EXISTS (FROM territory t WHERE t.level IN ('commune', 'arrondissement_municipal') AND t.code = h.code);

-- Une population qui diffère de l'historique à la même année
SELECT t.code, t.population, h.population AS history FROM territory t
JOIN population_history h ON h.code = t.code AND h.year = t.population_year
WHERE t.level IN ('commune', 'arrondissement_municipal') AND t.population <> h.population;

-- Un ancien code qui mène à une commune inconnue
SELECT old_code, new_code FROM commune_change
WHERE NOT EXISTS (FROM territory t WHERE t.level = 'commune' AND t.code = new_code);

-- Deux voisines dont l'une est inconnue
SELECT a, b FROM adjacency WHERE a NOT IN (SELECT code FROM residence UNION SELECT code FROM territory WHERE level = 'commune')
   OR b NOT IN (SELECT code FROM residence UNION SELECT code FROM territory WHERE level = 'commune');

-- Une structure dans une commune inconnue, ou d'un autre département
SELECT s.site_id, s.commune_code, s.departement_code FROM site s
WHERE s.commune_code IS NOT NULL AND NOT EXISTS (
    FROM territory t WHERE t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
        AND t.departement_code = s.departement_code);

-- Une structure avec une commune et sans position
SELECT site_id FROM site WHERE commune_code IS NOT NULL AND lon IS NULL;

-- Une structure placée à plus de 50 km de sa commune
SELECT s.site_id, s.commune_code FROM site s JOIN territory t ON t.level = 'commune' AND t.code = s.commune_code
WHERE abs(s.lat - t.lat) > 0.5 OR abs(s.lon - t.lon) > 0.8;

-- Une structure que sa propre source ne recense pas, ou qu'une source inconnue recense
SELECT site_id, source_id, seen_in FROM site
WHERE NOT list_contains(seen_in, source_id) OR EXISTS (
    SELECT 1 FROM (SELECT unnest(seen_in) AS seen) WHERE seen NOT IN (SELECT source_id FROM source));

-- Un recensement dont la part n'est pas celle de ses deux nombres
SELECT subject, departement_code, listed, published, share FROM inventory
WHERE share IS DISTINCT FROM listed / nullif(published, 0);

-- Une commune membre de CPTS inconnue, ou une ville à arrondissements prise entière
SELECT m.cpts_id, m.commune_code FROM cpts_commune m
WHERE NOT EXISTS (FROM residence r WHERE r.code = m.commune_code);

-- Une CPTS dont le périmètre annoncé et les communes se contredisent
SELECT c.cpts_id, c.perimeter, count(m.commune_code) AS communes
FROM cpts c LEFT JOIN cpts_commune m USING (cpts_id) GROUP BY ALL
HAVING (c.perimeter = 'inconnu') <> (count(m.commune_code) = 0);

-- Un chiffre sur un territoire inconnu
SELECT DISTINCT v.level, v.code, v.indicator FROM indicator_value v
WHERE NOT EXISTS (FROM territory t WHERE t.level = v.level AND t.code = v.code);

-- Des décès dont deux tranches d'âge se chevauchent
SELECT a.departement_code, a.year, a.sex, a.age_from, b.age_from AS other FROM event_by_age a
JOIN event_by_age b USING (departement_code, year, event, sex)
WHERE a.age_from < b.age_from AND coalesce(a.age_to, 1000) > b.age_from;

-- Un intervalle qui ne contient pas sa valeur
SELECT indicator, level, code, year, low, value, high FROM indicator_value WHERE value < low OR value > high;

-- Une part hors de 0 à 100
SELECT v.indicator, v.level, v.code, v.value FROM indicator_value v JOIN indicator i ON i.code = v.indicator
WHERE starts_with(i.unit, '%') AND i.unit <> '% par an' AND v.value NOT BETWEEN 0 AND 100;

-- Un chiffre négatif qui ne peut l'être
SELECT indicator, level, code, value FROM indicator_value WHERE value < 0 AND indicator <> 'evolution_population';

-- Des limites de classes qui ne croissent pas
SELECT indicator, level, breaks FROM indicator_scale WHERE breaks <> list_sort(list_distinct(breaks)) OR len(breaks) > 6;

-- Un accès vers un site fermé, non placé ou d'un autre type
SELECT a.commune_code, a.site_type, a.nearest_site_id FROM access a JOIN site s ON s.site_id = a.nearest_site_id
WHERE s.status <> 'ouvert' OR s.lon IS NULL OR s.type <> a.site_type;

-- Une source dont on ne sait ni l'empreinte ni les lignes
SELECT source_id, sha256, "rows" FROM source WHERE sha256 IS NULL OR "rows" IS NULL;

-- Une construction qui n'est pas seule
SELECT count(*) AS builds FROM build HAVING count(*) <> 1;
