"""``python -m settings.messages update | compile | check``."""

import sys

from settings.messages import catalogues


def main(what: str) -> int:
    if what == "compile":
        if written := catalogues.compile_all():
            print(f"Compiled {written} catalogues of translations")
        return 0
    if what == "update":
        catalogues.update_all()
        catalogues.compile_all()
    if what in ("update", "check"):
        problems = catalogues.problems()
        print("\n".join(problems) or "Every text is translated.")
        return 1 if problems and what == "check" else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else ""))
