"""How to read the figures of « Écarts », and what their methods are worth, for somebody who is no statistician."""

from __future__ import annotations

from maillage import catalog
from maillage.language import text

WHITE = (
    "Une commune est **blanche** quand elle n'est membre d'aucune CPTS au statut retenu (à gauche) *et* que toutes les CPTS de son "
    "département sont connues avec leurs communes. Sinon elle est **inconnue** (hachures) : ne pas savoir n'est pas "
    "constater une absence. Paris, Lyon et Marseille se lisent par arrondissement. Cliquez une commune blanche : sa zone et "
    "les CPTS qui la touchent s'affichent."
)
JOINS = (
    "Une zone réunit des communes blanches qui se touchent ; elle porte le nom de la plus peuplée, et peut dépasser le "
    "territoire choisi (« dont ici »). Pour chaque CPTS voisine : la frontière commune en km, la population des deux ensemble "
    "et sa taille ACI avant et après. C'est de la géographie, pas une recommandation : bassins de vie et "
    "volontés des professionnels n'y sont pas."
)
ACCESS = (
    "Chaque commune porte le temps (ou la distance) de sa mairie au site ouvert le plus proche parmi les types choisis, "
    "frontières départementales ignorées. Là où la liste n'est pas exhaustive, une distance est un **maximum (≤)** : un site que "
    "personne n'a recensé peut être plus près. L'indice est alors un **minimum (≥)**. Un temps est une estimation : il se lit "
    "« environ » et ne borne rien. Sous la moitié du nombre publié, aucun chiffre n'est donné."
)
CURVE = (
    "À chaque seuil (axe horizontal), la hauteur donne la part des habitants qui sont **plus loin** que ce seuil. Une courbe "
    "plus basse est un meilleur accès. Région et France ne comptent que les départements recensés : leur "
    "nombre est écrit dans la légende, et une courbe qui serait la même n'est pas répétée."
)
DECILES = (
    "Les déciles portent sur les habitants, pas sur les communes : D1 est la valeur que 10 % des habitants ne dépassent "
    "pas, D5 la médiane, D9 celle que 10 % dépassent. Tous les habitants d'une commune ont la valeur de sa mairie."
)
STURDY = (
    "L'indice dépend de réglages que personne ne peut trancher : jusqu'où aller, et comment l'envie décroît avec le temps. Il est "
    "donc recalculé avec quatre décroissances et quatre seuils (10, 15, 20, 30 min), soit seize réglages. Un écart **tient** quand la "
    "commune reste dans le cinquième le moins bien desservi du territoire à chaque fois. À égalité (souvent : aucun site accessible), "
    "toutes les ex æquo comptent."
)
CROSSED = (
    "Besoin et accès sont coupés chacun en trois tiers de territoires. En haut à droite de la légende, les cases où le besoin "
    "est fort *et* l'accès difficile. La carte montre une coïncidence, jamais une cause. Une donnée qui n'existe que "
    "par département est dessinée par département."
)
RANKING = (
    "Pour chaque critère, un territoire reçoit la part (0 à 100) des autres qui sont mieux placés que lui ; le score est la "
    "moyenne pondérée de ces parts. Communes et intercommunalités sont rangées par **habitants concernés** : score ÷ 100 × "
    "habitants, pour qu'un hameau ne passe pas avant une ville presque aussi loin ; les départements, par score. Seule une liste "
    "complète se classe. Les poids sont des choix : les deux colonnes « rang le plus haut » et « le plus bas » disent "
    "jusqu'où il se déplace quand on fait varier chaque poids de 20 points au plus. Un rang qui bouge beaucoup ne se "
    "défend pas seul."
)
WHATIF = (
    "Le calcul cherche où ouvrir les nouveaux sites, ceux qui existent restant en place. Cliquez une commune pour y poser un site "
    "à vous ; cliquez-la encore pour l'enlever ; une fois tous posés, un clic ailleurs déplace le plus proche. Les "
    "chiffres bleus et les lettres sont à vous, les numéros rouges au calcul. Il ne sait rien des "
    "locaux, des professionnels ni des projets : c'est un point de départ pour en parler."
)
EQUITY = (
    "Un même gain peut laisser les mêmes habitants au loin. Le tableau compare la répartition des temps avant et après : si D9 "
    "ne bouge pas, les plus éloignés n'ont rien gagné. La liste nomme les communes qui restent au-delà du seuil."
)


def travel(methods: list[tuple[str, int]]) -> str:
    """Where this build's minutes come from."""
    if not methods:
        return "Aucun temps de trajet dans cette base : aucun site n'y est placé."
    names = " ; ".join(f"{method} ({text.number(rows)} trajets)" for method, rows in methods)
    return f"Temps de cette base : {names}."


def methods() -> str:
    """The section « Méthodes et limites »."""
    guess = catalog.TRAVEL
    formula = f"{text.number(guess.factor, 2)} × km puissance {text.number(guess.exponent, 2)}"
    return f"""
#### Ce que disent ces écarts, et ce qu'ils ne disent pas
Ils situent des **lieux** les uns par rapport aux autres. Ils ne mesurent ni la qualité des soins, ni les rendez-vous obtenus,
ni ce que veulent les habitants et les soignants. Une liste incomplète ne fait jamais un zéro : chaque chiffre dit s'il est
exact, un minimum (≥), un maximum (≤) ou inconnu.

#### Zones blanches
Est couverte une commune membre d'au moins une CPTS au statut retenu. Une commune qui ne l'est pas n'est dite blanche que si la
liste des CPTS de son département est complète. Deux communes sont voisines quand leurs contours partagent une frontière, et
non un point. Tailles ACI : T1 sous 40 000 habitants, T2 sous 80 000, T3 sous 175 000, T4 au-delà.

#### Temps de trajet
Sans calculateur d'itinéraires, le temps est **estimé** : {formula}, où km est la distance à vol d'oiseau de la mairie au
site. La formule a été ajustée sur la moitié de 512 communes de l'Isère, dont les temps réels en voiture sont
connus, et jugée sur l'autre moitié : le tableau donne son erreur. Elle se trompe davantage sur les trajets courts,
en montagne, près des fleuves sans pont et dans les îles. Un calculateur d'itinéraires (OSRM, Valhalla, IGN) peut la remplacer
(voir le guide d'installation) : son nom et sa date sont alors écrits à la place. Il ne sert que pour le site le plus proche :
l'indice et « Et si ? » gardent l'estimation, la même pour tous les sites, existants ou non.

#### Indice d'accès (2SFCA)
Deux étapes : chaque site partage ce qu'il offre entre tous les habitants qui peuvent l'atteindre, d'autant moins qu'ils sont
loin ; chaque commune additionne ses parts. Un site à dix minutes mais disputé par une ville entière compte peu. La somme des
parts redonne exactement l'offre. **Ce n'est pas l'APL** de la DREES, qui compte des consultations et l'âge des habitants.
(Luo et Wang 2003 ; Luo et Qi 2009.)

#### Besoin et classement
Les critères sont transformés en rangs, ce qui empêche une grande ville d'écraser toutes les autres, puis pondérés par vous.
Un critère inconnu n'est jamais remplacé : le territoire n'est pas classé, et c'est dit. La mortalité prématurée est publiée à
une décimale : deux départements de même valeur ne se classent pas.

#### Et si ?
Trois objectifs : couvrir le plus d'habitants à moins du seuil (Church et ReVelle 1974), réduire le trajet moyen, rapprocher les plus
éloignés (Hakimi 1964). Les candidates sont des communes, à leur mairie : celles de 2 000 habitants ou plus, sauf autre choix, et
la plus grande des intercommunalités qui n'en ont pas. À 2 % du résultat près (et un dixième du gain), la commune la plus peuplée est proposée. Une première réponse, bâtie site après site, s'affiche
aussitôt ; un solveur (HiGHS) la remplace par l'optimum, avec la preuve qu'on ne peut pas faire mieux, ou par la meilleure
réponse trouvée en 30 secondes et l'écart qui reste à prouver. Plusieurs réponses peuvent se valoir : l'optimum n'est pas toujours unique.
"""
