"""The demo year 江苏演示 2026 as signed acts: who says what, when. Codes, systems and documents are invented."""
