"""What people type that cannot be understood, and a word of the way out that the answer must have. Run as a program it prints the
table of inputs and answers, from a kernel of its own."""

MAGICS = [
    ("%memory nonsense", "The commands are"),
    ("%memory poools", "Did you mean %memory pools?"),
    ("%%memory\n1", "needs a command"),
    ("%%memory cells\n1", "does not take a cell"),
    ("%%memory pools\n1", "does not take a cell"),
    ("%%memory gc\n1", "does not take a cell"),
    ("%memory cell 999", "%memory cells lists"),
    ("%memory cell x", "%memory help cell"),
    ("%memory cell 'open", "Close it"),
    ("%memory cells --by size", "%memory help cells"),
    ("%memory cells --top 0", "%memory help cells"),
    ("%memory compare", "A vs B"),
    ("%memory compare 1", "A vs B"),
    ("%memory compare 1 vs x = 2", "%%memory compare"),
    ("%%memory compare\n## one\n1", "## label"),
    ("%%memory compare n=5\n## one\n1\n## two\n2", "n="),
    ("%%memory compare n=10..1\n## one\n1\n## two\n2", "n="),
    ("%%memory compare n=a..b\n## one\n1\n## two\n2", "n="),
    ("%%memory compare --first\n## one\nx = 1\n## two\ny = 2", "expression"),
    ("%memory measure", "%memory measure"),
    ("%memory measure x = 1", "%%memory measure"),
    ("%memory structures -5", "from 0 on"),
    ("%memory structures x = 1", "%memory structures"),
    ("%memory structures 10**30", "at most 10,000,000"),
    ("%memory structures 3.5", "something to take them from"),
    ("%memory gc --generation 7", "0, 1 or 2"),
    ("%memory gc --generation old", "%memory help gc"),
    ("%memory gc --watch loudly", "on"),
    ("%memory gc everything", "%memory help gc"),
    ("%memory pools --diff 999", "%memory cells"),
    ("%memory pools --diff", "%memory help pools"),
    ("%memory pools all", "%memory help pools"),
    ("%%memory types\n1", "does not take a cell"),
    ("%memory types --cell 999", "%memory cells lists"),
    ("%memory types --since never", "%memory mark never"),
    ("%memory types --top 0", "%memory help types"),
    ("%memory mark", "%memory help mark"),
    ("%memory refs", "%memory refs x"),
    ("%memory refs a, b", "one expression"),
    ("%memory refs a b", "one expression"),
    ("%memory refs x --depth 9", "from 1 to 6"),
    ("%memory refs x --depth", "--depth 2"),
    ("%memory refs x --in --out", "not both"),
    ("%%memory refs x\n1", "does not take a cell"),
    ("%memory explain quantum", "Similar words"),
    ("%memory progress 3", "all guesses"),
    ("%%memory check\n1", "peak<"),
    ("%%memory check speed<1s\n1", "peak"),
    ("%%memory check peak>1MB\n1", "<"),
    ("%%memory check peak<lots\n1", "10MB"),
    ("%memory check peak<1MB", "%%memory check"),
    ("%memory limit lots", "%memory limit 500MB"),
    ("%memory limit 5", "the least is 1 MB"),
    ("%memory limit -5MB", "%memory limit 500MB"),
    ("%memory limit 5MB --each", "--cell and --total"),
    ("%memory limit 5MB --cell --total", "not both"),
    ("%memory limit off --cell", "%memory limit 500MB --cell"),
    ("%%memory limit 5MB\n1", "does not take a cell"),
    ("%memory footer loud", "auto, on or off"),
    ("%memory help nonsense", "%memory help lists"),
]


def main():
    import tempfile
    from pathlib import Path

    from kernel_driver import Kernel

    kernel = Kernel(Path(tempfile.mkdtemp())).start()
    try:
        for code, _ in MAGICS:
            content = kernel.run(code).content
            answer = f"{content['ename']}: {content['evalue']}" if content["status"] == "error" else "(no error)"
            print(f"{code.replace(chr(10), ' ⏎ ')}\n    {answer}")
    finally:
        kernel.end()


if __name__ == "__main__":
    main()
