"""DESIGN screens 02 and 03: how well was the line covered and where not; is this marker known to stand as built?"""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cotmoc.base import figures, ledger
from cotmoc.base.models import Account, Unit
from cotmoc.measure import run
from tests.province import Province, at


@pytest.fixture
def year(province: Province) -> Province:
    """Some months of patrols; 66–67 … here km 7–8 was never walked; 702 is damaged, 705 was never inspected."""
    for month in range(1, 12):
        province.walk("GR", 0, 6_000, date(2020, month, 5), speed_ms=2)
        province.walk("DP", 16_000, 20_000, date(2020, month, 7), speed_ms=2)
    province.walk("LE", 8_000, 16_000, date(2020, 7, 9), speed_ms=2)
    for number in ("701", "703", "CD1"):
        province.inspect(number, date(2020, 11, 5))
    province.inspect("702", date(2020, 11, 5), "damaged", damage_kind="court")
    run.rebuild()
    return province


@pytest.fixture
def reader(client: Client, year: Province) -> Client:
    client.force_login(year.users["BCH"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_coverage_answers_in_four_figures_that_open(reader: Client, year: Province) -> None:
    shown = page(reader, "/measure/coverage")
    question = year.question()
    for measure in ("line.within_limit_pct", "line.overdue_km", "line.oldest_days", "line.never_km"):
        text = figures.ask(measure, question)[1].text
        assert re.search(
            rf'<a class="fig[^"]*" href="/e/{re.escape(measure)}\?[^"]*"[^>]*>{re.escape(text)}</a>', shown
        )


def test_posts_add_up_to_the_head(reader: Client) -> None:
    rows = reader.get("/measure/coverage?format=csv").content.decode("utf-8-sig").splitlines()
    lengths = [float(row.split('"')[1].replace(",", ".")) for row in rows[1:]]
    assert sum(lengths) == pytest.approx(20.0)
    assert len(rows) == 4


def test_the_strip_is_small_and_shows_what_was_never_walked(reader: Client) -> None:
    shown = page(reader, "/measure/coverage")
    strip = re.search(r'<svg class="strip".*?</svg>', shown, re.S)
    assert strip is not None
    drawn = strip.group(0)
    assert len(drawn.encode()) <= 40_000
    assert drawn.count('<path class="age-never"') >= 11  # in every month
    assert "Th.1</text>" in drawn
    assert "24/11</text>" in drawn
    assert 'style="' not in shown
    assert "," not in re.findall(r'<path class="age-[^>]* d="([^"]*)"', drawn)[0]  # numbers as SVG writes them


def test_a_selection_is_said_framed_and_in_the_address(reader: Client) -> None:
    shown = page(reader, "/measure/coverage?from_m=6000&to_m=16000")
    assert "Đang chọn: Đồn La Êê, km" in shown
    assert 'class="selection"' in shown
    assert shown.count('aria-selected="true"') == 1
    assert "from_m=6000" in re.findall(r'href="(/e/line.overdue_km[^"]*)"', shown)[-1]


def test_last_month_is_another_page(reader: Client) -> None:
    now, then = page(reader, "/measure/coverage"), page(reader, "/measure/coverage?at=2020-07-31")
    assert "Th.10</text>" in now
    assert "Th.10</text>" not in then
    assert "31/07</text>" not in then  # a bare day means its end: midnight of 1 August
    assert "01/08</text>" in then


def test_the_table_twins(reader: Client) -> None:
    shown = page(reader, "/measure/coverage?view=table")
    assert "chưa có vết nào" in shown
    assert '<svg class="strip"' not in shown


def test_a_post_sees_its_own_line_only(client: Client, year: Province) -> None:
    client.force_login(year.users["GR"], backend="django.contrib.auth.backends.ModelBackend")
    shown = page(client, "/measure/coverage")
    assert "Đồn Ga Ry" in shown
    assert ">Đồn La Êê</a>" not in shown
    assert client.get("/measure/coverage?unit=LE").status_code == 403


def test_a_sea_post_is_told_why_its_page_is_empty(client: Client, year: Province) -> None:
    client.force_login(year.users["CD"], backend="django.contrib.auth.backends.ModelBackend")
    assert "không giữ đoạn đường biên đất liền nào" in page(client, "/measure/coverage")


def test_a_reach_that_is_not_measured_is_told(reader: Client) -> None:
    response = reader.get("/measure/coverage?reach=70")
    assert response.status_code == 400
    assert "25, 50, 100, 200" in response.content.decode()


def test_markers_with_their_states_and_limits(reader: Client) -> None:
    shown = page(reader, "/measure/markers")
    assert "1 hư hỏng, 8 chưa đủ căn cứ kết luận." in shown
    only = page(reader, "/measure/markers?state=damaged")
    assert len(re.findall(r'<td class="lead"><a[^>]*>Mốc \d+', only)) == 1


def test_the_markers_own_page_says_why_and_what_would_settle_it(reader: Client) -> None:
    unknown = page(reader, "/picture/markers/705")
    assert "Chưa có biên bản nào." in unknown
    assert "ít nhất 2 ảnh" in unknown
    intact = page(reader, "/picture/markers/703")
    assert "Chứng minh còn hạn đến 03/02/2021" in intact
    assert 'class="band-intact"' in intact


def test_another_posts_inspections_are_counted_not_shown(client: Client, year: Province) -> None:
    client.force_login(year.users["LE"], backend="django.contrib.auth.backends.ModelBackend")
    shown = page(client, "/picture/markers/703")
    assert "Còn 1 biên bản của đơn vị khác" in shown
    assert "BB-2020-11" not in shown


def test_layers_of_age_and_verdict(reader: Client) -> None:
    ages = reader.get("/picture/layers/ages.geojson").json()["features"]
    assert {row["properties"]["age"] for row in ages} >= {"a0", "a4", "never"}
    ends = sorted((row["properties"]["from_m"], row["properties"]["to_m"]) for row in ages)
    assert [a[1] for a in ends[:-1]] == [b[0] for b in ends[1:]]
    states = reader.get("/picture/layers/verdicts.geojson").json()["features"]
    assert sum(row["properties"]["state"] == "damaged" for row in states) == 1


def test_the_duty_rooms_map_carries_the_figures_of_the_measures(reader: Client) -> None:
    wall = page(reader, "/picture/map?wall=1")
    assert 'data-theme="dark"' in wall
    tiles = wall[wall.index('id="wall-tiles"') : wall.index("data-map")]
    figures = re.findall(r'href="/e/([a-z._]+)[^"]*">', tiles)
    assert figures == [
        "marker.intact_count",
        "marker.damaged_count",
        "line.within_limit_pct",
        "line.overdue_km",
        "line.oldest_days",
    ]
    head = page(reader, "/measure/coverage")
    said = re.search(r'href="/e/line.overdue_km[^"]*">([^<]+)<', tiles)
    assert said is not None
    assert f">{said[1]}</a>" in head


@pytest.mark.django_db
def test_a_fresh_installation_is_told_what_comes_first(client: Client) -> None:
    unit = Unit(name="BĐBP tỉnh Mới", short_name="BĐBP Mới", code="MOI", kind=Unit.Kind.COMMAND)
    user = User.objects.create_user("moi")
    ledger.write([unit, Account(username=user.username, unit=unit)], ledger.Author("moi"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for path in ("/measure/coverage", "/measure/markers", "/picture/markers/"):
        assert "cotmoc geodata" in page(client, path), path
    assert "Không có việc phải xử lý" in page(client, "/record/")


def test_every_measure_has_its_page_and_its_drawer(reader: Client) -> None:
    listed = page(reader, "/measure/measures")
    for name in figures.measures():
        assert f"/measure/measures/{name}" in listed
        assert figures.measures()[name].vi in page(reader, f"/measure/measures/{name}")
    drawer = reader.get("/e/line.overdue_km", headers={"HX-Request": "true"}).content.decode()
    assert "Cách tính" in drawer


def test_the_figures_of_a_past_moment_stay(reader: Client, year: Province) -> None:
    moment = at(date(2020, 9, 1))
    before = figures.ask("line.within_limit_pct", year.question(moment=moment))[1].value
    year.walk("LE", 6_000, 16_000, date(2020, 9, 20), speed_ms=2)
    run.rebuild()
    assert figures.ask("line.within_limit_pct", year.question(moment=moment))[1].value == before
