"""What an artifact is and what it needs, read from its bytes."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

NeedKind = Literal["call", "reference", "module"]
Serializer = Literal["pickle", "joblib", "dill", "cloudpickle"]


class Need(Struct, frozen=True, kw_only=True, order=True):
    """One name that loading the artifact looks up."""

    module: str
    name: str
    """Empty where the module itself is what is needed."""
    kind: NeedKind = "reference"
    distribution: str | None = None
    """The distribution that owns the module where the snapshot was taken; None if unasked,
    local, or of the standard library."""


class Producer(Struct, frozen=True, kw_only=True):
    """The library, and its release, that wrote the artifact, as the bytes say it."""

    library: str
    version: str | None = None


class EmbeddedVersion(Struct, frozen=True, kw_only=True, order=True):
    """A library release that stands in the artifact's state, such as ``_sklearn_version``."""

    library: str
    version: str
    where: str


class DtypeLayout(Struct, frozen=True, kw_only=True, order=True):
    """The field names of one structured numpy dtype in the artifact, in order."""

    fields: tuple[str, ...]
    formats: tuple[str, ...] = ()
    """The fields' dtypes as numpy spells them, such as ``<i8``; empty where that is not stated."""
    item_size: int = 0
    """Bytes of one record; 0 where that is not stated."""


class ArrayKind(Struct, frozen=True, kw_only=True, order=True):
    """A dtype that the artifact's arrays or scalars have, and what makes them."""

    maker: str
    """``module.name`` of what is called or whose state holds the dtype: ``numpy.ndarray``,
    ``numpy.core.numeric._frombuffer``, ``joblib.numpy_pickle.NumpyArrayWrapper``..."""
    dtype: str
    """As numpy spells it: ``<f8``, ``|O``, ``|V64``, ``<M8[ns]``, ``StringDType``; empty where
    that is not stated."""
    fields: tuple[str, ...] = ()
    has_metadata: bool = False
    """The dtype carries metadata of the user."""


class ConstructorCall(Struct, frozen=True, kw_only=True, order=True):
    """A call made while loading whose arguments are constants or names.

    Each argument is ``str:PCG64``, ``int:3``, ``bool:True``, ``none``, ``float:0.5``,
    ``bytes:N`` (so many), ``tuple:N``, ``dict``, ``global:numpy.random._pcg64.PCG64`` (the name
    itself), ``object:numpy.dtype`` (an instance of it) or ``other``.
    """

    module: str
    name: str
    arguments: tuple[str, ...]


class EmbeddedCode(Struct, frozen=True, kw_only=True, order=True):
    """A code object inside the artifact: bytecode that only some interpreters can run."""

    function: str
    pythons: tuple[str, ...]
    """The feature releases that can have written it, by its number of arguments; empty if
    that does not tell."""
    names: tuple[str, ...]
    """Global and attribute names that it uses (co_names)."""
    unbound: tuple[str, ...] = ()
    """Global names that it reads from the ``__main__`` of the process that loads it: neither
    the artifact nor builtins bind them."""
    arguments: int | None = None
    """How many arguments its constructor is called with; None where that is not stated."""
    constructor: str = ""
    """What is called to make it, such as ``types.CodeType`` or ``dill._dill._create_code``."""
    variables: tuple[str, ...] = ()
    """Environment variables that it reads by a constant name."""
    missing: tuple[str, ...] = ()
    """Global names that it reads and that nothing binds: neither builtins nor the globals that
    travel with it (cloudpickle, dill with ``recurse``). It raises NameError there."""
    runs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Feature release that can have written it, and the others that run its bytecode as that one
    does, as long as nothing is raised."""
    imports: tuple[str, ...] = ()
    """Modules that it imports when it is called."""
    attributes: tuple[tuple[str, str], ...] = ()
    """(module, dotted name): what it reads of modules when it is called."""
    carries_globals: bool = False
    """The globals of its functions travel with it, without builtins among them."""


class CallShape(Struct, frozen=True, kw_only=True, order=True):
    """With how many positional arguments loading calls one name, over all its calls."""

    module: str
    name: str
    positional: tuple[int, ...]
    """The distinct numbers of arguments of plain calls, ascending; empty if there are none."""
    new: tuple[int, ...] = ()
    """The same of instances made by ``__new__`` alone, without ``__init__`` (NEWOBJ): how many
    arguments come after the class."""
    keywords: tuple[str, ...] = ()
    """Names of keyword arguments (protocol 4's NEWOBJ_EX), over all calls."""
    told: bool = True
    """Every call of it stands among the artifact's constructors."""


class ObjectState(Struct, frozen=True, kw_only=True, order=True):
    """The states that loading sets on the objects of one class, put together."""

    module: str
    name: str
    count: int
    """How many objects of it were looked at."""
    told: bool = True
    """All of them were, and every attribute that their states set."""
    shapes: tuple[str, ...]
    """What their states are: ``dict``, ``tuple:N``, ``constant``, ``other``; distinct. A pair of
    a dict and a dict of slots is ``tuple:2``, and its keys are told as those of one dict."""
    keys: tuple[str, ...] = ()
    """Attributes that every dict among these states has."""
    sometimes: tuple[str, ...] = ()
    """Attributes that only some of them have."""
    variants: tuple[tuple[str, ...], ...] = ()
    """Where only some have them: which of those stand together in one object, the distinct ones
    (16 at most). A fitted estimator and an unfitted one are two variants."""
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Attribute, and its distinct constants or classes in the words of ConstructorCall
    (``str:ovr``, ``int:3``, ``none``, ``object:numpy.ndarray``); left out where they are more
    than 8 or not all so. Places in a tuple that is no such pair are ``[0]``, ``[1]``..."""


BoosterForm = Literal["raw", "binary", "json", "ubjson"]


class StoredBooster(Struct, frozen=True, kw_only=True, order=True):
    """A model of a gradient-boosting library, as it stands in the state of an object."""

    library: str
    form: BoosterForm
    version: str | None = None
    """The release that wrote it, as it says; None where it does not."""
    base_score: str | None = None
    """The global bias as its text stands there: ``5E-1``, ``[2.75E-1]``."""
    objective: str | None = None
    lists_updaters: bool = False
    """Its updaters stand in a list, as xgboost 2.0 and newer write them."""


class Anomaly(Struct, frozen=True, kw_only=True, order=True):
    """Something that a clean artifact of its format does not have."""

    kind: str
    offset: int
    """In bytes from the start of the (decompressed) stream."""
    text: str


class ArtifactFacts(Struct, frozen=True, kw_only=True):
    """One artifact, read without executing anything of it."""

    name: str
    size: int
    """In bytes, as stored."""
    digests: dict[str, str]
    format: str | None
    """A format name of the inspection document, or None where no room recognises it."""
    serializer: Serializer | None = None
    compression: str | None = None
    protocol: int | None = None
    """The highest pickle protocol that its opcodes use."""
    producer: Producer | None = None
    needs: tuple[Need, ...] = ()
    versions: tuple[EmbeddedVersion, ...] = ()
    layouts: tuple[DtypeLayout, ...] = ()
    constructors: tuple[ConstructorCall, ...] = ()
    code: tuple[EmbeddedCode, ...] = ()
    arrays: tuple[ArrayKind, ...] = ()
    calls: tuple[CallShape, ...] = ()
    states: tuple[ObjectState, ...] = ()
    boosters: tuple[StoredBooster, ...] = ()
    root: str | None = None
    """``module.name`` of the class or factory of the outermost object, where the bytes name it."""
    persistent_ids: tuple[str, ...] = ()
    """What is fetched from outside of the pickle, distinct: ``str:...``, ``tuple:storage``..."""
    anomalies: tuple[Anomaly, ...] = ()
    complete: bool = False
    """Every byte was accounted for; False never means clean."""
