"""The form of the project: who may import whom, what belongs to every file, and what no file may hold."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from source_tree import LIBRARY, ROOT, layer, library, project_files

# Bottom to top. A part imports what stands before it, and itself; the top ("") imports anything.
ORDER = (
    "version",
    "errors",
    "findings",
    "files",
    "reference",
    "_kernels",
    "photo",
    "colour",
    "regions",
    "measurement",
    "comparison",
    "report",
    "synthetic",
    "batch",
    "cli",
    "",
)
MODULES = {source.name for source in library()}
SOURCES = pytest.mark.parametrize("source", library(), ids=lambda source: source.name)
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def imports(tree):
    """Every module imported anywhere in a file, in functions and for type checking too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


def own_imports(source):
    return {name for name in imports(source.tree) if name.split(".")[0] == "pigmeter"}


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


# Who imports whom


@SOURCES
def test_imports_run_down(source):
    assert source.layer in ORDER, f"{source.short}: give {source.layer!r} its place in ORDER"
    allowed = ORDER[: ORDER.index(source.layer) + 1]
    upward = [name for name in own_imports(source) if layer(name) not in allowed]
    assert not upward, f"{source.short} imports from above: {upward}"


def test_imports_have_no_cycle():
    below = {source.name: own_imports(source) for source in library()}
    state = {}

    def visit(name, path):
        if state.get(name) == "left":
            return
        assert state.get(name) != "entered", f"imports run in a circle: {' -> '.join([*path, name])}"
        state[name] = "entered"
        for other in sorted(below.get(name, ())):
            visit(other, [*path, name])
        state[name] = "left"

    for name in below:
        visit(name, [])


@SOURCES
def test_kernels_import_nothing_of_ours(source):
    if source.layer == "_kernels":
        assert not own_imports(source)


@SOURCES
def test_the_drawn_truth_owes_nothing_to_the_fit(source):
    fit = re.compile(r"pigmeter\.(measurement|colour\.(camera|chart|patches|profile|skin|tone)\b)")
    if source.layer == "synthetic":
        assert not [name for name in own_imports(source) if fit.match(name)]


def test_the_command_starts_light():
    heavy = ("cv2", "matplotlib", "numba", "scipy", "skimage")
    code = f"import sys, pigmeter, pigmeter.cli; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip() == "[]", "imported before there is work for it; import it in a function"


# What belongs to every file


@SOURCES
def test_every_file_has_its_tests(source):
    path = source.path.relative_to(LIBRARY)
    if path.stem.startswith("__"):
        return
    tests = ROOT / "tests" / path.parent / f"test_{path.stem}.py"
    assert tests.is_file(), f"{source.short} has no {tests.relative_to(ROOT)}"
    tree = ast.parse(tests.read_text(encoding="utf-8"))
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert [name for name in names if name.startswith("test_")], f"{tests.relative_to(ROOT)} tests nothing"


def kernels(source):
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef):
            for decorator in map(ast.unparse, node.decorator_list):
                if "jit" in decorator or "vectorize" in decorator:
                    yield node.name, decorator


@SOURCES
def test_every_kernel_is_lazy_and_cached(source):
    for name, decorator in kernels(source):
        assert source.layer == "_kernels", f"{source.short}: the kernel {name} belongs in pigmeter/_kernels"
        assert decorator == "njit(cache=True, nogil=True)", f"{source.short}: {name} has @{decorator}"


def test_every_kernel_has_a_twin():
    tree = ast.parse((ROOT / "tests" / "naive.py").read_text(encoding="utf-8"))
    twins = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    public = {name for source in library() for name, _ in kernels(source) if not name.startswith("_")}
    assert not public - twins, f"no twin in tests/naive.py: {sorted(public - twins)}"
    roots = {name.split(".")[0] for name in imports(tree)}
    assert roots <= {"math", "numpy"}, f"the twins are loops and NumPy only, and import {roots}"


def test_packages_are_the_folders():
    folders = {path.parent for path in LIBRARY.rglob("*.py")}
    on_disk = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    mapped = CONFIG["tool"]["setuptools"]["package-dir"]
    assert set(CONFIG["tool"]["setuptools"]["packages"]) == on_disk | set(mapped)
    for folder in [*folders, *(ROOT / name for name in mapped.values())]:
        assert (folder / "__init__.py").is_file(), f"{folder} has no __init__.py"


def test_no_file_hides_a_mapped_folder():
    for name in CONFIG["tool"]["setuptools"]["package-dir"]:
        taken = ROOT.joinpath(*name.split("."))
        assert not taken.exists()
        assert not taken.with_suffix(".py").exists()


@SOURCES
def test_no_file_is_long(source):
    assert len(source.text.splitlines()) <= 400, f"{source.short}: split it where the field has two nouns"


@SOURCES
def test_names_say_something(source):
    vague = {"base", "common", "core", "helper", "helpers", "misc", "util", "utils"}
    assert source.path.stem.strip("_") not in vague


def test_a_test_never_imports_a_benchmark_for_its_own():
    """Both are on the path in one run: the first file of a name that was imported would serve both."""
    ours = {path.name for path in (ROOT / "tests").glob("*.py")}
    assert not ours & {path.name for path in (ROOT / "benchmarks").glob("*.py")}


def is_command(node):
    return any(ast.unparse(decorator).endswith(".command()") for decorator in node.decorator_list)


def test_no_function_is_named_like_a_file():
    """Else a name stands for the file or for the function, by the order of imports."""
    files = {part for name in MODULES for part in name.split(".")}
    clashes = []
    for source in library():
        functions = [node for node in source.tree.body if isinstance(node, ast.FunctionDef)]
        names = {node.name for node in functions if not is_command(node)}
        clashes += [f"{source.short}: {name}" for name in sorted(names & files)]
    assert not clashes


def test_refusals_are_defined_in_one_place():
    """What a caller can catch stands in errors.py; an exception of a part's own must not leave it."""
    refusal = re.compile(r"(Pigmeter|Photo|Chart|Profile|Measurement|Usage|Output)Error")
    for source in library():
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef) and any(refusal.fullmatch(ast.unparse(b)) for b in node.bases):
                assert source.layer == "errors", f"{source.short}: {node.name} belongs in errors.py"


# What no file may hold


@SOURCES
def test_the_library_neither_prints_nor_asserts(source):
    for node in ast.walk(source.tree):
        assert not isinstance(node, ast.Assert), f"{source.short}:{node.lineno} asserts; raise an error"
    if source.layer != "cli":
        printing = [node.lineno for node in calls(source.tree) if ast.unparse(node.func) == "print"]
        assert not printing, f"{source.short} prints in lines {printing}"


@SOURCES
def test_the_library_runs_nothing_it_reads(source):
    pickling = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
    assert not pickling & {name.split(".")[0] for name in imports(source.tree)}
    for call in calls(source.tree):
        where = f"{source.short}:{call.lineno}"
        assert ast.unparse(call.func) not in {"eval", "exec", "compile", "os.system", "os.popen"}, where
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert given.get("shell", "False") == "False", where
        assert given.get("allow_pickle", "False") == "False", where


@SOURCES
def test_the_library_has_no_network(source):
    network = (
        "aiohttp|asyncio|ftplib|http|httpx|pooch|requests|smtplib|socket|socketserver|ssl|"
        r"urllib\.request|urllib3|webbrowser|xmlrpc"
    )
    found = [name for name in imports(source.tree) if re.fullmatch(rf"({network})(\..*)?", name)]
    assert not found, f"{source.short} imports {found}"


@SOURCES
def test_only_one_file_writes(source):
    """An interrupted run leaves whole files only because every file goes through pigmeter/files.py."""
    if source.layer == "files":
        return
    for call in calls(source.tree):
        where = f"{source.short}:{call.lineno} writes a file itself; use pigmeter.files"
        name = ast.unparse(call.func)
        method = name.rpartition(".")[2]
        modes = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
        modes = [
            node.value for node in modes if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        if method == "open":
            assert not [mode for mode in modes if re.fullmatch("[rbt]*[wax+][rbtwax+]*", mode)], where
        assert method not in {
            "imwrite",
            "savetxt",
            "savez",
            "savez_compressed",
            "tofile",
            "mkdir",
            "makedirs",
        } or (
            name == "tifffile.imwrite"  # into memory: it is the only way to ask tifffile for bytes
        ), where
        assert name not in {"np.save", "os.replace", "os.rename", "shutil.copy", "shutil.move"}, where
        if name.endswith((".write_text", ".write_bytes")):
            assert name.startswith("files."), where


def test_the_locks_name_no_index():
    pin = re.compile(r"[a-z0-9-]+==[^\s;]+( ; [^\\]+)? \\")
    digest = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?")
    for name in ("lock.txt", "build.txt"):
        lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        assert lines
        strange = [line for line in lines if not pin.fullmatch(line) and not digest.fullmatch(line)]
        assert not strange, f"requirements/{name}: neither a pin nor a hash: {strange[:3]}"
        assert not [line for line in lines if "://" in line or "@" in line]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_the_lock_pins_what_the_project_asks_for(python):
    lines = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8").splitlines()
    here = {"python_version": python, "python_full_version": f"{python}.0"}
    pins = {}
    for line in lines:
        if not line.startswith(" "):
            pin = Requirement(line.rstrip(" \\"))
            if pin.marker is None or pin.marker.evaluate(here):
                pins.setdefault(canonicalize_name(pin.name), []).append(next(iter(pin.specifier)).version)
    for line in CONFIG["project"]["dependencies"] + CONFIG["dependency-groups"]["test"]:
        wanted = Requirement(line)
        pinned = pins.get(canonicalize_name(wanted.name), [])
        assert len(pinned) == 1, f"{wanted.name} is locked {len(pinned)} times for {python}: run make lock"
        assert pinned[0] in wanted.specifier, f"{wanted}: locked {pinned}"


def test_no_file_names_a_machine():
    """Paths of whoever wrote a file mean nothing to whoever reads it."""
    folders = "|".join(["work", "home", "root", "Users"])
    path = re.compile(rf"(?<![\w.~/>)\]}}-])/(?:{folders})(?=[/\s\"'`]|$)|\b[A-Z]:\\+Users|\.\./shared", re.M)
    for file in project_files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if file.name != "test_layout.py":
            found = path.search(text)
            assert not found, f"{file.relative_to(ROOT)} holds {found.group()!r}"
