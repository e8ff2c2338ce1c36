"""Whether a file is what its source promises, before anything relies on it."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from etl.network.content import INFLATED, Damaged, RefusedFile, verify


def archive(content: bytes = b"a,b\n1,2\n") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("a.csv", content)
    return file.getvalue()


WHOLE = {
    "json": b'{"a": [1]}',
    "csv": "\ufeffnom;code\nA;1\n".encode(),
    "zip": archive(),
    "xlsx": archive(),
    "json.gz": gzip.compress(b"[1]\n"),
    "csv.gz": gzip.compress(b"a;b\n"),
}
REFUSED = [
    ("csv", b"", RefusedFile, "est vide"),
    ("csv", b"<!DOCTYPE html><html>", RefusedFile, "une page web"),
    ("json", b"<?xml version='1.0'?><error/>", RefusedFile, "un document XML"),
    ("json", b"a;b\n", RefusedFile, "n'est pas un fichier JSON"),
    ("csv", b"a;b\n\0", RefusedFile, "n'est pas un fichier CSV"),
    ("zip", b"a;b\n", RefusedFile, "n'est pas un fichier archive"),
    ("json", b'{"a": [1', Damaged, "s'arrête au milieu"),
    ("zip", archive()[:60], Damaged, "tronqué ou abîmé"),
    ("json.gz", b"[1]", RefusedFile, "n'est pas un fichier compressé"),
    ("json.gz", gzip.compress(b"[1]" * 500)[:-12], Damaged, "tronqué"),
    ("json.gz", gzip.compress(b"[" + b" " * (INFLATED * 1000) + b"]"), RefusedFile, "avant de remplir la mémoire"),
    ("zip", archive(b" " * (INFLATED * 1000 + 1)), RefusedFile, "avant de remplir la mémoire"),
]


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_file_is_left_alone(tmp_path, kind):
    (tmp_path / "a").write_bytes(WHOLE[kind])
    verify(tmp_path / "a", kind, 1000)


@pytest.mark.parametrize(("kind", "content", "error", "words"), REFUSED)
def test_what_is_not_the_file_promised_is_a_sentence(tmp_path, kind, content, error, words):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(RefusedFile, match=words) as refusal:
        verify(tmp_path / "a", kind, 1000)
    assert type(refusal.value) is error  # what is damaged is downloaded once more, what is refused is not
