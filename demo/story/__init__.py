"""The demo year 江苏演示 2026 as signed acts with their dates. Codes, systems and documents are invented."""
