"""The only rooms that import Streamlit: the frame, widgets bound to choices, panels."""
