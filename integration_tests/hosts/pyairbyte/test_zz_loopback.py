"""Comes last: by then everything has happened that could call somebody else."""

import urllib.request

import loopback
import pytest


def test_nothing_left_this_machine():
    assert loopback.strangers == []


def test_and_it_would_have_been_noticed():
    with pytest.raises(OSError, match="only talk to this machine"):
        urllib.request.urlopen("http://telemetry.example.com/", timeout=5)
    assert loopback.strangers == ["telemetry.example.com"]
