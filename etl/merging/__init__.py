"""Several sources on one thing: matched, merged, never counted twice."""
