"""The way of a message through a gateway's process: taken in, handed on, never lost or doubled."""
