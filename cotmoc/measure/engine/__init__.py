"""What was covered, visited, overdue and intact: values in, values out, no database and no clock.

values      what goes in and comes out
pieces      from files to the straight steps that were walked, however the files were cut
near        which steps come near which segments or markers
capsule     what a step takes out of a segment: one interval, in closed form
coverage    the intervals each group covered, sure and possible
spans       unions, gaps, shares and visits along the line
ages        last visits, age classes, overdue stretches, bins
through     the last visit followed through time
visits      who came to which marker, when, how near
overdue     what should have been visited by now
integrity   intact, damaged or unknown, with the evidence
walked      raw distance
accuracy    what is assumed of fixes that do not say how good they are
"""
