from __future__ import annotations

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from cotmoc.base import views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("sign-in", login_not_required(auth.LoginView.as_view(template_name="registration/login.html")), name="login"),
    path("sign-out", auth.LogoutView.as_view(), name="logout"),
    path("e/<str:measure>", views.evidence, name="evidence"),
    path("settings/signs", views.signs, name="signs"),
    path("settings/language", views.choose_language, name="language"),
    path("settings/theme", views.choose_theme, name="theme"),
]
