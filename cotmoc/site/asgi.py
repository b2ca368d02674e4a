"""ASGI entry: `uvicorn cotmoc.site.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cotmoc.site.settings")
application = get_asgi_application()

from cotmoc.site import warm  # noqa: E402 - needs the application

warm.start()
