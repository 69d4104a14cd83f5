"""The reader of classes: what using an object with a given state comes to, without doing it.

It follows the methods of use (predict, transform, ...) of a class of this interpreter through the
source of its library, with an object of which only the attributes' names and a few constants are
known. Both ways are gone where a condition is not known; what is told fails on every way.

The second file that travels: the probe gets its text with the request when classes are asked. It
knows the standard library alone and runs on CPython 3.6 and newer.
"""

import ast
import builtins
import sys
import time
import types
import warnings

METHODS = (
    "predict",
    "predict_proba",
    "decision_function",
    "transform",
    "score_samples",
    "kneighbors",
    "__call__",
    "__getitem__",
)
FITTING = ("fit", "_fit", "partial_fit")

STEPS = 40000
"""Nodes of source for each method; beyond them nothing is told of its class."""

DEPTH = 30
SECONDS = 1.5
"""Of the processor, for each class."""

KEPT = frozenset(["_sklearn_version", "_sklearn_output_config", "_metadata_request"])
"""What scikit-learn keeps in objects that are not fitted as well."""

DELEGATED = frozenset(METHODS) | {"predict_log_proba", "inverse_transform", "score"}
"""What an estimator asks of the one inside, which may never have had it."""

CHECKED = frozenset(
    ["n_features_in_", "feature_names_in_", "_callback_fit_ctx", "_skl_callbacks_to_teardown"]
)
"""What fitting leaves behind in scikit-learn's classes that learn nothing."""

TAGGING = frozenset(["get_tags", "_safe_tags", "_get_tags"])
"""Functions of scikit-learn that go a long way round to ask each class for its tags."""

DENSE = frozenset(["issparse", "isspmatrix", "isspmatrix_csr", "isspmatrix_csc"])
"""What these ask of the data given in use is answered by no."""


CHEAP = frozenset(
    """capitalize casefold count endswith find index isalnum isalpha isdecimal isdigit isidentifier
    islower isnumeric isupper is_integer lower lstrip partition removeprefix removesuffix rfind
    rpartition rsplit rstrip split startswith strip title upper""".split()
)
"""Methods of constants that are called: none makes more than it is given (as ljust or format do),
for the constants are the artifact's."""

NUMERIC = frozenset(["isclose", "isnan", "sqrt", "log", "exp", "abs"])
"""What numpy has no answer for where None is given."""


# -- values -------------------------------------------------------------------------------------


class Unknown(object):
    """Any value."""


UNKNOWN = Unknown()


class Const(object):
    """A constant, or a tuple of constants."""

    def __init__(self, value):
        self.value = value


class Live(object):
    """A function, class or module of this interpreter."""

    def __init__(self, value):
        self.value = value


class Instance(object):
    """An object of the artifact; its attributes stand in the heap."""

    def __init__(self, cls):
        self.cls = cls


class Attributes(object):
    """The ``__dict__`` of an instance."""

    def __init__(self, instance):
        self.instance = instance


class Bound(object):
    """A method of an instance or class."""

    def __init__(self, function, owner, instance):
        self.function = function
        self.owner = owner
        self.instance = instance


class Super(object):
    """``super()`` in a method."""

    def __init__(self, owner, instance):
        self.owner = owner
        self.instance = instance


class State(object):
    """The state that ``__setstate__`` gets: a dict with these keys, or a tuple of a length."""

    def __init__(self, attributes=(), length=None):
        self.attributes = dict(attributes)
        self.length = length

    @property
    def keys(self):
        return [key for key in self.attributes if self.attributes[key][1]]


class Local(object):
    """A function inside another, with the variables it sees there."""

    def __init__(self, node, frame):
        self.node = node
        self.frame = frame


class Method(object):
    """A method of a constant, of a state or of an instance's ``__dict__``."""

    def __init__(self, owner, name):
        self.owner = owner
        self.name = name


class Fails(Exception):
    """This way ends in an exception that nobody raised on purpose."""

    def __init__(self, kind, text, attribute=None, instance=None):
        super(Fails, self).__init__(text)
        self.kind = kind
        self.text = text
        self.attribute = attribute
        self.instance = instance

    def told(self):
        return "%s: %s" % (self.kind.__name__, self.text)


class Dead(Exception):
    """This way ends in a ``raise``: it is left out."""


class Stop(Exception):
    """Every way has returned."""


class LeaveLoop(Exception):
    """``break`` or ``continue``."""


class GiveUp(Exception):
    """Too much to follow."""


_SIMPLE = (str, bytes, int, float, complex, bool, type(None), type(Ellipsis))
FITTED = "<fitted>"
"""Stands for all attributes by which an object is known to be fitted."""

OPEN = "<open>"
"""Stands among an instance's attributes where it may have others as well."""


def is_const(value):
    return isinstance(value, _SIMPLE) or (
        isinstance(value, (tuple, frozenset)) and all(is_const(item) for item in value)
    )


def wrapped(value):
    return Const(value) if is_const(value) else Live(value)


def truth(value):
    """True, False, or None where that is not known."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, (Bound, Method)):
        return True
    if isinstance(value, Live) and isinstance(value.value, (types.FunctionType, type)):
        return True
    return None


def joined(one, other):
    if one is other:
        return one
    if isinstance(one, Const) and isinstance(other, Const):
        if type(one.value) is type(other.value) and one.value == other.value:
            return one
    return UNKNOWN


def looked_up(cls, name, after=None):
    """(the raw attribute, its class) along the order of bases, behind ``after`` if given."""
    order = type.__getattribute__(cls, "__mro__")
    if after is not None:
        order = order[order.index(after) + 1 :] if after in order else ()
    for base in order:
        if name in vars(base):
            return vars(base)[name], base
    return None, None


# -- source -------------------------------------------------------------------------------------


class Sources(object):
    """The syntax trees of functions, each parsed alone: whole files take far longer."""

    def __init__(self):
        self.files = {}
        self.nodes = {}

    def node(self, function):
        """The FunctionDef of a function, or None."""
        code = function.__code__
        if code not in self.nodes:
            self.nodes[code] = self._node(code)
        return self.nodes[code]

    def _lines(self, path):
        if path not in self.files:
            try:
                with open(path, "rb") as stream:
                    text = stream.read(8 << 20).decode("utf-8", "replace")
                self.files[path] = text.splitlines(True)
            except OSError:
                self.files[path] = []
        return self.files[path]

    def _node(self, code):
        lines = self._lines(code.co_filename)
        start = code.co_firstlineno - 1
        if start >= len(lines) or code.co_name == "<lambda>":
            return None
        margin = len(lines[start]) - len(lines[start].lstrip())
        end = start + 1
        for _ in range(12):
            end = self._end(lines, end, margin)
            tree = _parsed("".join(lines[start:end]), margin)
            if tree is not None:
                return _function_in(tree, code.co_name)
            end += 1
        return None

    @staticmethod
    def _end(lines, end, margin):
        while end < len(lines):
            line = lines[end]
            text = line.lstrip()
            if text and len(line) - len(text) <= margin and text[0] not in "#)]}":
                break
            end += 1
        return end


def _parsed(text, margin):
    try:
        return ast.parse("if 1:\n" + text if margin else text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _function_in(tree, name):
    for node in tree.body[0].body if isinstance(tree.body[0], ast.If) else tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            return node
    return None


def unwrapped(function):
    """The innermost Python function behind decorators, or None."""
    for _ in range(12):
        inner = getattr(function, "__wrapped__", None)
        if inner is None:
            break
        function = inner
    return function if isinstance(function, types.FunctionType) else None


# -- the interpreter ----------------------------------------------------------------------------


class Frame(object):
    """One call: its variables and what it has returned so far."""

    def __init__(self, env, function, owner):
        self.env = env
        self.globals = function.__globals__
        self.cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
        self.owner = owner
        self.first = None
        self.returns = []

    def inner(self):
        """The frame of a function inside this one."""
        frame = Frame.__new__(Frame)
        frame.env = dict(self.env)
        frame.globals, frame.cells = self.globals, self.cells
        frame.owner, frame.first, frame.returns = self.owner, self.first, []
        return frame


class Interpreter(object):
    """Follows calls. ``objects`` gives an Instance for the class of an attribute's value."""

    def __init__(self, sources, deadline):
        self.sources = sources
        self.deadline = deadline
        self.steps = STEPS
        self.heap = {}
        self.active = []

    # - calls

    def call(self, function, owner, arguments, keywords):
        """The value of a call of a Python function; UNKNOWN where it has no source."""
        inner = unwrapped(function)
        node = self.sources.node(inner) if inner is not None else None
        if node is None or len(self.active) >= DEPTH or self.active.count(node) > 1:
            self.opened(arguments)
            return UNKNOWN
        frame = Frame(self.bound_parameters(node, inner, arguments, keywords), inner, owner)
        frame.first = arguments[0] if arguments else None
        return self.run(node, frame)

    def run(self, node, frame):
        """What the body of a function comes to."""
        self.active.append(node)
        try:
            self.block(node.body, frame)
            frame.returns.append((Const(None), self.heap))
        except Stop:
            pass
        except (Fails, Dead):
            if not frame.returns:
                raise
        finally:
            self.active.pop()
        self.heap = joined_heaps([heap for _, heap in frame.returns])
        value = frame.returns[0][0]
        for other, _ in frame.returns[1:]:
            value = joined(value, other)
        return value

    def local(self, function, arguments):
        """The value of a call of a function inside another."""
        node = function.node
        if len(self.active) >= DEPTH or self.active.count(node) > 1:
            return UNKNOWN
        frame = function.frame.inner()
        names = [a.arg for a in node.args.args]
        for name in names + [a.arg for a in node.args.kwonlyargs]:
            frame.env[name] = UNKNOWN
        for name, value in zip(names, arguments):
            frame.env[name] = value
        for extra in (node.args.vararg, node.args.kwarg):
            if extra is not None:
                frame.env[extra.arg] = UNKNOWN
        return self.run(node, frame)

    def opened(self, values):
        """Instances handed to what cannot be followed may get any attribute there."""
        for value in values:
            if isinstance(value, Instance):
                self.heap.setdefault(value, {})[OPEN] = (UNKNOWN, False)

    @staticmethod
    def bound_parameters(node, function, arguments, keywords):
        env = {}
        names = [a.arg for a in getattr(node.args, "posonlyargs", [])]
        names += [a.arg for a in node.args.args]
        defaults = function.__defaults__ or ()
        for name, value in zip(names[len(names) - len(defaults) :], defaults):
            env[name] = wrapped(value)
        for name, value in (function.__kwdefaults__ or {}).items():
            env[name] = wrapped(value)
        for name, value in zip(names, arguments):
            env[name] = value
        known = names + [a.arg for a in node.args.kwonlyargs]
        if keywords is None:  # **mapping: any of them may be given
            for name in known[len(arguments) :]:
                env[name] = UNKNOWN
        else:
            for name in keywords:
                env[name] = keywords[name]
        for name in known:
            env.setdefault(name, UNKNOWN)
        for extra in (node.args.vararg, node.args.kwarg):
            if extra is not None:
                env[extra.arg] = UNKNOWN
        return env

    # - ways

    def attempt(self, run, frame):
        """(how a way ended, its variables, its heap, its exception), nothing changed."""
        env, heap = frame.env, self.heap
        frame.env = dict(env)
        self.heap = {key: dict(heap[key]) for key in heap}
        end, problem = "next", None
        try:
            run()
        except Stop:
            end = "stop"
        except LeaveLoop as leave:
            end, problem = "loop", leave
        except Dead as dead:
            end, problem = "dead", dead
        except Fails as fails:
            end, problem = "fails", fails
        result = (end, frame.env, self.heap, problem)
        frame.env, self.heap = env, heap
        return result

    def fork(self, runs, frame):
        """Any of these ways may be gone."""
        results = [self.attempt(run, frame) for run in runs]
        going = [result for result in results if result[0] in ("next", "loop")]
        if going:
            frame.env = joined_variables([result[1] for result in going])
            self.heap = joined_heaps([result[2] for result in going])
            if all(result[0] == "loop" for result in going):
                raise going[0][3]
            return
        ends = [result[0] for result in results]
        if "stop" in ends:
            raise Stop()
        for end, _, _, problem in results:
            if end == "fails":
                raise problem
        raise results[0][3]

    def perhaps(self, run, frame):
        """This way may be gone, or nothing happens."""
        self.fork([run, lambda: None], frame)

    # - statements

    def block(self, statements, frame):
        for statement in statements:
            self.statement(statement, frame)

    def statement(self, node, frame):
        visit = getattr(self, "on_" + type(node).__name__, None)
        if visit is not None:
            visit(node, frame)

    def on_Expr(self, node, frame):
        self.value(node.value, frame)

    def on_Assign(self, node, frame):
        value = self.value(node.value, frame)
        for target in node.targets:
            self.assign(target, value, frame)

    def on_AnnAssign(self, node, frame):
        if node.value is not None:
            self.assign(node.target, self.value(node.value, frame), frame)

    def on_AugAssign(self, node, frame):
        if isinstance(node.target, ast.Attribute):
            self.attribute(self.value(node.target.value, frame), node.target.attr)
        self.value(node.value, frame)
        self.assign(node.target, UNKNOWN, frame)

    def on_Return(self, node, frame):
        value = self.value(node.value, frame) if node.value is not None else Const(None)
        frame.returns.append((value, self.heap))
        raise Stop()

    def on_Raise(self, node, frame):
        kind = None
        if node.exc is not None:
            call = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            found = self.value(call, frame)
            kind = found.value if isinstance(found, Live) else None
        raise Dead(kind)

    def on_Assert(self, node, frame):
        self.value(node.test, frame)

    def on_If(self, node, frame):
        known = truth(self.value(node.test, frame))
        if known is None:
            self.fork(
                [lambda: self.block(node.body, frame), lambda: self.block(node.orelse, frame)],
                frame,
            )
        else:
            self.block(node.body if known else node.orelse, frame)

    def on_For(self, node, frame):
        items = self.value(node.iter, frame)
        if isinstance(items, Const) and isinstance(items.value, tuple) and len(items.value) < 9:
            self.unrolled(node, frame, items.value)
        elif _asks_for_items(node.iter):
            self.perhaps(lambda: self.loop(node, frame, node.target), frame)
        else:
            self.loop(node, frame, node.target)

    on_AsyncFor = on_For

    def on_While(self, node, frame):
        if truth(self.value(node.test, frame)) is not False:
            self.perhaps(lambda: self.once(node, frame), frame)

    def once(self, node, frame):
        try:
            self.block(node.body, frame)
        except LeaveLoop:
            pass

    def unrolled(self, node, frame, items):
        for item in items:
            self.assign(node.target, wrapped(item), frame)
            try:
                self.block(node.body, frame)
            except LeaveLoop as leave:
                if leave.args[0] == "Break":
                    return
        self.block(node.orelse, frame)

    def loop(self, node, frame, target):
        """A loop over what is not known runs at least once: fitted objects are not empty."""
        self.assign(target, UNKNOWN, frame)
        try:
            self.block(node.body, frame)
        except LeaveLoop:
            pass
        if node.orelse:
            self.perhaps(lambda: self.block(node.orelse, frame), frame)

    def on_Break(self, node, frame):
        raise LeaveLoop(type(node).__name__)

    on_Continue = on_Break

    def on_With(self, node, frame):
        for item in node.items:
            self.value(item.context_expr, frame)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, UNKNOWN, frame)
        self.block(node.body, frame)

    on_AsyncWith = on_With

    def on_Try(self, node, frame):
        end, env, heap, problem = self.attempt(lambda: self.block(node.body, frame), frame)
        if end in ("next", "loop", "stop"):
            frame.env, self.heap = env, heap
            if end == "next":
                self.block(node.orelse, frame)
            self.block(node.finalbody, frame)
            if end != "next":
                raise problem or Stop()
            return
        kind = problem.kind if end == "fails" else problem.args[0]
        handler = self.handler_of(node.handlers, kind, frame)
        if handler is None:
            raise problem
        frame.env, self.heap = env, heap
        if handler.name:
            frame.env[handler.name] = UNKNOWN
        try:
            self.block(handler.body, frame)
        except Dead:
            # Raised again, or as another exception: what failed fails.
            raise problem
        self.block(node.finalbody, frame)

    on_TryStar = on_Try

    def handler_of(self, handlers, kind, frame):
        for handler in handlers:
            if handler.type is None or kind is None:
                return handler
            kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            for caught in kinds:
                value = self.value(caught, frame)
                caught = value.value if isinstance(value, Live) else None
                if not isinstance(caught, type) or issubclass(kind, caught):
                    return handler
        return None

    def on_Match(self, node, frame):
        self.value(node.subject, frame)
        for case in node.cases:
            self.perhaps(lambda case=case: self.block(case.body, frame), frame)

    def on_FunctionDef(self, node, frame):
        frame.env[node.name] = UNKNOWN if node.decorator_list else Local(node, frame)

    def on_ClassDef(self, node, frame):
        frame.env[node.name] = UNKNOWN

    on_AsyncFunctionDef = on_ClassDef

    def on_Import(self, node, frame):
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            frame.env[alias.asname or name] = self.module(name)

    def on_ImportFrom(self, node, frame):
        base = node.module or ""
        if node.level:
            package = (frame.globals.get("__package__") or "").split(".")
            package = package[: len(package) - node.level + 1]
            base = ".".join(package + ([node.module] if node.module else []))
        module = self.module(base)
        for alias in node.names:
            frame.env[alias.asname or alias.name] = self.attribute(module, alias.name)

    @staticmethod
    def module(name):
        found = sys.modules.get(name)
        return Live(found) if found is not None else UNKNOWN

    def on_Delete(self, node, frame):
        for target in node.targets:
            if isinstance(target, ast.Attribute):
                base = self.value(target.value, frame)
                if isinstance(base, Instance):
                    self.heap.setdefault(base, {}).pop(target.attr, None)

    def assign(self, target, value, frame):
        kind = type(target).__name__
        if kind == "Name":
            frame.env[target.id] = value
        elif kind == "Attribute":
            base = self.value(target.value, frame)
            if isinstance(base, Instance) and target.attr == "__dict__":
                self.heap[base] = {}
                self.update(base, value)
            elif isinstance(base, Instance):
                self.heap.setdefault(base, {})[target.attr] = (value, True)
        elif kind in ("Tuple", "List"):
            self.unpack(target.elts, value, frame)
        elif kind == "Starred":
            self.assign(target.value, UNKNOWN, frame)
        elif kind == "Subscript":
            base = self.value(target.value, frame)
            index = self.value(index_of(target), frame)
            if isinstance(base, Attributes) and isinstance(index, Const):
                self.heap.setdefault(base.instance, {})[index.value] = (value, True)
            elif isinstance(base, Attributes):
                self.opened([base.instance])
            elif isinstance(base, State):
                self.put(base, index)

    @staticmethod
    def put(state, key):
        """A key is set in a state; all of them may be where the key is not known."""
        if isinstance(key, Const) and isinstance(key.value, str):
            state.attributes.setdefault(key.value, (UNKNOWN, False))
        else:
            state.attributes[OPEN] = (UNKNOWN, False)

    def update(self, instance, value):
        """What ``self.__dict__.update(value)`` does."""
        if isinstance(value, State) and value.length is None:
            self.heap.setdefault(instance, {}).update(value.attributes)
        else:
            self.opened([instance])

    def unpack(self, targets, value, frame):
        starred = any(isinstance(target, ast.Starred) for target in targets)
        length = None
        parts = [UNKNOWN] * len(targets)
        if isinstance(value, State):
            length = value.length
        elif isinstance(value, Const) and isinstance(value.value, tuple) and not starred:
            length = len(value.value)
            parts = [wrapped(part) for part in value.value]
        if length is not None and not starred and length != len(targets):
            few = length < len(targets)
            raise Fails(
                ValueError,
                "not enough values to unpack (expected %d, got %d)" % (len(targets), length)
                if few
                else "too many values to unpack (expected %d)" % len(targets),
            )
        for target, part in zip(targets, parts):
            self.assign(target, part, frame)

    # - expressions

    def value(self, node, frame):
        self.steps -= 1
        if self.steps < 0 or (self.steps % 256 == 0 and time.process_time() > self.deadline):
            raise GiveUp()
        visit = getattr(self, "of_" + type(node).__name__, None)
        if visit is not None:
            return visit(node, frame)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child, frame)
        return UNKNOWN

    def of_Constant(self, node, frame):
        return Const(node.value)

    of_NameConstant = of_Constant

    def of_Num(self, node, frame):
        return Const(node.n)

    def of_Str(self, node, frame):
        return Const(node.s)

    of_Bytes = of_Str

    def of_Name(self, node, frame):
        name = node.id
        if name in frame.env:
            return frame.env[name]
        if name == "__class__" and frame.owner is not None:
            return Live(frame.owner)
        if name in frame.cells:
            try:
                return wrapped(frame.cells[name].cell_contents)
            except ValueError:
                return UNKNOWN
        if name in frame.globals:
            return wrapped(frame.globals[name])
        if hasattr(builtins, name):
            return wrapped(getattr(builtins, name))
        return UNKNOWN

    def of_NamedExpr(self, node, frame):
        value = self.value(node.value, frame)
        self.assign(node.target, value, frame)
        return value

    def of_Attribute(self, node, frame):
        return self.attribute(self.value(node.value, frame), node.attr)

    def of_Tuple(self, node, frame):
        values = [self.value(item, frame) for item in node.elts]
        if all(isinstance(value, Const) for value in values):
            return Const(tuple(value.value for value in values))
        return UNKNOWN

    of_List = of_Set = of_Tuple

    def of_Lambda(self, node, frame):
        return UNKNOWN

    def of_DictComp(self, node, frame):
        self.value(node.generators[0].iter, frame)
        return UNKNOWN

    def of_ListComp(self, node, frame):
        """A tuple where all is known, such as of the names among an object's attributes."""
        first = node.generators[0]
        items = self.value(first.iter, frame)
        names = None
        if isinstance(items, Const) and isinstance(items.value, tuple):
            names = items.value
        elif isinstance(items, Attributes):
            attributes = self.heap.get(items.instance, {})
            if OPEN not in attributes and all(sure for _, sure in attributes.values()):
                names = sorted(attributes)
        env = frame.env
        if names is None or len(node.generators) > 1:
            self.element(node, frame)
            return UNKNOWN
        kept = []
        for name in names:
            frame.env = dict(env)
            self.assign(first.target, wrapped(name), frame)
            verdicts = [truth(self.value(test, frame)) for test in first.ifs]
            if False in verdicts:
                continue
            value = self.value(node.elt, frame)
            if None in verdicts or not isinstance(value, Const):
                frame.env = env
                return UNKNOWN
            kept.append(value.value)
        frame.env = env
        return Const(tuple(kept))

    of_SetComp = of_GeneratorExp = of_ListComp

    def element(self, node, frame):
        """One turn of a comprehension over what is not known: as a loop, it runs at least once."""
        env = frame.env
        frame.env = dict(env)
        try:
            for generator in node.generators:
                self.assign(generator.target, UNKNOWN, frame)
            if len(node.generators) == 1 and not node.generators[0].ifs:
                self.value(node.elt, frame)
        finally:
            frame.env = env

    def of_IfExp(self, node, frame):
        known = truth(self.value(node.test, frame))
        if known is not None:
            return self.value(node.body if known else node.orelse, frame)
        found = []
        self.fork(
            [
                lambda: found.append(self.value(node.body, frame)),
                lambda: found.append(self.value(node.orelse, frame)),
            ],
            frame,
        )
        return joined(found[0], found[1]) if len(found) == 2 else UNKNOWN

    def of_BoolOp(self, node, frame):
        ends = isinstance(node.op, ast.Or)
        return self.operands(node.values, ends, frame)

    def operands(self, nodes, ends, frame):
        value = self.value(nodes[0], frame)
        if len(nodes) == 1:
            return value
        known = truth(value)
        if known is ends:
            return value
        if known is not None:
            return self.operands(nodes[1:], ends, frame)
        found = []
        self.perhaps(lambda: found.append(self.operands(nodes[1:], ends, frame)), frame)
        # Whatever the first is, the whole is decided if the rest is.
        return Const(ends) if found and truth(found[0]) is ends else UNKNOWN

    def of_UnaryOp(self, node, frame):
        value = self.value(node.operand, frame)
        known = truth(value)
        if isinstance(node.op, ast.Not):
            return UNKNOWN if known is None else Const(not known)
        if isinstance(value, Const) and isinstance(node.op, ast.USub):
            if isinstance(value.value, (int, float)):
                return Const(-value.value)
        return UNKNOWN

    def of_Compare(self, node, frame):
        left = self.value(node.left, frame)
        right = self.value(node.comparators[0], frame)
        if len(node.ops) > 1:
            for other in node.comparators[1:]:
                self.perhaps(lambda other=other: self.value(other, frame), frame)
            return UNKNOWN
        return compared(left, type(node.ops[0]).__name__, right)

    def of_BinOp(self, node, frame):
        left, right = self.value(node.left, frame), self.value(node.right, frame)
        for side in (left, right):
            if isinstance(side, Const) and side.value is None:
                raise Fails(TypeError, "unsupported operand of type 'NoneType'")
        return UNKNOWN

    def of_Subscript(self, node, frame):
        base = self.value(node.value, frame)
        index = self.value(index_of(node), frame)
        if isinstance(base, State) and isinstance(index, Const):
            return self.item(base, index.value)
        if isinstance(base, Attributes) and isinstance(index, Const):
            found = self.heap.get(base.instance, {})
            if index.value not in found and OPEN not in found:
                raise Fails(KeyError, repr(index.value), index.value, base.instance)
            return found.get(index.value, (UNKNOWN, False))[0]
        if isinstance(base, Const) and isinstance(base.value, tuple) and isinstance(index, Const):
            try:
                return wrapped(base.value[index.value])
            except (LookupError, TypeError):
                return UNKNOWN  # any value: both ways are gone from here
        return UNKNOWN

    @staticmethod
    def item(state, key):
        if state.length is not None:
            if type(key) is int and not -state.length <= key < state.length:
                raise Fails(IndexError, "tuple index out of range")
        elif key in state.attributes:
            return state.attributes[key][0]
        elif isinstance(key, str) and OPEN not in state.attributes:
            raise Fails(KeyError, repr(key))
        return UNKNOWN

    def of_Slice(self, node, frame):
        for part in (node.lower, node.upper, node.step):
            if part is not None:
                self.value(part, frame)
        return UNKNOWN

    def of_Call(self, node, frame):
        function = self.value(node.func, frame)
        arguments = [
            self.value(a.value if isinstance(a, ast.Starred) else a, frame) for a in node.args
        ]
        keywords = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, frame)
            if keyword.arg is None:
                keywords = None
            elif keywords is not None:
                keywords[keyword.arg] = value
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            arguments = arguments[: [isinstance(a, ast.Starred) for a in node.args].index(True)]
            keywords = None
        return self.called(function, arguments, keywords, frame)

    def called(self, function, arguments, keywords, frame):
        if isinstance(function, Bound):
            if getattr(function.function, "__name__", "") in TAGGING:
                return self.tags(function.instance)
            return self.call(
                function.function, function.owner, [function.instance] + arguments, keywords
            )
        if isinstance(function, Method):
            return self.method(function, arguments)
        if isinstance(function, Live):
            return self.live(function.value, arguments, keywords, frame)
        if isinstance(function, Local):
            return self.local(function, arguments)
        self.opened(arguments)
        return UNKNOWN

    def live(self, function, arguments, keywords, frame):
        special = _SPECIAL.get(function) if isinstance(function, _HASHED) else None
        if special is not None:
            return special(self, arguments, keywords, frame)
        name = getattr(function, "__name__", "")
        if name in TAGGING and arguments and isinstance(arguments[0], Instance):
            return self.tags(arguments[0])
        if name in DENSE:
            return Const(False)
        if name == "check_is_fitted" and arguments and isinstance(arguments[0], Instance):
            return self.check_is_fitted(function, arguments, keywords or {})
        if name in NUMERIC and arguments and isinstance(arguments[0], Const):
            if arguments[0].value is None:
                raise Fails(TypeError, "%s() of None" % name)
        given = list(arguments) + list((keywords or {}).values())
        if isinstance(function, types.FunctionType):
            if any(isinstance(value, (Instance, State)) for value in given):
                return self.call(function, owner_of(function, arguments), arguments, keywords)
            return UNKNOWN
        if not isinstance(function, type):
            self.opened(given)
        return UNKNOWN

    def tags(self, instance):
        """What scikit-learn asks of an estimator about itself; its classes may read the state."""
        function, owner = looked_up(instance.cls, "__sklearn_tags__")
        asked = [(function, owner)]
        if not isinstance(function, types.FunctionType):
            classes = reversed(instance.cls.__mro__)
            asked = [(vars(cls).get("_more_tags"), cls) for cls in classes]
        for function, owner in asked:
            if isinstance(function, types.FunctionType):
                self.call(function, owner, [instance], {})
        return UNKNOWN

    def check_is_fitted(self, function, arguments, keywords):
        """scikit-learn's own question; its ``_is_fitted`` answers where no names are given.

        What it asks of tags before that is for classes without a state.
        """
        named = arguments[1] if len(arguments) > 1 else keywords.get("attributes")
        instance = arguments[0]
        inner = function.__globals__.get("_is_fitted")
        if named is None and isinstance(inner, types.FunctionType):
            if truth(self.call(inner, None, [instance], {})) is False:
                text = "This %s instance is not fitted yet" % instance.cls.__name__
                raise Fails(AttributeError, text, FITTED, instance)
            return UNKNOWN
        if isinstance(named, Const) and isinstance(instance, Instance) and named.value:
            names = [named.value] if isinstance(named.value, str) else named.value
            answers = [self.has(instance, name) for name in names]
            if False in answers and "all_or_any" not in keywords:
                name = names[answers.index(False)]
                cls = instance.cls.__name__
                raise Fails(AttributeError, "%s is not fitted: no %s" % (cls, name), name, instance)
        return UNKNOWN

    def method(self, method, arguments):
        owner, name = method.owner, method.name
        if isinstance(owner, Attributes):
            if name == "update":
                self.update(owner.instance, arguments[0] if arguments else UNKNOWN)
            elif name == "setdefault":
                self.opened([owner.instance])
            return UNKNOWN
        if isinstance(owner, State):
            return self.state_method(owner, name, arguments)
        if name in CHEAP and all(isinstance(argument, Const) for argument in arguments):
            try:
                return wrapped(
                    getattr(owner.value, name)(*[argument.value for argument in arguments])
                )
            except (AttributeError, LookupError, TypeError, ValueError):
                return UNKNOWN  # any value: both ways are gone from here
        return UNKNOWN

    def state_method(self, state, name, arguments):
        if name == "copy":
            return state
        if name == "update" or state.length is not None or not arguments:
            self.put(state, UNKNOWN) if name == "update" else None
            return UNKNOWN
        key = arguments[0]
        if name == "setdefault":
            self.put(state, key)
        if not isinstance(key, Const) or not isinstance(key.value, str):
            return UNKNOWN
        if name == "pop":
            value = self.item(state, key.value) if len(arguments) == 1 else UNKNOWN
            state.attributes.pop(key.value, None)
            return value
        if name == "get" and key.value not in state.attributes and OPEN not in state.attributes:
            return arguments[1] if len(arguments) > 1 else Const(None)
        return UNKNOWN

    # - attributes

    def attribute(self, base, name):
        if isinstance(base, Instance):
            return self.instance_attribute(base, name)
        if isinstance(base, Live):
            return live_attribute(base.value, name)
        if isinstance(base, Super):
            return self.super_attribute(base, name)
        if isinstance(base, (State, Attributes)):
            return Method(base, name)
        if isinstance(base, Const) and isinstance(base.value, str):
            return Method(base, name) if name in _TEXT_METHODS else UNKNOWN
        return UNKNOWN

    def super_attribute(self, base, name):
        if isinstance(base.instance, Instance):
            cls = base.instance.cls
        else:
            cls = base.instance.value
        raw, owner = looked_up(cls, name, base.owner)
        if owner is None:
            raise Fails(AttributeError, "'super' object has no attribute '%s'" % name)
        return self.descriptor(raw, owner, base.instance)

    def descriptor(self, raw, owner, instance):
        """What an attribute of a class gives on an instance."""
        if isinstance(raw, types.FunctionType):
            return Bound(raw, owner, instance)
        if isinstance(raw, staticmethod):
            return Live(raw.__func__)
        if isinstance(raw, classmethod):
            cls = Live(instance.cls) if isinstance(instance, Instance) else instance
            return Bound(raw.__func__, owner, cls)
        if isinstance(raw, property):
            if isinstance(raw.fget, types.FunctionType):
                return self.call(raw.fget, owner, [instance], {})
            return UNKNOWN
        function = getattr(raw, "fn", None)
        if isinstance(function, types.FunctionType):  # scikit-learn's available_if
            return Bound(function, owner, instance)
        return wrapped(raw) if is_const(raw) else UNKNOWN

    def instance_attribute(self, instance, name):
        if name == "__class__":
            return Live(instance.cls)
        if name == "__dict__":
            return Attributes(instance)
        attributes = self.heap.get(instance, {})
        raw, owner = looked_up(instance.cls, name)
        if owner is not None:
            if name in attributes and not isinstance(raw, property):
                return attributes[name][0]
            return self.descriptor(raw, owner, instance)
        if name in attributes:
            return attributes[name][0]
        if OPEN in attributes or _makes_attributes(instance.cls):
            return UNKNOWN
        raise Fails(
            AttributeError,
            "'%s' object has no attribute '%s'" % (instance.cls.__name__, name),
            name,
            instance,
        )

    def has(self, instance, name):
        """Whether an instance has an attribute: True, False or None."""
        attributes = self.heap.get(instance, {})
        raw, owner = looked_up(instance.cls, name)
        if owner is not None and not isinstance(raw, property) and not hasattr(raw, "fn"):
            return True
        try:
            if hasattr(raw, "check"):
                return self.available(raw, instance)
            value = self.instance_attribute(instance, name)
        except Fails as problem:
            return False if problem.kind is AttributeError else None
        except Dead:
            return None
        if name in attributes:
            return True
        return None if value is UNKNOWN else True

    def available(self, raw, instance):
        """Whether scikit-learn's available_if lets a method be seen."""
        check = getattr(raw, "check", None)
        if not isinstance(check, types.FunctionType):
            return None
        try:
            return truth(self.call(check, None, [instance], {}))
        except Dead as dead:
            if dead.args[0] is ValueError:  # none of the objects that it asks is there
                text = "%r has none of the objects it delegates to" % instance.cls.__name__
                raise Fails(AttributeError, text, FITTED, instance)
            return False


def _makes_attributes(cls):
    for name in ("__getattr__", "__getattribute__"):
        _, owner = looked_up(cls, name)
        if owner not in (None, object):
            return True
    return False


def live_attribute(value, name):
    if isinstance(value, types.ModuleType):
        return wrapped(vars(value)[name]) if name in vars(value) else UNKNOWN
    if isinstance(value, type):
        if name == "__name__":
            return Const(value.__name__)
        raw, owner = looked_up(value, name)
        if isinstance(raw, (staticmethod, classmethod)):
            function = raw.__func__
            return (
                Bound(function, owner, Live(value))
                if isinstance(raw, classmethod)
                else Live(function)
            )
        if isinstance(raw, types.FunctionType) or is_const(raw) and owner is not None:
            return wrapped(raw)
    return UNKNOWN


def owner_of(function, arguments):
    """The class in whose order of bases a function called by its class stands."""
    if arguments and isinstance(arguments[0], Instance):
        for base in type.__getattribute__(arguments[0].cls, "__mro__"):
            if vars(base).get(function.__name__) is function:
                return base
    return None


def index_of(node):
    """The index of a Subscript; Python before 3.9 wraps it."""
    return getattr(node.slice, "value", node.slice) if _is_index(node.slice) else node.slice


def _is_index(node):
    return type(node).__name__ == "Index"


_COMPARE = {
    "Eq": lambda a, b: a == b,
    "NotEq": lambda a, b: a != b,
    "Lt": lambda a, b: a < b,
    "LtE": lambda a, b: a <= b,
    "Gt": lambda a, b: a > b,
    "GtE": lambda a, b: a >= b,
    "In": lambda a, b: a in b,
    "NotIn": lambda a, b: a not in b,
    "Is": lambda a, b: a is b if a is None or b is None else a == b and type(a) is type(b),
    "IsNot": lambda a, b: not (a is b if a is None or b is None else a == b and type(a) is type(b)),
}


def compared(left, operator, right):
    if isinstance(left, Const) and isinstance(right, Const):
        try:
            return Const(bool(_COMPARE[operator](left.value, right.value)))
        except TypeError:
            return UNKNOWN
    if isinstance(left, Const) and operator in ("In", "NotIn"):
        if isinstance(right, State) and right.length is None:
            if left.value in right.attributes:
                sure = right.attributes[left.value][1]
                return Const(operator == "In") if sure else UNKNOWN
            if OPEN not in right.attributes:
                return Const(operator == "NotIn")
    if operator in ("Is", "IsNot") and isinstance(right, Const) and right.value is None:
        if isinstance(left, (Instance, State, Bound, Live)):
            return Const(operator == "IsNot")
    return UNKNOWN


def _asks_for_items(node):
    """Whether a loop goes over a dict, which may well be empty."""
    call = node.func if isinstance(node, ast.Call) else None
    return isinstance(call, ast.Attribute) and call.attr in ("items", "values", "keys")


def joined_variables(variables):
    first = dict(variables[0])
    for other in variables[1:]:
        for name in other:
            first[name] = joined(first[name], other[name]) if name in first else other[name]
    return first


def joined_heaps(heaps):
    """Attributes that some way has set may be there; those that every way has set surely are."""
    if len(heaps) == 1:
        return heaps[0]
    result = {}
    for instance in {key for heap in heaps for key in heap}:
        parts = [heap.get(instance, {}) for heap in heaps]
        result[instance] = {}
        for name in {name for part in parts for name in part}:
            found = [part[name] for part in parts if name in part]
            value = found[0][0]
            for other, _ in found[1:]:
                value = joined(value, other)
            surely = len(found) == len(parts) and all(sure for _, sure in found)
            if len(found) != len(parts):
                value = UNKNOWN
            result[instance][name] = (value, surely)
    return result


# -- builtins -----------------------------------------------------------------------------------

_HASHED = (type, types.BuiltinFunctionType, types.FunctionType)
_TEXT_METHODS = frozenset(["startswith", "endswith", "lower", "upper", "strip", "split"])


def _hasattr(self, arguments, keywords, frame):
    if len(arguments) == 2 and isinstance(arguments[1], Const):
        if isinstance(arguments[0], Instance):
            known = self.has(arguments[0], arguments[1].value)
            return UNKNOWN if known is None else Const(known)
        if isinstance(arguments[0], Const):
            return Const(hasattr(arguments[0].value, arguments[1].value))
    return UNKNOWN


def _getattr(self, arguments, keywords, frame):
    if len(arguments) > 1 and isinstance(arguments[1], Const):
        try:
            return self.attribute(arguments[0], arguments[1].value)
        except Fails as problem:
            if len(arguments) == 2 or problem.kind is not AttributeError:
                raise
            return arguments[2]
    return UNKNOWN


def _setattr(self, arguments, keywords, frame):
    if arguments and isinstance(arguments[0], Instance):
        if len(arguments) == 3 and isinstance(arguments[1], Const):
            attributes = self.heap.setdefault(arguments[0], {})
            attributes[arguments[1].value] = (arguments[2], True)
        else:
            self.opened(arguments[:1])
    return Const(None)


def _isinstance(self, arguments, keywords, frame):
    if len(arguments) != 2 or not isinstance(arguments[1], Live):
        return UNKNOWN
    cls = arguments[1].value
    if not isinstance(cls, type):
        return UNKNOWN
    if isinstance(arguments[0], Const):
        return Const(isinstance(arguments[0].value, cls))
    if isinstance(arguments[0], Instance):
        return Const(cls in type.__getattribute__(arguments[0].cls, "__mro__"))
    if isinstance(arguments[0], State) and cls in (dict, tuple, list):
        return Const(cls is (dict if arguments[0].length is None else tuple))
    return UNKNOWN


def _super(self, arguments, keywords, frame):
    if len(arguments) == 2 and isinstance(arguments[0], Live):
        owner, instance = arguments[0].value, arguments[1]
    else:
        owner, instance = frame.owner, frame.first
    alive = isinstance(instance, Instance) or (
        isinstance(instance, Live) and isinstance(instance.value, type)
    )
    if not alive or not isinstance(owner, type):
        return UNKNOWN
    return Super(owner, instance)


def _type(self, arguments, keywords, frame):
    if len(arguments) == 1 and isinstance(arguments[0], Instance):
        return Live(arguments[0].cls)
    return UNKNOWN


def _len(self, arguments, keywords, frame):
    if arguments and isinstance(arguments[0], State) and arguments[0].length is not None:
        return Const(arguments[0].length)
    if arguments and isinstance(arguments[0], Const):
        try:
            return Const(len(arguments[0].value))
        except TypeError:
            pass
    return UNKNOWN


def _vars(self, arguments, keywords, frame):
    if arguments and isinstance(arguments[0], Instance):
        return Attributes(arguments[0])
    return UNKNOWN


def _callable(self, arguments, keywords, frame):
    if arguments and isinstance(arguments[0], Const):
        return Const(False)
    return UNKNOWN


def _nothing(self, arguments, keywords, frame):
    return UNKNOWN


_SPECIAL = {
    hasattr: _hasattr,
    getattr: _getattr,
    setattr: _setattr,
    isinstance: _isinstance,
    super: _super,
    type: _type,
    len: _len,
    vars: _vars,
    id: _nothing,
    callable: _callable,
    repr: _nothing,
}


# -- questions ----------------------------------------------------------------------------------


def constant(text):
    """The value of an attribute as facts.artifact tells it, or UNKNOWN."""
    kind, _, rest = text.partition(":")
    if text == "none":
        return Const(None)
    if kind == "str":
        return Const(rest)
    try:
        if kind == "int":
            return Const(int(rest))
        if kind == "float":
            return Const(float(rest))
        if kind == "bool":
            return Const(rest == "True")
    except ValueError:
        pass
    return UNKNOWN


def live_class(module, name):
    """A class of a module that is imported, or None."""
    value = sys.modules.get(module)
    for hop in name.split("."):
        if isinstance(value, type):
            value = looked_up(value, hop)[0]
        else:
            value = module_attribute(value, hop)
    return value if isinstance(value, type) else None


def module_attribute(module, name):
    """An attribute of a module, which may make it when asked; None where there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return getattr(module, name, None) if module is not None else None
        except Exception:
            return None


class Reader(object):
    """Answers questions: states in the shape of facts.artifact.ObjectState, with their group."""

    def __init__(self, questions):
        self.sources = Sources()
        self.deadline = 0
        self.answers = {}
        self.states = {}
        for question in questions:
            path = question["module"] + "." + question["name"]
            self.states[(question["group"], path)] = question

    def answer(self, question):
        """The answer in the shape of facts.target.ClassUse; None where that is no class.

        Many artifacts have the same states: each is followed once.
        """
        key = repr(self.content(question, 0))
        if key not in self.answers:
            self.answers[key] = self.followed(question)
        told = self.answers[key]
        return None if told is None else dict(told, group=question["group"])

    def content(self, question, depth):
        """All that an answer depends on: the state, and those of the objects inside."""
        parts = sorted((name, str(question[name])) for name in question if name != "group")
        for _, texts in question["values"] if depth < 3 else ():
            for text in texts:
                inner = self.states.get((question["group"], text[7:]))
                if text.startswith("object:") and inner is not None:
                    parts.append(self.content(inner, depth + 1))
        return parts

    def followed(self, question):
        """An answer, worked out."""
        told = {"module": question["module"], "name": question["name"], "group": question["group"]}
        cls = live_class(question["module"], question["name"])
        if cls is None and sys.modules.get(question["module"]) is not None:
            return None  # a function that makes objects, or a name that is not there
        if cls is None:
            reason = "%s was not imported" % question["module"]
            told["unknown"] = {"state": "unknown", "reason": reason}
            return told
        self.deadline = time.process_time() + SECONDS
        try:
            told["refuses"] = self.refused(cls, question)
            told["fails"] = [] if told["refuses"] else self.failing(cls, question)
        except GiveUp:
            told["unknown"] = {"state": "unknown", "reason": "its source is too long to follow"}
        except Exception as problem:
            reason = "its source cannot be followed: %s" % type(problem).__name__
            told["unknown"] = {"state": "unknown", "reason": reason}
        return told

    # - loading

    def refused(self, cls, question):
        """The exception that its ``__setstate__`` raises, or None."""
        for shape, names in _objects(question):
            interpreter = Interpreter(self.sources, self.deadline)
            try:
                self.restored(interpreter, cls, question, shape, names)
            except Fails as problem:
                return problem.told()
            except Dead:
                pass
        return None

    def restored(self, interpreter, cls, question, shape, names, depth=0):
        """An object of a class that has got a state of the artifact, by the class's own way."""
        instance = Instance(cls)
        interpreter.heap[instance] = {}
        attributes = {OPEN: (UNKNOWN, False)}
        if names is not None:
            attributes = self.attributes(interpreter, question, names, depth)
        raw, owner = looked_up(cls, "__setstate__")
        if owner in (None, object):
            interpreter.heap[instance] = attributes
        elif isinstance(raw, types.FunctionType) and shape is not None:
            state = State(attributes, None if shape == "dict" else int(shape[6:]))
            interpreter.call(raw, owner, [instance, state], {})
        else:
            interpreter.opened([instance])
        raw, owner = looked_up(cls, "__new__")
        if owner is not object and isinstance(raw, staticmethod):
            interpreter.opened([instance])
        return instance

    def attributes(self, interpreter, question, names, depth):
        """The attributes in a state, with what is known of their values."""
        attributes = {}
        values = {name: texts for name, texts in question["values"]}
        for name in names:
            texts = values.get(name) or ()
            value = UNKNOWN
            if len(texts) == 1:
                value = constant(texts[0])
                if texts[0].startswith("object:") and depth < 2:
                    value = self.nested(interpreter, question, texts[0][7:], depth + 1)
            attributes[name] = (value, True)
        return attributes

    def nested(self, interpreter, question, path, depth):
        """An object inside another: the fullest of its class, which is the fitted one."""
        found = self.states.get((question["group"], path))
        if found is None or list(found["shapes"]) != ["dict"]:
            return UNKNOWN
        cls = live_class(found["module"], found["name"])
        if cls is None:
            return UNKNOWN
        try:
            names = list(found["keys"]) + list(max(found["variants"] or [()], key=len))
            return self.restored(interpreter, cls, found, "dict", names, depth)
        except (Fails, Dead):
            return UNKNOWN

    # - use

    def failing(self, cls, question):
        """[method, exception] of each method of use that fails on every way."""
        found = []
        always = None
        for name in METHODS:
            raw, owner = looked_up(cls, name)
            if owner is None or owner is object:
                continue
            for shape, names in _objects(question):
                problem = names is not None and self.failure(
                    cls, question, raw, owner, shape, names
                )
                if not problem:
                    continue
                if always is None:
                    always = self.always_set(cls, question)
                if _counts(problem, always, set(names)):
                    found.append([name, problem.told()])
                    break
        return found

    def failure(self, cls, question, raw, owner, shape, names):
        interpreter = Interpreter(self.sources, self.deadline)
        try:
            instance = self.restored(interpreter, cls, question, shape, names)
            if hasattr(raw, "check") and not self.offered(interpreter, raw, instance):
                return None
            function = getattr(raw, "fn", raw)
            if isinstance(function, types.FunctionType):
                interpreter.call(function, owner, [instance], {})
        except Fails as problem:
            problem.root = instance
            return problem
        except Dead:
            pass
        return None

    @staticmethod
    def offered(interpreter, raw, instance):
        """Whether a method that depends on the object is there: what is inside may lack it."""
        try:
            return interpreter.available(raw, instance) is not False
        except Fails as problem:
            if problem.instance is instance:
                raise
            return False

    def always_set(self, cls, question):
        """The attributes that ``__init__`` sets, and those that fitting sets on some way."""
        init = self.set_by(cls, "__init__", question, ())
        fitted = set()
        for name in FITTING:
            fitted |= self.set_by(cls, name, question, init)
        return init, fitted

    def set_by(self, cls, name, question, before):
        raw, owner = looked_up(cls, name)
        function = getattr(raw, "fn", raw)
        if not isinstance(function, types.FunctionType):
            return set()
        interpreter = Interpreter(self.sources, self.deadline)
        instance = Instance(cls)
        attributes = self.attributes(interpreter, question, before, 2)
        interpreter.heap[instance] = {key: (attributes[key][0], False) for key in attributes}
        interpreter.opened([instance])
        try:
            interpreter.call(function, owner, [instance], {})
        except (Fails, Dead, GiveUp):
            pass  # what it has set until then counts
        return set(interpreter.heap.get(instance, {})) - {OPEN} - set(before)


def _objects(question):
    """(shape, names of attributes) of each sort of object in a question.

    The names are None where the state is not a dict, nor a pair of dicts; the shape is None where
    nothing is known of it.
    """
    keys = list(question["keys"])
    for shape in question["shapes"]:
        if shape == "dict" or (shape == "tuple:2" and keys):
            for variant in question["variants"] or [()]:
                yield shape, keys + list(variant)
        else:
            yield shape if shape.startswith("tuple:") else None, None


def _counts(problem, always, present):
    """Whether it is the release that lacks it, and not an object that was never fitted."""
    init, fitted = always
    if fitted - init - CHECKED and not any(
        name in fitted or (name[:1] == "_" or name[-1:] == "_") and name not in KEPT
        for name in present - init
    ):
        return False
    if problem.attribute in DELEGATED and problem.attribute not in fitted:
        return False
    if problem.instance is not problem.root or problem.attribute == FITTED:
        return True
    return problem.attribute in init or problem.attribute in fitted
