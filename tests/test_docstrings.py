"""What docstrings say is so: parameters, attributes, errors, examples; and the README's own code."""

import ast
import builtins
import doctest
import importlib
import inspect
import re

import numpy as np
import pytest
from source_tree import ROOT, library

import pigmeter
from pigmeter import errors

SOURCES = pytest.mark.parametrize("source", library(), ids=lambda source: source.name)
OWN_CLASSES = {
    node.name for source in library() for node in source.tree.body if isinstance(node, ast.ClassDef)
}
README = ROOT / "README.md"


def public(body, within=""):
    """Yield the dotted name and node of every public class and function, methods of public classes too."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            name = f"{within}{node.name}"
            yield name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{name}.")


def sections(docstring):
    """Split a numpy docstring into its sections: title to lines."""
    lines = inspect.cleandoc(docstring).splitlines()
    found, title = {}, ""
    for number, line in enumerate(lines):
        if number + 1 < len(lines) and re.fullmatch("-{3,}", lines[number + 1]) and line.strip():
            title = line.strip()
        elif title and not re.fullmatch("-{3,}", line):
            found.setdefault(title, []).append(line)
    return found


def named(lines):
    """Return the names a section defines: ``rgb, floor : array`` gives rgb and floor."""
    heads = [line for line in lines if line and not line.startswith(" ")]
    return [name.strip().lstrip("*") for head in heads for name in head.split(" :")[0].split(",")]


def parameters(function):
    given = function.args
    every = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [
        argument.arg for argument in every if argument is not None and argument.arg not in {"self", "cls"}
    ]


def initialiser(node):
    for member in node.body:
        if isinstance(member, ast.FunctionDef) and member.name == "__init__":
            return member
    return None


def fields(node):
    annotated = [member for member in node.body if isinstance(member, ast.AnnAssign)]
    return [member.target.id for member in annotated if not member.target.id.startswith("_")]


@SOURCES
def test_a_file_says_what_it_does(source):
    docstring = ast.get_docstring(source.tree)
    assert docstring, f"{source.short} has no docstring"
    assert not re.search(r"\bmodule\b", docstring), f"{source.short}: say what goes in and comes out"


@SOURCES
def test_parameters_are_those_of_the_signature(source):
    for name, node in public(source.tree.body):
        docstring = ast.get_docstring(node) or ""
        listed = named(sections(docstring).get("Parameters", []))
        function = node if isinstance(node, ast.FunctionDef) else initialiser(node)
        if listed and function is not None:
            assert listed == parameters(function), f"{source.short}: {name}"
        elif listed:
            assert listed == fields(node), f"{source.short}: {name}"


@SOURCES
def test_attributes_are_those_of_the_class(source):
    for name, node in public(source.tree.body):
        if isinstance(node, ast.ClassDef):
            listed = named(sections(ast.get_docstring(node) or "").get("Attributes", []))
            decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
            if listed and any("dataclass" in decorator for decorator in decorators):
                assert listed == fields(node), f"{source.short}: {name}"


@SOURCES
def test_errors_that_are_promised_exist(source):
    for name, node in public(source.tree.body):
        for error in named(sections(ast.get_docstring(node) or "").get("Raises", [])):
            known = hasattr(errors, error) or hasattr(builtins, error) or error in OWN_CLASSES
            assert known, f"{source.short}: {name}: {error}"


@SOURCES
def test_examples_run(source):
    if source.name.endswith("__main__"):
        return
    loaded = importlib.import_module(source.name)
    # Importing colour-science, as other tests do, sets NumPy's printing back to that of 1.13.
    with np.printoptions(legacy=False):
        result = doctest.testmod(loaded, verbose=False)
    assert result.failed == 0, f"{result.failed} of {result.attempted} examples of {source.name} fail"


def test_public_names_are_documented_in_full():
    for name in pigmeter.__all__:
        thing = getattr(pigmeter, name)
        if callable(thing):
            assert inspect.getdoc(thing), f"{name} has no docstring"
        if inspect.isfunction(thing) and inspect.signature(thing).parameters:
            found = sections(thing.__doc__)
            assert {"Parameters", "Returns"} <= set(found), f"{name} has only {sorted(found)}"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)


def test_the_readme_uses_names_that_exist():
    code = "\n".join(blocks("python"))
    assert code
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "pm":
            assert hasattr(pigmeter, node.attr), f"README.md: there is no pigmeter.{node.attr}"


def test_the_readme_uses_commands_and_options_that_exist():
    from click import Group

    from pigmeter.cli import main

    assert isinstance(main, Group)
    lines = re.findall(r"^pigmeter (\S+)(.*)$", "\n".join(blocks("sh")), re.M)
    assert lines
    for command, rest in lines:
        assert command in main.commands, f"README.md: there is no pigmeter {command}"
        known = {flag for option in main.commands[command].params for flag in option.opts}
        used = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest.split("#")[0]))
        assert used <= known, f"README.md: pigmeter {command} has no {used - known}"


def test_the_readme_lists_codes_that_exist():
    codes = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", README.read_text(encoding="utf-8")))
    text = "".join(source.text for source in library())
    assert codes
    assert not {code for code in codes if f'"{code}"' not in text}


def test_the_readme_begins_with_the_two_commands():
    first = "\n".join(README.read_text(encoding="utf-8").splitlines()[:20])
    assert "make demo" in first
    assert "make test" in first


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_a_page_points_at_files_that_exist(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing, f"{page} points at {missing}"
