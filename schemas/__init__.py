"""What must hold of the data: the published tables, their checks, and how to read them."""
