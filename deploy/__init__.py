"""What puts the atlas in front of a crowd: nginx, K replicas, systemd or containers. deploy/README.md says how."""
