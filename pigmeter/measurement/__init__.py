"""From a photo and a profile to maps, regions and findings."""
