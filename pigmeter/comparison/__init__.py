"""Two visits of the same skin: aligned, and every change held against what could be noise."""
