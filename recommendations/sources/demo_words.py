"""The words that the demo's names are made of."""

QUALITIES = (
    "Amber", "Borrowed", "Copper", "Distant", "Early", "Faded", "Gentle", "Hollow", "Idle",
    "Jagged", "Kindred", "Late", "Marble", "Northern", "Open", "Paper", "Quiet", "Restless",
    "Silver", "Tidal", "Unlit", "Velvet", "Winter", "Yellow", "Woven",
)  # fmt: skip
NOUNS = (
    "Anchor", "Balcony", "Comet", "Daybreak", "Ember", "Ferry", "Garden", "Harbor", "Island",
    "Junction", "Kite", "Lantern", "Meadow", "Needle", "Orchard", "Pier", "Quarry", "River",
    "Signal", "Tower", "Umbrella", "Valley", "Window", "Yard", "Zephyr",
)  # fmt: skip
FIRST_NAMES = (
    "ada", "bruno", "carla", "dario", "elena", "farid", "greta", "hugo", "ines", "jonas", "kira",
    "luca", "maya", "nils", "olga", "pablo", "rosa", "sami", "tara", "yuri",
)  # fmt: skip
LAST_NAMES = (
    "abend", "brook", "castel", "dorn", "estrada", "falk", "grove", "hollis", "ibarra", "janek",
    "kestrel", "lindqvist", "moreau", "novak", "okoye", "pereyra", "quill", "rivas", "sorel",
    "thorne",
)  # fmt: skip
TRACK_PATTERNS = (
    "{quality} {noun}", "The {noun} and the {other}", "Under the {noun}", "{noun} Song",
    "One {quality} {noun}", "Back to the {noun}", "{quality}", "No {noun} Tonight",
    "{noun} at Noon", "A {noun} for the {other}", "When the {noun} Sleeps", "Leaving {noun}",
)  # fmt: skip
ALBUM_PATTERNS = (
    "{quality} {noun}", "Songs from the {noun}", "{noun} to {other}", "The {quality} Year",
)  # fmt: skip
