#!/usr/bin/env python3
"""The pages in a real browser: usage: browser.py CLOSEWAIT [PICTURES]

Chromium, headless, through its debugging pipe. Of the pages of run, list, explain and report: nothing
on the console and nothing fetched; no wider than the screen at 360 and at 1600 pixels, in light and in
dark, which differ; the text is the program's; searches, filters, links and folding do what they say;
each control is reached by Tab and has a name for a screen reader; it prints. PICTURES: a directory
where the pictures are left to be looked at.
"""
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

SKIPPED = 77
PATIENCE = 60  # seconds for one answer of the browser's, which has just been started
WIDTHS = (360, 1600)
SCHEMES = ('light', 'dark')
ITEM = 'write-after-close.tcp4'


class Browser:
    """Chromium's DevTools protocol over descriptors 3 and 4: JSON, ended by a NUL."""

    def __init__(self, program, directory):
        down, self.down = os.pipe()
        self.up, up = os.pipe()
        # A root without user namespaces of its own cannot have Chromium's sandbox; the pages are ours.
        command = [program, '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
                   '--remote-debugging-pipe', '--user-data-dir=' + directory, 'about:blank']

        def descriptors():
            os.dup2(down, 103)
            os.dup2(up, 104)
            os.dup2(103, 3)
            os.dup2(104, 4)
            os.closerange(5, 256)

        # A process group of its own, of which nothing stays.
        self.process = subprocess.Popen(command, preexec_fn=descriptors, close_fds=False, start_new_session=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        os.close(down)
        os.close(up)
        os.set_blocking(self.up, True)
        self.number, self.rest, self.events, self.session = 0, b'', [], None

    def read(self):
        while b'\0' not in self.rest:
            part = os.read(self.up, 1 << 16)
            if not part:
                raise SystemExit('the browser ended')
            self.rest += part
        text, self.rest = self.rest.split(b'\0', 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': parameters}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.down, json.dumps(message).encode() + b'\0')
        while True:
            answer = self.read()
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise SystemExit(f'{method}: {answer["error"]}')
                return answer['result']
            self.events.append(answer)

    def wait_for(self, method):
        while not any(event.get('method') == method for event in self.events):
            self.events.append(self.read())

    def open(self, path, width, scheme):
        """Shows the page, and returns what it asked for and said meanwhile."""
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': scheme}])
        for url in ('about:blank', 'file://' + path):
            self.events = []
            self.call('Page.navigate', url=url)
            self.wait_for('Page.loadEventFired')
        self.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')

    def evaluate(self, expression):
        result = self.call('Runtime.evaluate', expression=expression, returnByValue=True, awaitPromise=True)
        if 'exceptionDetails' in result:
            raise SystemExit(f'{expression}: {result["exceptionDetails"]}')
        return result['result'].get('value')

    def click(self, selector):
        """With the mouse, where the element is."""
        x, y = self.evaluate(f'''(() => {{ const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{block: 'center'}}); const b = e.getBoundingClientRect();
            return [b.x + Math.min(b.width, 20) / 2, b.y + Math.min(b.height, 20) / 2]; }})()''')
        for kind in ('mousePressed', 'mouseReleased'):
            self.call('Input.dispatchMouseEvent', type=kind, x=x, y=y, button='left', clickCount=1)

    def key(self, key, text=''):
        self.call('Input.dispatchKeyEvent', type='keyDown', key=key, code=key, text=text,
                  windowsVirtualKeyCode={'Tab': 9, 'Escape': 27, 'Enter': 13}.get(key, 0))
        self.call('Input.dispatchKeyEvent', type='keyUp', key=key, code=key)

    def picture(self):
        return base64.b64decode(self.call('Page.captureScreenshot')['data'])

    def end(self):
        """However it went: nothing of the browser stays."""
        os.close(self.down)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


failures = []


def check(good, what):
    if not good:
        failures.append(what)
        print('FAILED', what)


def complaints(browser):
    """What the console says, and what is fetched from elsewhere."""
    for event in browser.events:
        method, parameters = event.get('method'), event.get('params', {})
        if method in ('Runtime.exceptionThrown', 'Log.entryAdded', 'Runtime.consoleAPICalled'):
            yield json.dumps(parameters)[:400]
        if method == 'Network.requestWillBeSent' and not parameters['request']['url'].startswith('file:'):
            yield 'fetches ' + parameters['request']['url']


def look(browser, name, path, pictures):
    """At each width, in light and in dark."""
    for width in WIDTHS:
        seen = {}
        for scheme in SCHEMES:
            browser.open(path, width, scheme)
            what = f'{name}, {width} pixels, {scheme}: '
            for complaint in complaints(browser):
                check(False, what + complaint)
            # What is wide scrolls in a box of its own, never the page.
            wide = browser.evaluate('document.scrollingElement.scrollWidth')
            check(wide <= width, f'{what}the page is {wide} wide')
            seen[scheme] = browser.picture()
            if pictures:
                with open(f'{pictures}/{name}-{width}-{scheme}.png', 'wb') as out:
                    out.write(seen[scheme])
        check(seen['light'] != seen['dark'], f'{name}, {width} pixels: light and dark look alike')


def check_links(browser, name):
    """Each link leads to something on the page."""
    lost = browser.evaluate('''Array.from(document.querySelectorAll('a[href^="#"]'))
        .map(a => decodeURIComponent(a.hash.slice(1))).filter(id => !document.getElementById(id))''')
    check(not lost, f'{name}: links to nothing: {lost}')
    twice = browser.evaluate('''(ids => ids.filter((id, i) => ids.indexOf(id) !== i))(
        Array.from(document.querySelectorAll('[id]')).map(e => e.id))''')
    check(not twice, f'{name}: ids that stand twice: {twice}')


def check_keyboard(browser, name, presses=12):
    """Tab goes from one thing to the next, and where it is can be seen."""
    browser.evaluate('document.activeElement.blur()')
    seen = []
    for _ in range(presses):
        browser.key('Tab')
        at = browser.evaluate('''(() => { const e = document.activeElement, b = e.getBoundingClientRect();
            return e === document.body ? null : [Array.from(document.querySelectorAll('*')).indexOf(e), e.tagName,
                getComputedStyle(e).outlineStyle !== 'none' && b.width > 0]; })()''')
        if at is None:
            break
        seen.append(at)
    check(len(seen) > 1, f'{name}: Tab reaches {seen}')
    check([s[0] for s in seen] == sorted(s[0] for s in seen), f'{name}: Tab does not go down the page: {seen}')
    check(all(s[2] for s in seen), f'{name}: not seen where the focus is: {seen}')


def check_names(browser, name):
    """What a screen reader says of what can be used, and of pictures."""
    nodes = browser.call('Accessibility.getFullAXTree')['nodes']
    used = {'button', 'link', 'searchbox', 'textbox', 'combobox', 'image', 'img', 'heading', 'DisclosureTriangle'}
    bare = [node['role']['value'] for node in nodes if not node['ignored'] and
            node['role']['value'] in used and not node.get('name', {}).get('value')]
    check(not bare, f'{name}: without a name: {bare}')
    roles = {node['role']['value'] for node in nodes if not node['ignored']}
    check('main' in roles and 'heading' in roles, f'{name}: has no main, or no heading: {sorted(roles)}')


def check_print(browser, name):
    paper = base64.b64decode(browser.call('Page.printToPDF', printBackground=True)['data'])
    check(paper.startswith(b'%PDF') and len(paper) > 5000, f'{name}: prints {len(paper)} bytes')


def shown(browser):
    return browser.evaluate('''Array.from(document.querySelectorAll('[data-item]'))
        .filter(e => e.checkVisibility()).map(e => e.id)''')


def type_into(browser, selector, text):
    browser.evaluate(f'''(() => {{ const e = document.querySelector({json.dumps(selector)});
        e.focus(); e.value = ''; }})()''')
    browser.call('Input.insertText', text=text)


def plain(text):
    return re.sub(r'\s+', ' ', text)


def page_of_run(browser, closewait, path):
    """The text in it is the trace; what the picture says stands there, too."""
    browser.open(path, WIDTHS[1], 'light')
    text = browser.evaluate('document.querySelector("pre").textContent')
    steps = re.findall(r'^((?:client|server) \w+.*?) +(= .*?) *(?:#.*)?$', text, re.M)
    check(len(steps) > 4, f'run: {len(steps)} steps in the text')
    drawn = plain(' '.join(browser.evaluate('''Array.from(document.querySelector("svg").querySelectorAll("text"))
        .map(t => t.textContent)''')))
    for call, result in steps:
        check(plain(call.split(' ', 1)[1]) in drawn and plain(result) in drawn, f'run: not drawn: {call} {result}')
    for flags in re.findall(r'^ *wire [<>] (\S+)', text, re.M):
        check(f' {flags} ' in f' {drawn} ', f'run: packet {flags} is not drawn')
    # And the text is an experiment that the program reads.
    again = subprocess.run([closewait, 'check', '-'], input=text, text=True, capture_output=True)
    check(again.returncode == 0, f'run: the text is no experiment: {again.stderr}')


def page_of_list(browser, closewait, path):
    browser.open(path, WIDTHS[1], 'light')
    everything = shown(browser)
    runs = subprocess.run([closewait, 'list', '--runs'], text=True, capture_output=True, check=True).stdout
    names = {line.split()[0] for line in runs.splitlines()}
    check({item.split('.')[0] for item in everything} == names,
          f'list: {len(everything)} items, the program lists {len(names)}')
    type_into(browser, 'input[type=search]', 'Broken pipe')
    found = shown(browser)
    check(0 < len(found) < len(everything) and ITEM in found, f'list: Broken pipe finds {found}')
    browser.key('Enter', '\r')
    check(browser.evaluate('document.querySelector("[data-item]:not([hidden])").open'), 'list: Enter opens nothing')
    type_into(browser, 'input[type=search]', 'no such word anywhere')
    check(not shown(browser), 'list: a word that is nowhere finds something')
    browser.evaluate('''(() => { const e = document.querySelector('input[type=search]'); e.value = '';
        e.dispatchEvent(new Event('input')); })()''')
    check(shown(browser) == everything, 'list: an empty search does not show all')
    browser.evaluate('''(() => { const s = document.querySelector('form select');
        s.value = s.options[1].value; s.dispatchEvent(new Event('change')); })()''')
    chosen = shown(browser)
    check(0 < len(chosen) < len(everything), f'list: a filter leaves {len(chosen)} of {len(everything)}')
    browser.evaluate('location.hash = ' + json.dumps(ITEM))
    browser.evaluate('new Promise(done => requestAnimationFrame(done))')
    is_open = f'document.getElementById({json.dumps(ITEM)}).open'
    check(browser.evaluate(is_open), 'list: a link does not open its item')
    browser.click(f'[id="{ITEM}"] > summary')
    check(not browser.evaluate(is_open), 'list: a click does not fold')


def page_of_report(browser, _, path):
    browser.open(path, WIDTHS[1], 'light')
    check(browser.evaluate('document.querySelectorAll(".kernels tbody tr").length') > 2, 'report: no rows')
    browser.click('.kernels td a')
    pair = browser.evaluate('''(() => { const p = document.querySelector('.pair:target');
        return p && p.checkVisibility() ? p.textContent : ''; })()''')
    check('client connect' in pair, f'report: a cell shows {pair[:200]!r}')
    browser.key('Escape')
    check(browser.evaluate('document.querySelector(".pair:target") === null'), 'report: Escape does not close')
    check(browser.evaluate('document.activeElement.closest(".kernels a") !== null'),
          'report: the focus is not where it was')


def make_pages(closewait, directory):
    def write(name, *arguments):
        path = f'{directory}/{name}.html'
        with open(path, 'wb') as out:
            status = subprocess.run([closewait, *arguments, '--format=html'], stdout=out, check=False).returncode
        check(status == 0, f'{name}: exit status {status}')
        return path

    experiments = ['write-after-close', 'write-after-reset', 'read-after-close']
    for kernel in ('one', 'two'):
        os.mkdir(f'{directory}/{kernel}')
        for name, options in (('plan', ['--plan']), ('record', [])):
            with open(f'{directory}/{kernel}/{name}', 'wb') as out:
                subprocess.run([closewait, 'record', *options, *experiments], stdout=out, check=True)
    return {'run': write('run', 'run', 'write-after-close', '--family=tcp4', '--states', '--counters'),
            'list': write('list', 'list'),
            'explain': write('explain', 'explain', 'write-after-close'),
            'symptom': write('symptom', 'explain', 'EPIPE'),
            'report': write('report', 'report', f'{directory}/one', f'{directory}/two')}


def look_at_all(browser, closewait, pages, pictures):
    target = browser.call('Target.createTarget', url='about:blank')['targetId']
    browser.session = browser.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
    for domain in ('Page', 'Runtime', 'Log', 'Network', 'Accessibility'):
        browser.call(domain + '.enable')
    for name, path in pages.items():
        look(browser, name, path, pictures)
        check_links(browser, name)
        check_names(browser, name)
        check_keyboard(browser, name)
        check_print(browser, name)
    page_of_run(browser, closewait, pages['run'])
    page_of_list(browser, closewait, pages['list'])
    page_of_report(browser, closewait, pages['report'])


def main():
    closewait = sys.argv[1]
    pictures = sys.argv[2] if len(sys.argv) > 2 else None
    program = shutil.which('chromium')
    if not program:
        print('chromium is not installed: skipped')
        return SKIPPED
    directory = tempfile.mkdtemp()
    try:
        pages = make_pages(closewait, directory)
        browser = Browser(program, directory + '/profile')
        try:
            look_at_all(browser, closewait, pages, pictures)
        finally:
            browser.end()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return bool(failures)


sys.exit(main())
