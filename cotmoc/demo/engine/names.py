"""Invented names as they are written there: family name first. Ranks and posts as a border unit has them.

Generic name generators give Western order and titles for Vietnamese; these lists are our own. Local family names follow
GEODATA section 6 (Cơ Tu) and common usage (Giẻ Triêng); no list is taken from a register of people.
"""

from collections.abc import Iterator

from numpy.random import Generator

KINH_FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Phan",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Trương",
)
KINH_WEIGHT = (31, 12, 11, 7, 7, 6, 6, 4, 4, 3, 3, 2, 2, 2)
MIDDLE = (
    "Văn",
    "Hữu",
    "Đức",
    "Minh",
    "Quang",
    "Xuân",
    "Công",
    "Đình",
    "Thanh",
    "Ngọc",
    "Quốc",
    "Viết",
    "Trọng",
    "Hoàng",
)
GIVEN = (
    *("An", "Bình", "Cường", "Dũng", "Đạt", "Đông", "Hải", "Hiếu", "Hòa", "Hùng", "Huy", "Khánh", "Lâm", "Long", "Nam"),
    *(
        "Nghĩa",
        "Phong",
        "Phúc",
        "Quân",
        "Sơn",
        "Tài",
        "Tâm",
        "Thắng",
        "Thành",
        "Thịnh",
        "Tiến",
        "Toàn",
        "Trung",
        "Tuấn",
    ),
    *("Tùng", "Vinh", "Việt", "Vũ"),
)
CO_TU_FAMILY = ("Alăng", "Bhling", "Zơrâm", "Arất", "Bhnướch", "Pơloong", "Coor", "Hôih", "Ating", "Riah", "Bríu")
GIE_TRIENG_FAMILY = ("Chơ Rum", "Hiên", "Kring", "Tơ Ngôl", "Blúp", "Un")
LOCAL_GIVEN = (
    "Nhôn",
    "Đếch",
    "Blúi",
    "Hiếp",
    "Crôn",
    "Nhơn",
    "Bay",
    "Lợi",
    "Tưl",
    "Cường",
    "Thiên",
    "Ngước",
    "Dốp",
    "Pố",
)

COMMANDERS = (
    ("Trung tá", "Đồn trưởng"),
    ("Trung tá", "Chính trị viên"),
    ("Thiếu tá", "Phó Đồn trưởng"),
    ("Thiếu tá", "Phó Đồn trưởng"),
    ("Thiếu tá", "Chính trị viên phó"),
)
"""The officers of a post in order; whoever comes after them leads a team or serves in one."""
TEAM_LEADERS = (
    ("Đại úy", "Đội trưởng Đội Vũ trang"),
    ("Đại úy", "Đội trưởng Đội Vận động quần chúng"),
    ("Thượng úy", "Đội trưởng Đội Tổng hợp bảo đảm"),
    ("Đại úy", "Đội trưởng Đội Trinh sát"),
)
SOLDIERS = (
    ("Thượng úy QNCN", "Nhân viên quân y"),
    ("Trung úy QNCN", "Nhân viên thông tin"),
    ("Thiếu úy QNCN", "Nhân viên Đội Vũ trang"),
    ("Trung úy", "Cán bộ Đội Vận động quần chúng"),
    ("Hạ sĩ", "Chiến sĩ"),
    ("Binh nhất", "Chiến sĩ"),
)
HEADQUARTERS = (
    ("Đại tá", "Chỉ huy trưởng"),
    ("Đại tá", "Chính ủy"),
    ("Thượng tá", "Phó Chỉ huy trưởng, Tham mưu trưởng"),
    ("Thượng tá", "Phó Chính ủy"),
    ("Thượng tá", "Phó Chỉ huy trưởng nghiệp vụ"),
    ("Trung tá", "Trưởng ban Tác chiến"),
    ("Thiếu tá", "Trợ lý Tác chiến"),
    ("Đại úy", "Trợ lý Đường biên, mốc giới"),
    ("Đại úy", "Trực ban tác chiến"),
    ("Thượng úy", "Trợ lý Tổng hợp"),
)
LAO_NAMES = ("Bounmy Sisouphan", "Khamphone Vongsa", "Somchit Keomany", "Bounthan Phommachanh", "Sengdao Inthavong")
LAO_RANKS = ("Thượng úy", "Đại úy", "Thiếu tá")


def people_names(rng: Generator, local: tuple[str, ...] = (), local_share: float = 0.0) -> Iterator[str]:
    """Endless names, none twice: `local_share` of them with a family name out of `local`."""
    weights = [weight / sum(KINH_WEIGHT) for weight in KINH_WEIGHT]
    seen: set[str] = set()
    while True:
        if local and rng.random() < local_share:
            name = f"{rng.choice(local)} {rng.choice(LOCAL_GIVEN)}"
        else:
            name = f"{rng.choice(KINH_FAMILY, p=weights)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}"
        if name not in seen or len(seen) > 1000:
            seen.add(name)
            yield name


def post_ranks(size: int) -> Iterator[tuple[str, str]]:
    """Rank and post of the `size` people of a post: commanders, team leaders, then the teams."""
    ranks = (*COMMANDERS, *TEAM_LEADERS)
    for number in range(size):
        yield ranks[number] if number < len(ranks) else SOLDIERS[(number - len(ranks)) % len(SOLDIERS)]
