"""What the page « Comparer » composes: questions asked, methods applied, nothing drawn on a screen."""
