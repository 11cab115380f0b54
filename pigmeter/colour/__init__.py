"""From a photo's colour chart to a profile that reads skin."""
