"""The .pyi stubs say what the firmware has: every public name, no other."""

import ast
import json
import subprocess

import pytest
from conftest import ROOT

STUBS = ROOT / "lws_mp" / "stubs"
MODULES = {
    "_lws": "_lws.pyi",
    "lws": "lws/__init__.pyi",
    "lws.http": "lws/http/__init__.pyi",
    "lws.json": "lws/json.pyi",
    "lws.net": "lws/net.pyi",
}
# Types that editors see where the firmware has none of this name in the module.
ONLY_STUBS = {
    "_lws": {"Context", "Headers"},
    "lws": set(),
    "lws.http": {"Handler", "Reader"},
    "lws.json": set(),
    "lws.net": set(),
}

# Prints {module: {name: public attributes of the class, or None}}.
SCRIPT = """
import _lws, json, lws, lws.http, lws.json, lws.net

def public(names):
    return sorted(n for n in names if not n.startswith("_"))

def describe(value):
    return public(dir(value)) if isinstance(value, type) else None

def functions(module):
    found = {n: getattr(module, n) for n in dir(module)}
    return [n for n, v in found.items() if callable(v) and not isinstance(v, type)]

found = {}
for name, module, names in (
    ("_lws", _lws, dir(_lws)), ("lws", lws, lws._names), ("lws.http", lws.http, lws.http._names),
    ("lws.json", lws.json, functions(lws.json)), ("lws.net", lws.net, functions(lws.net)),
):
    found[name] = {n: describe(getattr(module, n)) for n in public(names)}
found["_lws"]["Context"] = public(dir(type(_lws.context())))
vhost = _lws.Vhost()
found["attributes"] = {}
for name, value in (("Vhost", vhost), ("Context", _lws.context())):
    found["attributes"][name] = [n for n in WANTED[name] if not hasattr(value, n)]
print(json.dumps(found))
"""

# Serves one request whose handlers look for every attribute of the stubs.
LIVE = """
import asyncio, json
from lws.http import Server
missing = {}
app = Server()

@app.post("/request")
def request(request):
    missing["Request"] = [n for n in WANTED["Request"] if not hasattr(request, n)]
    missing["Headers"] = [n for n in WANTED["Headers"] if not hasattr(request.headers, n)]

@app.websocket("/ws")
async def ws(request, ws):
    missing["WebSocket"] = [n for n in WANTED["WebSocket"] if not hasattr(ws, n)]

async def ask(first, *fields, body=""):
    r, w = await asyncio.open_connection("127.0.0.1", PORT)
    lines = [first + " HTTP/1.1", "Host: x"] + list(fields) + ["", body]
    w.write("\\r\\n".join(lines).encode())
    await w.drain()
    await r.readline()
    w.close()
    await w.wait_closed()

async def main():
    task = asyncio.create_task(app.start_server("127.0.0.1", PORT))
    await asyncio.sleep_ms(10)
    await ask("POST /request", "Content-Type: multipart/form-data; boundary=x",
        "Content-Length: 5", body="--x--")
    await ask("GET /ws", "Connection: upgrade", "Upgrade: websocket",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "")
    app.shutdown()
    await task
    print(json.dumps(missing))

asyncio.run(main())
"""


def stub(module):
    return ast.parse((STUBS / MODULES[module]).read_text())


def functions(node):
    return {n.name for n in node.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}


def attributes(node):
    return {n.target.id for n in node.body if isinstance(n, ast.AnnAssign)}


def aliases(node):
    return {t.id for n in node.body if isinstance(n, ast.Assign) for t in n.targets}


def classes(node):
    return {n.name: n for n in node.body if isinstance(n, ast.ClassDef)}


def public(names):
    return {n for n in names if not n.startswith("_")}


def run(firmware, source, **values):
    head = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    done = subprocess.run(
        [firmware, "-c", head + source], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def wanted():
    """{class: attributes that the stubs say its objects have}"""
    found = classes(stub("_lws"))
    names = {name: sorted(attributes(found[name])) for name in ("Vhost", "Context", "WebSocket")}
    own = classes(stub("lws.http"))["Request"]
    settings = {"max_content_length", "max_body_length", "max_readline"}  # of the class
    extra = attributes(own) - settings | functions(own)
    names["Request"] = sorted(attributes(found["Request"]) | extra)
    names["Headers"] = sorted(public(functions(found["Headers"])))
    return names


@pytest.fixture(scope="module")
def runtime(firmware, wanted):
    return run(firmware, SCRIPT, WANTED=wanted)


def test_stubs_are_all_known():
    assert {str(p.relative_to(STUBS)) for p in STUBS.rglob("*.pyi")} == set(MODULES.values())


@pytest.mark.parametrize("module", MODULES)
def test_names(module, runtime):
    tree = stub(module)
    names = public({*functions(tree), *attributes(tree), *aliases(tree), *classes(tree)})
    assert names - ONLY_STUBS[module] == set(runtime[module]) - ONLY_STUBS[module]


@pytest.mark.parametrize("module", MODULES)
def test_methods(module, runtime):
    found = classes(stub(module))
    for name, node in found.items():
        there = runtime[module].get(name)
        if there is None or (module, name) == ("lws.http", "Request"):
            continue
        bases = [found[b.id] for b in node.bases if isinstance(b, ast.Name) and b.id in found]
        methods = public(functions(node).union(*map(functions, bases)))
        allowed = methods.union(*map(attributes, [node, *bases]))
        assert methods <= set(there), name
        if not any(isinstance(b, ast.Subscript) for b in node.bases):  # dict's own are not listed
            assert set(there) - INHERITED <= allowed, name


INHERITED = {"args", "errno", "value"}  # of MicroPython's exceptions


@pytest.mark.parametrize("name", ["Vhost", "Context"])
def test_attributes(name, runtime):
    assert runtime["attributes"][name] == []


def test_attributes_of_a_request(firmware, wanted, free_port):
    missing = run(firmware, LIVE, WANTED=wanted, PORT=free_port)
    assert missing == {"Request": [], "Headers": [], "WebSocket": []}
