"""The web server and the routes beside the app."""
