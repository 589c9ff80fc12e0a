#!/usr/bin/python3
"""What the readers of test results make of run --format=tap and --format=junit: the rules of the kernel's
tools/testing/kunit/kunit_parser.py and Documentation/dev-tools/ktap.rst, of kselftest's runner (exit status 4 is a
skip), and of Jenkins' junit-10.xsd, which GitLab's reader and those for GitHub take as well.
usage: consumers.py PROGRAM"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

PROGRAM = sys.argv[1]
# As expected, deviates, does not parse to an end (a timeout), and is skipped on this kernel.
GOOD = ["write-after-close", "--family=tcp4"]
FAILS = "# <odd> & \"quoted\"\nuse tcp4 unix\nclient connect = 0\nserver accept = 0\nclient write 6 = 7\n"
# kunit_parser.py: KTAP_START, TEST_PLAN, TEST_RESULT, TEST_RESULT_SKIP
START = re.compile(r"^\s*KTAP version ([0-9]+)$")
PLAN = re.compile(r"^\s*1\.\.([0-9]+)")
RESULT = re.compile(r"^\s*(ok|not ok) ([0-9]+) ?(- )?([^#]*)( # .*)?$")
SKIP = re.compile(r"^\s*(ok|not ok) ([0-9]+) ?(- )?(.*) # SKIP ?(.*)$")
# junit-10.xsd: the attributes and the children that an element may have, and the attributes that it must
ELEMENTS = {
    "testsuite": ({"name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname",
                   "id", "package", "group", "skips", "url", "version", "file", "log", "source"},
                  {"properties", "testcase", "system-out", "system-err"}, {"name"}),
    "testcase": ({"name", "assertions", "time", "classname", "status", "class", "file", "line"},
                 {"skipped", "error", "failure", "system-out", "system-err", "properties"}, {"name"}),
    "failure": ({"type", "message"}, set(), set()),
    "error": ({"type", "message"}, set(), set()),
    "skipped": ({"type", "message"}, set(), set()),
    "system-out": (set(), set(), set()),
    "system-err": (set(), set(), set()),
}
failed = 0


def expect(good, what):
    """Says what a reader would not take."""
    global failed
    if not good:
        print(f"consumers.py: {what}")
        failed += 1


def output(*arguments, status, text=""):
    """What the program prints, after it ended with that status."""
    done = subprocess.run([PROGRAM, "run", *arguments], input=text, capture_output=True, text=True, check=False)
    expect(done.returncode == status, f"{arguments}: exit status {done.returncode}, not {status}: {done.stderr}")
    return done.stdout


def points(text):
    """The outcomes of a KTAP output, as kunit.py reads it: its version, its plan, then each point by number."""
    lines = text.splitlines()
    start, plan = START.match(lines[0]), PLAN.match(lines[1])
    expect(start and start[1] == "1", f"no version of KTAP: {lines[0]}")
    expect(plan is not None, f"no plan: {lines[1]}")
    outcomes = []
    for line in lines[2:]:
        result, skip = RESULT.match(line), SKIP.match(line)
        if not result:
            expect(line.startswith("# ") and not line.startswith("# Subtest:"), f"neither point nor diagnostic: {line}")
            continue
        outcomes.append("skip" if skip else result[1])
        expect(int(result[2]) == len(outcomes), f"not number {len(outcomes)}: {line}")
        expect(result[4].strip() != "", f"a point without a name: {line}")
    expect(plan and int(plan[1]) == len(outcomes), f"{lines[1]} for {len(outcomes)} points")
    return outcomes


def cases(text):
    """The outcomes of a JUnit output."""
    suite = tree.fromstring(text)
    expect(suite.tag == "testsuite", f"the root is {suite.tag}")
    for element in suite.iter():
        attributes, children, needed = ELEMENTS.get(element.tag, (set(), set(), set()))
        expect(element.tag in ELEMENTS, f"an element {element.tag}")
        expect(set(element.keys()) <= attributes and needed <= set(element.keys()),
               f"{element.tag} has {sorted(element.keys())}")
        expect({child.tag for child in element} <= children, f"{element.tag} has {[c.tag for c in element]}")
        if "time" in element.keys():
            expect(re.fullmatch(r"[0-9]+(\.[0-9]+)?", element.get("time")), f"time {element.get('time')}")
    words = {"failure": "not ok", "error": "not ok", "skipped": "skip"}
    outcomes = [next((words[c.tag] for c in case if c.tag in words), "ok") for case in suite.iter("testcase")]
    for attribute, tags in (("tests", {"testcase"}), ("failures", {"failure"}), ("errors", {"error"}),
                            ("skipped", {"skipped"})):
        count = sum(e.tag in tags for e in suite.iter())
        expect(suite.get(attribute) == str(count), f"{attribute}={suite.get(attribute)} for {count}")
    names = [(c.get("classname"), c.get("name")) for c in suite.iter("testcase")]
    expect(len(set(names)) == len(names), f"one name for two cases: {names}")
    return outcomes


# TAP 14's grammar: in a description a '#' stands behind a backslash, and so does a backslash.
POINT = re.compile(r"(ok|not ok) ([0-9]+) - ((?:[^#\\]|\\[#\\])*?)( # (SKIP|TODO|ERROR) .*)?")


def escaped_names():
    """A file may be called anything: its point is called that, without the backslashes, and is no directive."""
    with tempfile.TemporaryDirectory() as directory:
        for name in ("a#b", "a # SKIP b", "back\\slash", "end\\"):
            with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
                file.write("use tcp4\nclient connect = 0\n")
            text = subprocess.run([os.path.abspath(PROGRAM), "run", "--format=tap", name], cwd=directory, text=True,
                                  stdout=subprocess.PIPE, check=False).stdout
            read = POINT.fullmatch(text.splitlines()[-1])
            expect(read and not read[4] and re.sub(r"\\(.)", r"\1", read[3]) == name + " tcp4",
                   f"{name} is read as {read and read[3]}: {text}")
            with open(os.path.join(directory, "tap"), "w", encoding="utf-8") as file:
                file.write(text)
            if shutil.which("prove"):
                said = subprocess.run(["prove", "--exec", "cat", file.name], capture_output=True, text=True, check=False)
                expect(said.returncode == 0 and "skipped" not in said.stdout, f"{name}: prove says {said.stdout}")


escaped_names()
for arguments, given, status, outcomes in (
        (GOOD, "", 0, ["ok"]),
        (["write-after-close", "-"], FAILS, 1, ["ok", "ok", "not ok", "not ok"])):
    for form, read in (("tap", points), ("junit", cases)):
        seen = read(output(f"--format={form}", *arguments, status=status, text=given))
        expect(seen == outcomes, f"{form} of {arguments}: {seen}")
sys.exit(failed > 0)
