"""A patrol's page tells how far it went, with the band and the raw length, and what of its track is not in the figures."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import translation

from cotmoc.base import evidence, figures, ledger
from cotmoc.geo.fixes import Fixes
from cotmoc.measure import run
from cotmoc.measure.models import Walk
from cotmoc.record.areas.border.models import Patrol, PatrolTrack
from cotmoc.record.areas.border.told import told
from tests.province import Province

DAY = date(2020, 11, 10)
SPIKES, GAP_S = 3, 2520


@pytest.fixture
def noisy(province: Province) -> Patrol:
    """A patrol of 2 km whose phone is 4 m off every time, jumps three times, and lost the sky for 42 minutes."""
    patrol = province.walk("GR", 0, 2_000, DAY, step_s=10)
    track = patrol.tracks.get()
    clean = Fixes.from_bytes(evidence.get(track.blob_sha256))
    chance = np.random.default_rng(1)
    noise = chance.normal(0, 4 / 111_195, (2, len(clean)))
    noise[:, [40, 90, 140]] += 0.02
    later = np.where(np.arange(len(clean)) >= 200, GAP_S * 1000, 0)
    spoilt = Fixes.of(clean.time + later, clean.lon + noise[0], clean.lat + noise[1], clean.accuracy)
    ledger.withdraw(track, province.author(DAY, "BCH"), "thay tệp")
    province.track(patrol, spoilt, DAY)
    run.rebuild()
    return patrol


def track_of(patrol: Patrol) -> PatrolTrack:
    return PatrolTrack.objects.in_force().get(patrol=patrol)


def test_the_distance_is_smoothed_and_the_raw_length_stands_beside_it(province: Province, noisy: Patrol) -> None:
    walk = Walk.objects.get(patrol=noisy, known_until=None)
    assert walk.walked_m is not None
    assert walk.walked_low_m is not None
    assert walk.walked_high_m is not None
    assert walk.raw_m is not None
    assert walk.walked_low_m < 1_990 < walk.walked_high_m  # the step over the gap is not counted
    assert walk.walked_m == pytest.approx(1_990, rel=0.02)
    assert walk.raw_m > 8_000
    figure, answer = figures.ask("patrol.km", province.question("GR"), None)
    assert figure.value == pytest.approx(walk.walked_m / 1000)
    (row,) = answer.rows
    assert len(row.cells) == len(answer.columns) == 7
    assert answer.said.count("km") == 2


def test_its_page_tells_what_is_left_out(province: Province, noisy: Patrol, client: Client) -> None:
    client.force_login(province.users["GR"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/record/patrols/{noisy.code}").content.decode()
    assert "Quãng đường đã đi" in page
    assert "3 điểm nhảy" in page
    assert "1 khoảng mất sóng 42 phút" in page
    track = client.get(f"/record/tracks/{track_of(noisy).pk}").content.decode()
    assert "3 điểm nhảy" in track
    assert "Quãng đường đã đi" in track


def test_a_track_may_go_to_any_patrol_but_its_own(province: Province, noisy: Patrol, client: Client) -> None:
    other = province.walk("GR", 0, 2_000, DAY + timedelta(days=1))
    client.force_login(province.users["GR"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/record/tracks/{track_of(noisy).pk}").content.decode()
    assert f'value="{other.code}"' in page
    assert f'value="{noisy.code}"' not in page


def test_in_english_too(noisy: Patrol) -> None:
    with translation.override("en"):
        said = " ".join(told(noisy, None))
    assert "3 jumping fixes" in said
    assert "42 minutes" in said


def test_a_clean_walk_tells_its_distance_only(province: Province) -> None:
    patrol = province.walk("GR", 0, 2_000, DAY)
    run.rebuild()
    assert len(told(patrol, None)) == 1


def test_before_it_was_received_nothing_is_told(province: Province, noisy: Patrol) -> None:
    received = track_of(noisy).recorded_at
    assert told(noisy, received) != []
    assert told(noisy, received.replace(year=2019)) == []
