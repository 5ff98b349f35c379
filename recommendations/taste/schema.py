"""The audio features: names, units and ranges, and which of them each ranking takes.

The features and their ranges are those of Spotify's reference for "Get Track's Audio Features";
public catalogues of audio features keep to it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AudioFeature:
    """One audio feature; ``unit`` is empty for a bare number, the range includes both ends."""

    name: str
    unit: str
    low: float
    high: float
    is_whole: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether the value can be right: finite, in range, whole where it has to be."""
        in_range = self.low <= value <= self.high
        return in_range and (not self.is_whole or float(value).is_integer())


# Loudness and tempo have typical ranges only ("typically -60 to 0 dB"); the bounds are chosen by
# us, because mastered tracks reach a few dB above 0 and no measured tempo is above 250.
AUDIO_FEATURES = (
    AudioFeature("danceability", "", 0.0, 1.0),
    AudioFeature("energy", "", 0.0, 1.0),
    AudioFeature("key", "pitch class", -1.0, 11.0, is_whole=True),
    AudioFeature("loudness_db", "dB", -60.0, 10.0),
    AudioFeature("mode", "", 0.0, 1.0, is_whole=True),
    AudioFeature("speechiness", "", 0.0, 1.0),
    AudioFeature("acousticness", "", 0.0, 1.0),
    AudioFeature("instrumentalness", "", 0.0, 1.0),
    AudioFeature("liveness", "", 0.0, 1.0),
    AudioFeature("valence", "", 0.0, 1.0),
    AudioFeature("tempo_bpm", "bpm", 0.0, 300.0),
    AudioFeature("time_signature", "beats a bar", 0.0, 7.0, is_whole=True),
)

# The seed's order; duration and popularity are facts about the track, not its sound.
TRACK_FEATURES = (
    "danceability",
    "energy",
    "key",
    "loudness_db",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo_bpm",
    "duration_ms",
    "time_signature",
    "popularity",
)

# What the hybrid ranking's sound is made of, in its order; the last four count by logarithm.
SOUND_FEATURES = (
    "danceability",
    "energy",
    "loudness_db",
    "valence",
    "tempo_bpm",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
)

# Where the features of the sound stand among a track's fourteen.
SOUND_COLUMNS = tuple(TRACK_FEATURES.index(name) for name in SOUND_FEATURES)
