# Un chiffre, d'où il vient et ce qu'il faut savoir de lui
curl 'https://atlas.exemple.fr/api/v1/territories/departement-08/figures/densite'
# Tous les chiffres d'un indicateur, par département, pour un tableur
curl 'https://atlas.exemple.fr/api/v1/indicators/mortalite_prematuree_0_64/values?format=csv'
# Les maisons de santé d'un département, en GeoJSON, et jusqu'où va leur liste
curl 'https://atlas.exemple.fr/api/v1/structures?types=MSP&within=departement-08&format=geojson'
curl 'https://atlas.exemple.fr/api/v1/completeness?subjects=MSP&within=departement-08'
# Ce que l'on sait d'un territoire libre
curl --json '{"communes": ["71153", "71306"]}' 'https://atlas.exemple.fr/api/v1/diagnostic'
