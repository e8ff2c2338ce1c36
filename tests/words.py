"""Words that only developers and operators know, by kind, and where French sentences are looked for."""

import ast
import re
from collections.abc import Iterator

KINDS = {
    "a command": r"\bmake [a-z]+\b(?= *[»`])|\bpython -m\b|\b(?:pip|npm|npx|git) [a-z]+\b|(?<![\w-])--[a-z]{2,}",
    "a path": r"(?<![\w/:.@-])(?:data|docs|static|etl|maillage|tests|founding|node_modules)/[\w.*-]*",
    "a file of ours": r"(?<![\w/.-])[\w-]+\.(?:py|toml|md|duckdb|parquet|sql|yml)\b",
    "a setting": r"\b[A-Z]{2,}(?:_[A-Z]+)+\b",
    "a name of the code": r"(?<![\w/.:@-])[a-z]{2,}(?:_[a-z0-9]+)+\b(?!\.(?:csv|json|xlsx?))",
    "a site that is being tried": r"//(?:[\w-]+\.)*(?:pre-?prod|staging|recette|localhost)\b[\w-]*",
    "a mark of ours": r"\bseed:|index n°|dossier de presse (?:fondateur )?n°",
}
ADDRESS = re.compile(r"https?://\S+")
LETTERS = re.compile(r"[a-zà-ÿ]{2,}[ \u00a0'’][a-zà-ÿ]", re.IGNORECASE)  # two words: a key or a name of a class has one
NOT_FRENCH = re.compile(
    r"\b(?:SELECT|ATTACH|INSERT|UPDATE|DELETE|CREATE|WHERE|ORDER BY|FROM|SET|INTEGER|CASE|NULL|IN|AS|DROP|TABLE|AND|USING|DESC|VARCHAR|the|of|with)\b|\{%|default-src|macro |\(\?"
)


def developers(words: str, spared: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """(kind, words) of what a reader of these words would not understand; `spared` are columns that they fill in."""
    bare = ADDRESS.sub(
        lambda address: address[0].partition("://")[1] + address[0].split("/")[2], words
    )  # its host alone
    return [
        (kind, match[0])
        for kind, pattern in KINDS.items()
        for match in re.finditer(pattern, bare)
        if match[0] not in spared
    ]


def sentences(source: str, spared: tuple[str, ...] = ()) -> Iterator[tuple[int, str]]:
    """(line, words) of the strings of a module that read as French: joined strings whole, without docstrings, without those
    given to a call of `spared`."""
    tree = ast.parse(source)
    left = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in spared:
            left |= {id(each) for each in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            left |= {id(each) for part in node.values for each in ast.walk(part) if isinstance(part, ast.Constant)}
    for node in ast.walk(tree):
        if id(node) in left:
            continue
        if isinstance(node, ast.JoinedStr):
            words = "".join(part.value if isinstance(part, ast.Constant) else "0" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value
        else:
            continue
        words = re.sub(r"<[^>]*>", " ", words)
        if LETTERS.search(words) and not NOT_FRENCH.search(words):
            yield node.lineno, words
