"""Classes whose state another release takes without a word and understands otherwise.

What an object has or lacks decides wherever it can: the release that wrote it is then not needed.
Source: the sources of scikit-learn 0.20 to 1.9, and real objects of its estimators used in twelve
of these releases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from envguard.facts.artifact import ArtifactFacts, ObjectState
from envguard.facts.unknown import Unknown
from envguard.judgement.versions import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.judgement.case import Case

NEWEST = "99"
SKLEARN = "scikit-learn"
_FLOAT = 8
_MANY = range(3, 1001)
_ASKING_OTHERWISE = frozenset(
    {"OneVsOneClassifier", "OutputCodeClassifier", "SelectFromModel", "RFE", "RFECV"}
)


class Meaning(Struct, frozen=True, kw_only=True):
    """A state that some releases understand otherwise than the one that wrote it."""

    modules: tuple[str, ...]
    names: tuple[str, ...]
    reads: tuple[str, str]
    """The releases that understand it otherwise: first, and end."""
    says: str
    wrote: tuple[str, str] | None = None
    """The releases that write it so; None where the state itself shows it."""
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    value: tuple[str, str] | None = None
    """An attribute and the constant that it has, in the words of ObjectState."""
    also: Callable[[ArtifactFacts, ObjectState], bool] | None = None
    distribution: str = SKLEARN


class DifferentAnswer(Struct, frozen=True, kw_only=True):
    """One class of the artifact that answers otherwise in the target."""

    subject: str
    expected: str
    found: str
    says: str
    wrote: str | None
    distribution: str


def has_two_classes(facts: ArtifactFacts, state: ObjectState) -> bool:
    """Whether a linear classifier has one row of coefficients, or that cannot be told."""
    return _rows(facts, state) in {None, 1} and is_asked_for_probabilities(facts, state)


def has_many_classes(facts: ArtifactFacts, state: ObjectState) -> bool:
    """Whether a linear classifier has several rows of coefficients, or that cannot be told."""
    return _rows(facts, state) != 1 and is_asked_for_probabilities(facts, state)


def is_asked_for_probabilities(facts: ArtifactFacts, state: ObjectState) -> bool:
    """Whether a classifier is not only asked for classes, decisions or importances."""
    del state
    for other in facts.states:
        if other.name in _ASKING_OTHERWISE:
            return False
        if other.name == "VotingClassifier" and "str:soft" not in dict(other.values).get(
            "voting", ()
        ):
            return False
        if other.name == "AdaBoostClassifier":
            return "str:SAMME" not in dict(other.values).get("algorithm", ())
    return True


def _rows(facts: ArtifactFacts, state: ObjectState) -> int | None:
    """1, or how many of several; by the bytes of the arrays beside it: of n_features_in_ numbers
    each, with as many intercepts and classes.
    """
    values = dict(state.values)
    features = values.get("n_features_in_", ())
    arrays = [dict(s.values) for s in facts.states if (s.module, s.name) == ("numpy", "ndarray")]
    sizes = {int(w[6:]) for a in arrays for w in a.get("[4]", ()) if w.startswith("bytes:")}
    if len(features) != 1 or not sizes or not features[0].startswith("int:"):
        return None
    row = _FLOAT * int(features[0][4:])
    several = [n for n in _MANY if row and n * row in sizes and n * _FLOAT in sizes]
    if several:
        return several[0]
    return 1 if row in sizes else None


_LOGISTIC = ("sklearn.linear_model._logistic", "sklearn.linear_model.logistic")
_LOGISTIC_NAMES = ("LogisticRegression", "LogisticRegressionCV")
_TREES = ("sklearn.tree._classes", "sklearn.tree.tree")
_PLS = ("sklearn.cross_decomposition._pls", "sklearn.cross_decomposition.pls_")
_PLS_NAMES = ("PLSRegression", "PLSCanonical", "CCA")
_TEXT = ("sklearn.feature_extraction.text",)
_BOOSTING = ("sklearn.ensemble._weight_boosting", "sklearn.ensemble.weight_boosting")

MEANINGS = (
    # Source: scikit-learn 1.5, LogisticRegression.predict_proba, and 1.4, which knows "auto",
    # "ovr" and "multinomial" and takes "deprecated" for the last.
    Meaning(
        modules=_LOGISTIC,
        names=_LOGISTIC_NAMES,
        has=("coef_",),
        value=("multi_class", "str:deprecated"),
        reads=("0.20", "1.5"),
        also=has_two_classes,
        says="predict_proba takes multi_class='deprecated' for 'multinomial': other probabilities",
    ),
    # Source: scikit-learn 1.8, LogisticRegression.predict_proba, which no longer asks for it.
    Meaning(
        modules=_LOGISTIC,
        names=_LOGISTIC_NAMES,
        has=("coef_",),
        value=("multi_class", "str:ovr"),
        reads=("1.8", NEWEST),
        also=has_many_classes,
        says="predict_proba no longer knows one-vs-rest: it takes the softmax instead",
    ),
    # Source: scikit-learn 1.4, BaseDecisionTree stores fractions in tree_.value, and predict_proba
    # no longer normalises; monotonic_cst came with the same release.
    Meaning(
        modules=_TREES,
        names=("DecisionTreeClassifier", "ExtraTreeClassifier"),
        has=("tree_",),
        lacks=("monotonic_cst",),
        also=is_asked_for_probabilities,
        reads=("1.4", NEWEST),
        says="predict_proba gives the numbers of samples that its leaves hold, not fractions",
    ),
    # Source: scikit-learn 1.5, _PLS.fit divides coef_ by _x_std and predict no longer divides X.
    Meaning(
        modules=_PLS,
        names=_PLS_NAMES,
        has=("coef_",),
        wrote=("1.3", "1.5"),
        reads=("1.5", NEWEST),
        says="predict takes coefficients that are not scaled for scaled ones",
    ),
    Meaning(
        modules=_PLS,
        names=_PLS_NAMES,
        has=("coef_",),
        wrote=("1.5", NEWEST),
        reads=("1.3", "1.5"),
        says="predict scales by coefficients that are scaled already",
    ),
    # Source: scikit-learn 1.5, TfidfTransformer.transform weighs only where idf_ is set; before it
    # was a property over _idf_diag.
    Meaning(
        modules=_TEXT,
        names=("TfidfTransformer",),
        has=("_idf_diag", "n_features_in_"),
        lacks=("idf_",),
        reads=("1.5", NEWEST),
        says="transform leaves the inverse document frequencies out",
    ),
    # Source: scikit-learn 0.23, GaussianProcessRegressor.fit with normalize_y divides y by its
    # deviation as well, and predict multiplies by it.
    Meaning(
        modules=("sklearn.gaussian_process._gpr", "sklearn.gaussian_process.gpr"),
        names=("GaussianProcessRegressor",),
        has=("_y_train_std",),
        value=("normalize_y", "bool:True"),
        reads=("0.20", "0.23"),
        says="predict leaves the deviation of y out",
    ),
    # Source: scikit-learn 1.6, AdaBoostClassifier.decision_function knows SAMME alone.
    Meaning(
        modules=_BOOSTING,
        names=("AdaBoostClassifier",),
        value=("algorithm", "str:SAMME.R"),
        has=("estimators_",),
        reads=("1.6", NEWEST),
        says="decision_function combines SAMME.R's estimators by the rule of SAMME",
    ),
)


def differing_answers(case: Case) -> Iterator[DifferentAnswer]:
    """The classes of the artifact whose states the target understands otherwise."""
    facts = case.facts
    for state in facts.states if facts else ():
        for meaning in MEANINGS:
            if facts is None or not _is_of(state, meaning, facts):
                continue
            reads = case.target_version(meaning.distribution)
            if reads is None or isinstance(reads, Unknown) or not within(reads, *meaning.reads):
                continue
            written = case.written_with(meaning.distribution)
            if meaning.wrote is not None and not any(within(w, *meaning.wrote) for w in written):
                continue
            wrote = written[-1] if written else None
            yield DifferentAnswer(
                subject=f"{state.module}.{state.name}",
                expected=f"{meaning.distribution} {wrote or 'that wrote it'}",
                found=f"{meaning.distribution} {reads}",
                says=meaning.says,
                wrote=wrote,
                distribution=meaning.distribution,
            )


def _is_of(state: ObjectState, meaning: Meaning, facts: ArtifactFacts) -> bool:
    if state.name not in meaning.names or state.module not in meaning.modules:
        return False
    if not any(_shows(frozenset(names), meaning) for names in _variants(state)):
        return False
    if meaning.value is not None:
        attribute, word = meaning.value
        if word not in dict(state.values).get(attribute, ()):
            return False
    return meaning.also is None or meaning.also(facts, state)


def _variants(state: ObjectState) -> tuple[tuple[str, ...], ...]:
    """The attributes of each sort of object of the class."""
    return tuple((*state.keys, *variant) for variant in state.variants or ((),))


def _shows(names: frozenset[str], meaning: Meaning) -> bool:
    return names.issuperset(meaning.has) and names.isdisjoint(meaning.lacks)
