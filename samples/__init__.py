"""Small photo sets with known truth; ``pigmeter demo`` measures them."""
