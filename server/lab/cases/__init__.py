"""The scan cases on a real floor: each case's setup as rows, four ways of making its scans, and what came of it."""
