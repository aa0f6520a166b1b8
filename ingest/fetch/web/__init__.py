"""Web pages: asked politely, within limits, at public addresses only."""
