"""Figures that anyone can print: ``python dev.py bench [NAME ...]``; without a name, all of them."""

import asyncio
import importlib
import pkgutil
import sys

import benchmarks


def main() -> int:
    """Run the named benchmarks one after the other."""
    modules = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    names = [name for name in modules if not name.startswith("_")]
    wanted = sys.argv[1:] or names
    if unknown := set(wanted) - set(names):
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(names)}.")
        return 2
    for name in wanted:
        asyncio.run(importlib.import_module(f"benchmarks.{name}").main())
    return 0


sys.exit(main())
