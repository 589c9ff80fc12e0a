#!/usr/bin/python3
"""The pages as a browser shows them: Chromium, without a window, told what to do by its DevTools protocol (over a
pipe). usage: browser.py PROGRAM [DIRECTORY-FOR-PICTURES]"""
import base64
import fcntl
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib

LONGEST = 60 * float(os.environ.get("CLOSEWAIT_TIMEOUT_FACTOR", "1"))  # seconds for one answer of the browser's
FAILS = "# A deviation\nuse tcp4\nclient connect = 0\nserver accept = 0\nclient write 6 = 7\n  wire > P. 9\n"
WIDTHS = (360, 1600)
CAPTURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "captures", "unread")
# A program of two writes, and the steps of two programs, with names that are no markup.
WRITES = ["bash", "-c", "exec 3<>/dev/tcp/$CLOSEWAIT_HOST/$CLOSEWAIT_PORT; echo '<b>' >&3; echo two >&3; : '</pre><i>'"]
PROGRAMS = ("# <script>alert(1)</script> three writes\nuse tcp4 tcp6\nclient connect\nserver accept\n\nclient write 6\n"
            "client write 6\nclient write 6 = -1 EPIPE\nserver read 16\nserver close\n")


class Browser:
    """Chromium, with one page open, and whatever that complained about or asked the network for."""

    def __init__(self, chromium, directory):
        to_browser, self.out = high_pipe()
        self.into, from_browser = high_pipe()
        os.dup2(to_browser, 3)  # where --remote-debugging-pipe has them
        os.dup2(from_browser, 4)
        options = ["--headless=new", "--no-first-run", "--disable-gpu", "--disable-background-networking",
                   "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
                   "--hide-scrollbars", "--disable-dev-shm-usage", f"--user-data-dir={directory}/profile"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")  # which root has not
        with open(f"{directory}/log", "wb") as log:
            self.process = subprocess.Popen([chromium, *options, "--remote-debugging-pipe", "about:blank"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(3, 4),
                                            start_new_session=True, env={**os.environ, "HOME": directory})
        for fd in (3, 4, to_browser, from_browser):
            os.close(fd)
        self.buffer, self.number, self.session, self.trouble, self.loaded = b"", 0, None, [], False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(domain + ".enable")

    def end(self):
        """Nothing of it is left, however it went: asked, it ends its processes first, which write into the profile."""
        try:
            os.write(self.out, b'{"id": 0, "method": "Browser.close"}\0')
            self.process.wait(LONGEST)
        except (OSError, subprocess.TimeoutExpired):
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def message(self):
        """The next message, by a deadline."""
        deadline = time.monotonic() + LONGEST
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.into], [], [], left)[0]:
                sys.exit(f"browser.py: the browser said nothing for {LONGEST} s")
            more = os.read(self.into, 1 << 20)
            if not more:
                sys.exit("browser.py: the browser ended")
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def event(self, message):
        """What it tells unasked: complaints, requests, and that a page is there."""
        method, given = message.get("method"), message.get("params", {})
        if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            self.trouble.append(json.dumps(given)[:500])
        if method == "Network.requestWillBeSent" and not given["request"]["url"].startswith(("file:", "data:")):
            self.trouble.append("asks for " + given["request"]["url"])
        self.loaded |= method == "Page.loadEventFired"

    def call(self, method, **given):
        """A method's result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": given}
        if self.session:
            message["sessionId"] = self.session
        text = json.dumps(message).encode() + b"\0"
        while text:
            text = text[os.write(self.out, text):]
        while True:
            message = self.message()
            if message.get("id") != self.number:
                self.event(message)
            elif "error" in message:
                sys.exit(f"browser.py: {method}: {message['error']}")
            else:
                return message["result"]

    def open(self, file):
        """A page, from the beginning."""
        self.loaded = False
        self.call("Page.navigate", url="file://" + file)
        while not self.loaded:
            self.event(self.message())

    def look(self, expression):
        """What an expression of JavaScript gives."""
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in got:
            sys.exit(f"browser.py: {expression}: {json.dumps(got['exceptionDetails'])[:500]}")
        return got["result"].get("value")

    def settle(self):
        """What it was told has had its effect: the events that were queued by then are handled, and it was drawn."""
        self.call("Runtime.evaluate", awaitPromise=True, expression="new Promise(done => setTimeout(() => "
                  "requestAnimationFrame(() => requestAnimationFrame(() => done(0))), 0))")

    def size(self, width, scheme):
        """A window so wide, light or dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def key(self, name, text=""):
        """A key, pressed and released."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27}
        for kind in ("keyDown", "keyUp"):
            given = {"text": text} if text and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, **given,
                      windowsVirtualKeyCode=codes.get(name, 0))

    def click(self, selector):
        """A click with the mouse, where the first such element is."""
        x, y = self.look(f"""(() => {{ const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{block: 'center'}}); const r = e.getClientRects()[0];
            return [r.x + r.width / 2, r.y + r.height / 2]; }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


def high_pipe():
    """A pipe whose ends are not 3 and 4, which the browser's have to be."""
    high = []
    for end in os.pipe():
        high.append(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10))
        os.close(end)
    return high


FAILED = []


def check(good, what):
    """Says what is not so, and goes on."""
    if not good:
        FAILED.append(what)
        print("browser.py:", what)


def output(*arguments, status=0, text=""):
    """The program's output, after it ended with that status."""
    done = subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, text=True, check=False)
    if done.returncode != status:
        sys.exit(f"browser.py: {arguments}: exit status {done.returncode}: {done.stdout[-500:]}{done.stderr}")
    return done.stdout


def altered(text):
    """A record in which the classic's second write gives EBADF, and that deviates: its frames sealed anew."""
    def seal(frame):
        if not frame[1].startswith("run write-after-close "):
            return frame[0]
        body = re.sub("^ (.*write 6 .*)= -1 EPIPE\\b.*\n", r"-\1= -1 EPIPE\n+\1= -1 EBADF\n",
                      re.sub("^", " ", frame[2].rstrip("\n"), flags=re.M) + "\n", flags=re.M)
        head = f"{frame[1].replace(' expected ', ' deviates ')} {len(body.encode())} "
        return f"{head}{zlib.crc32((head + body).encode()):08x}\n{body}\n"
    return re.sub(r"^(run [^\n]*) \d+ [0-9a-f]{8}\n(.*?)\n(?=run |end )", seal, text, flags=re.M | re.S)


def record(directory, label, names, change=str):
    """A kernel's record as closewait report reads it."""
    os.mkdir(f"{directory}/{label}")
    for name, text in (("plan", output("record", "--plan", *names)), ("record", change(output("record", *names)))):
        with open(f"{directory}/{label}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    return f"{directory}/{label}"


def pages(directory):
    """Every kind of page, in a file each."""
    names = ["write-after-close", "write-after-reset", "unix-write-after-close"]
    kernels = [record(directory, "6.1", names), record(directory, "6.12", names, altered)]
    made = {"run": output("run", "write-after-close", "--family=tcp4", "--format=html"),
            "deviates": output("run", "-", "--format=html", text=FAILS, status=1),
            "several": output("run", "write-after-close", "proxy-half-close", "--format=html"),
            "explain": output("explain", "write-after-reset", "--format=html"),
            "errno": output("explain", "EPIPE", "--format=html"),
            "event": output("explain", "POLLHUP", "--format=html"),
            "try": output("try", "close", "--format=html", "--output=-", "--", *WRITES),
            "try-all": output("try", "--all", "--format=html", "--output=-", "--", *WRITES),
            "diagnose": output("diagnose", "--format=html", "write 6 = 6; write 6 = -1 EPIPE"),
            "log": output("diagnose", "--format=html", f"--pcap={CAPTURE}.pcap", f"{CAPTURE}.strace"),
            "packets": output("diagnose", "--format=html", f"--pcap={CAPTURE}.pcap"),
            "unexplained": output("diagnose", "--format=html", "write 6 = 7", status=1),
            "orders": output("orders", "--format=html", "--repeat=1", "-", text=PROGRAMS),
            "list": output("list", "--format=html"), "report": output("report", "--format=html", *kernels, status=1)}
    for name, text in made.items():
        with open(f"{directory}/{name}.html", "w", encoding="utf-8") as file:
            file.write(text)
    return made


def shown(browser, name, pictures):
    """Fits the window, is light and dark, has names for who cannot see it, and prints."""
    browser.size(1600, "light")
    browser.open(f"{DIRECTORY}/{name}.html")
    grounds = {}
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            browser.size(width, scheme)
            over = browser.look(f"document.documentElement.scrollWidth - {width}")
            check(over <= 0, f"{name}: {over} pixels wider than a window of {width}")
            beyond = browser.look("""Array.from(document.querySelectorAll('svg.ladder text.result')).filter(t =>
                t.getBBox().x + t.getBBox().width > t.ownerSVGElement.viewBox.baseVal.width - 40).length""")
            check(not beyond, f"{name}: {beyond} results run over the other lifeline")
            grounds[scheme] = browser.look("getComputedStyle(document.body).backgroundColor")
            if pictures:
                picture = browser.call("Page.captureScreenshot", captureBeyondViewport=False)["data"]
                with open(f"{pictures}/{name}-{width}-{scheme}.png", "wb") as file:
                    file.write(base64.b64decode(picture))
    check(grounds["light"] != grounds["dark"], f"{name}: light and dark are {grounds['light']}")
    for node in browser.call("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value")
        if role in ("link", "button", "image", "img", "combobox", "searchbox", "heading", "graphics-document"):
            check(node.get("name", {}).get("value") or node["ignored"], f"{name}: a {role} without a name")
    check(browser.look("document.querySelectorAll('h1').length") == 1, f"{name}: not one h1")
    check(not browser.look("Array.from(document.querySelectorAll('a[href^=\"#\"]')).filter(a => "
                           "!document.getElementById(decodeURIComponent(a.hash.slice(1)))).length"),
          f"{name}: a link to what is not there")


def printed(browser, name, pictures):
    """On paper there is everything, and on more than no page."""
    browser.open(f"{DIRECTORY}/{name}.html")
    pdf = base64.b64decode(browser.call("Page.printToPDF", printBackground=True)["data"])
    check(pdf.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", pdf)) > 0, f"{name}: does not print")
    if pictures:
        with open(f"{pictures}/{name}.pdf", "wb") as file:
            file.write(pdf)


def says_what_the_trace_says(browser):
    """The text that the browser shows is an experiment again, with the calls and results of the diagram."""
    browser.size(1600, "light")
    browser.open(f"{DIRECTORY}/run.html")
    text = browser.look("document.querySelector('pre').innerText")
    output("run", "-", text=text)
    drawn = browser.look("Array.from(document.querySelectorAll('svg.ladder text')).map(t => t.textContent).join(' ')")
    for end, call, result in re.findall(r"^(client|server) (write \d+|close|connect|accept) += (-?\d+(?: [A-Z]+)?)",
                                        text, re.M):
        check(call in drawn and result.split()[-1] in drawn, f"run: the diagram has no '{end} {call} = {result}'")
    browser.open(f"{DIRECTORY}/deviates.html")
    text = browser.look("document.querySelector('pre').innerText")
    colours = browser.look("Array.from(document.querySelectorAll('pre .minus, pre .plus')).map("
                           "s => getComputedStyle(s).color)")
    check("- client write 6" in text.replace("\t", " ").replace("-client", "- client"), "deviates: no expected line")
    check(len(set(colours)) == 2, f"deviates: expected and observed are of {len(set(colours))} colours")


def focus(browser):
    """What has the focus, in a word."""
    return browser.look("(e => e === document.body ? 'body' : (e.className || e.tagName).toString().trim())"
                        "(document.activeElement)")


def keyboard(browser):
    """The first stop of the tabulator skips to the content; then what filters; each stop is seen."""
    browser.open(f"{DIRECTORY}/report.html")
    stops = []
    for _ in range(12):
        browser.key("Tab")
        stops.append(focus(browser))
        check(browser.look("getComputedStyle(document.activeElement).outlineStyle") != "none",
              f"report: the focus on {stops[-1]} is not seen")
    check(stops[:2] == ["skip", "INPUT"] and "SELECT" in stops and "A" in stops, f"report: tab order {stops}")
    browser.look("document.querySelector('td.deviates a').focus()")
    browser.key("Enter", "\r")
    check(browser.look("getComputedStyle(document.querySelector('.pair:target')).display") == "block",
          "report: Enter on a cell opens nothing")
    browser.key("Escape")
    check(browser.look("document.querySelector('.pair:target')") is None, "report: Escape closes nothing")
    check(browser.look("document.activeElement.closest('td.deviates') !== null"),
          "report: Escape does not go back to the cell")


def filters_of_the_table(browser):
    """Only differences; a cell leads to the two traces with the differing lines marked; its link closes them."""
    browser.open(f"{DIRECTORY}/report.html")
    rows = "Array.from(document.querySelectorAll('.kernels tbody tr')).filter(r => !r.hidden).length"
    every = browser.look(rows)
    browser.look("(s => { s.value = 'differences'; s.dispatchEvent(new Event('change')); })"
                 "(document.querySelector('.filters select'))")
    check(0 < browser.look(rows) < every, f"report: {browser.look(rows)} of {every} rows are differences")
    browser.click("td.deviates a")
    marked = browser.look("Array.from(document.querySelectorAll('.pair:target td.minus, .pair:target td.plus'))"
                          ".map(t => t.innerText).join(' ')")
    check("EPIPE" in marked and "EBADF" in marked, f"report: side by side the differing lines are '{marked}'")
    browser.click(".pair:target .close")
    check(browser.look("document.querySelector('.pair:target')") is None, "report: Close closes nothing")


def search_of_the_catalogue(browser):
    """Typed words leave what closewait list would; a click unfolds one, with its diagram."""
    browser.open(f"{DIRECTORY}/list.html")
    for words in ("peer-lost-answer", "Broken pipe", "keep-alive", "EPIPE", "POLLRDHUP"):
        browser.look("(i => { i.value = ''; i.focus(); i.dispatchEvent(new Event('input')); })"
                     "(document.querySelector('.filters input'))")
        browser.call("Input.insertText", text=words)
        found = browser.look("Array.from(document.querySelectorAll('[data-item]')).filter(i => !i.hidden)"
                             ".map(i => i.id.split('.')[0])")
        listed = set(re.findall(r"^  ([a-z0-9-]+) ", output("list", words), re.M))
        check(found and listed == set(found), f"list: '{words}' gives {sorted(listed ^ set(found))[:5]} in one only")
    browser.click("[data-item]:not([hidden]) summary h2")
    check(browser.look("document.querySelector('[data-item]:not([hidden])').open && "
                       "document.querySelector('[data-item]:not([hidden]) svg').getBoundingClientRect().height > 100"),
          "list: a click unfolds nothing")


def links_of_a_table(browser, name, link, part):
    """A link in a table unfolds what it leads to, by the keyboard, too."""
    browser.open(f"{DIRECTORY}/{name}.html")
    opened = f"document.querySelector({json.dumps(part)}).open"
    check(not browser.look(opened), f"{name}: {part} is unfolded before anybody asked")
    browser.click(link)
    browser.settle()
    check(browser.look(opened) and browser.look(f"document.querySelector({json.dumps(part)} + ' svg')"
                                                ".getBoundingClientRect().height > 50"),
          f"{name}: a click on {link} unfolds nothing")
    browser.open(f"{DIRECTORY}/{name}.html")
    browser.look(f"document.querySelector({json.dumps(link)}).focus()")
    browser.key("Enter", "\r")
    browser.settle()
    check(browser.look(opened), f"{name}: Enter on {link} unfolds nothing")


def filters_of_the_peers(browser):
    """A row is shown where its part is; what the system calls an errno finds it."""
    browser.open(f"{DIRECTORY}/try-all.html")
    shown_rows = "Array.from(document.querySelectorAll('tr[data-of-item]')).filter(r => !r.hidden).map(r => r.dataset.ofItem)"
    shown_parts = "Array.from(document.querySelectorAll('[data-item]')).filter(r => !r.hidden).map(r => r.id)"
    every = browser.look(shown_rows)
    browser.look("document.querySelector('.filters input').focus()")
    browser.call("Input.insertText", text="broken pipe")
    found = browser.look(shown_rows)
    check(0 < len(found) < len(every) and "peer-close" in found, f"try-all: 'broken pipe' gives {found}")
    check(found == browser.look(shown_parts), "try-all: rows and parts are not the same peers")


def says_what_the_text_says(browser):
    """Every word that the text format has is in the page, too, but for those of a sentence that stands there otherwise."""
    for name, words, otherwise in (
            ("diagnose", ["diagnose", "write 6 = 6; write 6 = -1 EPIPE"], ""),
            ("log", ["diagnose", f"--pcap={CAPTURE}.pcap", f"{CAPTURE}.strace"], ""),
            ("packets", ["diagnose", f"--pcap={CAPTURE}.pcap"], ""),
            ("errno", ["explain", "EPIPE"], "these experiments,"), ("event", ["explain", "POLLHUP"], "these experiments,"),
            ("orders", ["orders", "--repeat=1", "-"], "-: - 5, expects. tcp6:")):
        browser.open(f"{DIRECTORY}/{name}.html")
        page = " ".join(browser.look("document.body.textContent").split())
        said = output(*words, text=PROGRAMS if name == "orders" else "")
        lacks = {word for word in said.split() if word not in page and word != "#"}
        lacks -= set(otherwise.split())
        check(not lacks, f"{name}: the text's words {sorted(lacks)[:9]} are not there")
    browser.open(f"{DIRECTORY}/try.html")
    said = output("run", "-", text=browser.look("document.querySelector('pre').innerText"))
    check("client write \"<b>\\n\"" in said, "try: what was recorded is no experiment")


def without_script(browser):
    """A page is complete without its script."""
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(f"{DIRECTORY}/report.html")
    names = [n["name"]["value"] for n in browser.call("Accessibility.getFullAXTree")["nodes"]
             if n.get("role", {}).get("value") == "rowheader"]
    check(sum("write-after" in name for name in names) >= 3, f"report: without script its rows are {names}")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def main(chromium, pictures):
    """All of it, in one browser."""
    made = pages(DIRECTORY)
    browser = Browser(chromium, DIRECTORY)
    try:
        for name in made:
            shown(browser, name, pictures)
        says_what_the_trace_says(browser)
        keyboard(browser)
        filters_of_the_table(browser)
        search_of_the_catalogue(browser)
        links_of_a_table(browser, "try-all", "a[href='#peer-reset']", "#peer-reset")
        links_of_a_table(browser, "orders", "a[href='#tcp4-outcome-3']", "#tcp4-outcome-3")
        filters_of_the_peers(browser)
        says_what_the_text_says(browser)
        without_script(browser)
        for name in ("run", "report", "try-all", "log", "orders"):
            printed(browser, name, pictures)
        for trouble in browser.trouble:
            check(False, "the console: " + trouble)
    finally:
        browser.end()


PROGRAM = sys.argv[1]
CHROMIUM = shutil.which("chromium")
if not CHROMIUM:
    print("browser.py: skipped: no chromium here")
    sys.exit(77)
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as DIRECTORY:
    main(CHROMIUM, sys.argv[2] if len(sys.argv) > 2 else None)
sys.exit(1 if FAILED else 0)
