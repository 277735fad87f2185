"""Templates compiled once for all the applications that tests make, instead of once for each."""

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

compiled: dict[tuple[str, str], CodeType] = {}


class CompiledOnce(BytecodeCache):
    """Keeps the code of templates in memory; a template that changed has another checksum."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            compiled[bucket.key, bucket.checksum] = bucket.code
