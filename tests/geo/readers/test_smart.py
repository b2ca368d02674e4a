"""The SMART patrol gives 0.0097330343 km, its people, its observations and its times."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from cotmoc.geo.faults import Unreadable
from cotmoc.geo.readers import Limits, read_tracks
from cotmoc.geo.readers.smart import SmartPatrol, read_patrol

MORNING_MS = 1_606_176_000_000  # 2020-11-24 07:00 in Vietnam


def document(geometry: str, start: str = "07:00:00", version: str = "1.2") -> str:
    return (
        f'<p:patrol xmlns:p="http://www.smartconservationsoftware.org/xml/{version}/patrol" id="TT-1" patrolType="GROUND"'
        ' startDate="2020-11-24" endDate="2020-11-24" isArmed="true"><p:legs id="1" startDate="2020-11-24"'
        f' endDate="2020-11-24"><p:days date="2020-11-24" startTime="{start}" endTime="09:00:00" restMinutes="0">'
        '<p:waypoints id="1" x="107.4" y="15.6" time="07:10:00"/>'
        f'<p:track geom="{geometry}" distance="0.5"/></p:days></p:legs></p:patrol>'
    )


def line(*places: tuple[float, float, float]) -> str:
    return str(shapely.to_wkb(shapely.MultiLineString([places]), hex=True, byte_order=0, output_dimension=3))


@pytest.fixture
def sample(shared: Path) -> SmartPatrol:
    return read_patrol((shared / "peers/SMART_000006_001.xml").read_text("utf-8"), Limits())


def test_distance_of_the_public_sample(sample: SmartPatrol) -> None:
    track = sample.legs[0].days[0].track
    assert track
    assert track.declared_km == pytest.approx(0.0097330343, abs=5e-11)
    assert track.measured_km() == pytest.approx(0.0097330343, abs=5e-9)


def test_people_places_and_observations_of_the_public_sample(sample: SmartPatrol) -> None:
    leg = sample.legs[0]
    assert (sample.id, sample.kind, sample.is_armed) == ("SMART_000006-001", "GROUND", False)
    assert (sample.objective, sample.team, leg.transport) == ("Test project", "Community Team 1", "Vehicle")
    assert leg.mandate == "Research and Monitoring"
    assert sample.comment == "Test patrol for monitoring project"
    assert [member.family_name for member in leg.members if member.is_leader] == ["Wambu"]
    assert len(leg.members) == 5
    points = leg.days[0].waypoints
    assert [len(point.observations) for point in points] == [8, 3]
    firewood = points[0].observations[0]
    assert firewood.category == "humanactivity.timber.firewood."
    assert firewood.attributes["numberofbundles"] == 64.0
    assert points[0].observations[1].attributes["haswater"] is True
    assert leg.days[0].rest_minutes == 2.0


def test_the_sample_as_a_track_file(shared: Path) -> None:
    data = (shared / "peers/SMART_000006_001.xml").read_bytes()
    file = read_tracks("patrol.xml", data)
    assert file.format == "SMART"
    assert len(file.tracks[0].fixes) == 7
    assert file.tracks[0].fixes.time[0] == 1_766_004_505_008
    assert [place.name for place in file.waypoints] == ["2", "10"]
    assert [(fault.code, fault.values["zone"]) for fault in file.faults] == [("smart.zone_found", "UTC")]


@pytest.mark.parametrize("version", ["1.2", "1.3", "1.9"])
def test_wall_clocks_take_the_zone_that_the_track_proves(version: str) -> None:
    geometry = line((107.4, 15.6, MORNING_MS + 5_000), (107.401, 15.6, MORNING_MS + 65_000))
    file = read_tracks("a.xml", document(geometry, version=version).encode())
    assert file.waypoints[0].time == MORNING_MS + 600_000
    assert [(fault.code, fault.values["zone"]) for fault in file.faults] == [("smart.zone_found", "UTC+07:00")]


def test_without_that_proof_the_clock_is_vietnams_and_that_is_told() -> None:
    geometry = line((107.4, 15.6, MORNING_MS + 1_300_000), (107.401, 15.6, MORNING_MS + 1_400_000))
    file = read_tracks("a.xml", document(geometry).encode())
    assert file.waypoints[0].time == MORNING_MS + 600_000
    assert [fault.code for fault in file.faults] == ["time.zone_assumed"]


@pytest.mark.parametrize(
    "geometry", ["", "00zz", "0080000005000000ff", str(shapely.to_wkb(shapely.Point(1, 2), hex=True))]
)
def test_a_track_that_is_no_line_costs_only_itself(geometry: str) -> None:
    file = read_tracks("a.xml", document(geometry).encode())
    assert {"smart.bad_track", "track.waypoints_only"} <= {fault.code for fault in file.faults}
    assert len(file.waypoints) == 1


def test_track_without_times() -> None:
    file = read_tracks("a.xml", document(line((107.4, 15.6, np.nan), (107.401, 15.6, np.nan))).encode())
    assert "track.no_time" in {fault.code for fault in file.faults}


def test_a_data_model_is_not_a_patrol(shared: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        read_tracks("smart_dm.xml", (shared / "peers/smart_dm.xml").read_bytes())
    assert caught.value.fault.code == "file.wrong_kind"
