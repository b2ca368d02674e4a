"""The roof: settings, addresses and the command line. Knows every verb; no verb knows it."""
