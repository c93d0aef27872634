"""``demo generate``: a ledger of its own with a large, seeded population."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from api.server.settings import Settings
from cli.options import Language, Output
from cli.output import Format, Lang, out, print_json, print_table, progress
from demo.population import Population, plan
from demo.population import generate as generate_population

FAMILIES = {
    "request": ("申请", "requests"),
    "use": ("无申请的使用", "acts without request"),
    "agreement": ("协议", "agreements"),
    "item": ("目录条目", "items"),
    "party": ("机关", "parties"),
    "violation": ("违规案卷", "violations"),
    "dispute": ("争议", "disputes"),
    "discrepancy": ("数据差异", "discrepancies"),
    "demand": ("需求", "demands"),
    "statistics": ("统计", "statistics"),
    "inspection": ("检查", "inspections"),
    "authority": ("主管部门", "authorities"),
    "calendar": ("日历", "calendar"),
    "ruleset": ("规则集", "rule sets"),
    "ledger": ("账本", "ledger"),
}


def generate(
    events: Annotated[int, typer.Option(help="记录总数。Records in all, the founding record included.", min=1)],
    seed: Annotated[int, typer.Option(help="种子。The same seed makes the same records.")] = 1,
    data: Annotated[Path, typer.Option(help="账本目录。Where; an earlier demo there is removed.")] = Path(
        "var/population"
    ),
    output: Output = Format.table,
    lang: Language = Lang.zh,
) -> None:
    """生成大规模演示数据(另建账本)。Generate a large population of organs and acts, in a demo ledger of its own."""
    planned = plan(events, seed)
    began = time.monotonic()
    with progress(rate=True) as bar:
        task = bar.add_task("登记 recording" if lang is Lang.zh else "recording", total=events)
        population = generate_population(Settings(data=data), planned, lambda records: bar.advance(task, records))
    seconds = time.monotonic() - began
    if output is Format.json:
        print_json(summary(population, seconds))
    else:
        _render(population, seconds, data, lang)


def summary(population: Population, seconds: float) -> dict[str, object]:
    """The numbers of the population, with stable keys."""
    counted = {name: getattr(population, name) for name in ("events", "uses", "matters", "organs", "items", "refused")}
    return {**counted, "families": dict(population.families), "seconds": round(seconds, 1)}


def _render(population: Population, seconds: float, data: Path, lang: Lang) -> None:
    zh = lang is Lang.zh
    rows = [
        (FAMILIES[family][0 if zh else 1], str(count))
        for family, count in sorted(population.families.items(), key=lambda each: (-each[1], each[0]))
    ]
    title = f"演示数据: {data}" if zh else f"Demo data: {data}"
    print_table(title, ("类别", "记录") if zh else ("family", "records"), rows)
    rate = population.events / seconds
    summary = (
        f"{population.organs} 个机关,{population.items} 个目录条目,{population.matters} 件申请,"
        f"{population.uses} 次使用;共 {population.events} 条记录,拒收 {population.refused}。"
        f"用时 {seconds:.0f} 秒,每秒 {rate:.0f} 条。"
        if zh
        else f"{population.organs} organs, {population.items} items, {population.matters} requests, "
        f"{population.uses} uses; {population.events} records, {population.refused} refused. "
        f"{seconds:.0f} s, {rate:.0f} records/s."
    )
    out.print(summary, soft_wrap=True)
