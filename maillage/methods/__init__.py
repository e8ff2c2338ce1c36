"""Pure computations: travel time, catchment areas, reach, contiguity, need, siting. Arrays in, records out; no I/O."""
