"""What BiomAid alone needs."""
