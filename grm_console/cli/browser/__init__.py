"""The console in a browser: a page with a terminal in it, and a console process of its own behind each tab."""
