"""Text to figures: reading, cleaning, and the extraction of figures from messy public web text.

Nothing in this package knows pandas, Pandera or Prefect; it can be used alone.
"""
