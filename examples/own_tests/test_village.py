"""Tests of one's own layout: every field of every page in fixtures/, by pytest examples/own_tests."""

from __future__ import annotations

from xinnong_scraper.testing import fixture_tests

test_village = fixture_tests("fixtures", layout="../own_layout.toml")
