"""How far a run is: events, as lines of a log or as a live display on a terminal."""
