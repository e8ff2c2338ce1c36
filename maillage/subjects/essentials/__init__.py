"""The essentials of any territory: what stands out, by stated rules, and where it stands among its peers."""
