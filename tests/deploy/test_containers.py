"""Containers and units do what `make run` does, and no more than they must: what can be read of them without running them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def targets(text: str) -> set[str]:
    return {
        each
        for line in re.findall(r"make (.*?)(?:&&|$|\s{2,})", text, re.M)
        for each in line.split()
        if "=" not in each
    }


def test_the_image_is_made_by_the_steps_of_make_run():
    makefile = (ROOT / "Makefile").read_text()
    (steps,) = re.findall(r"^run: (.*)$", makefile, re.M)
    made = targets("\n".join(re.findall(r"^RUN make .*$", (DEPLOY / "Dockerfile").read_text(), re.M)))
    assert set(steps.split()) <= made and "www" in made
    assert all(re.search(rf"^{re.escape(target)}:", makefile, re.M) for target in made)


def test_the_image_leaves_out_what_a_machine_holds():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert {".git", ".venv", "node_modules", "data/*.duckdb*", "static/geo", "data/raw", "data/local"} <= set(ignored)


def test_nothing_runs_as_root_or_writes():
    images = (DEPLOY / "Dockerfile").read_text().split("\nFROM ")[2:]  # after the one that builds
    assert len(images) == 2 and all(re.search(r"^USER 65534", image, re.M) for image in images)
    compose = (DEPLOY / "compose.yaml").read_text()
    assert (
        compose.count("read_only: true") == compose.count("cap_drop: [ALL]") == 2
    )  # replicas by one anchor, and the front


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize(("unit", "most"), [("maillage@.service", 2.0), ("maillage-nginx.service", 4.0)])
def test_units_are_closed(unit, most):
    asked = ["systemd-analyze", "security", "--offline=yes", str(DEPLOY / "systemd" / unit)]
    report = subprocess.run(asked, capture_output=True, text=True, timeout=30).stdout
    exposure = re.search(r"exposure level for .*: ([\d.]+)", report)
    if exposure is None:
        pytest.skip("this systemd cannot weigh a unit that is not installed")
    assert float(exposure[1]) <= most
