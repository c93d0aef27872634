"""``ask``: every question of the API over the same routes and filters as those of any caller.

The options of a verb are made from the parameters of its question (``cli/questions.json``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from inspect import Parameter as Argument
from inspect import Signature
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.ask_verbs import VERBS, WORDS, AskVerb, options_of
from cli.identity import Identity, OwnKey
from cli.ledger_client import checked, json_of, ledger_client
from cli.options import AnswerOutput, AsParty, Data, Language, Passphrase
from cli.output import AnswerFormat, Lang, made_safe, print_json
from cli.questions import Parameter, Question, load
from cli.tabular import print_csv, print_lines

LOCAL: Final = "http://127.0.0.1:8085"
PURPOSE: Final = "监督检查"
LARGEST: Final = 500  # rows of a page
MANY: Final = 6  # words of a closed set that --help does not list in front of its text
STANDING: Final = ("as_of", "at", "at_least", "inspection")  # what a question about one thing takes as well

Url = Annotated[str, typer.Option("--to", help="账本地址。The ledger's URL.")]
Purpose = Annotated[str, typer.Option("--purpose", help="查询目的。Why you ask.")]
All = Annotated[bool | None, typer.Option("--all", help="取全部行。Every row, page by page.")]
PAGES: Final = ("cursor", "limit", "include")


def add_to(app: typer.Typer) -> None:
    ask = typer.Typer(help="提问。Ask the ledger.", no_args_is_help=True)
    questions = load()
    for name, verb in VERBS.items():
        ask.command(name)(_command(verb, questions))
    app.add_typer(ask, name="ask")


def _command(verb: AskVerb, questions: Mapping[str, Question]) -> Callable[..., None]:
    """The function of a verb, with the parameters of its question for typer to read."""
    question = questions[verb.operation]

    def run(**given: Any) -> None:
        _ask(verb, questions, given)

    arguments = list(_arguments(verb, question))
    vars(run)["__signature__"] = Signature(arguments)
    run.__annotations__ = {each.name: each.annotation for each in arguments}
    run.__doc__ = verb.about
    return run


def _arguments(verb: AskVerb, question: Question) -> Iterator[Argument]:
    """Python's names of filters end with ``_``, so that none is a word of the language or one of the others."""
    if question.in_path is not None:
        kind = int if question.in_path.kind == "integer" else str
        shown = typer.Argument(metavar=verb.argument, help=question.in_path.help, min=question.in_path.least)
        yield _argument("path", Annotated[kind, shown])
    yield _argument("as_", AsParty)
    yield _argument("to", Url, LOCAL)
    yield _argument("own_key", OwnKey, None)
    yield _argument("passphrase", Passphrase, None)
    yield _argument("data", Data, Path("var/demo"))
    for each in options_of(question):
        yield _argument(f"{each.name}_", _option(verb, each), verb.defaults.get(each.name, each.default))
    if question.rows:
        yield _argument("all_rows", All, None)
    yield _argument("purpose", Purpose, PURPOSE)
    yield _argument("output", AnswerOutput, AnswerFormat.table)
    yield _argument("lang", Language, Lang.zh)


def _argument(name: str, annotation: Any, default: Any = Argument.empty) -> Argument:
    return Argument(name, Argument.KEYWORD_ONLY, default=default, annotation=annotation)


def _option(verb: AskVerb, parameter: Parameter) -> Any:
    """The option of a parameter, as typer wants it."""
    flag, about = verb.flag_of(parameter.name), f"{WORDS[parameter.name]}。{parameter.help}"
    if parameter.name == "include":
        return Annotated[bool | None, typer.Option(flag, help=about.replace("`count`: how", "How"))]
    if parameter.kind == "flag":
        also = [f" /{verb.off[parameter.name]}"] if parameter.name in verb.off else []
        names = (f"{flag}/{flag.replace('--', '--no-', 1)}", *also)
        return Annotated[bool | None, typer.Option(*names, help=about)]
    if parameter.kind == "integer":
        return Annotated[int | None, typer.Option(flag, help=about, min=parameter.least, max=parameter.most)]
    if parameter.choices:
        words = StrEnum("Word", [(each, each) for each in parameter.choices])  # type: ignore[misc]
        shown = "WORD" if len(parameter.choices) > MANY else None
        return Annotated[words | None, typer.Option(flag, help=about, metavar=shown)]
    return Annotated[str | None, typer.Option(flag, help=about)]


@dataclass(frozen=True, slots=True)
class _Asker:
    to: str
    data: Path
    key: Path | None
    passphrase: str | None
    who: str
    purpose: str

    def pages(self, path: str, asked: Mapping[str, str], *, every: bool) -> Iterator[dict[str, Any]]:
        """The page asked for, and with ``every`` those after it, all on the knowledge of the first: the cursor fixes
        it. A token lives for minutes, so that each page gets its own.
        """
        params = dict(asked)
        with ledger_client(self.to) as client:
            who = Identity.of(self.who, client, data=self.data, key=self.key, passphrase=self.passphrase)
            while True:
                token = who.token(self.purpose)
                answer = json_of(checked(client.get(path, params=params, headers={"Authorization": f"Bearer {token}"})))
                yield answer
                if not every or answer["next"] is None:
                    return
                params["cursor"] = answer["next"]


def _ask(verb: AskVerb, questions: Mapping[str, Question], given: Mapping[str, Any]) -> None:
    asked = _asked(questions[verb.operation], given)
    named = given.get("path")
    for name, other in verb.alone.items():
        if name in asked:
            named = asked.pop(name)
            filters = asked.keys() - {*STANDING, *PAGES}
            if filters:
                raise typer.BadParameter(f"--{name} 不与其他条件同用。--{name} goes with no other filter.")
            verb, asked = other, {key: value for key, value in asked.items() if key in STANDING}
    question = questions[verb.operation]
    whole = not question.rows and verb.grows != "rows"
    every = whole or bool(given.get("all_rows"))
    if every:
        asked["limit"] = str(LARGEST)
    path = question.path
    if question.in_path is not None:
        path = path.replace(f"{{{question.in_path.name}}}", quote(str(named)))
    key = given["own_key"], given["passphrase"]
    asker = _Asker(given["to"], given["data"], *key, given["as_"], given["purpose"])
    _print(verb, question, asker.pages(path, asked, every=every), given["output"], given["lang"])


def _asked(question: Question, given: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of the API that were given, as a query has them."""
    values = {each.name: given[f"{each.name}_"] for each in options_of(question)}
    if values.get("include") is not None:
        values["include"] = "count"
    flags = {True: "true", False: "false"}
    return {
        name: flags[value] if isinstance(value, bool) else str(value)
        for name, value in values.items()
        if value is not None
    }


def _print(
    verb: AskVerb, question: Question, pages: Iterator[dict[str, Any]], output: AnswerFormat, lang: Lang
) -> None:
    if output in (AnswerFormat.json, AnswerFormat.table):
        answer = _together(pages, verb.grows)
        if output is AnswerFormat.json:
            print_json(answer)
        else:
            verb.tell(made_safe(answer), lang)
        return
    rows = _rows(pages) if question.rows else iter([_together(pages, verb.grows)])
    if output is AnswerFormat.jsonl:
        print_lines(rows)
    else:
        print_csv(question.columns, question.as_json, rows)


def _together(pages: Iterator[dict[str, Any]], grows: str) -> dict[str, Any]:
    """One answer of all pages."""
    answer = next(pages)
    for page in pages:
        answer[grows] += page[grows]
        answer["next"] = page["next"]
    return answer


def _rows(pages: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yields the rows page by page. A note on stderr says that rows are left, so that it does not mix with them."""
    for page in pages:
        yield from page["rows"]
    if page["next"] is not None:
        typer.echo("还有更多行: --all。There are more rows: --all.", err=True)
