"""The probe: what one Python offers, told by itself.

The one file of this package that travels. It runs by path in any CPython 3.6 or newer, with or
without pip, and is importable as well, so that a process can be asked without starting another.
It knows the standard library alone.

As a script it reads one JSON document from standard input::

    {"mark": "...", "needs": [["module", "name"], ...], "layouts": [["module", "name"], ...],
     "callables": [["module", "name"], ...], "classes": [facts.target.ClassQuestion, ...],
     "class_reader": "source of abstract_interpreter.py", "class_seconds": number,
     "resolve": "auto" | "files" | "import", "code": ["folder", ...],
     "current_folder": "folder" | null, "path": ["entry", ...] | null}

and answers in lines ``MARK{"step": ...}``, each flushed before the next step begins, so that a
crash loses only what would have come after it. Exit status 79: this Python is too old.

The text keeps to the grammar that Python 2.7 and 3.5 parse, so that they reach the gate below.
"""

import sys

if sys.version_info < (3, 6):
    sys.stderr.write(
        "envguard probe: Python %d.%d.%d is too old, 3.6 or newer is needed\n"
        % tuple(sys.version_info[:3])
    )
    sys.exit(79)

import os


def _stdlib_first(entries):
    """The entries of an import path, those of the standard library before all others."""
    library = os.path.dirname(os.__file__)

    def is_foreign(entry):
        inside = entry == library or entry.startswith(library + os.sep)
        return not inside or "-packages" in entry[len(library) :]

    return sorted(entries, key=is_foreign)


_SAVED_PATH = None
if __name__ == "__main__":
    sys.dont_write_bytecode = True
    _OWN = [os.path.dirname(_way(__file__)) for _way in (os.path.abspath, os.path.realpath)]
    _SAVED_PATH = [
        _entry for _entry in sys.path if os.path.abspath(_entry or os.curdir) not in _OWN
    ]
    # A json.py on the user's PYTHONPATH must not stand in for ours.
    sys.path[:] = _stdlib_first(_SAVED_PATH)

import ast
import hashlib
import importlib.machinery
import json
import pickle
import re
import struct
import sysconfig
import time
import warnings
import zipimport

if _SAVED_PATH is not None:
    sys.path[:] = _SAVED_PATH

FILE_LIMIT = 64 << 20
"""Bytes of one metadata or source file; more is refused, not cut."""

CLOSURE_FILES = 40
CLOSURE_BYTES = 400 << 10
"""Bounds within which files are read to prove an installed module. Beyond them an import is
quicker than parsing and says more."""

EFFECTS = frozenset(
    ["this", "antigravity", "idlelib", "turtledemo", "__hello__", "__phello__", "test"]
)
"""Modules of the standard library that do something visible when imported."""


# -- text ---------------------------------------------------------------------------------------


def unknown(reason):
    """The JSON form of a fact that could not be had."""
    return {"state": "unknown", "reason": reason}


def shown(text):
    """A file name as text that any encoder takes: stray bytes become ``\\xff``."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape" if _escaped(text) else "replace").decode(
            "utf-8", "backslashreplace"
        )
    return text


def _escaped(text):
    """Whether every surrogate in the text stands for one stray byte."""
    return not re.search("[\ud800-\udc7f\udd00-\udfff]", text)


def first_line(text, limit=500):
    """The first line of a text, bounded, without control characters."""
    lines = shown(text).strip().splitlines()
    return re.sub("[\x00-\x1f\x7f-\x9f]", "?", lines[0])[:limit] if lines else ""


def told(problem):
    """An exception as ``Type: text``, one bounded line."""
    try:
        text = first_line(str(problem))
    except BaseException:
        text = "(its text cannot be had)"
    kind = type(problem).__name__
    return (kind + ": " + text if text else kind)[:500]


# -- the interpreter and the platform -----------------------------------------------------------


def interpreter_facts():
    """The interpreter that runs this, in the shape of facts.environment.Interpreter."""
    suffixes = importlib.machinery.EXTENSION_SUFFIXES
    tag = suffixes[0].strip(".").rpartition(".")[0] if suffixes else ""
    return {
        "implementation": sys.implementation.name,
        "version": sys.version.split()[0],
        "build": " ".join(sys.version.split()),
        "cache_tag": sys.implementation.cache_tag or unknown("this interpreter keeps no bytecode"),
        # The first suffix of extension modules is the SOABI: reading sysconfig costs 2 ms more.
        "soabi": tag or unknown("this interpreter names no ABI"),
        "platform_tag": sysconfig.get_platform(),
        "free_threaded": sys.version_info >= (3, 13)
        and bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "debug": hasattr(sys, "gettotalrefcount"),
        "byte_order": sys.byteorder,
        "pointer_bits": struct.calcsize("P") * 8,
        "prefix_kind": _prefix_kind(),
        "executable": shown(sys.executable or ""),
        "highest_protocol": pickle.HIGHEST_PROTOCOL,
    }


def _prefix_kind():
    if os.path.isdir(os.path.join(sys.prefix, "conda-meta")):
        return "conda"
    if sys.prefix != sys.base_prefix or hasattr(sys, "real_prefix"):
        return "venv"
    return "system"


def platform_facts():
    """The machine under the interpreter, in the shape of facts.environment.Platform."""
    if hasattr(os, "uname"):
        name = os.uname()
        system, release, machine = name.sysname, name.release, name.machine
    else:
        import platform

        system, release, machine = platform.system(), platform.release(), platform.machine()
    return {
        "system": system,
        "release": shown(release),
        "machine": machine,
        "os_release": _os_release(system),
        "libc": _libc(system),
    }


def _os_release(system, files=("/etc/os-release", "/usr/lib/os-release")):
    if system == "Windows":
        return "windows %d.%d.%d" % tuple(sys.getwindowsversion()[:3])
    if system == "Darwin":
        import platform

        return "macos " + platform.mac_ver()[0]
    for name in files:
        try:
            text = read(name).decode("utf-8", "replace")
        except OSError:
            continue
        fields = dict(re.findall("^(ID|VERSION_ID)=[\"']?([^\"'\r\n]*)", text, re.M))
        if fields.get("ID"):
            return (fields["ID"] + " " + fields.get("VERSION_ID", "")).strip()
    return unknown("no os-release file tells")


def _libc(system):
    if system != "Linux":
        return unknown("not told on " + (system or "this system"))
    try:
        told_by_libc = os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, OSError, ValueError):
        told_by_libc = None
    return told_by_libc or _musl(sys.executable)


def _musl(executable):
    """The musl release, as its loader says it; there is no call that tells.

    Source: https://peps.python.org/pep-0656/
    """
    try:
        with open(executable, "rb") as stream:
            found = re.search(b"/[^\\x00\\n]*/ld-musl-[^\\x00\\n]*\\.so\\.1", stream.read(1 << 20))
        if not found:
            return unknown("neither glibc nor musl")
        import subprocess

        process = subprocess.Popen(
            [found.group().decode()], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        text = process.communicate(timeout=5)[0].decode("ascii", "replace")
    except Exception as problem:
        return unknown(told(problem))
    release = re.search(r"Version (\d\S*)", text)
    return "musl " + release.group(1) if release else unknown("musl, its loader names no version")


# -- installed distributions --------------------------------------------------------------------


def read(path):
    """All bytes of a file.

    Opened without waiting: a named pipe that lies about gives nothing instead of hanging.
    """
    descriptor = os.open(path, _READ)
    try:
        data = os.read(descriptor, 65536)
        if len(data) < 65536:
            return data
        parts = [data]
        size = len(data)
        while data:
            data = os.read(descriptor, 1 << 20)
            parts.append(data)
            size += len(data)
            if size > FILE_LIMIT:
                raise OSError("larger than %d MiB" % (FILE_LIMIT >> 20))
        return b"".join(parts)
    finally:
        os.close(descriptor)


_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_GONE = (FileNotFoundError, NotADirectoryError)

# Lines of RECORD in runs that share their first component: one step for each run, not each line.
# Bytes patterns are written without the raw prefix: Python 2.7 spells it br, formatters rb.
_RUN = re.compile(b'([^/,\\r\\n"]+)([/,]).*\\n?(?:\\1/.*\\n?){0,32}')
_QUOTED = re.compile(b'"([^/"\\r\\n]+)(["/]).*\\n?')
_FIELDS = re.compile(r"\n(Name|Version|Metadata-Version|Requires-Python):([^\n]*)")
_ODD_FIELDS = re.compile(r"\n(Name|Version)[ \t]*:([^\n]*)", re.I)
_REQUIRES = re.compile(r"\nRequires-Dist:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)")
_MODULE = re.compile(r"(\w+)(?:\.py|(?:\.[\w-]+)?\.(?:so|pyd))$")
_SEPARATORS = re.compile(r"[-_.]+")


def normalised(name):
    """A distribution's name in its one comparable form.

    Source: https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    return _SEPARATORS.sub("-", name).lower()


def without_credentials(url):
    """A URL without user, password, query and fragment: each of these carries secrets.

    A bare ``git@`` stays, as in PEP 610.
    """
    match = re.match(
        r"([A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//)([^/?#\\]*)(.*)", url, re.S
    )
    if not match:
        return re.split(r"[?#]", re.sub(r"^[^/@\s]*:[^/@\s]*@", "", url))[0]
    scheme, place, rest = match.groups()
    port = place.rpartition("@")[2].rpartition(":")[2] if ":" in place else ""
    if port and "@" not in place and not port.isdigit() and "@" in rest and "]" not in place:
        # An unescaped slash in the password: nothing before the last "@" is the host.
        place, rest = re.match(r"([^/?#]*)(.*)", rest.rpartition("@")[2], re.S).groups()
    user, at, host = place.rpartition("@")
    return scheme + (user + at if user == "git" else "") + host + re.split(r"[?#]", rest)[0]


_INSTALLERS = {b"pip\n": "pip", b"pip": "pip", b"uv": "uv", b"uv\n": "uv", b"conda": "conda"}
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s;]+")


class Installed(object):
    """The distributions along an import path, a record for each, however broken.

    ``records`` are in the shape of facts.environment.Distribution, in the order of the path and
    of names; ``trouble`` names folders that could not be listed.
    """

    def __init__(self, path=None):
        self.records = []
        self.trouble = []
        self.homes = []
        """(folder, record, source folder or None), as long as ``records``."""
        self._names = set()
        self._links = {}
        self._tables = None
        self._entries = list(sys.path if path is None else path)
        self._places = {}
        for entry in self._entries:
            place = os.path.realpath(entry or os.getcwd()) if isinstance(entry, str) else None
            if place is not None and place not in self._places:
                self._places[place] = entry or os.getcwd()
        for place, entry in self._places.items():
            self._scan(place, entry)

    def _scan(self, place, folder):
        try:
            entries = list(os.scandir(folder))
        except NotADirectoryError:
            self._scan_archive(folder)
            return
        except FileNotFoundError:
            return
        except OSError as problem:
            self.trouble.append("Cannot list %s: %s." % (shown(folder), told(problem)))
            return
        found = []
        if place.endswith(".egg") and os.path.isdir(os.path.join(folder, "EGG-INFO")):
            stem = os.path.basename(place)[:-4]
            found.append(self._record(Egg(os.path.join(folder, "EGG-INFO"), stem), folder))
        for entry in entries:
            name = entry.name
            # The listing's own order decides which of two copies in one folder is live: it is
            # the order in which importlib.metadata meets them.
            if name.endswith(".dist-info"):
                found.append(self._record(DistInfo(entry.path, name[:-10]), folder))
            elif name.endswith(".egg-info"):
                if os.path.realpath(entry.path) not in self._links:
                    found.append(self._record(Egg(entry.path, name[:-9]), folder))
            elif name.endswith(".egg-link"):
                found.append(self._linked(entry.path, name[:-9], folder))
            elif name.endswith(".egg") and os.path.realpath(entry.path) not in self._places:
                found.append(self._stray_egg(entry, folder))
        self._keep(found)

    def _keep(self, found):
        for home in sorted(found, key=lambda home: home[1]["path"]):
            self.records.append(home[1])
            self.homes.append(home)

    def _record(self, metadata, folder):
        """(folder, record, source folder) of one metadata folder or file; never raises."""
        try:
            record = metadata.record()
        except Exception as problem:
            record = metadata.blank()
            record["error"] = "cannot be read: " + told(problem)
        if metadata.leftover:
            record["shadowed"] = False
        elif isinstance(record["name"], str):
            name = normalised(record["name"])
            record["shadowed"] = name in self._names
            self._names.add(name)
        return (folder, record, metadata.source)

    def _linked(self, path, stem, folder):
        """The record of an egg-link: the metadata beside the linked source, else what is left."""
        metadata = Egg(path, stem)
        try:
            lines = read(path).decode("utf-8", "surrogateescape").splitlines()
            source = os.path.normpath(os.path.join(folder, lines[0].strip()))
        except (OSError, IndexError) as problem:
            metadata.error = "the egg-link cannot be read: " + told(problem)
            metadata.present = False
            return self._record(metadata, folder)
        inside = os.path.join(source, stem + ".egg-info")
        if os.path.isdir(inside):
            self._links[os.path.realpath(inside)] = path
            metadata = Egg(inside, stem)
        else:
            metadata.present = False
            fault = "holds no %s.egg-info" % shown(stem) if os.path.isdir(source) else "is gone"
            metadata.error = "the linked folder %s %s" % (shown(source), fault)
        metadata.linked = source
        return self._record(metadata, folder)

    def _stray_egg(self, entry, folder):
        stem = entry.name[:-4]
        if os.path.isdir(entry.path):
            metadata = Egg(os.path.join(entry.path, "EGG-INFO"), stem)
        else:
            metadata = ArchivedEgg(entry.path, "EGG-INFO", stem)
        metadata.error = "an egg that is not on the import path"
        metadata.leftover = True
        return self._record(metadata, folder)

    def _scan_archive(self, archive):
        """Eggs and wheels that stand on the import path as zip files."""
        try:
            zipimport.zipimporter(archive)
        except ImportError:
            return
        found = []
        try:
            zipfile = _own_import("zipfile")
            with zipfile.ZipFile(archive) as opened:
                names = opened.namelist()
        except Exception as problem:
            self.trouble.append("Cannot list %s: %s." % (shown(archive), told(problem)))
            names = ["EGG-INFO/PKG-INFO"] if archive.endswith(".egg") else []
        for top in sorted({name.partition("/")[0] for name in names}):
            if top == "EGG-INFO":
                stem = os.path.basename(archive)[:-4]
                found.append(self._record(ArchivedEgg(archive, top, stem), archive))
            elif top.endswith(".egg-info"):
                found.append(self._record(ArchivedEgg(archive, top, top[:-9]), archive))
            elif top.endswith(".dist-info"):
                found.append(self._record(ArchivedDistInfo(archive, top, top[:-10]), archive))
        self._keep(found)

    def owner(self, path, top, on_path):
        """The record of the distribution that a module's file belongs to, or None.

        ``top`` is the first part of the module's name; ``on_path`` says that it was found by the
        place's own import path, which alone leads to installed code.
        """
        if self._tables is None:
            self._tables = {}
            for home in self.homes:
                if home[1]["error"] is None or home[1]["imports"]:
                    table = self._tables.setdefault(os.path.join(home[0], ""), {})
                    for name in home[1]["imports"]:
                        table.setdefault(name, []).append(home)
        for folder, table in self._tables.items():
            if path.startswith(folder):
                part = path[len(folder) :].replace(os.sep, "/")
                first = part.partition("/")[0]
                match = _MODULE.match(first)
                candidates = table.get(match.group(1) if match and first == part else first)
                if candidates:
                    return self._closest(candidates, part)
        if not on_path:
            return None
        best = None
        for _, record, source in self.homes:
            if source and not record["shadowed"] and path.startswith(os.path.join(source, "")):
                named = [name for name in record["imports"] if not name.startswith("__editable__")]
                if (not named or top in named) and (best is None or len(source) > best[0]):
                    best = (len(source), record)
        return best[1] if best else None

    @staticmethod
    def _closest(candidates, part):
        """Of several distributions that share a first component, the one that lists the file."""
        if len(candidates) > 1:
            line = b"\n" + part.encode("utf-8", "surrogateescape") + b","
            for home in candidates:
                try:
                    if line in b"\n" + read(os.path.join(home[1]["path"], "RECORD")):
                        return home[1]
                except OSError:
                    continue
        return candidates[0][1]


class Metadata(object):
    """One dist-info or egg-info, wherever its files lie."""

    main = "METADATA"
    origin = "index"

    def __init__(self, path, stem):
        self.path = path
        self.stem = stem
        self.error = None
        self.source = None
        """The folder of an editable install."""
        self.linked = None
        self.present = True
        # pip renames what it is about to delete; an interruption leaves these behind.
        self.leftover = stem.startswith(("~", "-"))

    def get(self, name):
        """The bytes of one of its files; raises OSError."""
        return read(self.path + "/" + name)

    def blank(self):
        """The record of a distribution of which only the path is known."""
        name, version = self.named_by_path()
        return {
            "name": name or unknown("neither its metadata nor its path names it"),
            "version": version or unknown("neither its metadata nor its path tells"),
            "path": shown(self.path),
            "origin": {"kind": "unknown"},
            "installer": None,
            "requested": None,
            "record_sha256": None,
            "requires": [],
            "requires_python": None,
            "imports": [],
            "shadowed": False,
            "error": self.error,
        }

    def named_by_path(self):
        stem = self.stem
        if self.leftover:
            name, _, version = stem[1:].partition("-")
            return shown(stem[0] + name), shown(version)
        name, _, version = stem.partition("-")
        return shown(name), shown(version)

    def fault(self, text):
        """Keep what is wrong; several faults are joined."""
        self.error = text if self.error is None else self.error + "; " + text

    def optional(self, name):
        """The bytes of a file that may be missing; None then, and a fault if unreadable."""
        try:
            return self.get(name)
        except _GONE:
            return None
        except OSError as problem:
            self.fault("%s cannot be read: %s" % (name, told(problem)))
            return None

    def header(self):
        """The head of the metadata as text that begins with a line end; empty if unreadable."""
        try:
            data = self.get(self.main) if self.present else b""
        except OSError as problem:
            self.fault(self.why_unreadable(problem))
            return ""
        if not data.strip():
            if self.present:
                self.fault(self.main + " is empty")
            return ""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as problem:
            self.fault(self.main + " is not UTF-8 at byte %d" % problem.start)
            text = data.decode("utf-8", "backslashreplace")
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        text = "\n" + text.lstrip("\ufeff\n")
        return text.partition("\n\n")[0]

    def why_unreadable(self, problem):
        if not os.path.lexists(self.path):
            return "it went away while it was read"
        if not os.path.exists(self.path):
            return "a link to something that is gone"
        if isinstance(problem, NotADirectoryError):
            return "a file, not a folder"
        if isinstance(problem, FileNotFoundError):
            return self.main + " is missing"
        return "%s cannot be read: %s" % (self.main, told(problem))

    def record(self):
        """The record, in the shape of facts.environment.Distribution."""
        header = self.header()
        record = self.blank()
        if header:
            self.read_header(header, record)
        self.read_installation(record)
        if self.leftover and self.error is None:
            self.fault("left over from an uninstall that was interrupted")
        if self.leftover:
            record["imports"] = []
        record["error"] = self.error
        return record

    def read_header(self, header, record):
        fields = {}
        for name, value in _FIELDS.findall(header):
            fields.setdefault(name, value.strip())
        if not (fields.get("Name") and fields.get("Version")):
            for name, value in _ODD_FIELDS.findall(header):
                fields[name.title()] = fields.get(name.title()) or value.strip()
        for key, name in (("name", "Name"), ("version", "Version")):
            value = fields.get(name)
            if not value:
                self.fault("%s has no %s" % (self.main, name))
            elif key == "version" or not self.leftover:
                record[key] = value
        release = fields.get("Metadata-Version", "")
        if release[:2] not in ("1.", "2.") and re.match(r"(?!0*[12]\b)\d", release):
            self.fault("Metadata-Version %s is newer than 2.x" % first_line(release, 20))
        record["requires_python"] = fields.get("Requires-Python") or None
        if "\nRequires-Dist" in header:
            record["requires"] = [
                _tidy(line) if "://" in line or "\n" in line else line.rstrip()
                for line in _REQUIRES.findall(header)
            ]

    def read_installation(self, record):
        installer = self.optional("INSTALLER")
        if installer is not None:
            record["installer"] = _INSTALLERS.get(installer) or (
                first_line(installer.decode("utf-8", "replace"), 100) or None
            )
        if os.access(self.path + "/REQUESTED", os.F_OK):
            record["requested"] = True
        elif record["installer"] in ("pip", "uv"):
            record["requested"] = False
        direct = self.optional("direct_url.json")
        if direct is not None:
            record["origin"] = self.direct_origin(direct)
        elif self.present and self.error is None:
            record["origin"] = {"kind": self.origin}
        listing = self.optional("RECORD")
        if listing is not None:
            record["record_sha256"] = hashlib.sha256(listing).hexdigest()
        record["imports"] = self.imports(listing, record["installer"])

    def imports(self, listing, installer):
        names = set()
        if listing:
            names = listed_imports(listing, installer in ("pip", "uv"))
        if self.source or not listing:
            names.update(self.top_level())
        if not names and not listing:
            names.update(self.guessed_import())
        return sorted(names)

    def top_level(self):
        text = (self.optional("top_level.txt") or b"").decode("utf-8", "replace")
        return [
            name for name in (line.strip() for line in text.splitlines()) if name.isidentifier()
        ]

    def guessed_import(self):
        """Where nothing lists files, as in Linux distributions' packages: a module of its name."""
        name = self.stem.partition("-")[0]
        folder = os.path.dirname(self.path)
        for guess in (name, name.lower()):
            if guess.isidentifier() and (
                os.path.isdir(os.path.join(folder, guess))
                or os.path.isfile(os.path.join(folder, guess + ".py"))
            ):
                return [guess]
        return []

    def direct_origin(self, data):
        """The origin that direct_url.json tells.

        Source: https://packaging.python.org/en/latest/specifications/direct-url/
        """
        try:
            document = json.loads(data.decode("utf-8"))
            url = document["url"]
            kinds = [key for key in ("vcs_info", "archive_info", "dir_info") if key in document]
            info = document[kinds[0]]
            if not isinstance(url, str) or not isinstance(info, dict):
                raise TypeError("of another shape")
            origin = {"url": without_credentials(shown(url))}
            if isinstance(document.get("subdirectory"), str):
                origin["subdirectory"] = shown(document["subdirectory"])
            self.describe_origin(kinds[0], info, url, origin)
        except Exception as problem:
            self.fault("direct_url.json is malformed: " + told(problem))
            return {"kind": "unknown"}
        return origin

    def describe_origin(self, kind, info, url, origin):
        if kind == "vcs_info":
            origin.update(kind="vcs", vcs=str(info["vcs"]), commit=str(info["commit_id"]))
        elif kind == "archive_info":
            hashes = dict(info.get("hashes") or {})
            if "=" in str(info.get("hash", "")) and not hashes:
                algorithm, _, value = info["hash"].partition("=")
                hashes[algorithm] = value
            origin.update(kind="archive", digests={str(k): str(v) for k, v in hashes.items()})
        else:
            origin["kind"] = "editable" if info.get("editable") is True else "local"
            if origin["kind"] == "editable":
                self.source = folder_of(url)
                if self.source and not os.path.isdir(self.source):
                    self.fault("its editable source folder %s is gone" % shown(self.source))


class DistInfo(Metadata):
    """A ``*.dist-info`` folder."""


class Egg(Metadata):
    """An ``*.egg-info`` folder or file, or an egg's EGG-INFO."""

    main = "PKG-INFO"
    origin = "unknown"

    def get(self, name):
        if name == self.main and os.path.isfile(self.path):
            return read(self.path)
        return read(self.path + "/" + name)

    def named_by_path(self):
        stem = self.stem
        version = re.match(r"[^-]+-([^-]+)", stem[1:] if self.leftover else stem)
        name = Metadata.named_by_path(self)[0]
        return name, shown(version.group(1)) if version else ""

    def read_header(self, header, record):
        Metadata.read_header(self, header, record)
        if not record["requires"]:
            text = (self.optional("requires.txt") or b"").decode("utf-8", "replace")
            record["requires"] = required_by_sections(text)

    def read_installation(self, record):
        if self.present:
            Metadata.read_installation(self, record)
        if self.linked:
            self.source = self.linked
            # No credentials can stand in a folder's name, yet its "?" and "#" are its own.
            record["origin"] = {"kind": "editable", "url": "file://" + shown(self.linked)}

    def imports(self, listing, installer):
        names = set(self.top_level())
        files = None if names else self.optional("installed-files.txt")
        if files:
            parts = re.findall(b"^\\.\\./([^/\\r\\n.][^\\r\\n]*)", files, re.M)
            names = listed_imports(b"".join(part + b",,\n" for part in parts))
        return sorted(names or self.guessed_import())


class Archived(object):
    """Reads the files of metadata from inside a zip file on the import path."""

    def __init__(self, archive, inner, stem):
        super(Archived, self).__init__(os.path.join(archive, inner), stem)
        self.archive = archive

    def get(self, name):
        # zipimport says OSError for a member that is not there; read() would say which.
        try:
            return zipimport.zipimporter(self.archive).get_data(os.path.join(self.path, name))
        except ImportError as problem:
            raise OSError("not a readable zip file: %s" % problem)
        except OSError as problem:
            if problem.filename is None and name != self.main:
                raise FileNotFoundError(str(problem))
            if name != self.main:
                raise FileNotFoundError(problem.filename)
            raise

    def why_unreadable(self, problem):
        return "%s cannot be read: %s" % (self.main, told(problem))

    def guessed_import(self):
        return []


class ArchivedEgg(Archived, Egg):
    """A zipped egg."""


class ArchivedDistInfo(Archived, DistInfo):
    """A wheel, or a zip file into which one was installed."""


def _tidy(line):
    """A folded Requires-Dist line on one line, its URLs without credentials."""
    return _URL.sub(_cut_url, " ".join(line.split()))


def _cut_url(match):
    return without_credentials(match.group())


def _own_import(name):
    """A module of the standard library, whatever else of its name stands on the path."""
    if name not in sys.modules:
        saved = sys.path[:]
        sys.path[:] = _stdlib_first(saved)
        try:
            __import__(name)
        finally:
            sys.path[:] = saved
    return sys.modules[name]


def listed_imports(listing, is_sorted=False):
    """The top-level import names among the files of a RECORD.

    pip (since 18.1) and uv sort it: a long run of one folder is then skipped at once, and only
    sampled. This halves the time for large distributions.
    """
    parts = set()
    position = 0
    end = len(listing)
    match_run = _RUN.match
    while position < end:
        run = match_run(listing, position) or _QUOTED.match(listing, position)
        if run is None:
            line_end = listing.find(b"\n", position)
            position = line_end + 1 if line_end >= 0 else end
            continue
        parts.add(run.group(1, 2))
        position = run.end()
        if is_sorted and end - position > 4096:
            position = _end_of_run(listing, position, run.group(1) + b"/")
    names = set()
    for part, after in parts:
        name = part.decode("utf-8", "replace")
        if after == b"/":
            if name.isidentifier() and name != "__pycache__":
                names.add(name)
        else:
            match = _MODULE.match(name)
            if match and match.group(1).isidentifier():
                names.add(match.group(1))
    return names


def _end_of_run(listing, position, folder):
    """Where the lines of a folder end in a sorted RECORD; ``position`` if that is in doubt."""
    if not listing.startswith(folder, position):
        return position
    last = listing.rfind(b"\n" + folder, position - 1)
    for part in range(1, 16):
        line = listing.find(b"\n", position + (last - position) * part // 16) + 1
        if not listing.startswith((folder, b'"' + folder), line):
            return position
    return listing.find(b"\n", last + 1) + 1 or len(listing)


def required_by_sections(text):
    """Requires-Dist lines for the sections of an egg's requires.txt.

    Source: https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html#requires-txt
    """
    lines = []
    condition = ""
    for line in (line.strip() for line in text.splitlines()):
        section = re.match(r"\[([^:\]]*)(?::(.*))?\]$", line)
        if section:
            extra, marker = section.group(1), section.group(2)
            both = ["(%s)" % marker if marker and extra else marker or ""]
            both.append('extra == "%s"' % extra if extra else "")
            condition = " and ".join(part for part in both if part)
        elif line and not line.startswith("#"):
            line = _URL.sub(_cut_url, line)
            lines.append("%s; %s" % (line, condition) if condition else line)
    return lines


def folder_of(url):
    """The folder that a file URL names, or None."""
    match = re.match(r"file:(?://(?:localhost)?)?(/.*)$", url, re.S)
    if not match:
        return None
    path = re.sub(
        b"%([0-9A-Fa-f]{2})",
        lambda hexed: bytes(bytearray([int(hexed.group(1), 16)])),
        match.group(1).encode("utf-8", "surrogateescape"),
    ).decode("utf-8", "surrogateescape")
    return os.path.normpath(path[1:] if re.match(r"/[A-Za-z]:", path) else path)


# -- where modules are --------------------------------------------------------------------------


class Found(object):
    """Where one module is, without its having been imported.

    ``kind`` is builtin, frozen, source, bytecode, extension, namespace, or other (a finder of
    its own provides it); ``locations`` are a package's folders, None for a plain module.
    """

    def __init__(self, name, kind, path, locations, loader, entry, found_in):
        self.name = name
        self.kind = kind
        self.path = path
        self.locations = locations
        self.loader = loader
        self.entry = entry
        self.found_in = found_in
        self.owner = None

    def source(self):
        """The bytes of its source; raises OSError."""
        if self.path is None:
            raise OSError("it has no file")
        if hasattr(self.loader, "archive"):
            return self.loader.get_data(self.path)
        return read(self.path)


_STANDARD_FINDERS = (
    importlib.machinery.BuiltinImporter,
    importlib.machinery.FrozenImporter,
    importlib.machinery.PathFinder,
)


class Finder(object):
    """Finds modules as the import system would, importing nothing.

    Each folder of ``code``, then ``current_folder``, stand behind the import path. With
    ``by_files`` a finder that somebody installed is asked only for what no file provides:
    setuptools' one imports setuptools to answer.
    """

    def __init__(self, installed, path=None, code=(), current_folder=None, by_files=False):
        self.installed = installed
        self.by_files = by_files
        self.entries = [(entry or os.getcwd(), "import-path") for entry in _texts(path)]
        self.added = [os.path.abspath(folder) for folder in code]
        self.entries += [(folder, "code") for folder in self.added]
        if current_folder is not None:
            self.added.append(os.path.abspath(current_folder))
            self.entries.append((self.added[-1], "current-folder"))
        library = os.path.dirname(os.__file__)
        dynamic = os.path.dirname(getattr(sys.modules.get("math"), "__file__", None) or library)
        places = [library, os.path.join(library, "lib-dynload"), dynamic]
        self.stdlib = {os.path.realpath(place) for place in places}
        self._found = {}
        self._importers = {}

    def find(self, name):
        """A Found, or None."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def missing_part(self, name):
        """The first dotted part of a name that is not there, or None."""
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            if self.find(".".join(parts[:count])) is None:
                return ".".join(parts[:count])
        return None

    def _find(self, name):
        parent = name.rpartition(".")[0]
        if parent:
            package = self.find(parent)
            if package is None or package.locations is None:
                return None
            entries = [(place, package.found_in) for place in package.locations]
            return self._search(name, entries, package.entry)
        if name in sys.builtin_module_names:
            return Found(name, "builtin", None, None, None, None, None)
        finders = list(sys.meta_path)
        if self.by_files:
            finders.sort(key=lambda finder: finder not in _STANDARD_FINDERS)
        for finder in finders:
            if finder is importlib.machinery.PathFinder:
                found = self._search(name, self.entries, None)
            elif finder is importlib.machinery.BuiltinImporter:
                found = None
            elif finder is importlib.machinery.FrozenImporter:
                found = self._frozen(name)
            else:
                found = self._by_finder(finder, name)
            if found is not None:
                return found
        return None

    @staticmethod
    def _frozen(name):
        spec = importlib.machinery.FrozenImporter.find_spec(name)
        if spec is None:
            return None
        places = list(spec.submodule_search_locations or []) or None
        if spec.submodule_search_locations is not None:
            places = places or [os.path.join(os.path.dirname(os.__file__), name)]
        return Found(name, "frozen", None, places, None, None, None)

    @staticmethod
    def _by_finder(finder, name):
        """What a finder of its own says, as editable installs bring them."""
        try:
            spec = finder.find_spec(name, None)
        except Exception:  # a broken finder finds nothing; the import system would fail later
            return None
        return _found_by_spec(name, spec, None, "import-path") if spec is not None else None

    def _search(self, name, entries, top_entry):
        portions = []
        found_in = None
        for entry, where in entries:
            spec = self._spec(name, entry)
            if spec is None:
                continue
            if spec.loader is not None:
                return _found_by_spec(name, spec, top_entry or entry, where)
            portions += list(spec.submodule_search_locations or [])
            found_in = found_in or where
        if not portions:
            return None
        return Found(name, "namespace", None, portions, None, top_entry or portions[0], found_in)

    def _spec(self, name, entry):
        if entry not in self._importers:
            self._importers[entry] = _importer(entry)
        importer = self._importers[entry]
        if importer is None:
            return None
        if hasattr(importer, "find_spec"):
            return importer.find_spec(name)
        loader = importer.find_module(name)  # zipimport before Python 3.10
        if loader is None:
            return None
        from importlib.util import spec_from_loader

        spec = spec_from_loader(name, loader)
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations = [os.path.join(entry, name.rpartition(".")[2])]
        spec.origin = loader.get_filename(name)
        return spec

    def owner(self, found):
        """("stdlib" | "distribution" | "local" | "unknown", the distribution's record or None)."""
        if found.owner is None:
            found.owner = self._owner(found)
        return found.owner

    def _owner(self, found):
        if found.kind in ("builtin", "frozen"):
            return "stdlib", None
        if found.entry is not None and found.kind != "namespace" and self._is_stdlib(found.entry):
            return "stdlib", None
        paths = [found.path] if found.path else list(found.locations or [])
        top = found.name.partition(".")[0]
        for path in paths:
            for way in sorted({path, os.path.realpath(path)}, key=path.__ne__):
                record = self.installed.owner(way, top, found.found_in == "import-path")
                if record is not None:
                    return "distribution", record
        if found.kind == "other" and not found.path:
            return "unknown", None
        return "local", None

    def _is_stdlib(self, entry):
        place = os.path.realpath(entry)
        return place in self.stdlib or (place.endswith(".zip") and place == _ZIPPED)


_ZIPPED = os.path.realpath(
    os.path.join(sys.base_prefix, "python%d%d.zip" % tuple(sys.version_info[:2]))
)


def _texts(path):
    return [entry for entry in (sys.path if path is None else path) if isinstance(entry, str)]


def _importer(entry):
    """The path entry finder for a folder or archive, or None."""
    for hook in sys.path_hooks:
        try:
            return hook(entry)
        except ImportError:
            continue
    return None


def _found_by_spec(name, spec, entry, found_in):
    machinery = importlib.machinery
    kinds = (
        (machinery.SourceFileLoader, "source"),
        (machinery.SourcelessFileLoader, "bytecode"),
        (machinery.ExtensionFileLoader, "extension"),
    )
    kind = "other"
    path = spec.origin if spec.origin and os.path.isabs(spec.origin) else None
    for loader, its_kind in kinds:
        if isinstance(spec.loader, loader):
            kind = its_kind
            path = getattr(spec.loader, "path", path)
    if kind == "other" and path and path.endswith(".py") and os.path.isfile(path):
        kind = "source"  # an import hook that reads plain files, as pytest's
    if isinstance(spec.loader, zipimport.zipimporter) and path:
        kind = "source" if path.endswith(".py") else "bytecode"
    places = spec.submodule_search_locations
    return Found(
        name, kind, path, None if places is None else list(places), spec.loader, entry, found_in
    )


# -- what a source file says --------------------------------------------------------------------


def parsed(data, path):
    """The syntax tree of a source file, by this Python's grammar; raises SyntaxError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(data, shown(path or "<source>"))
            # Some errors are found only behind the parser: a "return" outside a function, a
            # future feature that this Python does not have.
            compile(data, shown(path or "<source>"), "exec", dont_inherit=True)
        except ValueError as problem:  # a NUL byte, before Python 3.12
            if isinstance(problem, SyntaxError):
                raise
            raise SyntaxError(str(problem))
        except (MemoryError, RecursionError):
            raise SyntaxError("nested too deeply")
    return tree


_SKIPPED_FIELDS = frozenset(["ctx", "kind", "type_comment", "type_ignores"])
_OLD_CONSTANTS = {
    "Num": "n",
    "Str": "s",
    "Bytes": "s",
    "NameConstant": "value",
    "Constant": "value",
}


def syntax_digest(tree):
    """sha256 over a form of the tree that is the same for every Python from 3.6 on.

    Comments, layout and positions are not in it; docstrings are.
    """
    parts = ["envguard-syntax-1 "]
    _write_node(tree, parts.append)
    return hashlib.sha256("".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _write_node(node, add):
    name = type(node).__name__
    if not isinstance(node, ast.AST):
        _write_value(node, add)
    elif name in _OLD_CONSTANTS:
        _write_constant(getattr(node, _OLD_CONSTANTS[name]), add)
    elif name == "Ellipsis":
        _write_constant(Ellipsis, add)
    elif name == "Index":
        _write_node(node.value, add)
    else:
        add("(" + ("Tuple" if name == "ExtSlice" else name))
        for field in node._fields:
            value = getattr(node, field, None)
            if field in _SKIPPED_FIELDS or value is None or value == []:
                continue
            if name == "JoinedStr":
                value = _joined(value)
            elif field == "format_spec":
                value = _joined([value])
                if not value:
                    continue
            add(" %s=" % ("elts" if name == "ExtSlice" else field))
            _write_node(value, add)
        add(")")


def _write_value(value, add):
    if isinstance(value, list):
        add("[")
        for item in value:
            _write_node(item, add)
            add(",")
        add("]")
    elif isinstance(value, str):
        add(ascii(value))
    else:
        _write_constant(value, add)


def _write_constant(value, add):
    # hex(): writing a huge integer in decimals is refused since Python 3.11.
    text = hex(value) if type(value) is int else ascii(value)
    add("<%s %s>" % (type(value).__name__, text))


def _joined(values):
    """The parts of an f-string: nested ones opened, neighbouring texts joined, empty ones out."""
    parts = []
    for value in values:
        name = type(value).__name__
        if name == "JoinedStr":
            inner = _joined(value.values)
        elif name in ("Str", "Constant"):
            inner = [getattr(value, _OLD_CONSTANTS[name])]
        else:
            inner = [value]
        for part in inner:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part != "":
                parts.append(part)
    return parts


def absolute_module(module, is_package, node):
    """The absolute name that ``from X import`` means in a module; None beyond its top."""
    if not node.level:
        return node.module
    parts = module.split(".")
    drop = node.level - (1 if is_package else 0)
    if drop >= len(parts):
        return None
    base = ".".join(parts[: len(parts) - drop])
    return base + "." + node.module if node.module else base


class Block(object):
    """What a run of statements binds and needs, in their order.

    ``names`` are bound for sure, to one of: ("here", node), ("module", name),
    ("from", module, name), ("if", needs, binding), ("either", binding, binding). ``maybe`` are
    names with the reason why they are not for sure. ``needs`` are ("import", module),
    ("from", module, name), ("beyond", text), ("guard", needs, needs of the handler), each with
    its line in front.
    """

    def __init__(self):
        self.names = {}
        self.lines = {}
        self.maybe = {}
        self.needs = []
        self.stars = []
        self.maybe_stars = False
        self.raises = False

    def bind(self, name, binding, line):
        self.names[name] = binding
        self.lines.setdefault(name, line)
        self.maybe.pop(name, None)

    def absorb(self, other):
        """These statements run next."""
        for name in other.maybe:
            if name not in self.names:
                self.maybe[name] = other.maybe[name]
        for name in other.names:
            self.bind(name, other.names[name], other.lines.get(name, 0))
        self.needs += other.needs
        self.stars += other.stars
        self.maybe_stars |= other.maybe_stars
        self.raises |= other.raises

    def perhaps(self, other, reason):
        """These statements may run."""
        for name in list(other.names) + list(other.maybe):
            if name not in self.names:
                self.maybe.setdefault(name, reason)
        self.maybe_stars |= bool(other.stars) or other.maybe_stars


class Source(object):
    """The top level of one source file, as far as reading tells."""

    def __init__(self, tree, module, is_package, data):
        self.module = module
        self.is_package = is_package
        self.data = data
        self.exports = None
        self.exports_known = True
        self.top = self.block(tree.body)

    def block(self, body):
        block = Block()
        for statement in body:
            visit = getattr(self, "on_" + type(statement).__name__, None)
            if visit is not None:
                visit(statement, block)
            if block.raises:
                break
        return block

    def replaces_itself(self):
        """Whether it puts something into sys.modules, perhaps in its own place."""
        return bool(
            re.search(
                b"\\bmodules\\s*\\[[^\\]\\n]*\\]\\s*=[^=]|\\bmodules\\.(?:update|setdefault)\\b",
                self.data,
            )
        )

    def makes_names(self):
        """The way by which it may bind names that its text does not show, or None."""
        found = re.search(b"\\b(globals|vars|locals|setattr|exec|eval|__dict__)\\b", self.data)
        return found.group(1).decode() if found else None

    # Each of these reads one kind of statement.

    def on_FunctionDef(self, node, block):
        block.bind(node.name, ("here", node), node.lineno)

    on_AsyncFunctionDef = on_FunctionDef

    def on_ClassDef(self, node, block):
        inner = self.block(node.body)
        block.needs += inner.needs
        block.bind(node.name, ("here", node), node.lineno)

    def on_Import(self, node, block):
        for alias in node.names:
            block.needs.append((node.lineno, "import", alias.name))
            if alias.asname:
                block.bind(alias.asname, ("module", alias.name), node.lineno)
            else:
                top = alias.name.partition(".")[0]
                block.bind(top, ("module", top), node.lineno)

    def on_ImportFrom(self, node, block):
        base = absolute_module(self.module, self.is_package, node)
        if base is None:
            block.needs.append((node.lineno, "beyond", "." * node.level + (node.module or "")))
            return
        for alias in node.names:
            if alias.name == "*":
                block.needs.append((node.lineno, "import", base))
                block.stars.append(base)
                continue
            block.needs.append((node.lineno, "from", base, alias.name))
            block.bind(alias.asname or alias.name, ("from", base, alias.name), node.lineno)

    def on_Assign(self, node, block):
        for target in node.targets:
            self.bind_target(target, node, block)
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if "__all__" in names:
            self.exports = _literal_names(node.value)
            self.exports_known = self.exports is not None

    def on_AnnAssign(self, node, block):
        if node.value is not None:
            self.bind_target(node.target, node, block)

    def on_AugAssign(self, node, block):
        if isinstance(node.target, ast.Name) and node.target.id == "__all__":
            more = _literal_names(node.value)
            self.exports_known = self.exports_known and more is not None
            self.exports = (self.exports or []) + (more or [])

    def on_TypeAlias(self, node, block):
        block.bind(node.name.id, ("here", node), node.lineno)

    def bind_target(self, target, node, block):
        if isinstance(target, ast.Name):
            block.bind(target.id, ("here", node), node.lineno)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for inner in target.elts:
                self.bind_target(inner, node, block)
        elif isinstance(target, ast.Starred):
            self.bind_target(target.value, node, block)

    def on_Delete(self, node, block):
        for target in node.targets:
            if isinstance(target, ast.Name):
                block.names.pop(target.id, None)
                block.maybe[target.id] = "is deleted again at line %d" % node.lineno

    def on_Raise(self, node, block):
        block.raises = True

    def on_Expr(self, node, block):
        call = node.value
        if isinstance(call, ast.Call) and _dotted(call.func) in (
            "sys.exit",
            "exit",
            "quit",
            "os._exit",
        ):
            block.raises = True

    def on_If(self, node, block):
        truth = static_truth(node.test)
        body, other = self.block(node.body), self.block(node.orelse)
        if truth is not None:
            block.absorb(body if truth else other)
        elif other.raises and not body.raises:
            block.absorb(body)
        elif body.raises and not other.raises:
            block.absorb(other)
        else:
            self.branch(node, block, body, other)

    def branch(self, node, block, body, other):
        reason = "is defined only under the condition at line %d" % node.lineno
        block.raises |= body.raises and other.raises
        for name in body.names:
            if name in other.names:
                binding = ("either", body.names[name], other.names[name])
                block.bind(name, binding, node.lineno)
        block.perhaps(body, reason)
        block.perhaps(other, reason)

    def on_For(self, node, block):
        self.loop(node, block)
        inner = Block()
        self.bind_target(node.target, node, inner)
        block.perhaps(inner, "is bound by the loop at line %d" % node.lineno)

    on_AsyncFor = on_For

    def on_While(self, node, block):
        self.loop(node, block)

    def loop(self, node, block):
        reason = "is defined only in the loop at line %d" % node.lineno
        block.perhaps(self.block(node.body), reason)
        block.perhaps(self.block(node.orelse), reason)

    def on_Match(self, node, block):
        reason = "is defined only under the condition at line %d" % node.lineno
        for case in node.cases:
            block.perhaps(self.block(case.body), reason)

    def on_With(self, node, block):
        body = self.block(node.body)
        for item in node.items:
            if item.optional_vars is not None:
                self.bind_target(item.optional_vars, node, block)
            call = item.context_expr
            if isinstance(call, ast.Call) and _dotted(call.func).endswith("suppress"):
                self.guard(block, body, [Block()])
                return
        block.absorb(body)

    on_AsyncWith = on_With

    def on_Try(self, node, block):
        body = self.block(node.body)
        handlers = [
            (_catches_import(handler), self.block(handler.body)) for handler in node.handlers
        ]
        if not body.raises:
            body.absorb(self.block(node.orelse))
        going_on = [handler for catches, handler in handlers if catches and not handler.raises]
        if going_on:
            self.guard(block, body, going_on)
        else:
            block.absorb(body)
        # A handler that ends in a raise leaves nothing behind; one for other errors may run.
        reason = "is defined only if the try at line %d fails" % node.lineno
        for catches, handler in handlers:
            if not catches and not handler.raises:
                block.perhaps(handler, reason)
        block.absorb(self.block(node.finalbody))

    on_TryStar = on_Try

    def guard(self, block, body, handlers):
        """Statements whose failing imports are caught, and what then runs instead."""
        block.needs.append((0, "guard", body.needs, handlers[0].needs))
        for name in body.names:
            binding = ("if", body.needs, body.names[name])
            if all(name in handler.names for handler in handlers):
                binding = ("either", binding, handlers[0].names[name])
            block.bind(name, binding, body.lines.get(name, 0))
        for handler in handlers:
            block.perhaps(handler, "is defined only where an import fails")
        block.perhaps(body, "is defined only where no import fails")


def _dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return _dotted(node.value) + "." + node.attr
    return ""


def _constant(node):
    """(True, value) of a literal, else (False, None)."""
    try:
        return True, ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False, None


def _literal_names(node):
    known, value = _constant(node)
    if known and isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value):
        return list(value)
    return None


_CATCHING = frozenset(["ImportError", "ModuleNotFoundError", "Exception", "BaseException"])


def _catches_import(handler):
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(_dotted(kind).rpartition(".")[2] in _CATCHING for kind in kinds)


def static_truth(test):
    """The value of a condition that only this Python decides; None where more would be needed."""
    known, value = _constant(test)
    if known:
        return bool(value)
    name = _dotted(test)
    if name in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING"):
        return False
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        truth = static_truth(test.operand)
        return None if truth is None else not truth
    if isinstance(test, ast.BoolOp):
        truths = [static_truth(value) for value in test.values]
        decisive = isinstance(test.op, ast.Or)
        if decisive in truths:
            return decisive
        return None if None in truths else not decisive
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compared(test.left, test.ops[0], test.comparators[0])
    return None


_COMPARE = {
    "Eq": lambda a, b: a == b,
    "NotEq": lambda a, b: a != b,
    "Lt": lambda a, b: a < b,
    "LtE": lambda a, b: a <= b,
    "Gt": lambda a, b: a > b,
    "GtE": lambda a, b: a >= b,
}


def _compared(left, operator, right):
    known, value = _constant(right)
    compare = _COMPARE.get(type(operator).__name__)
    if not known or compare is None:
        return None
    facts = {"sys.version_info": tuple(sys.version_info), "sys.platform": sys.platform,
             "os.name": os.name, "sys.version_info.major": sys.version_info[0],
             "sys.version_info.minor": sys.version_info[1]}  # fmt: skip
    name = _dotted(left)
    if name == "__name__":
        return compare("an imported module", value) if value == "__main__" else None
    if isinstance(left, ast.Subscript) and _dotted(left.value) == "sys.version_info":
        fact = _version_part(left.slice)
    else:
        fact = facts.get(name)
    if fact is None:
        return None
    try:
        return bool(compare(fact, value))
    except TypeError:
        return None


def _version_part(index):
    index = index.value if type(index).__name__ == "Index" else index
    if isinstance(index, ast.Slice):
        known, upper = _constant(index.upper) if index.upper is not None else (False, None)
        simple = index.lower is None and index.step is None
        return tuple(sys.version_info)[:upper] if known and simple else None
    known, at = _constant(index)
    return sys.version_info[at] if known and isinstance(at, int) and 0 <= at < 5 else None


# -- resolving ----------------------------------------------------------------------------------

RESOLVED = ("resolved", "", None)
_ALWAYS = frozenset(
    ["__name__", "__doc__", "__file__", "__package__", "__spec__", "__loader__", "__dict__"]
)


def unproven(reason):
    return ("unproven", reason, None)


def looked_up(module, name):
    """The outcome of looking a dotted name up in a module that is imported."""
    value = module
    for hop in name.split(".") if name else ():
        try:
            value = getattr(value, hop)
        except AttributeError:
            return ("name-missing", "", None)
        except BaseException as problem:
            return failed_import(problem)
    return RESOLVED


def failed_import(problem, module=None):
    """The outcome of an import that raised."""
    missing = None
    if isinstance(problem, ImportError):
        absent = type(problem).__name__ == "ModuleNotFoundError"
        missing = getattr(problem, "name", None) if absent else None
        if missing is None:
            # Some libraries raise it by hand, without the name.
            found = re.search(r"No module named '?([\w.]+)", str(problem))
            missing = found.group(1) if found else None
        if missing and module and (module + ".").startswith(missing + "."):
            return ("module-missing", told(problem), missing)
    return ("import-fails", told(problem), missing)


class Closure(object):
    """How much may still be read to prove one installed module."""

    def __init__(self):
        self.files = CLOSURE_FILES
        self.bytes = CLOSURE_BYTES
        self.states = {}

    def takes(self, size):
        self.files -= 1
        self.bytes -= size
        return self.files >= 0 and self.bytes >= 0


class Resolver(object):
    """Decides for needed names whether this place has them.

    An outcome is (state, detail, missing module), as in facts.target.Resolution. ``announce`` is
    called before each import, with the module's name. In mode "files" nothing but the standard
    library is imported, in "auto" installed code as well, in "import" local code too.
    """

    def __init__(self, finder, mode="auto", announce=None):
        self.finder = finder
        self.mode = mode
        self.announce = announce or (lambda module: None)
        self.imported = {}
        """Outcomes of the imports done here, by module."""
        self.total = CLOSURE_BYTES * 2
        self._states = {}
        self._active = {}
        self._names = set()
        self._sources = {}
        self._closure = None
        self._extended = False
        self._compiled = {}

    # One need.

    def resolve(self, module, name):
        """A resolution of one need, in the shape of facts.target.Resolution."""
        answer = self.place(module, name)
        try:
            state, detail, missing = self.prove(module, name)
        except RecursionError:
            state, detail, missing = unproven("its imports are nested too deeply to follow")
        except Exception as problem:
            state, detail, missing = unproven("the probe failed: " + told(problem))
        answer.update(state=state, detail=first_line(detail), missing=missing)
        if state not in ("unproven", "main"):
            answer["by"] = "import" if self._by_import(module) else "files"
        return answer

    def place(self, module, name):
        """The part of a resolution that is known before anything is proved."""
        answer = {
            "module": module, "name": name, "state": "unproven", "by": None, "owner": "unknown",
            "distribution": None, "path": None, "found_in": None, "detail": "", "missing": None,
        }  # fmt: skip
        found = self.finder.find(module) if is_module_name(module) else None
        if found is None and is_module_name(module) and "." in module:
            # What would be in a package, or is made by it as os.path is, belongs to it.
            package = self.place(module.rpartition(".")[0], "")
            answer.update(owner=package["owner"], distribution=package["distribution"])
        if found is not None:
            owner, record = self.finder.owner(found)
            answer["owner"] = owner
            answer["path"] = shown(found.path) if found.path else None
            if record is not None and isinstance(record["name"], str):
                answer["distribution"] = record["name"]
            if owner == "local":
                answer["found_in"] = found.found_in
        return answer

    def needs_import(self, module):
        """Whether a module will be imported for certain: it is tried after all others."""
        found = self.finder.find(module) if is_module_name(module) else None
        if found is None or self.mode == "files":
            return False
        owner, record = self.finder.owner(found)
        return owner != "stdlib" and (
            self.mode == "import" or (owner == "distribution" and has_extensions(record))
        )

    def _by_import(self, module):
        return self.mode != "files" and (module in self.imported or module in sys.modules)

    def prove(self, module, name):
        if module in ("__main__", "__mp_main__"):
            return ("main", "", None)
        if not is_module_name(module):
            return ("module-missing", "not a module's name", module)
        state = self.module_state(module)
        if state[0] != "resolved" or not name:
            return state
        return self.name_state(module, name.split("."))

    # Modules.

    def module_state(self, module):
        """The outcome of importing a module."""
        states = self._states if self._closure is None else self._closure.states
        if module in self._states:
            return self._states[module]
        if module in states:
            return states[module]
        if module in self._active:
            return RESOLVED
        self._active[module] = 0
        try:
            states[module] = state = self._module_state(module)
        finally:
            del self._active[module]
        return state

    def _module_state(self, module):
        if sys.modules.get(module) is not None:
            # The probe's own modules are of the standard library: what a program gets, too.
            return RESOLVED
        found = self.finder.find(module)
        if found is None:
            return self._missing(module)
        owner, record = self.finder.owner(found)
        if self.mode == "import" and not _has_effects(module):
            return self.imported_state(module)
        if owner == "stdlib":
            return self._stdlib_state(module)
        if owner == "local":
            return self._static_state(module, found)
        if self.mode == "files" or self._closure is not None:
            if self._closure is not None and has_extensions(record):
                return unproven("%s has extension modules" % module)
            return self._static_state(module, found)
        if owner == "distribution" and not has_extensions(record):
            if self._within_closure(lambda: self.module_state(module))[0] == "resolved":
                return RESOLVED
        return self.imported_state(module)

    def _within_closure(self, prove):
        """An outcome by files alone, within bounds; unproven beyond them."""
        self._closure = Closure()
        active, self._active = self._active, {}
        try:
            return prove() if self.total > 0 else unproven("enough was read")
        except RecursionError:
            return unproven("its imports are nested too deeply to follow")
        finally:
            self.total -= CLOSURE_BYTES - self._closure.bytes
            self._closure = None
            self._active = active

    def _stdlib_state(self, module):
        if _has_effects(module):
            return RESOLVED
        # In "files" mode too: it is as much the interpreter as what runs this.
        return self.imported_state(module)

    def _missing(self, module):
        missing = self.finder.missing_part(module)
        parent = missing.rpartition(".")[0]
        absent = ("module-missing", "", missing)
        if not parent:
            return absent
        owner = self.finder.owner(self.finder.find(parent))[0]
        state = self.module_state(parent)
        if state[0] != "resolved":
            return state
        if self.mode == "import" or (owner != "local" and self.mode == "auto"):
            # A package may make modules as it is imported: six.moves, os.path.
            return self.imported_state(module) if self._closure is None else unproven("not a file")
        if self.finder.find(parent).kind == "other":
            return unproven("%s is found by a finder of its own" % parent)
        source = self.source(parent)
        if isinstance(source, Source) and re.search(b"__path__|\\bmodules\\b", source.data):
            return unproven("%s arranges its own submodules" % parent)
        return absent

    def _static_state(self, module, found):
        parent = module.rpartition(".")[0]
        if parent:
            state = self.module_state(parent)
            if state[0] != "resolved":
                return state
        if found.kind == "namespace":
            return RESOLVED
        if found.kind != "source":
            return unproven("%s is no source file; only importing it would tell" % module)
        source = self.source(module)
        if not isinstance(source, Source):
            return source
        return self._needs_state(module, source.top.needs, source)

    def source(self, module):
        """The Source of a module, or the outcome that stands in its way."""
        if module not in self._sources:
            found = self.finder.find(module)
            try:
                data = found.source()
            except OSError as problem:
                return unproven("%s cannot be read: %s" % (module, told(problem)))
            if self._closure is not None and not self._closure.takes(len(data)):
                return unproven("more source than is read")
            self._sources[module] = self._parsed(module, found, data)
        return self._sources[module]

    def _parsed(self, module, found, data):
        try:
            tree = self.tree(module, data, found.path)
        except SyntaxError as problem:
            where = " (%s, line %s)" % (os.path.basename(shown(found.path)), problem.lineno)
            text = "%s: %s" % (type(problem).__name__, first_line(problem.msg or ""))
            return ("import-fails", text + where, None)
        return Source(tree, module, found.locations is not None, data)

    def tree(self, module, data, path):
        """The syntax tree of a module; raises SyntaxError."""
        if module not in self._compiled:
            self._compiled[module] = parsed(data, path)
        return self._compiled[module]

    def _needs_state(self, module, needs, source=None):
        for need in needs:
            if module in self._active and need[0]:
                self._active[module] = need[0]
            state = self._need_state(module, need)
            if state[0] in ("module-missing", "name-missing", "import-fails"):
                return self._spread(module, need, state)
            if state[0] != "resolved":
                return state
        if source is not None and source.top.raises:
            return unproven("%s raises as it is imported, unless something prevents it" % module)
        return RESOLVED

    def _need_state(self, module, need):
        kind = need[1]
        if kind == "guard":
            state = self._needs_state(module, need[2])
            return (
                state
                if state[0] in ("resolved", "unproven")
                else self._needs_state(module, need[3])
            )
        if kind == "beyond":
            return ("import-fails", "ImportError: %s leads beyond the top package" % need[2], None)
        if need[2] == "__future__":
            return RESOLVED
        state = self.module_state(need[2])
        if kind == "import" or state[0] != "resolved":
            return state
        return self.name_state(need[2], [need[3]], True)

    @staticmethod
    def _spread(module, need, state):
        """The outcome of a module one of whose imports fails."""
        detail = state[1]
        if state[0] == "module-missing" and not detail:
            detail = "ModuleNotFoundError: No module named '%s'" % state[2]
        elif state[0] == "name-missing":
            detail = "ImportError: cannot import name '%s' from '%s'" % (need[3], need[2])
        if need[0]:
            detail += " (imported by %s, line %d)" % (module, need[0])
        return ("import-fails", detail, state[2])

    # Importing.

    def imported_state(self, module):
        """The outcome of really importing a module, once."""
        if module not in self.imported:
            if not self._extended:
                self._extended = True
                sys.path.extend(entry for entry in self.finder.added if entry not in sys.path)
            self.announce(module)
            try:
                importlib.import_module(module)
                self.imported[module] = RESOLVED
            except BaseException as problem:
                self.imported[module] = failed_import(problem, module)
            self._states[module] = self.imported[module]
        return self.imported[module]

    # Names.

    def name_state(self, module, hops, or_submodule=False):
        """The outcome of looking a dotted name up in a module that can be imported."""
        live = sys.modules.get(module) if module not in self._active else None
        if live is not None:
            state = looked_up(live, ".".join(hops))
            if (
                state[0] == "name-missing"
                and or_submodule
                and self.finder.find(module + "." + hops[0])
            ):
                return self.module_state(module + "." + hops[0])
            return state
        key = (module, tuple(hops))
        if key in self._names:
            return unproven("%s.%s leads back to itself" % (module, ".".join(hops)))
        self._names.add(key)
        try:
            return self._name_state(module, hops, or_submodule)
        finally:
            self._names.discard(key)

    def _name_state(self, module, hops, or_submodule):
        found = self.finder.find(module)
        owner = self.finder.owner(found)[0] if found is not None else "unknown"
        if owner == "distribution" and self.mode == "auto" and self._closure is None:
            state = self._within_closure(
                lambda: self._static_name(module, found, hops, or_submodule)
            )
            if state[0] == "resolved":
                return state
            state = self.imported_state(module)
            if state[0] != "resolved":
                return state
            return self.name_state(module, hops, or_submodule)
        return self._static_name(module, found, hops, or_submodule)

    def _static_name(self, module, found, hops, or_submodule):
        if found is None or found.kind not in ("source", "namespace"):
            return unproven("%s is no source file; only importing it would tell" % module)
        name = hops[0]
        child = self.finder.find(module + "." + name) if found.locations is not None else None
        if found.kind == "namespace":
            if child is None:
                return ("name-missing", "", None)
            return self._child_state(child, hops, or_submodule, ())
        source = self.source(module)
        if not isinstance(source, Source):
            return source
        if source.replaces_itself():
            return unproven("%s puts modules in place as it runs (sys.modules)" % module)
        top = source.top
        if module in self._active and top.lines.get(name, 0) >= self._active[module] > 0:
            if child is None or not or_submodule:
                return unproven("%s is imported in a circle before it defines %s" % (module, name))
            return self.module_state(child.name)
        if name in top.names:
            return self._bound(module, top.names[name], hops)
        if name in _ALWAYS:
            return RESOLVED if len(hops) == 1 else unproven("only running it would tell")
        if name in top.maybe:
            return unproven("%s %s of %s" % (name, top.maybe[name], module))
        starred = self._starred(top, hops)
        if starred is not None and starred[0] == "resolved":
            return starred
        if child is not None:
            return self._child_state(child, hops, or_submodule, top.needs)
        return starred or self._absent(module, name, source)

    def _absent(self, module, name, source):
        if "__getattr__" in source.top.names or "__getattr__" in source.top.maybe:
            return unproven("%s makes names when asked (__getattr__)" % module)
        if source.top.maybe_stars:
            return unproven("%s imports * under a condition" % module)
        if name.startswith("__") and name.endswith("__"):
            return unproven("%s is for the interpreter to set" % name)
        way = source.makes_names()
        if way:
            return unproven("%s may make names as it runs (%s)" % (module, way))
        return ("name-missing", "", None)

    def _child_state(self, child, hops, or_submodule, needs):
        """A name that is no attribute but a submodule of its package."""
        if or_submodule or _imports(needs, child.name):
            state = self.module_state(child.name)
            if state[0] != "resolved" or len(hops) == 1:
                return state
            return self.name_state(child.name, hops[1:])
        return unproven("%s is a module that its package does not import" % child.name)

    def _starred(self, top, hops):
        """What ``from x import *`` gives; None if every x is known not to have the name."""
        doubt = None
        for base in reversed(top.stars):
            state = self._exported(base, hops)
            if state[0] == "resolved":
                return state
            if state[0] != "name-missing":
                doubt = doubt or state
        return doubt

    def _exported(self, base, hops):
        absent = ("name-missing", "", None)
        live = sys.modules.get(base) if base not in self._active else None
        if live is not None:
            listed = getattr(live, "__all__", None)
            if hops[0] not in listed if listed is not None else hops[0].startswith("_"):
                return absent
        else:
            source = self.source(base) if self._is_source(base) else None
            if not isinstance(source, Source):
                return unproven("%s would have to be imported for its *" % base)
            if "__all__" not in source.top.names and "__all__" not in source.top.maybe:
                listed = None
            elif not source.exports_known or "__all__" in source.top.maybe:
                return unproven("%s makes its __all__ as it runs" % base)
            else:
                listed = source.exports
            if hops[0] not in listed if listed is not None else hops[0].startswith("_"):
                return absent
        return self.name_state(base, hops)

    def _is_source(self, module):
        found = self.finder.find(module)
        return found is not None and found.kind == "source"

    def _bound(self, module, binding, hops):
        """The outcome for a name that a module's text binds."""
        kind = binding[0]
        if kind == "if":
            state = self._needs_state(module, binding[1])
            if state[0] == "resolved":
                return self._bound(module, binding[2], hops)
            return unproven("%s is defined in %s only where an import succeeds" % (hops[0], module))
        if kind == "either":
            state = self._bound(module, binding[1], hops)
            return state if state[0] == "resolved" else self._bound(module, binding[2], hops)
        if kind == "from":
            state = self.module_state(binding[1])
            if state[0] != "resolved":
                return state
            return self.name_state(binding[1], [binding[2]] + hops[1:], True)
        if len(hops) == 1:
            return RESOLVED
        if kind == "module":
            return self._attribute_of_module(binding[1], hops[1:])
        return self._in_class(module, binding[1], hops)

    def _attribute_of_module(self, module, hops):
        state = self.module_state(module)
        return state if state[0] != "resolved" else self.name_state(module, hops)

    def _in_class(self, module, node, hops):
        if not isinstance(node, ast.ClassDef):
            return unproven("%s of %s has its attributes only as it runs" % (hops[0], module))
        source = self._sources[module]
        block = source.block(node.body)
        if hops[1] in block.names:
            return self._bound(module, block.names[hops[1]], hops[1:])
        if node.bases or node.keywords or node.decorator_list or block.maybe:
            return unproven("%s may get %s from elsewhere" % (hops[0], hops[1]))
        return ("name-missing", "", None)


def _imports(needs, module):
    """Whether imports among ``needs``, caught or not, load a module for certain."""
    for need in needs:
        if need[1] in ("import", "from") and (need[2] + ".").startswith(module + "."):
            return True
        if need[1] == "from" and need[2] + "." + need[3] == module:
            return True
    return False


def is_module_name(name):
    return bool(name) and all(part for part in name.split(".")) and "\x00" not in name


def _has_effects(module):
    return module.partition(".")[0] in EFFECTS or module.endswith(".__main__")


def has_extensions(record):
    """Whether a distribution lists extension modules: then importing it is the way."""
    if record is None:
        return True
    if record["name"] == "cloudpickle" and sys.version_info < (3, 8):
        # Its modules for newer releases fail at their top there, by names that types lacks.
        return True
    if record["record_sha256"] not in _EXTENSIONS:
        try:
            listing = read(os.path.join(record["path"], "RECORD"))
        except OSError:
            listing = b""
        _EXTENSIONS[record["record_sha256"]] = b".so," in listing or b".pyd," in listing
    return _EXTENSIONS[record["record_sha256"]]


_EXTENSIONS = {None: False}


# -- local modules ------------------------------------------------------------------------------


def local_modules(resolver, modules):
    """The local modules that the given ones reach by their imports, themselves included.

    In the shape of facts.source.LocalModule, ordered by name.
    """
    finder = resolver.finder
    waiting = list(modules)
    seen = set()
    records = []
    while waiting:
        module = waiting.pop()
        if module in seen or not is_module_name(module):
            continue
        seen.add(module)
        found = finder.find(module)
        parent = module.rpartition(".")[0]
        if parent:
            waiting.append(parent)
        if found is None or found.path is None or finder.owner(found)[0] != "local":
            continue
        record = local_module(resolver, found)
        if record is not None:
            records.append(record)
            waiting += record["imports"]
    return sorted(records, key=lambda record: record["module"])


def local_module(resolver, found):
    """One record of local_modules; None for a file that went away."""
    try:
        data = found.source()
    except OSError:
        return None
    record = {
        "module": found.name,
        "path": shown(found.path),
        "sha256": hashlib.sha256(data).hexdigest(),
        "syntax_sha256": unknown("not a source file"),
        "imports": [],
        "found_in": found.found_in,
    }
    if found.kind == "source":
        try:
            tree = resolver.tree(found.name, data, found.path)
            record["syntax_sha256"] = syntax_digest(tree)
            record["imports"] = sorted(all_imports(resolver.finder, tree, found))
        except SyntaxError as problem:
            record["syntax_sha256"] = unknown(
                "line %s: %s" % (problem.lineno, first_line(problem.msg or ""))
            )
        except RecursionError:
            record["syntax_sha256"] = unknown("nested too deeply")
    return record


def all_imports(finder, tree, found):
    """Absolute names of the modules that a tree imports at any level of nesting."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute_module(found.name, found.locations is not None, node)
            if base is None:
                continue
            names.add(base)
            package = finder.find(base)
            if package is not None and package.locations is not None:
                inner = [base + "." + alias.name for alias in node.names if alias.name != "*"]
                names.update(name for name in inner if finder.find(name) is not None)
    names.discard(found.name)
    return names


# -- the answer ---------------------------------------------------------------------------------


def layout(module, name):
    """The field names of a numpy dtype, in the shape of facts.target.Layout."""
    answer = {"module": module, "name": name}
    value = sys.modules.get(module)
    if value is None:
        answer["fields"] = unknown("%s was not imported" % module)
        return answer
    try:
        for hop in name.split("."):
            value = getattr(value, hop)
        fields = value.names
        if not fields or not all(isinstance(field, str) for field in fields):
            answer["fields"] = unknown("it has no named fields")
        else:
            answer["fields"] = [shown(field) for field in fields]
    except Exception as problem:
        answer["fields"] = unknown(told(problem))
    return answer


def signature(module, name):
    """How many arguments a callable takes, in the shape of facts.target.Signature."""
    answer = {"module": module, "name": name, "most": None}
    if sys.modules.get(module) is None:
        answer["least"] = unknown("%s was not imported" % module)
        return answer
    try:
        value = sys.modules[module]
        for hop in name.split("."):
            value = getattr(value, hop)
        ranges = [_positional(way) for way in _ways_to_call(value)]
        most = [upper for _, upper in ranges if upper is not None]
        answer["least"] = max(least for least, _ in ranges)
        answer["most"] = min(most) if most else None
    except Exception as problem:
        answer["least"] = unknown(told(problem))
    return answer


def _ways_to_call(value):
    """What a call goes through, each without the arguments that it gets by itself."""
    import inspect

    if not isinstance(value, type):
        return [inspect.signature(value)]
    if type(value).__call__ is not type.__call__:
        raise TypeError("its metaclass decides what a call does")
    ways = []
    for way in (value.__new__, value.__init__):
        if way not in (object.__new__, object.__init__):
            ways.append(inspect.signature(way.__get__(0, value)))
    return ways or [inspect.Signature()]


def _positional(found):
    least = most = 0
    for parameter in found.parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            most = None
        elif parameter.kind is parameter.KEYWORD_ONLY:
            if parameter.default is parameter.empty:
                raise TypeError("it wants keyword arguments")
        elif parameter.kind is not parameter.VAR_KEYWORD:
            least += parameter.default is parameter.empty
            most = None if most is None else most + 1
    return least, most


def class_uses(request, resolver, installed):
    """What classes do with states, each in the shape of facts.target.ClassUse.

    A class whose distribution has just the release that wrote the state is left out.
    """
    end = time.time() + request.get("class_seconds", 30)
    asked = []
    answers = []
    for question in request["classes"]:
        state = question["state"]
        place = resolver.place(state["module"], state["name"])
        if place["owner"] == "stdlib" or _is_same_release(place, question, installed):
            continue
        if (
            resolver.mode != "files"
            and place["owner"] == "distribution"
            and sys.modules.get(state["module"]) is None
        ):
            resolver.imported_state(state["module"])
        if place["owner"] == "unknown":
            continue  # told by the resolution
        asked.append(dict(state, group=question["group"]))
    if not asked:
        return answers
    namespace = {"__name__": "envguard_class_reader"}
    exec(compile(request["class_reader"], "<envguard class reader>", "exec"), namespace)
    reader = namespace["Reader"](asked)
    for question in asked:
        if time.time() < end:
            use = reader.answer(question)
        else:
            use = {key: question[key] for key in ("module", "name", "group")}
            use["unknown"] = unknown("there was no time left to read its source")
        if use is not None:
            answers.append(use)
    return answers


def _is_same_release(place, question, installed):
    releases = [
        record["version"]
        for record in installed.records
        if record["name"] == place["distribution"] and not record["shadowed"]
    ]
    return place["distribution"] is not None and releases == list(question["wrote"])


def answer(request, emit):
    """Answers a request step by step; ``emit`` takes each step as it is known."""
    if request.get("path") is not None:
        sys.path[:] = request["path"]
    emit({"step": "interpreter", "facts": interpreter_facts()})
    emit({"step": "platform", "facts": platform_facts()})
    installed = Installed()
    emit({"step": "distributions", "packages": installed.records, "trouble": installed.trouble})
    needs = [tuple(need) for need in request.get("needs") or ()]
    resolver = resolve_all(request, needs, installed, emit) if needs else None
    layouts = [layout(*pair) for pair in request.get("layouts") or ()]
    emit({"step": "layouts", "layouts": layouts})
    if resolver is not None and request.get("classes"):
        emit({"step": "classes", "classes": class_uses(request, resolver, installed)})
    callables = request.get("callables") or ()
    if callables:
        emit({"step": "signatures", "signatures": [signature(*pair) for pair in callables]})
    emit({"step": "done"})


def resolve_all(request, needs, installed, emit):
    """The steps of resolving: what files decide first, so that a crash loses little."""
    mode = request.get("resolve") or "auto"
    folders = (request.get("code") or (), request.get("current_folder"))
    finder = Finder(installed, None, folders[0], folders[1], mode == "files")
    current = [None]

    def announce(module):
        emit({"step": "resolving", "module": module, "need": current[0]})

    resolver = Resolver(finder, mode, announce)
    emit({"step": "modules", "modules": local_modules(resolver, [need[0] for need in needs])})
    for need in sorted(needs, key=lambda need: resolver.needs_import(need[0])):
        current[0] = resolver.place(*need)
        emit({"step": "resolved", "resolution": resolver.resolve(*need)})
    return resolver


def _as_line(mark, step):
    text = json.dumps(step)
    if re.search(r"\\ud[89a-f]", text):
        text = json.dumps(_encodable(step))
    # A line end in front: noise without one may have come before.
    return ("\n" + mark + text + "\n").encode("ascii")


def _encodable(value):
    if isinstance(value, dict):
        return {_encodable(key): _encodable(value[key]) for key in value}
    if isinstance(value, (list, tuple)):
        return [_encodable(item) for item in value]
    return shown(value) if isinstance(value, str) else value


def main():
    """Answers the request on standard input; what libraries print goes to standard error."""
    out = os.dup(1)
    os.dup2(2, 1)
    request = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv[:] = [""]
    mark = request["mark"]

    def emit(step):
        line = _as_line(mark, step)
        while line:
            line = line[os.write(out, line) :]

    answer(request, emit)
    # Libraries' threads and exit handlers have no part in the answer.
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
