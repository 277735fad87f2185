"""Templates and addresses compiled once for all the applications that tests make, not for each."""

from collections.abc import Callable
from types import CodeType
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing.rules import Rule

compiled: dict[tuple[str, str], CodeType] = {}


class CompiledOnce(BytecodeCache):
    """Keeps the code of templates in memory; a template that changed has another checksum."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            compiled[bucket.key, bucket.checksum] = bucket.code


def compile_addresses_once() -> None:
    """Keep what Werkzeug makes of an address: the same for the same address, and slow to make.

    It is two thirds of what making an application takes, and tests make thousands.
    """
    compile_builder = Rule._compile_builder
    made: dict[tuple[str, str, bool], Callable[..., Any]] = {}

    def compiled_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (rule.rule, repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    Rule._compile_builder = compiled_builder  # type: ignore[method-assign]
