#!/usr/bin/python3
"""README.md is true of the program, and short: the trace that it opens with is what the program prints, its ten-line
experiment runs as expected, each command, option, topic, script and file that it names is there, and no command is
left out; its CI recipes are YAML whose steps a shell can read. usage: readme.py PROGRAM SOURCE"""
import re
import subprocess
import sys
from pathlib import Path

PROGRAM, SOURCE = sys.argv[1], Path(sys.argv[2])
README = (SOURCE / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
PROSE = re.sub(r"^```.*?^```$", "", README, flags=re.M | re.S)
PROSE_WORDS = 1500  # five minutes, at the 300 words a minute of somebody who skims
failed = 0


def expect(good, what):
    """Says what is not so."""
    global failed
    if not good:
        print(f"readme.py: {what}")
        failed += 1


def run(*arguments, text=""):
    """The exit status and the standard output of the program."""
    done = subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def without_comments(text):
    """The lines of a trace that have more than a comment."""
    lines = (re.sub(r"(^|\s)#.*", "", line).rstrip() for line in text.splitlines())
    return [line for line in lines if line]


def block(pattern):
    """The code block that begins so, which there is once."""
    found = [text for _, text in BLOCKS if re.match(pattern, text)]
    expect(len(found) == 1, f"{len(found)} code blocks begin with {pattern}")
    return found[0] if found else ""


def first_trace():
    """What stands behind "$ scripts/run", but for comments, which may be left out."""
    shown = block(r"\$ scripts/run\n")
    status, trace = run()
    expect(status == 0, f"the classic: exit status {status}")
    expect(without_comments(shown)[1:] == without_comments(trace), "the first trace is not what the program prints")
    expect(README.index(shown) < 800, "the first trace is not on the first screen")


def ten_lines():
    """The experiment in ten lines."""
    text = block(r"# The server resets")
    status, trace = run("run", "-", text=text)
    expect(status == 0 and trace.count(" steps, 0 deviations, ") == 3, f"the experiment: exit status {status}\n{trace}")
    expect(len(without_comments(text)) <= 11, "the experiment has more than ten lines and their families")


def commands():
    """Each command line in the text, and in the table of questions, is one; and all commands are among them."""
    overview = run("help")[1]
    summaries = dict(re.findall(r"^  ([a-z]+) +(.*)$", overview[:overview.index('\n"closewait help')], re.M))
    table = PROSE[PROSE.index("| question |"):PROSE.index("## Two commands")]
    spans = re.findall(r"`(?:closewait |scripts/run )([^`]+)`", PROSE) + re.findall(r"`([a-z]+(?: [^`]*)?)`", table)
    spans += re.findall(r"(?:closewait|scripts/run) ([a-z].*)", "\n".join(text for _, text in BLOCKS))
    named = set()
    for span in spans:
        command = span.split()[0]
        expect(command in summaries, f"no command: {span}")
        named.add(command)
        usage = run("help", command)[1]
        for option in re.findall(r" (--[a-z-]+)", span.split(" -- ")[0].split(" && ")[0].split(" | ")[0]):
            expect(option in usage, f"no option {option} of {command}: {span}")
        if command == "help" and len(span.split()) > 1:
            expect(run("help", span.split()[1])[0] == 0, f"no topic: {span}")
    missing = {c for c, summary in summaries.items() if "(for scripts/" not in summary} - named
    expect(len(summaries) >= 14 and not missing, f"commands that README does not name: {missing or summaries}")


def files():
    """Scripts, and what links and the picture point to."""
    for name in set(re.findall(r"scripts/[a-z]+", README)) | set(re.findall(r"\]\(([^):]+)\)", README)):
        expect((SOURCE / name).exists(), f"no {name}")


def shell_steps(node):
    """The texts that a recipe has run."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("run", "script"):
                yield from value if isinstance(value, list) else [value]
            else:
                yield from shell_steps(value)
    elif isinstance(node, list):
        for value in node:
            yield from shell_steps(value)


def recipes(yaml):
    """The recipes for CI: YAML, and in each the steps that keep a record and run the catalogue."""
    texts = [text for kind, text in BLOCKS if kind == "yaml"]
    expect(len(texts) == 2, f"{len(texts)} recipes")
    for text in texts:
        steps = "\n".join(shell_steps(yaml.safe_load(text)))
        expect("scripts/run run --all" in steps and "scripts/run record >" in steps, f"no run, no record: {steps}")
        expect(subprocess.run(["bash", "-n"], input=steps, text=True, check=False).returncode == 0, steps)


def length():
    """Without code and tables."""
    words = len([w for line in PROSE.splitlines() if not line.startswith("|") for w in line.split()])
    expect(words <= PROSE_WORDS, f"{words} words, and {PROSE_WORDS} can be read in five minutes")


first_trace()
ten_lines()
commands()
files()
length()
try:
    import yaml
    recipes(yaml)
except ImportError:
    print("readme.py: skipped: the recipes need python3-yaml")
    sys.exit(1 if failed else 77)
sys.exit(failed > 0)
