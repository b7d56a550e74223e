"""README.md, CONTRIBUTING.md, docs/*.md: every block of code is run, every link leads somewhere.

Comments that readers do not see say what is to happen. Behind a block, up to the next one:
  <!-- ask: GET /path [Name: value] body -> 200 [Name: value] answer -->   200 need not be said
  <!-- ask: WS /path [Name: value] message -> message -->
  <!-- output -->: it is what the program above prints     <!-- drawing -->
Before blocks: <!-- prelude ... -->, Python that goes before the fragments behind it on the page.
Before a table: <!-- defaults --> of a Vhost, <!-- constants --> of the core.
In answers * stands for anything, ... at the end for "and more"; blanks and line ends are alike.

python  An app (app.run(), ctx.run(), asyncio.run()), or a fragment that becomes one behind the
        prelude: it is served and asked.
sh      "make ..." must be a target; curl asks the server above in this section and says what the
        lines "# ..." below it say; a firmware or program that is started becomes that server.
c       Compiled, linked with ports/posix; served and asked, or run to its end.
text    <!-- output --> or <!-- drawing -->.
"""

import contextlib
import fcntl
import fnmatch
import http.client
import json
import os
import re
import shlex
import subprocess
from dataclasses import dataclass, field

import pytest
from conftest import ROOT, Served, pick_port
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PORT = "8080"  # in what is read; a free one takes its place
RUNS = re.compile(r"\b(app\.run|ctx\.run|asyncio\.run)\(")
COMMENT = re.compile(r"<!--\s*(.*?)\s*-->", re.S)
ASK = re.compile(r"ask: (?P<method>[A-Z]+) (?P<path>\S+)(?P<given>.*?) -> (?P<wanted>.*)", re.S)
KNOWN = re.compile(r"ask: |(output|drawing|defaults|constants|figures)$")
FIELD = re.compile(r"\s*\[([\w-]+): ([^\]]*)\]")


@dataclass
class Block:
    page: str
    line: int
    language: str
    section: str
    prelude: str
    above: "Block"  # the block before it in the section
    lines: list = field(default_factory=list)
    comments: list = field(default_factory=list)

    def __str__(self):
        return f"{self.page}:{self.line} {self.language}"

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"

    @property
    def asks(self):
        return [c for c in self.comments if c.startswith("ask:")]

    @property
    def is_app(self):
        return bool(self.language == "python" and RUNS.search(self.text))


def blocks_of(page):
    """The fenced blocks of a page with the comments that belong to them."""
    found, section, prelude, fence, comment = [], "", "", None, ""
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if fence and line.startswith("```"):
            fence = None
        elif fence:
            fence.lines.append(line)
        elif comment or line.startswith("<!--"):
            comment += line + "\n"
            if "-->" in line:
                what, comment = COMMENT.match(comment)[1], ""
                if what.startswith("prelude\n"):
                    prelude = what.partition("\n")[2] + "\n"
                elif found:
                    found[-1].comments.append(what)
        elif line.startswith("```"):
            above = found[-1] if found and found[-1].section == section else None
            name = str(page.relative_to(ROOT))
            fence = Block(name, number, line[3:].strip(), section, prelude, above)
            found.append(fence)
        else:
            section = line if line.startswith("## ") else section
            assert "```" not in line and "~~~" not in line, f"{page.name}:{number}: {line}"
    assert fence is None, f"{page.name}: a block has no end"
    return found


BLOCKS = [b for page in PAGES for b in blocks_of(page)]


# ---- what is said, and what was wanted


def flat(text):
    return " ".join(text.split())


def is_like(given, wanted):
    given, wanted = flat(given), flat(wanted)
    if wanted.endswith("..."):
        return given.startswith(wanted[:-3].strip())
    try:
        return json.loads(given) == json.loads(wanted)
    except ValueError:
        return given == wanted or fnmatch.fnmatchcase(given, wanted.replace("[", "[[]"))


def assert_like(given, wanted, where):
    assert is_like(given, wanted), f"{where}: {given[:500]!r}"


def fields_of(text):
    """([(name, value)], rest) of "[Name: value] rest"."""
    fields = []
    while found := FIELD.match(text):
        fields.append((found[1], found[2]))
        text = text[found.end() :]
    return fields, text.strip()


def ask_http(port, method, path, fields, body):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    if body and not any(n.lower() == "content-type" for n, _ in fields):
        is_json = body[0] in "{["
        form = "application/x-www-form-urlencoded"
        fields = [*fields, ("Content-Type", "application/json" if is_json else form)]
    c.request(method, path, body.encode() or None, dict(fields))
    return c, c.getresponse()


def check_http(port, ask, where):
    fields, body = fields_of(ask["given"])
    status, _, rest = ask["wanted"].partition(" ")
    if not re.fullmatch(r"[2-5]\d\d", status):
        status, rest = "200", ask["wanted"]
    wanted_fields, wanted = fields_of(rest)
    connection, answer = ask_http(port, ask["method"], ask["path"], fields, body)
    with contextlib.closing(connection):
        text = answer.read().decode(errors="replace")
    assert answer.status == int(status), f"{where}: {answer.status} {text[:200]!r}"
    for name, value in wanted_fields:
        assert_like(answer.headers.get(name, "(none)"), value, f"{where} {name}")
    assert_like(text, wanted, where)


def check_websocket(port, ask, where):
    fields, message = fields_of(ask["given"])
    protocols = [v for n, v in fields if n == "Sec-WebSocket-Protocol"]
    url = f"ws://127.0.0.1:{port}{ask['path']}"
    with connect(url, subprotocols=protocols or None, open_timeout=60, close_timeout=60) as ws:
        if message:
            ws.send(message)
        try:
            given = ws.recv(timeout=60)
        except ConnectionClosed as e:
            given = f"close {e.rcvd.code if e.rcvd else 1006}"
    assert_like(given, ask["wanted"], where)


def check_asks(block, port):
    for comment in block.asks:
        ask = ASK.fullmatch(comment)
        assert ask, f"{block}: not understood: {comment}"
        where = f"{block} ({comment})"
        (check_websocket if ask["method"] == "WS" else check_http)(port, ask, where)


# ---- python


def app_source(block, port):
    text = block.text
    if not block.is_app:
        text = f"{block.prelude}{text}\napp.run(host='127.0.0.1', port={PORT})\n"
    elif "import Server" not in text and "import Microdot" not in text:
        text = block.prelude + text
    assert text.count(f"port={PORT}") == 1, f"{block}: an app listens on port={PORT}"
    return text.replace(f"port={PORT}", f"port={port}")


def start_app(block, serve):
    port = pick_port()
    return serve(app_source(block, port), PORT=port)


# ---- c


@pytest.fixture(scope="session")
def library():
    """liblws.a of ports/posix, made where no other build works."""
    folder = ROOT / "build" / "docs" / "posix"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        argv = ["make", "-s", "-C", ROOT / "ports" / "posix", f"BUILD={folder}"]
        run(argv, ROOT, 300)
    return folder / "liblws.a"


def run(argv, cwd, timeout=60):
    """Without what the make around us says to a make below it."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    argv = [str(a) for a in argv]
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout)
    words = f"{shlex.join(argv)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    assert done.returncode == 0, f"ended with {done.returncode}: {words}"
    return done.stdout


def compile_c(block, library, folder, port=PORT):
    source = folder / block.text.split(":")[0].removeprefix("// ")
    source.write_text(block.text.replace(PORT, str(port)))
    program = source.with_suffix("")
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-Icmodules", "-Iports"]
    run(["gcc", *flags, source, library, "-o", program], ROOT)
    return program


@pytest.fixture
def start(tmp_path):
    """start(program, port): a server of ours in C. It ends well when it is told to."""
    started = []

    def begin(program, port):
        server = Served([program], port, tmp_path, dict(os.environ))
        started.append(server)
        server.wait_until_listening()

    yield begin
    for server in started:
        server.stop()
        assert server.proc.returncode == 0, server.describe()


def check_c(block, library, start, folder):
    assert "int main(" in block.text, f"{block}: a whole program"
    port = pick_port()
    program = compile_c(block, library, folder, port)
    if block.asks:
        start(program, port)
        check_asks(block, port)
    else:
        run([program], folder)


# ---- sh


def commands_of(block):
    """[(command, the lines it is to print)]"""
    found = []
    for line in block.text.splitlines():
        if line.startswith("# "):
            assert found, f"{block}: {line}"
            found[-1][1].append(line[2:])
        elif line.strip():
            found.append((line, []))
    return found


def server_above(block, kind):
    b = block.above
    while b and not (b.language == kind and (b.is_app or b.asks)):
        b = b.above
    return b


class Shell:
    """Runs the commands of one block. self.port: of the server that curl asks."""

    RULES = ("curl", "make", "micropython", "gcc", "program")

    def __init__(self, block, serve, start, library, folder):
        self.block, self.serve, self.start = block, serve, start
        self.liblws, self.folder = library, folder
        self.port = None

    def curl(self, argv, wanted):
        if self.port is None:
            app = server_above(self.block, "python")
            assert app, f"{self.block}: no app above in this section"
            self.port = start_app(app, self.serve).port
        argv = [a.replace(f":{PORT}/", f":{self.port}/") for a in argv]
        out = run([*argv, "-sS", "--max-time", "30"], ROOT)
        assert wanted, f"{self.block}: {shlex.join(argv)} says what? {out!r}"
        for line in wanted:
            same = any(is_like(given, line) for given in out.splitlines())
            assert same, f"{self.block}: {line!r} is not in {out!r}"

    def make(self, argv, wanted):
        if "-C" in argv:
            folder = ROOT / argv[argv.index("-C") + 1]
            assert folder == ROOT / "ports" / "posix" and self.liblws().is_file()
        else:
            run([*argv, "-n"], ROOT)

    def micropython(self, argv, wanted):
        path = argv[1]
        if path == "app.py":
            assert self.block.above and self.block.above.is_app
            return
        assert (ROOT / path).is_file(), f"{self.block}: {path} is missing"
        self.port = self.serve(ROOT / path, *argv[2:]).port

    def gcc(self, argv, wanted):
        program = server_above(self.block, "c")
        assert program and {"-std=c99", "-Wall", "-Werror"} < set(argv)
        self.port = pick_port()
        compile_c(program, self.liblws(), self.folder, self.port)

    def program(self, argv, wanted):
        path = self.folder / argv[0]
        assert path.is_file(), f"{self.block}: {argv[0]} was not compiled"
        self.start(path, self.port)

    def run(self, line, wanted):
        argv = shlex.split(line)
        name = argv[0].rpartition("/")[2]
        if argv[0].startswith("./"):
            name = "program"
        assert name in self.RULES, f"{self.block}: no rule for {line!r}"
        getattr(self, name)(argv, wanted)


# ---- text


def check_text(block, library, tmp_path):
    if "drawing" in block.comments:
        return
    above = block.above
    assert "output" in block.comments and above and above.language == "c", (
        f"{block}: the output of a program, or a drawing?"
    )
    out = run([compile_c(above, library(), tmp_path)], tmp_path)
    assert_like(out, block.text, str(block))


@pytest.mark.timeout(400)  # the first of the C blocks builds the library
@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_block(block, request, serve, start, tmp_path):
    def library():
        return request.getfixturevalue("library")

    unknown = [c for c in block.comments if not KNOWN.match(c)]
    assert not unknown, f"{block}: {unknown}"
    if block.language == "python":
        assert block.asks, f"{block}: nobody asks it"
        check_asks(block, start_app(block, serve).port)
    elif block.language == "c":
        check_c(block, library(), start, tmp_path)
    elif block.language == "sh":
        shell = Shell(block, serve, start, library, tmp_path)
        for line, wanted in commands_of(block):
            shell.run(line, wanted)
    elif block.language == "text":
        check_text(block, library, tmp_path)
    else:
        pytest.fail(f"{block}: no rule for this language")


# ---- links


def anchors_of(page):
    """As GitHub makes them of headings."""
    names = re.findall(r"^#{1,6} +(.*)$", page.read_text(), re.M)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", n).lower() for n in names]
    return {re.sub(r"[^\w\- ]", "", n).strip().replace(" ", "-") for n in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in anchors_of(target), f"{page.name}: {link}"


# ---- tables of limits


def rows_behind(mark):
    """[(page, cells)] of the tables that stand behind this comment."""
    found = []
    for page in PAGES:
        for part in page.read_text().split(f"<!-- {mark} -->\n")[1:]:
            table = part.partition("\n\n")[0].splitlines()[2:]
            found += [(page.name, [c.strip() for c in row.split("|")[1:-1]]) for row in table]
    assert found
    return found


def test_defaults(firmware):
    rows = {cells[0].strip("`"): int(cells[2]) for _, cells in rows_behind("defaults")}
    names = ", ".join(f"v.{name}" for name in rows)
    code = f"import _lws; v = _lws.Vhost(); print([{names}])"
    assert json.loads(run([firmware, "-c", code], ROOT)) == list(rows.values()), rows
    code = "import lws.http.settings as settings; print(*settings._SERVER)"
    assert set(run([firmware, "-c", code], ROOT).split()) == set(rows)


def test_constants():
    sources = (ROOT / "cmodules" / "lws").rglob("*.h")
    defines = re.findall(
        r"^#define (\w+) (\d+)u?\b", "\n".join(p.read_text() for p in sources), re.M
    )
    known = dict(defines)
    for page, cells in rows_behind("constants"):
        name, value = cells[0].strip("`"), cells[1].split()[0]
        assert known.get(name) == value, f"{page}: {name}"
