"""Real tables that come with scikit-learn: measured flowers, wines, tumours, patients and handwritten digits.

The names of columns and classes are those of scikit-learn. Nothing is downloaded. Only the library's files are read:
importing it would take a second and 90 MB of every process that trains.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import numpy as np
from annotated_types import Interval

from engine.activations import activations
from engine.datasets.dataset import Dataset, Family, Samples, datasets
from engine.layers import Convolution, Dense, Flatten, MaxPooling
from engine.registry import Help, Slider
from engine.scaling import MinMax, Scaling, Standardize
from engine.splits import HELD_OUT_FIFTH
from engine.types import Array

ROWS = Help(
    "Examples", "How many rows of the table are used, drawn at random; a larger set begins with the smaller.", "m"
)

FILES = {
    "iris": ("iris.csv",),
    "wine": ("wine_data.csv",),
    "breast_cancer": ("breast_cancer.csv",),
    "diabetes": ("diabetes_data_raw.csv.gz", "diabetes_target.csv.gz"),
    "digits": ("digits.csv.gz",),
}
"""Where scikit-learn keeps the columns of each table; the last is the target."""


class Table(Dataset):
    """A table of real measurements, its rows in random order; its kind is the name that scikit-learn has for it."""

    family: Family = "tables"
    domain = None
    default_split = HELD_OUT_FIFTH
    default_scaling: Scaling = Standardize()

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw rows without putting any back."""
        inputs, targets = load(self.kind)
        order = rng.permutation(len(inputs))[: self.samples]
        return Samples(inputs[order], targets[order])


@cache
def load(kind: str) -> tuple[Array, Array]:
    """Return inputs and targets of one of scikit-learn's tables, in its order and its units, not to be written to."""
    table = np.hstack([_read(name) for name in FILES[kind]])
    inputs, targets = table[:, :-1], table[:, -1]
    inputs.setflags(write=False)
    targets.setflags(write=False)
    return inputs, targets


def _read(name: str) -> Array:
    """Return the numbers in one of scikit-learn's files, a row for each line; those not packed begin with names."""
    library = find_spec("sklearn")
    assert library is not None
    assert library.origin is not None
    path = Path(library.origin).parent / "datasets/data" / name
    separator = None if name.startswith("diabetes") else ","
    return np.loadtxt(path, delimiter=separator, skiprows=int(name.endswith(".csv")), ndmin=2)


@datasets.register("iris")
class Iris(Table):
    """Three kinds of iris, told apart by the size of their leaves; one kind stands apart, two overlap a little."""

    title = "Iris"
    formula = r"x \in \mathbb{R}^4 \mapsto y \in \{\text{setosa}, \text{versicolor}, \text{virginica}\},\quad m = 150"
    try_this = "Keep only the two petal features: almost nothing is lost. Then keep only the two of the sepals."
    source = "Fisher, The use of multiple measurements in taxonomic problems (1936); measured by Anderson"
    task = "multiclass"
    classes = 3
    class_names = ("setosa", "versicolor", "virginica")
    input_names = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")

    samples: Annotated[int, Interval(ge=2, le=150), Slider(10, 150, step=10), ROWS] = 150


@datasets.register("wine")
class Wine(Table):
    """Three growers in one valley, told apart by the chemistry of their wines: columns of very different size."""

    title = "Wine"
    formula = r"x \in \mathbb{R}^{13} \mapsto y \in \{0, 1, 2\},\quad m = 178"
    try_this = "Set the scaling to none: proline, in the hundreds, drowns every other column and training stalls."
    source = "Forina, Leardi, Armanino & Lanteri, PARVUS (1988)"
    task = "multiclass"
    classes = 3
    class_names = ("class_0", "class_1", "class_2")
    input_names = (
        "alcohol",
        "malic_acid",
        "ash",
        "alcalinity_of_ash",
        "magnesium",
        "total_phenols",
        "flavanoids",
        "nonflavanoid_phenols",
        "proanthocyanins",
        "color_intensity",
        "hue",
        "od280/od315_of_diluted_wines",
        "proline",
    )

    samples: Annotated[int, Interval(ge=2, le=178), Slider(10, 178, step=1), ROWS] = 178


MEASURED = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)


@datasets.register("breast_cancer")
class BreastCancer(Table):
    """Tumours, malignant or benign, told apart by the shape of their cells: overlooking one is the worse mistake."""

    title = "Breast cancer"
    formula = r"x \in \mathbb{R}^{30} \mapsto y \in \{\text{malignant}, \text{benign}\},\quad m = 569"
    try_this = "Remove every hidden layer: logistic regression is hard to beat. Look at what it misses, not how often."
    source = "Wolberg, Street & Mangasarian, Wisconsin Diagnostic Breast Cancer (1995)"
    task = "binary"
    classes = 2
    class_names = ("malignant", "benign")
    input_names = (
        *(f"mean {quantity}" for quantity in MEASURED),
        *(f"{quantity} error" for quantity in MEASURED),
        *(f"worst {quantity}" for quantity in MEASURED),
    )

    samples: Annotated[int, Interval(ge=2, le=569), Slider(19, 569, step=10), ROWS] = 569


@datasets.register("diabetes")
class Diabetes(Table):
    """Patients and how far their diabetes has progressed a year later, a number from 25 to 346: a noisy real task.

    The network learns the standardized progression; its answers are given back as progression.
    """

    title = "Diabetes"
    formula = r"x \in \mathbb{R}^{10} \mapsto y \in [25, 346],\quad m = 442"
    try_this = "Compare no hidden layer with many units: the training loss falls, the test loss rises. Then regularize."
    source = "Efron, Hastie, Johnstone & Tibshirani, Least angle regression (2004)"
    task = "regression"
    input_names = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
    default_target_scaling = Standardize()

    samples: Annotated[int, Interval(ge=2, le=442), Slider(12, 442, step=10), ROWS] = 442


@datasets.register("digits")
class Digits(Table):
    """Handwritten digits, eight by eight pixels of 0 to 16: what the ink looks like is all that is known."""

    title = "Digits"
    formula = r"x \in \{0, \ldots, 16\}^{8 \times 8} \mapsto y \in \{0, \ldots, 9\},\quad m = 1797"
    try_this = "Compare a dense network with a small convolutional one, then turn on small shifts of the images."
    source = "Alpaydin & Kaynak, Optical recognition of handwritten digits (1998)"
    task = "multiclass"
    classes = 10
    class_names = tuple("0123456789")
    input_names = tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8))
    input_shape = (8, 8, 1)
    family = "images"
    suggested_layers = (
        Convolution(),
        MaxPooling(),
        Flatten(),
        Dense(units=32, activation=activations["relu"]()),  # type: ignore[call-arg]
    )
    default_scaling = MinMax()

    samples: Annotated[int, Interval(ge=2, le=1797), Slider(97, 1797, step=100), ROWS] = 1797
