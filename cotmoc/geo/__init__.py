"""Pure geometry and reading: fixes, lines with chainage, coordinates, marker numbers, other programs' files.

Nothing here knows Django, the database, the clock or the network: values in, values out.
"""
