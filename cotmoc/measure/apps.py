from __future__ import annotations

from django.apps import AppConfig


class MeasureConfig(AppConfig):
    """How well the line was covered and how its markers stand. Declares its measures, and listens for new tracks."""

    name = "cotmoc.measure"
    label = "measure"

    def ready(self) -> None:
        from cotmoc.measure import layers, marker_story, measures, run, track_story, wall
        from cotmoc.record.areas.border.received import on_received

        assert measures.__all__
        layers.register()
        marker_story.register()
        track_story.register()
        wall.register()
        on_received(run.remeasure_tracks)
