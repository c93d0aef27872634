"""The doors: HTTP, the command line and the demo. The only room that knows everyone; nobody imports it."""
