"""Narrow aisles: who is where when, and tours that keep apart when that costs less than waiting.

`server.core.traffic.ways` finds other orders of a tour's stops; it alone needs numpy and is not imported here.
"""

from server.core.traffic.dispatch import Choice, choose
from server.core.traffic.passage import Passage, Played, play
from server.core.traffic.schedule import Departure, Timetable, timetable
from server.core.traffic.sections import Sections, sections_of
from server.core.traffic.walks import Departed, Leg, Tempo, Walk, rest_of, walk_of

__all__ = [
    "Choice",
    "Departed",
    "Departure",
    "Leg",
    "Passage",
    "Played",
    "Sections",
    "Tempo",
    "Timetable",
    "Walk",
    "choose",
    "play",
    "rest_of",
    "sections_of",
    "timetable",
    "walk_of",
]
