"""The shipped lines, and a short invented year on them."""

from datetime import UTC, date, datetime

import pytest

from cotmoc.demo.engine.year import Year
from cotmoc.demo.geography import Shipped, read_shipped

NOW = datetime(2020, 11, 23, 23, tzinfo=UTC)


@pytest.fixture(scope="session")
def shipped() -> Shipped:
    return read_shipped()


@pytest.fixture(scope="session")
def year(shipped: Shipped) -> Year:
    return Year.of(shipped.border, shipped.coast, shipped.island, date(2019, 12, 1), NOW, seed=2020)
