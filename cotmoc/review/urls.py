from __future__ import annotations

from django.urls import path

from cotmoc.review import views

app_name = "review"
urlpatterns = [
    path("", views.home, name="home"),
    path("<int:year>/", views.editor, name="year"),
    path("<int:year>/row", views.year_row, name="year_row"),
    path("<int:year>/c/<str:key>", views.sentence, name="sentence"),
    path("<int:year>/c/<str:key>/keep", views.keep, name="keep"),
    path("<int:year>/c/<str:key>/offered", views.use_offered, name="offered"),
    path("<int:year>/c/<str:key>/drop", views.drop, name="drop"),
    path("<int:year>/add", views.add, name="add"),
    path("<int:year>/freeze", views.freeze, name="freeze"),
    path("<int:year>/changes", views.changes, name="changes"),
    path("<int:year>/print", views.print_preview, name="print"),
    path("<int:year>/page-<int:number>.png", views.page_picture, name="page"),
    path("<int:year>/report.pdf", views.report_pdf, name="pdf"),
    path("<int:year>/report.docx", views.report_docx, name="docx"),
    path("<int:year>/evidence.zip", views.evidence_zip, name="evidence"),
]
