"""The application: factory, wiring, sign-in, pages that join the others, command line."""
