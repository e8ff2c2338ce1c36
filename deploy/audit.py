"""Known weaknesses of the packages installed here, and of what they bring: `make audit` (pip-audit, which asks the network)."""

from __future__ import annotations

import json
import subprocess
import sys

COMMAND = (sys.executable, "-m", "pip_audit", "--local", "--progress-spinner", "off", "--format", "json")
MOST_NAMED = 5


def main() -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True)
    sentence, code = verdict(done.stdout)
    print(sentence, file=sys.stderr if code else sys.stdout)
    sys.exit(code)


def verdict(report: str) -> tuple[str, int]:
    """What the report of pip-audit says, and the code to end with: 0 when every package was asked about and none is known to be
    weak, 1 when one is, 2 when it could not be asked (no network, a package that the index does not know)."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return "pip-audit could not ask: is there a network here? Nothing was audited.", 2
    weak = [f"{p['name']} {p['version']}: {', '.join(v['id'] for v in p['vulns'])}" for p in packages if p.get("vulns")]
    unasked = [p["name"] for p in packages if "skip_reason" in p]
    if weak:
        return f"{len(weak)} of {len(packages)} packages are known to be weak.\n" + "\n".join(weak), 1
    if len(unasked) == len(packages):
        return "The index knows none of these packages: is there a network here? Nothing was audited.", 2
    if unasked:
        named = ", ".join(unasked[:MOST_NAMED]) + ("…" if len(unasked) > MOST_NAMED else "")
        return (
            f"{len(packages) - len(unasked)} packages audited, none weak; {len(unasked)} could not be asked about: {named}",
            2,
        )
    return f"{len(packages)} packages audited: none is known to be weak.", 0


if __name__ == "__main__":
    main()
