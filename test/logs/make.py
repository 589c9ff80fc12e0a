#!/usr/bin/python3
"""Makes a log of strace's and a capture of tcpdump's of a real program whose peer leaves: how those in this folder
were made. In a network of its own, with the program on port 8080 of 127.0.0.1 or its peer.

usage: make.py PROGRAM PEER DIRECTORY    writes DIRECTORY/PROGRAM-PEER.strace and .pcap
       make.py --list                    the programs and peers, a line for each pair

The peers do what closewait's peer-... scripts do. Of the log, the lines that say something of a connection are kept;
of strings, 8 bytes. Needs strace, tcpdump, ip, ss, unshare, and the program."""
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys

PORT = 8080
HERE = ("127.0.0.1", PORT)
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it"
WAITS = 4  # seconds that a program waits for an answer
NODE = "require('http').get({port: 8080, host: '127.0.0.1', timeout: 4000}, r => r.resume()).on('timeout', " \
       "function () { this.destroy() }).on('error', e => console.error(e.code))"
PYTHON = "import http.client; c = http.client.HTTPConnection('127.0.0.1', 8080, timeout=4); c.request('GET', '/'); " \
         "c.getresponse().read()"
CLIENTS = {
    "curl": ["curl", "-sS", "-m", str(WAITS), "http://127.0.0.1:8080/"],
    "python": ["/usr/bin/python3", "-c", PYTHON],
    "node": ["node", "-e", NODE],
    "ncat": ["sh", "-c", f"printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' | ncat -w {WAITS} 127.0.0.1 8080"],
    "socat": ["sh", "-c", f"printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' | socat -t {WAITS} - TCP:127.0.0.1:8080"],
    "bash": ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080; sleep .2; echo a >&3; sleep .2; echo b >&3; read -t 4 <&3"],
}
SERVERS = {
    "nginx": ["nginx", "-c", "{directory}/nginx.conf"],
    "http.server": ["/usr/bin/python3", "-m", "http.server", "8080", "--bind", "127.0.0.1", "-d", "{directory}"],
    "ncat-l": ["ncat", "-l", "127.0.0.1", "8080"],
    "socat-l": ["socat", "TCP-LISTEN:8080,bind=127.0.0.1", "PIPE"],
    "node-l": ["node", "-e", "require('http').createServer((q, r) => r.end('x'.repeat(60000))).listen(8080, '127.0.0.1')"],
}
NGINX = """daemon off; master_process off; pid {directory}/pid; error_log {directory}/log;
events {{}} http {{ access_log off; client_body_temp_path {directory}; proxy_temp_path {directory};
fastcgi_temp_path {directory}; uwsgi_temp_path {directory}; scgi_temp_path {directory};
server {{ listen 127.0.0.1:8080; root {directory}; }} }}
"""
TRACED = "trace=network,read,write,readv,writev,close,dup,dup2,fcntl,ioctl,poll,ppoll,select,pselect6,epoll_create1," \
         "epoll_ctl,epoll_wait,epoll_pwait,clone,clone3,fork,vfork,sendfile,splice,execve"


def linger_zero(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def link_down(_=None):
    subprocess.run(["ip", "link", "set", "lo", "down"], check=True)


def read_request(s, least=b"\r\n\r\n"):
    got = b""
    while least not in got:
        some = s.recv(1 if not least else 4096)
        got += some
        if not some or not least:
            break


def await_readable(s):
    select.select([s], [], [])


def destroy(s):
    ends = [f"{host}:{port}" for host, port in (s.getsockname(), s.getpeername())]
    subprocess.run(["ss", "-K", "src", ends[0], "dst", ends[1]], check=True, stdout=subprocess.DEVNULL)


def then(*acts):
    def act(s):
        for one in acts:
            one(s)
    return act


def answer_half(s):
    read_request(s)
    s.sendall(HALF)


def lost_answer(s):
    s.recv(1)
    s.sendall(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    s.close()


def few_retries(_):
    with open("/proc/sys/net/ipv4/tcp_retries2", "w", encoding="ascii") as file:
        file.write("1")


def send(data):
    return lambda s: s.sendall(data)


def die(_):
    os.kill(os.getpid(), signal.SIGKILL)


CLOSE = socket.socket.close
PEERS = {  # of a program that connects; None: nobody accepts, False: nobody listens
    "close": CLOSE,
    "close-unread": then(await_readable, CLOSE),
    "destroyed": destroy,
    "half-answer-close": then(answer_half, CLOSE),
    "half-answer-reset": then(answer_half, linger_zero),
    "half-close": lambda s: s.shutdown(socket.SHUT_WR),
    "killed": die,
    "lost-answer": lost_answer,
    "never-accepts": None,
    "refused": False,
    "reset": linger_zero,
    "shutdown": lambda s: s.shutdown(socket.SHUT_RDWR),
    "silent": lambda s: None,
    "vanishes-after": then(few_retries, read_request, link_down),
    "vanishes-before": then(few_retries, link_down),
    "vanishes-during": then(few_retries, lambda s: s.recv(1), link_down),
}
CLIENT_PEERS = {  # of one that listens
    "client-close": CLOSE,
    "client-close-unread": then(send(REQUEST), await_readable, CLOSE),
    "client-destroyed": destroy,
    "client-half-close": lambda s: s.shutdown(socket.SHUT_WR),
    "client-half-request-close": then(send(REQUEST[:9]), CLOSE),
    "client-half-request-reset": then(send(REQUEST[:9]), linger_zero),
    "client-killed": die,
    "client-lost-answer": then(few_retries, send(REQUEST), await_readable, link_down),
    "client-request-close": then(send(REQUEST), CLOSE),
    "client-reset": linger_zero,
    "client-shutdown": lambda s: s.shutdown(socket.SHUT_RDWR),
    "client-silent": lambda s: None,
    "client-vanishes-before": then(few_retries, link_down),
    "client-vanishes-after": then(few_retries, send(REQUEST), link_down),
}


def serve(act):
    """A process that plays the peer, and waits then; its pid."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(HERE)
    if act is False:
        listening.close()
        return None
    listening.listen(8)
    pid = os.fork()
    if pid:
        listening.close()
        return pid
    if act:
        accepted, _ = listening.accept()
        try:
            act(accepted)
        except OSError as error:
            print(f"make.py: the peer: {error}", file=sys.stderr)
    else:
        await_readable(listening)
    signal.pause()
    os._exit(0)


def connect(act):
    """The same of a client, once somebody listens."""
    pid = os.fork()
    if pid:
        return pid
    while f"0100007F:{PORT:04X} 00000000:0000 0A" not in open("/proc/net/tcp", encoding="ascii").read():
        select.select([], [], [], 0.01)
    s = socket.create_connection(HERE)
    select.select([], [], [], 0.2)
    try:
        act(s)
    except OSError as error:
        print(f"make.py: the peer: {error}", file=sys.stderr)
    signal.pause()
    os._exit(0)


def end(pid):
    if pid:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def keep(line):
    """Does a line say something of a connection?"""
    return any(word in line for word in ("TCP", "AF_INET", "epoll_create", "clone", "fork(", "+++", "SIGPIPE")) or \
        ("epoll_wait" in line or "epoll_pwait" in line or "epoll_ctl" in line)


def prepare(directory, program):
    if program == "nginx":
        with open(f"{directory}/nginx.conf", "w", encoding="ascii") as file:
            file.write(NGINX.format(directory=directory))
        with open(f"{directory}/index.html", "w", encoding="ascii") as file:
            file.write("x" * 60000)


def await_marker(capture):
    """Until tcpdump has written all that came before a datagram."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"the end", ("127.0.0.1", 9))
    while True:
        with open(capture, "rb") as file:
            if b"the end" in file.read():
                return
        select.select([], [], [], 0.01)


def run(program, peer, directory):
    base = os.path.join(directory, f"{program}-{peer}")
    scratch = base + ".scratch"
    os.makedirs(scratch, exist_ok=True)
    prepare(scratch, program)
    server = program in SERVERS
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with subprocess.Popen(["tcpdump", "-i", "lo", "-U", "--immediate-mode", "-s", "96", "-Z", "root", "-w", base + ".pcap",
                           "tcp or udp port 9"], stderr=subprocess.PIPE, text=True) as tcpdump:
        while "listening on" not in (line := tcpdump.stderr.readline()):
            if not line:
                sys.exit("make.py: tcpdump ended")
        pid = connect(CLIENT_PEERS[peer]) if server else serve(PEERS[peer])
        command = [word.format(directory=scratch) if "{directory}" in word else word
                   for word in (SERVERS if server else CLIENTS)[program]]
        log = base + ".whole"
        with subprocess.Popen(["strace", "-f", "-yy", "-s", "8", "-o", log, "-e", TRACED, *command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              start_new_session=True) as traced:
            try:
                traced.wait(3 if server else 3 * WAITS)
            except subprocess.TimeoutExpired:
                os.killpg(traced.pid, signal.SIGTERM)
        end(pid)
        await_marker(base + ".pcap")
        tcpdump.send_signal(signal.SIGINT)
    with open(log, encoding="latin-1") as whole, open(base + ".strace", "w", encoding="latin-1") as kept:
        kept.writelines(line for line in whole if keep(line))
    os.remove(log)
    shutil.rmtree(scratch)


if sys.argv[1:] == ["--list"]:
    for of, peers in ((CLIENTS, PEERS), (SERVERS, CLIENT_PEERS)):
        for name in of:
            for other in peers:
                print(name, other)
elif os.environ.get("MAKE_LOGS_INSIDE"):
    run(*sys.argv[1:])
else:
    os.execvpe("unshare", ["unshare", "-n", "-p", "-f", "--mount-proc", sys.executable, *sys.argv],
               {**os.environ, "MAKE_LOGS_INSIDE": "1"})
