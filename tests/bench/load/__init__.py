"""A crowd of visitors who speak Streamlit's own protocol."""
