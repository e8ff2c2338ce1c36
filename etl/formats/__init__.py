"""Files as people and producers write them: lists, sheets, workbooks, GeoJSON, words."""
