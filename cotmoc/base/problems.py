"""The one catalogue of everything that can go wrong for a person.

Each entry has a code, a sentence in Vietnamese and one in English. The sentence says *where*, *what*, and *what to do*;
`{braces}` are filled from the values of the case. Standard library only: the command line on bare files and the engines'
callers use it without Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One entry of the catalogue."""

    vi: str
    en: str
    status: int = 400
    """The HTTP status that carries it."""


class Problem(Exception):
    """Something a person must be told. `code` is in the catalogue; `values` fill its sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    @property
    def status(self) -> int:
        return CATALOGUE[self.code].status

    def sentence(self, language: Language = "vi") -> str:
        return sentence(self.code, language, self.values)

    def __str__(self) -> str:
        return self.sentence("en")


class _Kept(dict[str, Any]):
    """A value that the case did not bring is shown as an en dash, so that a sentence never fails."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(code: str, language: Language = "vi", values: Mapping[str, Any] | None = None) -> str:
    """The sentence of a case. Raises KeyError for a code that is not in the catalogue: that is a bug of ours."""
    entry = CATALOGUE[code]
    return (entry.vi if language == "vi" else entry.en).format_map(_Kept(values or {}))


CATALOGUE: dict[str, Sentence] = {
    # --- rights and requests
    "rights.page": Sentence(
        "Trang này thuộc đơn vị khác hoặc cần quyền khác. Cần xem: gọi trực chỉ huy.",
        "This page belongs to another unit or needs another right. To see it, call the duty commander.",
        403,
    ),
    "rights.unit": Sentence(
        "Đồng chí chưa được phân quyền ghi cho {unit}. Chọn đơn vị mình, hoặc gọi trực chỉ huy.",
        "You may not write for {unit}. Choose your own unit, or call the duty commander.",
        403,
    ),
    "rights.no_account": Sentence(
        "Tài khoản {user} chưa gắn với đơn vị nào. Người giữ máy chủ gắn đơn vị rồi đăng nhập lại.",
        "Account {user} belongs to no unit yet. The keeper of the server assigns one, then sign in again.",
        403,
    ),
    "page.missing": Sentence(
        "Không có trang hoặc bản ghi ở địa chỉ này. Kiểm tra lại địa chỉ, hoặc tìm bằng ô tìm kiếm.",
        "There is no page or record at this address. Check the address, or use the search.",
        404,
    ),
    "request.bad": Sentence(
        "Yêu cầu không đọc được: {detail}. Quay lại trang trước và thử lại.",
        "The request could not be read: {detail}. Go back and try again.",
    ),
    "request.parameter": Sentence(
        "Giá trị “{value}” của “{name}” không dùng được. {hint}",
        "The value “{value}” of “{name}” cannot be used. {hint}",
    ),
    "server.failed": Sentence(
        "Không xử lý được lúc {at}, mã {token}. Nội dung đã gửi trước đó vẫn còn. Thử lại; nếu vẫn lỗi, báo mã cho người giữ máy chủ.",
        "This failed at {at}, code {token}. What was received before is kept. Try again; if it fails again, report the code.",
        500,
    ),
    "signin.locked": Sentence(
        "Sai mật khẩu quá nhiều lần. Chờ 15 phút rồi đăng nhập lại, hoặc gọi người giữ máy chủ.",
        "Too many wrong passwords. Wait 15 minutes and sign in again, or call the keeper of the server.",
        429,
    ),
    # --- ledger and records
    "ledger.reason": Sentence(
        "{what}: sửa bản ghi phải ghi lý do. Điền ô “Lý do”, rồi lưu lại.",
        "{what}: an amendment needs a reason. Fill in “Reason”, then save again.",
    ),
    "ledger.conflict": Sentence(
        "{what} đã được người khác sửa (lần {theirs}) sau khi đồng chí mở (lần {ours}). Nội dung đồng chí nhập còn ở dưới; so lại rồi lưu.",
        "{what} was amended by somebody else (revision {theirs}) after you opened it (revision {ours}). Your input is below; compare and save again.",
        409,
    ),
    "ledger.withdrawn": Sentence(
        "{what} đã được rút. Khôi phục bản ghi trước khi sửa.",
        "{what} was withdrawn. Restore it before amending.",
        409,
    ),
    "ledger.broken": Sentence(
        "Sổ cái không khớp từ dòng {seq}: {detail}. Dừng ghi, giữ nguyên máy và báo người giữ máy chủ.",
        "The ledger does not agree from entry {seq}: {detail}. Stop writing, leave the machine as it is and report it.",
        500,
    ),
    "evidence.missing": Sentence(
        "Tệp gốc {sha} không còn trong kho. Khôi phục từ bản sao lưu gần nhất.",
        "The original file {sha} is no longer in the store. Restore it from the latest backup.",
        404,
    ),
    "evidence.changed": Sentence(
        "Tệp gốc {sha} trong kho đã bị đổi nội dung. Khôi phục từ bản sao lưu gần nhất.",
        "The original file {sha} in the store has changed. Restore it from the latest backup.",
        500,
    ),
    # --- files and tracks
    # --- line, markers, geodata
    # --- measures
    # --- review
    "pack.key": Sentence(
        "Gói {pack}, mục {where}: khóa “{key}” {what}. Sửa tệp gói rồi chạy lại.",
        "Pack {pack}, section {where}: key “{key}” is {what_en}. Correct the pack file and run again.",
        500,
    ),
    "pack.value": Sentence(
        "Gói {pack}, mục {where}: “{value}” không đọc được là {what}. Sửa tệp gói rồi chạy lại.",
        "Pack {pack}, section {where}: “{value}” cannot be read as {what_en}. Correct the pack file and run again.",
        500,
    ),
    "review.contradicted": Sentence(
        "Còn {count} câu trái số liệu: {claims}. Dùng câu mà số liệu đỡ được, rồi in lại.",
        "{count} sentences are against the records: {claims}. Use the wording the figures carry, then print again.",
        409,
    ),
    "pack.unknown": Sentence(
        "Không có gói “{pack}” áp dụng cho ngày {day}. Chọn gói khác, hoặc thêm gói còn hiệu lực.",
        "There is no pack “{pack}” in force on {day}. Choose another, or add one that is in force.",
    ),
    # --- command line
    "cli.no_database": Sentence(
        "Chưa có dữ liệu ở {folder}. Chạy: cotmoc init (hoặc cotmoc demo).",
        "There is no data in {folder} yet. Run: cotmoc init (or cotmoc demo).",
    ),
    "cli.not_found": Sentence(
        "Không thấy tệp {path}. Kiểm tra lại đường dẫn.",
        "File {path} was not found. Check the path.",
    ),
}
