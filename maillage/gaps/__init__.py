"""What the page « Écarts » composes: questions asked, methods applied, nothing drawn on a screen."""
