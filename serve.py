"""Serve the atlas: `python serve.py --port 8501. `streamlit run app.py` opens the same pages."""

import sys

from maillage.screen.server import command

if __name__ == "__main__":
    sys.exit(command.main())
