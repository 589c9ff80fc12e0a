#!/usr/bin/python3
"""What each command prints with --format=json, held against the schema that closewait help json prints. The
schema is closed here: a member that it does not know is an error, too. usage: schema.py PROGRAM"""
import json
import os
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("schema.py: skipped: no python3-jsonschema here")
    sys.exit(77)

program = sys.argv[1]
CAPTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "captures")
FAILS = "use tcp4 unix\nclient connect = 0\nserver accept = 0\nclient write 6 = 7\n  wire > P. 9\n"
PACKETS = """IP 192.0.2.1.9 > 192.0.2.2.80: Flags [S], seq 7, win 1, length 0
IP 192.0.2.2.80 > 192.0.2.1.9: Flags [R.], seq 0, ack 8, win 0, length 0
IP 192.0.2.1.8 > 192.0.2.2.80: Flags [P.], seq 1:7, ack 1, win 1, length 6
"""
PROGRAMS = "client connect\nserver accept\n\nclient write 6 = 6\nserver close\n"


def output(*arguments, status, text=""):
    """The program's output, after it ended with that status."""
    done = subprocess.run([program, *arguments], input=text, capture_output=True, text=True, check=False)
    if done.returncode != status:
        sys.exit(f"schema.py: {arguments}: exit status {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def record(directory):
    """A directory as closewait report reads it: the record of one run, and a plan of two."""
    names = ["write-after-close", "--family=tcp4"]
    plan = output("record", "--plan", *names, status=0) + "write-after-reset tcp4\n"
    for name, text in (("plan", plan), ("record", output("record", *names, status=0))):
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(text)


help_text = output("help", "json", status=0)
schema = json.loads(help_text[help_text.index("\n{"):])
jsonschema.Draft202012Validator.check_schema(schema)
for definition in list(schema["$defs"].values()):
    if "properties" in definition:
        definition["additionalProperties"] = False

with tempfile.TemporaryDirectory() as kernel:
    record(kernel)
    printed = [
        ("run", output("run", "--format=json", "--states", "--counters", "--wire=full", "write-after-reset",
                       "network-reset-injected", "mptcp-data-fin", "proxy-killed", status=0)),
        ("run", output("run", "--format=json", "-", text=FAILS, status=1)),
        ("report", output("report", "--format=json", kernel, status=3)),
        ("diagnose", output("diagnose", "--format=json", "write 6 = 6; write 6 = -1 EPIPE", status=0)),
        ("log", output("diagnose", "--format=json", f"{CAPTURES}/half.strace", status=0)),
        ("log", output("diagnose", "--format=json", f"--pcap={CAPTURES}/half.pcap", f"{CAPTURES}/half.strace",
                       status=0)),
        ("capture", output("diagnose", "--format=json", "-", text=PACKETS, status=0)),
        ("orders", output("orders", "--format=json", "--family=tcp4", "--repeat=1", "-", text=PROGRAMS, status=0)),
        ("check", output("check", "--format=json", "-", text="clinet connect\nclient\n", status=2)),
    ]
both = output("try", "--format=json", "close", "--", "bash", "-c",
              "exec 3<>/dev/tcp/$CLOSEWAIT_HOST/$CLOSEWAIT_PORT", status=0).splitlines()
printed += [("run", both[0]), ("try", both[1])]

failed = 0
for name, lines in printed:
    validator = jsonschema.Draft202012Validator({**schema, "anyOf": [{"$ref": f"#/$defs/{name}"}]})
    for line in lines.splitlines():
        for error in validator.iter_errors(json.loads(line)):
            for cause in error.context or [error]:
                print(f"schema.py: {name}: {cause.json_path}: {cause.message[:300]}")
            failed = 1
    if not lines:
        print(f"schema.py: {name}: nothing")
        failed = 1
sys.exit(failed)
