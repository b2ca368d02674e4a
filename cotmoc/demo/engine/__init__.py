"""An invented province and its invented year: values in, values out, and one seed decides everything.

    province   units, people, markers, stretches, gates on the lines that are shown
    events     what happens to everybody: distancing, storms, damage, broken trails, neglected markers
    planning   what was ordered month by month, and what became of it
    walking    how a phone saw a patrol go along the line: pace, rests, nights, canopy, gaps
    inspecting what a patrol found at a marker
    year       all of it together, patrol by patrol

Nothing here is real except the names of the posts, the marker numbers and the course of the line. Positions, people,
patrols and findings are drawn from the seed. Whoever wants to know how well the line was covered has to measure it.
"""
