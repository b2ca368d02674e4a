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

    def __init__(self, code: str, /, **values: Any) -> None:
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
    # --- receiving files, photos, records
    "record.refused": Sentence(
        "Bản ghi chưa lưu được, cần sửa: {fields}. Sửa các mục đó rồi gửi lại.",
        "The record was not saved; to be corrected: {fields}. Correct these fields and send it again.",
        422,
    ),
    "request.forged": Sentence(
        "Yêu cầu ghi thiếu mã của phiên (X-CSRFToken). Mở lại trang, hoặc gửi kèm mã trong cookie csrftoken.",
        "The write came without the session's token (X-CSRFToken). Reload, or send the token of the csrftoken cookie.",
        403,
    ),
    "signin.needed": Sentence(
        "Chưa đăng nhập, hoặc phiên đã hết. Đăng nhập rồi gửi lại.",
        "Not signed in, or the session is over. Sign in and send it again.",
        401,
    ),
    "table.head": Sentence(
        "Dòng đầu của tệp ({heads}) không có tên mục nào của sổ này. Dùng dòng đầu như tệp tải về: {fields}.",
        "The first line of the file ({heads}) names no field of this register. Use a head as in our export: {fields}.",
        422,
    ),
    "table.unreadable": Sentence(
        "{file}: không đọc được là bảng CSV ({detail}). Lưu lại dạng CSV UTF-8 rồi gửi.",
        "{file} cannot be read as a CSV table ({detail}). Save it as CSV UTF-8 and send it again.",
        422,
    ),
    "record.past": Sentence(
        "Trang đang xem số liệu ở một thời điểm đã qua, không ghi được. Bấm “Về hiện tại” rồi làm lại.",
        "This page shows a moment of the past; nothing can be written there. Go back to the present and try again.",
        409,
    ),
    "file.received": Sentence(
        "{file}: đã nhận {tracks} vết, {fixes} điểm.",
        "{file}: received {tracks} track(s), {fixes} fixes.",
    ),
    "file.known": Sentence(
        "{file}: nội dung này đã nhận lúc {at}. Không cần gửi lại.",
        "{file}: this content was received at {at}. No need to send it again.",
        409,
    ),
    "track.unassigned": Sentence(
        "Vết “{track}” chưa gắn chuyến tuần tra nào. Chọn chuyến ở “Vết chưa gắn chuyến”.",
        "Track “{track}” belongs to no patrol yet. Choose one under “Tracks without a patrol”.",
    ),
    "track.several_patrols": Sentence(
        "Vết {where} khớp giờ với nhiều chuyến: {patrols}. Chọn một chuyến ở “Vết chưa gắn chuyến”.",
        "Track {where} fits the hours of several patrols: {patrols}. Choose one under “Tracks without a patrol”.",
    ),
    "track.planned_only": Sentence(
        "{file}: tệp chỉ có tuyến vạch sẵn, không có vết đã đi. Xuất lại phần “track” từ máy định vị rồi gửi.",
        "{file}: the file holds only a planned route, no recorded track. Export the track from the receiver and send it.",
    ),
    "track.waypoints": Sentence(
        "{file}: có {count} điểm ghi riêng, lưu cùng vết: {names}.",
        "{file}: {count} waypoint(s) kept with the track: {names}.",
    ),
    "photo.unreadable": Sentence(
        "{file}: không đọc được là ảnh JPEG, PNG hoặc WebP, hoặc ảnh bị cắt giữa chừng. Chụp hoặc gửi lại ảnh.",
        "{file} cannot be read as a JPEG, PNG or WebP photo, or is cut off. Take or send the photo again.",
    ),
    "photo.too_large": Sentence(
        "{file}: ảnh quá lớn, tối đa {limit}. Giảm cỡ ảnh rồi gửi lại.",
        "{file}: the photo is too large, at most {limit}. Reduce it and send it again.",
        413,
    ),
    # --- files and tracks
    "file.empty": Sentence(
        "Tệp rỗng, không có nội dung. Xuất lại từ máy định vị rồi gửi lại.",
        "The file is empty. Export it from the receiver again and send it again.",
    ),
    "file.too_large": Sentence(
        "Tệp nặng {size_mb} MB, quá mức {limit_mb} MB. Chia nhỏ theo ngày rồi gửi từng tệp.",
        "The file has {size_mb} MB, over the limit of {limit_mb} MB. Split it by days and send the parts.",
    ),
    "file.wrong_kind": Sentence(
        "Nội dung tệp là {found}, không phải loại đọc được ở đây. Xuất lại dạng GPX, KML, FIT, NMEA, GeoJSON hoặc CSV.",
        "The content is {found}, which cannot be read here. Export it as GPX, KML, FIT, NMEA, GeoJSON or CSV.",
    ),
    "file.truncated": Sentence(
        "Tệp {format} bị cắt cụt, thiếu phần cuối nên không dùng phần nào. Chép lại từ máy định vị rồi gửi lại.",
        "The {format} file is cut off, its end is missing, so no part is used. Copy it from the receiver and send it again.",
    ),
    "file.damaged": Sentence(
        "Tệp {format} bị hỏng, nội dung không khớp mã kiểm tra. Chép lại từ máy định vị rồi gửi lại.",
        "The {format} file is damaged and fails its checks. Copy it from the receiver and send it again.",
    ),
    "xml.entities": Sentence(
        "Tệp XML có khai báo thực thể (DTD), bị từ chối vì có thể gây hại. Xuất lại từ phần mềm gốc.",
        "The XML file declares entities (a DTD) and is refused since they can do harm. Export it from the first program again.",
    ),
    "xml.malformed": Sentence(
        "Tệp XML sai cú pháp ở dòng {line}, cột {column}. Xuất lại từ phần mềm gốc rồi gửi lại.",
        "The XML file is malformed at line {line}, column {column}. Export it from the first program again.",
    ),
    "xml.too_deep": Sentence(
        "Tệp XML lồng nhau quá {limit} lớp, bị từ chối. Xuất lại từ phần mềm gốc.",
        "The XML file nests more than {limit} levels deep and is refused. Export it from the first program again.",
    ),
    "xml.too_many": Sentence(
        "Tệp XML có hơn {limit} phần tử, bị từ chối. Chia nhỏ theo ngày rồi gửi từng tệp.",
        "The XML file has more than {limit} elements and is refused. Split it by days and send the parts.",
    ),
    "zip.bomb": Sentence(
        "Tệp nén bung ra {size_mb} MB, {entries} mục, vượt giới hạn nên bị từ chối. Gửi tệp chưa nén.",
        "The archive unpacks to {size_mb} MB in {entries} entries, beyond the limit, and is refused. Send the file unpacked.",
    ),
    "json.malformed": Sentence(
        "Tệp JSON sai cú pháp ở dòng {line}, cột {column}. Xuất lại từ phần mềm gốc rồi gửi lại.",
        "The JSON file is malformed at line {line}, column {column}. Export it from the first program again.",
    ),
    "json.too_deep": Sentence(
        "Tệp JSON lồng nhau quá sâu, bị từ chối. Xuất lại từ phần mềm gốc.",
        "The JSON file nests too deep and is refused. Export it from the first program again.",
    ),
    "json.too_many": Sentence(
        "Tệp JSON có hơn {limit} mảng và đối tượng, bị từ chối. Chia nhỏ theo ngày rồi gửi từng tệp.",
        "The JSON file has more than {limit} arrays and objects and is refused. Split it by days and send the parts.",
    ),
    "table.too_long": Sentence(
        "Bảng tính có hơn {limit} dòng, bị từ chối. Chia nhỏ rồi gửi từng tệp, hoặc lưu dạng CSV.",
        "The spreadsheet has more than {limit} rows and is refused. Split it and send the parts, or save it as CSV.",
    ),
    "table.malformed": Sentence(
        "Bảng CSV sai cấu trúc. Mở bằng bảng tính, lưu lại dạng CSV UTF-8 rồi gửi lại.",
        "The CSV table is malformed. Open it in a spreadsheet, save it as CSV UTF-8 and send it again.",
    ),
    "table.no_place": Sentence(
        "Bảng không có cột vĩ độ và kinh độ (các cột đầu: {columns}). Đặt tên cột “vĩ độ”, “kinh độ”, hoặc “x”, “y”.",
        "The table has no columns of latitude and longitude (its first: {columns}). Name them “lat”, “lon”, or “x”, “y”.",
    ),
    "text.encoding": Sentence(
        "Chữ trong tệp theo bảng mã {encoding}, đã đọc được. Không phải làm gì.",
        "The text is encoded in {encoding} and was read. Nothing to do.",
    ),
    "text.encoding_assumed": Sentence(
        "Không rõ bảng mã của chữ; đã đọc theo {encoding}. Kiểm tra lại các tên có dấu.",
        "The encoding of the text is unknown; {encoding} was assumed. Check the names with diacritics.",
    ),
    "time.zone_assumed": Sentence(
        "{count} mốc thời gian không ghi múi giờ; đã tính theo {zone}. Nếu không đúng, xuất lại có múi giờ.",
        "{count} times name no zone; {zone} was assumed. If that is wrong, export them with their zone.",
    ),
    "time.unreadable": Sentence(
        "{count} mốc thời gian không đọc được; các điểm đó coi như không có giờ. Kiểm tra cột thời gian.",
        "{count} times could not be read; those fixes count as without time. Check the column of times.",
    ),
    "time.no_date": Sentence(
        "Tệp chỉ có giờ, không có ngày, nên các điểm không dùng được theo thời gian. Gửi bản có câu RMC hoặc ZDA.",
        "The file has hours but no date, so its fixes have no time. Send one with RMC or ZDA sentences.",
    ),
    "track.none": Sentence(
        "Tệp không có vết và không có điểm nào. Kiểm tra xem đã xuất đúng tệp chưa.",
        "The file has neither tracks nor waypoints. Check that the right one was exported.",
    ),
    "track.waypoints_only": Sentence(
        "Tệp chỉ có {count} điểm đánh dấu, không có vết đi. Nếu có vết, xuất lại kèm vết.",
        "The file has only {count} waypoints and no track. If there is a track, export it, too.",
    ),
    "track.empty": Sentence(
        "Vết {where} không có điểm nào, đã bỏ qua. Nếu đã đi, kiểm tra máy định vị.",
        "Track {where} has no fixes and was passed over. If it was walked, check the receiver.",
    ),
    "track.no_time": Sentence(
        "Vết {where}: {count} điểm đều không có giờ. Vết này chỉ cho biết đã qua đâu, không tính được ngày; xuất lại kèm giờ.",
        "Track {where}: none of {count} fixes has a time. It shows places, not dates; export it with times.",
    ),
    "track.partly_timed": Sentence(
        "Vết {where}: {count} trong {total} điểm không có giờ, không tính theo ngày. Xuất lại kèm giờ nếu được.",
        "Track {where}: {count} of {total} fixes have no time and count for no day. Export it with times if possible.",
    ),
    "track.duplicates": Sentence(
        "Vết {where}: {count} trong {total} điểm trùng hẳn điểm khác, chỉ tính một lần. Không phải làm gì.",
        "Track {where}: {count} of {total} fixes repeat others and count once. Nothing to do.",
    ),
    "track.backward": Sentence(
        "Vết {where}: giờ lùi lại {count} lần; đã xếp theo giờ. Kiểm tra đồng hồ của máy định vị.",
        "Track {where}: time runs backward {count} times; the fixes were sorted. Check the receiver's clock.",
    ),
    "track.jumps": Sentence(
        "Vết {where}: {count} bước nhảy nhanh hơn 50 m/s, dài nhất {longest_m} m. Xem lại trên bản đồ trước khi dùng.",
        "Track {where}: {count} jumps faster than 50 m/s, the longest {longest_m} m. Look at it on the map before use.",
    ),
    "track.gaps": Sentence(
        "Vết {where}: {count} lần mất tín hiệu hơn 1 giờ, lâu nhất {longest_h} giờ; đoạn đó không tính là đã đi. Không phải làm gì.",
        "Track {where}: {count} gaps over 1 hour, the longest {longest_h} h; they do not count as walked. Nothing to do.",
    ),
    "track.bad_position": Sentence(
        "Vết {where}: {count} điểm có tọa độ sai, đã bỏ. Kiểm tra tệp gốc.",
        "Track {where}: {count} fixes have impossible coordinates and were left out. Check the original file.",
    ),
    "track.null_island": Sentence(
        "Vết {where}: {count} điểm ở tọa độ 0, 0 (máy chưa bắt được vệ tinh), đã bỏ. Không phải làm gì.",
        "Track {where}: {count} fixes at 0, 0 (no satellites yet) were left out. Nothing to do.",
    ),
    "track.no_fix": Sentence(
        "{count} dòng ghi lúc chưa bắt được vệ tinh, đã bỏ. Không phải làm gì.",
        "{count} lines without satellite fix were left out. Nothing to do.",
    ),
    "track.future": Sentence(
        "Vết {where}: {count} điểm có giờ ở tương lai. Chỉnh đồng hồ máy định vị; báo lại ngày đúng cho người nhập.",
        "Track {where}: {count} fixes lie in the future. Set the receiver's clock; tell the right date to whoever enters it.",
    ),
    "track.old": Sentence(
        "Vết {where}: {count} điểm có giờ trước năm 1995, chắc do máy định vị mất ngày. Kiểm tra máy; báo lại ngày đúng.",
        "Track {where}: {count} fixes are older than 1995; the receiver seems to have lost the date. Check it.",
    ),
    "track.uneven": Sentence(
        "Vết {where}: có {times} mốc giờ cho {places} điểm nên không ghép được; coi như không có giờ. Xuất lại từ phần mềm gốc.",
        "Track {where}: {times} times for {places} places cannot be paired; it counts as without times. Export it again.",
    ),
    "waypoint.bad_position": Sentence(
        "Điểm “{where}” có tọa độ sai, đã bỏ. Kiểm tra tệp gốc.",
        "Waypoint “{where}” has impossible coordinates and was left out. Check the original file.",
    ),
    "kml.same_path": Sentence(
        "“{where}” ({count} điểm) lặp lại một vết khác trong tệp, chỉ tính một lần. Không phải làm gì.",
        "“{where}” ({count} points) repeats another path of the file and counts once. Nothing to do.",
    ),
    "nmea.bad_checksum": Sentence(
        "{count} câu NMEA sai mã kiểm tra, đã bỏ. Nếu nhiều, chép lại tệp từ máy định vị.",
        "{count} NMEA sentences fail their checksum and were left out. If they are many, copy the file again.",
    ),
    "smart.bad_track": Sentence(
        "Ngày {where}: không đọc được vết của cuộc tuần tra SMART; các điểm khác vẫn dùng. Xuất lại từ SMART.",
        "Day {where}: the track of the SMART patrol could not be read; the waypoints are used. Export it from SMART again.",
    ),
    "smart.zone_found": Sentence(
        "Ngày {where}: giờ trong tệp SMART khớp với vết ở múi giờ {zone}, đã dùng múi giờ đó. Báo lại nếu không đúng.",
        "Day {where}: the clock of the SMART file agrees with its track in zone {zone}, which was used. Tell us if it is wrong.",
    ),
    # --- line, markers, geodata
    "line.none": Sentence(
        "Tệp không có đường nào. Gửi tệp có LineString hoặc MultiLineString.",
        "The file has no line. Send one with a LineString or MultiLineString.",
    ),
    "line.geometry": Sentence(
        "Hình dạng của đường không đọc được. Sửa trong phần mềm bản đồ rồi gửi lại.",
        "The geometry of the line cannot be read. Repair it in a map program and send it again.",
    ),
    "coordinate.unreadable": Sentence(
        "Không đọc được tọa độ “{text}”. Ghi như 15,541592 hoặc 15°32'29,7\" B, hoặc số mét VN-2000.",
        "The coordinate “{text}” cannot be read. Write it like 15.541592 or 15°32'29.7\" N, or metres in VN-2000.",
    ),
    "coordinate.out_of_range": Sentence(
        "Tọa độ “{text}” nằm ngoài hệ {crs}. Kiểm tra hệ tọa độ và kinh tuyến trục.",
        "The coordinate “{text}” lies outside the system {crs}. Check the system and its central meridian.",
    ),
    "coordinate.unknown_crs": Sentence(
        "Không biết hệ tọa độ “{crs}”. Ghi như EPSG:3405, VN-2000 48N hoặc VN-2000 107°45'.",
        "The coordinate system “{crs}” is unknown. Write it like EPSG:3405, VN-2000 48N or VN-2000 107°45'.",
    ),
    "marker.number": Sentence(
        "“{text}” không phải số hiệu mốc. Ghi như 676, 511/1, 165(1), 519/2(1) hoặc CD5.",
        "“{text}” is no marker number. Write it like 676, 511/1, 165(1), 519/2(1) or CD5.",
    ),
    "feature.bad_geometry": Sentence(
        "Đối tượng {where}: hình dạng không đọc được, đã bỏ qua. Sửa trong phần mềm bản đồ rồi gửi lại.",
        "Feature {where}: its geometry cannot be read and was passed over. Repair it in a map program and send it again.",
    ),
    "feature.empty": Sentence(
        "Đối tượng {where} không có hình, đã bỏ qua. Nếu cần, vẽ lại trong phần mềm bản đồ rồi gửi lại.",
        "Feature {where} has no geometry and was passed over. If it is needed, draw it in a map program and send it again.",
    ),
    "geodata.date": Sentence(
        "Ngày “{value}” không đọc được. Viết dạng 2017-09-05.",
        "Date “{value}” cannot be read. Write it as 2017-09-05.",
    ),
    "geodata.nothing": Sentence(
        "Tệp {name} không có đối tượng nào dùng được. Kiểm tra lại lớp, cột tọa độ và bộ lọc.",
        "File {name} holds nothing that can be used. Check the layer, the coordinate columns and the filter.",
    ),
    "geodata.line": Sentence(
        "Chưa rõ tuyến “{code}”. Các tuyến đang có: {known}. Nhập đường biên trước, hoặc chỉ rõ bằng --line.",
        "The line “{code}” is not clear. Known lines: {known}. Import the border line first, or name one with --line.",
    ),
    "geodata.no_line": Sentence(
        "Tệp không có đường nào. Đường biên phải là LineString hoặc MultiLineString.",
        "The file holds no line. A border line must be a LineString or MultiLineString.",
    ),
    "geodata.several_lines": Sentence(
        "Tệp có {count} đường ({known}). Chọn một bằng --pick, ví dụ --pick id=…",
        "The file holds {count} lines ({known}). Choose one with --pick, e.g. --pick id=…",
    ),
    "geodata.number": Sentence(
        "Dòng {where}: “{text}” không phải số hiệu mốc. Viết như 676, 511/1, 165(1) hoặc CD5.",
        "Row {where}: “{text}” is not a marker number. Write it like 676, 511/1, 165(1) or CD5.",
    ),
    "geodata.no_point": Sentence(
        "Dòng {where}: mốc {number} không có tọa độ điểm. Bổ sung kinh độ, vĩ độ rồi nhập lại.",
        "Row {where}: marker {number} has no point. Add its longitude and latitude, then import again.",
    ),
    "geodata.stretch": Sentence(
        "Dòng {where}: chưa rõ đơn vị “{unit}” hoặc mốc “{start}”, “{end}”. Sửa theo tên, số hiệu đang có.",
        "Row {where}: unit “{unit}” or marker “{start}”, “{end}” is not known. Use the names and numbers on record.",
    ),
    "geodata.gate": Sentence(
        "Dòng {where}: cửa khẩu “{name}” thiếu tên hoặc tọa độ. Bổ sung rồi nhập lại.",
        "Row {where}: gate “{name}” lacks a name or a point. Add it, then import again.",
    ),
    "picture.no_marker": Sentence(
        "Không có mốc hay cọc dấu số {number} trên các tuyến đồng chí được xem. Kiểm tra lại số, hoặc mở danh sách mốc.",
        "There is no marker or stake {number} on the lines you may see. Check the number, or open the list of markers.",
        404,
    ),
    "picture.no_unit": Sentence(
        "Không có đơn vị nào mang mã hoặc tên “{name}”. Tìm bằng ô tìm kiếm ở đầu trang.",
        "No unit has or had the code or name “{name}”. Use the search at the top of the page.",
        404,
    ),
    # --- measures
    "archive.engine": Sentence(
        "Đo kho vết cần phần mở rộng “fast” (numba, pyarrow), máy này chưa có. Cài: pip install 'cotmoc[fast]'.",
        "Measuring an archive needs the extra “fast” (numba, pyarrow), which is not installed here: pip install 'cotmoc[fast]'.",
    ),
    "archive.empty": Sentence(
        "Thư mục “{name}” không có tệp vết Parquet nào. Kiểm tra lại đường dẫn.",
        "The folder “{name}” holds no Parquet file of fixes. Check the path.",
    ),
    "archive.broken": Sentence(
        "Kho vết “{name}” không đọc được: {what}. Khôi phục tệp từ bản sao rồi đo lại.",
        "The archive “{name}” could not be read: {what}. Restore the file from a copy and measure again.",
    ),
    "file.unavailable": Sentence(
        "Không mở được tệp: {reason}. Kiểm tra đường dẫn và quyền đọc, rồi chạy lại.",
        "The file cannot be opened: {reason}. Check its path and the right to read it, then run again.",
    ),
    "file.refused": Sentence(
        "{file}: {what}",
        "{file}: {what_en}",
    ),
    "track.route_left_out": Sentence(
        "Tệp có {count} tuyến vạch sẵn; tuyến vạch sẵn không phải vết đã đi nên không tính. Nếu đã đi, gửi vết ghi từ máy.",
        "The file has {count} planned routes; a plan is not a walk and does not count. If it was walked, send the track.",
    ),
    "track.untimed_cut": Sentence(
        "Có điểm không ghi giờ; khi lọc theo ngày thì các điểm đó không tính. Bỏ lọc ngày để tính cả.",
        "Some fixes have no time; with a period they do not count. Leave out the period to count them.",
    ),
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
    "review.reason": Sentence(
        "Số liệu chưa đỡ được câu này ({why}). Ghi lý do giữ, hoặc dùng câu mà số liệu đỡ được.",
        "The figures do not carry this sentence ({why}). Give the reason for keeping it, or use the wording they carry.",
    ),
    "review.empty": Sentence(
        "Câu chưa có lời văn. Viết câu rồi lưu lại.",
        "The sentence is empty. Write it, then save again.",
    ),
    "review.no_sentence": Sentence(
        "Chương này không có câu {key}. Mở lại đề cương và chọn câu khác.",
        "This chapter has no sentence {key}. Open the outline again and choose another.",
        404,
    ),
    "review.past": Sentence(
        "Trang đang xem tại thời điểm đã qua nên không sửa được. Bỏ “tính đến” rồi sửa.",
        "This page shows a past moment and cannot be changed. Leave the past moment, then change it.",
        409,
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
    "cli.unit": Sentence(
        "Không có đơn vị mang mã “{code}”. Các mã đang có: {known}.",
        "There is no unit with code “{code}”. Known codes: {known}.",
    ),
    "cli.no_password": Sentence(
        "Chưa có mật khẩu cho {name}. Đặt biến COTMOC_PASSWORD, hoặc chạy lệnh ở cửa sổ dòng lệnh để gõ.",
        "There is no password for {name} yet. Set COTMOC_PASSWORD, or run the command in a terminal to type it.",
    ),
    "signin.weak": Sentence(
        "Mật khẩu chưa dùng được: {detail} Chọn mật khẩu khác, ít nhất 10 ký tự.",
        "This password cannot be used: {detail} Choose another of at least 10 characters.",
    ),
    "backup.unreadable": Sentence(
        "{path} không phải bản sao lưu của Cột Mốc, hoặc tệp bị cắt. Dùng bản sao lưu khác.",
        "{path} is not a backup of Cột Mốc, or it is cut off. Use another backup.",
    ),
    "backup.not_empty": Sentence(
        "Thư mục {folder} đã có dữ liệu. Khôi phục chỉ ghi vào thư mục trống: đặt COTMOC_HOME sang thư mục mới.",
        "Folder {folder} already holds data. A restore needs an empty folder: set COTMOC_HOME to a new one.",
    ),
    "backup.damaged": Sentence(
        "Bản sao lưu hỏng ở tệp {name}; chưa khôi phục gì. Dùng bản sao lưu khác.",
        "The backup is damaged at file {name}; nothing was restored. Use another backup.",
    ),
    "serve.port": Sentence(
        "Cổng {host}:{port} đang có chương trình khác dùng. Chọn cổng khác bằng --port.",
        "Another program uses {host}:{port}. Choose another port with --port.",
    ),
    "cli.not_found": Sentence(
        "Không thấy tệp {path}. Kiểm tra lại đường dẫn.",
        "File {path} was not found. Check the path.",
    ),
}
