"""Photos drawn from a known truth: pigment, light, camera and chart."""
