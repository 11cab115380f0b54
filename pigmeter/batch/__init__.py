"""A folder of photos: which files are photos, which of them share a chart, and what became of each."""
