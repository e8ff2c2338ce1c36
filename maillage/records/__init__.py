"""What travels between floors: plain frozen dataclasses, with no behaviour beyond properties."""
