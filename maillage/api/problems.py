"""What is wrong with a question, as RFC 9457 has it, in French or in English as the asker reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
FRENCH, ENGLISH = LANGUAGES = ("fr", "en")
SHORT = 60  # characters of what was asked that are said again


@dataclass(frozen=True)
class ProblemKind:
    """A kind of problem: the status of its answers, its title in both languages."""

    code: str
    status: int
    french: str
    english: str


KINDS = (
    ProblemKind("invalid", 400, "Question mal posée", "Invalid request"),
    ProblemKind("unknown", 404, "Inconnu", "Not found"),
    ProblemKind("method", 405, "Méthode refusée", "Method not allowed"),
    ProblemKind("not_acceptable", 406, "Format absent", "Format not available"),
    ProblemKind("too_large", 413, "Question trop longue", "Request too large"),
    ProblemKind("unanswerable", 422, "Sans réponse avec ces données", "These data cannot answer"),
    ProblemKind("failure", 500, "Erreur de l'atlas", "Failure of the atlas"),
    ProblemKind("busy", 503, "Trop de demandes à la fois", "Too busy"),
    ProblemKind("unavailable", 503, "Base indisponible", "Data not available"),
)
KIND = {kind.code: kind for kind in KINDS}


class Problem(Exception):
    """A question that gets a problem for an answer. `errors`: (parameter, French, English) of each thing wrong."""

    def __init__(
        self, kind: str, french: str, english: str, errors: Sequence[tuple[str, str, str]] = (), **headers: str
    ):
        super().__init__(french)
        self.kind, self.french, self.english = KIND[kind], french, english
        self.errors, self.headers = tuple(errors), headers


def unknown(what: str, french: str, english: str) -> Problem:
    """Nothing is named so. `what` is what the asker wrote."""
    return Problem("unknown", f"{french} : « {short(what)} ».", f"{english}: “{short(what)}”.")


def short(text: str) -> str:
    """What was asked, cut and without what a terminal would obey."""
    plain = "".join(letter if letter.isprintable() else "�" for letter in text[: SHORT + 1])
    return plain if len(plain) <= SHORT else f"{plain[:SHORT]}…"


def language(request: Request) -> str:
    """fr, or en where the asker prefers it."""
    weights = {}
    for part in request.headers.get("accept-language", "")[:200].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            weights.setdefault(name[:2].lower(), float(weight or 1))
        except ValueError:
            continue
    return ENGLISH if weights.get(ENGLISH, 0) > weights.get(FRENCH, 0) else FRENCH


def answer(request: Request, problem: Problem) -> JSONResponse:
    """The problem document: in the asker's language, and in both beside."""
    kind, chosen = problem.kind, language(request)
    worded = {
        FRENCH: {"title": kind.french, "detail": problem.french},
        ENGLISH: {"title": kind.english, "detail": problem.english},
    }
    body = {
        "type": f"{request.scope.get('root_path', '')}/problems#{kind.code}",
        "status": kind.status,
        **worded[chosen],
        "translations": worded,
    }
    if problem.errors:
        body["errors"] = [
            {"parameter": short(name), "detail": french if chosen == FRENCH else english}
            for name, french, english in problem.errors
        ]
    headers = {name.replace("_", "-"): value for name, value in problem.headers.items()}
    headers |= {"Content-Language": chosen, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return JSONResponse(body, kind.status, headers, media_type=MEDIA_TYPE)


# -- what the validation of parameters finds --------------------------------------------------------------------------

WORDS = {
    "missing": ("il manque", "it is missing"),
    "int_parsing": ("un nombre entier est attendu", "an integer is expected"),
    "float_parsing": ("un nombre est attendu", "a number is expected"),
    "bool_parsing": ("« true » ou « false » est attendu", "“true” or “false” is expected"),
    "greater_than_equal": ("au moins {}", "at least {}"),
    "less_than_equal": ("au plus {}", "at most {}"),
    "string_too_long": ("au plus {} caractères", "at most {} characters"),
    "string_too_short": ("au moins {} caractères", "at least {} characters"),
    "too_long": ("au plus {} valeurs", "at most {} values"),
    "too_short": ("au moins {} valeur", "at least {} value"),
    "string_pattern_mismatch": ("il ne s'écrit pas ainsi", "it is not written so"),
    "extra_forbidden": ("il n'existe pas ici", "there is none here"),
    "json_invalid": ("ce n'est pas du JSON", "this is not JSON"),
}
OTHER = ("cette valeur ne convient pas", "this value does not fit")


def of_errors(errors: Sequence[dict]) -> Problem:
    """The problem that says all that validation found. `errors` as Pydantic gives them."""
    mistakes = []
    for error in errors[:20]:
        french, english = WORDS.get(error["type"], OTHER)
        kept = {name: value for name, value in (error.get("ctx") or {}).items() if isinstance(value, (int, float, str))}
        if error["type"] in ("enum", "literal_error"):
            expected = str(kept.get("expected", ""))
            french, english = (
                f"l'un de {expected.replace(' or ', ' ou ')}" if expected else french,
                f"one of {expected}" if expected else english,
            )
        else:
            limit = next((value for value in kept.values() if isinstance(value, (int, float))), "")
            french, english = french.format(limit), english.format(limit)
        mistakes.append((".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0]), french, english))
    listed = "; ".join(f"{short(name)}: {english}" for name, _, english in mistakes[:3])
    names = " ; ".join(f"{short(name)} : {french}" for name, french, _ in mistakes[:3])
    return Problem("invalid", f"{names}.", f"{listed}.", mistakes)
