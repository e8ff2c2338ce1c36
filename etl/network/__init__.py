"""The network: files fetched, verified and kept; addresses asked."""
