INSTALL httpfs;
LOAD httpfs;
ATTACH 'https://atlas.exemple.fr/api/v1/maillage.duckdb' AS atlas (READ_ONLY);
SELECT t.name, v.value, v.year, v.bound, v.basis, s.title
FROM atlas.indicator_value v
JOIN atlas.territory t USING (level, code)
JOIN atlas.source s USING (source_id)
WHERE v.indicator = 'densite' AND v.level = 'departement'
ORDER BY v.value DESC LIMIT 5;
