"""The atlas for other programs: the answers of its pages over HTTP, for a GIS, a notebook, an assistant. Reads only."""
