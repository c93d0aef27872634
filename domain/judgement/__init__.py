"""Judgement: was this act authorized, and why?"""
