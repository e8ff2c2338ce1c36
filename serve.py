"""Serve the atlas: `python serve.py --port 8501`. `streamlit run app.py` finds the same application."""

import gc
import logging
import os
import sys

from maillage.screen.server import command

if __name__ == "__main__":
    gc.disable()  # until it is ready (rehearsal.settle): nearly all that comes stays, and each look at it takes longer
    code = command.main()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # at a usual end, what is compiled counts aloud what it leaves
