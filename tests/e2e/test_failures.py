"""A few minutes of a bad day in seconds: dead spots, lost answers, reloads, a killed server and a killed browser."""

from pathlib import Path

from server.lab.handheld_mixed import Shift, work_shift


def test_no_scan_is_lost_doubled_or_moved_whatever_is_cut_or_killed(tmp_path: Path) -> None:
    """What was typed is what the server stored, label by label, and its ledger holds together."""
    failures = {6: "deaf", 9: "back", 12: "cut", 15: "server", 17: "start", 18: "back", 22: "browser", 27: "reload"}
    worked = work_shift(Shift(scans=32, slower=1, planned=failures), tmp_path, print)
    assert (worked["lost"], worked["doubled"], worked["in_order"]) == (0, 0, True)
    assert (worked["stored"], worked["broken_invariants"]) == (worked["scans"], 0)
    assert worked["duplicates_received"] > 0
