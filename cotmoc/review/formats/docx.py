"""DOCX for the clerk to edit: the same content as the PDF, named Times New Roman, nothing embedded."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from docx import Document as new_docx
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from cotmoc.review.engine.chapter import Chapter, Table
from cotmoc.review.formats.content import Block, Document, Run, document
from cotmoc.review.packs.layouts import Layout

FACE = "Times New Roman"
A4 = (210, 297)
NUMBER_PT = 13


def docx(chapter: Chapter, layout: Layout) -> bytes:
    """The chapter as DOCX. Raises Problem `review.contradicted` while a sentence stands against the records."""
    paper = _Paper(document(chapter, layout), layout)
    paper.write_head()
    paper.write_body()
    paper.write_signature()
    paper.write_annex()
    out = io.BytesIO()
    paper.file.core_properties.created = paper.file.core_properties.modified = chapter.freeze.as_of.replace(tzinfo=None)
    paper.file.save(out)
    return out.getvalue()


class _Paper:
    """The document under construction."""

    def __init__(self, doc: Document, layout: Layout) -> None:
        self.doc, self.layout = doc, layout
        self.file = new_docx()
        self.file.core_properties.title = f"{doc.kind} {doc.abstract}"
        self.file.core_properties.author = doc.issuer.replace("\n", " ")
        self._set_style()
        self._set_page()

    def write_head(self) -> None:
        """Issuer and number at the left, the state's or the Party's name with place and date at the right."""
        doc, layout = self.doc, self.layout
        left, right = self._columns(74, 91)
        _line(left, doc.parent, layout.head_pt)
        issuer = _line(left, doc.issuer, layout.head_pt, bold=True)
        if layout.separator:
            _line(left, layout.separator, layout.head_pt)
        else:
            _rule_below(issuer, side_mm=24)
        _line(left, doc.number, NUMBER_PT)
        sizes = [layout.head_pt, layout.motto_pt]
        for text, size in zip(doc.right_head, sizes, strict=False):
            last = _line(right, text, size, bold=True)
        _rule_below(last, side_mm=20)
        _line(right, doc.place_date, NUMBER_PT, italic=True)
        if doc.stamp:
            self._paragraph((Run(f"[{doc.stamp}]"),), align=ALIGN.LEFT, size=9, bold=True)
        self._paragraph((Run(doc.kind),), align=ALIGN.CENTER, size=layout.title_pt, bold=True)
        title = self._paragraph((Run(doc.abstract),), align=ALIGN.CENTER, size=layout.title_pt, bold=True)
        _rule_below(title, side_mm=60)

    def write_body(self) -> None:
        """Headings and justified paragraphs with a first-line indent."""
        for block in self.doc.body:
            self._block(block)
        self.file.paragraphs[-1].paragraph_format.keep_with_next = True  # a signature never stands alone on a page

    def write_signature(self) -> None:
        """Recipients at the left, authority and signature at the right, never parted by a page break."""
        doc = self.doc
        left, right = self._columns(82, 83)
        party = self.layout.family == "party"
        label = _line(left, doc.recipients_label, 12, bold=not party, italic=not party, align=ALIGN.LEFT)
        label.runs[0].underline = party
        for line in doc.recipients:
            _line(left, line, 11, align=ALIGN.LEFT)
        for line in doc.signer:
            _line(right, line, NUMBER_PT, bold=True)
        _line(right, doc.sign_note, NUMBER_PT, italic=True).paragraph_format.space_before = Pt(36)

    def write_annex(self) -> None:
        """On its own page: the notes, what is not proven, tables, method, packs, and the digest of the evidence."""
        doc = self.doc
        self.file.add_section(WD_SECTION.NEW_PAGE).different_first_page_header_footer = False
        self._paragraph((Run(doc.annex_title),), align=ALIGN.CENTER, bold=True)
        self._paragraph((Run(doc.annex_under),), align=ALIGN.CENTER, italic=True)
        self._table(doc.notes, (14, 77, 36, 17, 21))
        self._part("Câu chưa đủ căn cứ", doc.unproven)
        for table in doc.tables:
            self._heading(table.title)
            self._table(table)
        self._part("Cách tính", _plain(doc.method))
        self._part("Gói quy tắc đã dùng", _plain(f"- {line}." for line in doc.packs))
        self._part("Tệp căn cứ", _plain(doc.evidence))

    def _part(self, title: str, blocks: Iterable[Block]) -> None:
        blocks = tuple(blocks)
        if blocks:
            self._heading(title)
        for block in blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        if block.level == 0:
            self._paragraph(block.runs, indent=True)
        else:
            left = self.layout.indent_mm if block.level == 2 else 0
            self._heading(block.runs[0].text, left)

    def _heading(self, text: str, left_mm: float = 0) -> None:
        made = self._paragraph((Run(text),), align=ALIGN.LEFT, bold=True)
        made.paragraph_format.keep_with_next = True
        made.paragraph_format.space_before = Pt(6)
        made.paragraph_format.left_indent = Mm(left_mm)

    def _paragraph(
        self, runs: tuple[Run, ...], *, align: Any = ALIGN.JUSTIFY, size: float | None = None, indent: bool = False,
        bold: bool = False, italic: bool = False,
    ) -> Any:  # fmt: skip
        made = self.file.add_paragraph()
        made.alignment = align
        if indent:
            made.paragraph_format.first_line_indent = Mm(self.layout.indent_mm)
        for run in runs:
            text = made.add_run(run.text)
            text.bold, text.italic = bold, italic
            if size:
                text.font.size = Pt(size)
            if run.note:
                made.add_run(f"[{run.note}]").font.superscript = True
        return made

    def _table(self, table: Table, widths_mm: tuple[float, ...] = ()) -> None:
        made = self.file.add_table(rows=1, cols=len(table.columns), style="Table Grid")
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        _fill_row(made.rows[0], table.columns, frozenset(), bold=True)
        _repeat(made.rows[0])
        for row in table.rows:
            _fill_row(made.add_row(), row, table.right)
        if widths_mm:
            _set_widths(made, widths_mm)

    def _columns(self, left_mm: float, right_mm: float) -> tuple[Any, Any]:
        made = self.file.add_table(rows=1, cols=2)
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        _set_widths(made, (left_mm, right_mm))
        _no_side_margins(made)
        _keep_together(made.rows[0])
        return made.rows[0].cells[0], made.rows[0].cells[1]

    def _set_style(self) -> None:
        normal = self.file.styles["Normal"]
        normal.font.name, normal.font.size = FACE, Pt(self.layout.body_pt)
        normal.font.color.rgb = RGBColor(0, 0, 0)
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            normal.element.rPr.rFonts.set(qn(script), FACE)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "vi-VN")
        normal.element.rPr.append(language)
        normal.paragraph_format.space_after = Pt(6)
        normal.paragraph_format.line_spacing = 1.1

    def _set_page(self) -> None:
        section = self.file.sections[0]
        section.page_width, section.page_height = Mm(A4[0]), Mm(A4[1])
        top, bottom, left, right = self.layout.margins_mm
        section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
        section.left_margin, section.right_margin = Mm(left), Mm(right)
        section.header_distance = section.footer_distance = Mm(10)
        section.different_first_page_header_footer = True
        number = section.header.paragraphs[0]
        number.alignment = ALIGN.CENTER
        _page_number(number.add_run())
        for footer in (section.footer, section.first_page_footer):
            foot = footer.paragraphs[0].add_run(f"{self.doc.foot_left}\t\t{self.doc.foot_right}")
            foot.font.size = Pt(8)


def _plain(lines: Iterable[str]) -> list[Block]:
    return [Block(0, (Run(line),)) for line in lines]


def _line(
    cell: Any, text: str, size: float, *, bold: bool = False, italic: bool = False, align: Any = ALIGN.CENTER
) -> Any:
    """A line of a head or signature block; the cell's first paragraph is used before new ones are added."""
    first = cell.paragraphs[0]
    made = first if not first.runs and len(cell.paragraphs) == 1 else cell.add_paragraph()
    made.alignment = align
    made.paragraph_format.space_after = Pt(0)
    run = made.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return made


def _fill_row(row: Any, texts: Iterable[str], right: frozenset[int], *, bold: bool = False) -> None:
    for index, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        _line(cell, text, 10, bold=bold, align=ALIGN.RIGHT if index in right else ALIGN.LEFT)


def _set_widths(table: Any, widths_mm: tuple[float, ...]) -> None:
    """Fixed widths, in the grid and in each cell: Word reads the cells, LibreOffice the grid."""
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _no_side_margins(table: Any) -> None:
    """Cells without side margins: the head's two names each need their line whole (NĐ 30/2020, App. I)."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)  # the order of the elements is fixed (ECMA-376 part 1, 17.4.59)


def _rule_below(paragraph: Any, side_mm: float) -> None:
    """A rule under a centred line, shortened by `side_mm` on both sides: an empty bordered paragraph after it."""
    made = OxmlElement("w:p")
    paragraph._p.addnext(made)
    rule = type(paragraph)(made, paragraph._parent)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for key, value in {"val": "single", "sz": "4", "space": "1", "color": "000000"}.items():
        top.set(qn(f"w:{key}"), value)
    borders.append(top)
    rule._p.get_or_add_pPr().append(borders)  # first of its siblings: Word insists on the order of the schema
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = Mm(side_mm)
    rule.paragraph_format.space_after = Pt(4)
    rule.paragraph_format.line_spacing = Pt(3)


def _page_number(run: Any) -> None:
    run.font.size = Pt(NUMBER_PT)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _repeat(row: Any) -> None:
    """The head row stands again on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_together(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
