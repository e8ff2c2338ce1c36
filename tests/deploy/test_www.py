import functools
import gzip

import pytest

from deploy import www


def test_the_folder_is_whole_compressed_and_replaced_in_one_step(tmp_path, monkeypatch):
    monkeypatch.setattr(www.gzip, "compress", functools.cache(gzip.compress))  # laid out twice, of the same files
    output = tmp_path / "www"
    count = www.lay_out(output, "/atlas")
    inside = output / "atlas"
    assert count > 100 and next((inside / "static" / "js").glob("index.*.js"))
    for path in (inside / "app" / "static" / "map.js", inside / "app" / "static" / "leaflet" / "leaflet.js"):
        packed = path.with_name(f"{path.name}.gz")
        assert gzip.decompress(packed.read_bytes()) == path.read_bytes()
        assert packed.stat().st_size < path.stat().st_size / 2
    assert not list(output.rglob("geo")) and not list(inside.rglob("*.png.gz"))
    (inside / "before.txt").touch()
    www.lay_out(output)
    assert not inside.exists() and (output / "static" / "js").is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["www"]


def test_the_same_content_gives_the_same_bytes(tmp_path):
    path = tmp_path / "a.js"
    packed = []
    for _ in range(2):
        path.write_text("const a = 1;\n" * 1000)
        www.compress(path)
        packed.append((tmp_path / "a.js.gz").read_bytes())
    assert packed[0] == packed[1]


def test_without_leaflet_nothing_is_laid_out(tmp_path, monkeypatch):
    monkeypatch.setattr(www, "ROOT", tmp_path)
    with pytest.raises(FileNotFoundError, match="make assets"):
        www.lay_out(tmp_path / "www")
    assert not (tmp_path / "www").exists()
