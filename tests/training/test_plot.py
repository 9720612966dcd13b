"""The plot of the docs: well-formed SVG with every curve, every label, and nothing outside its frame."""

from xml.etree import ElementTree

from training.plot import Curve, Panel, draw

SVG = "{http://www.w3.org/2000/svg}"


def test_every_curve_is_drawn_inside_the_frame() -> None:
    panels = [
        Panel(title=f"panel <{number}>", curves=(Curve(name="a & b", values=(100.0, 50.0, 0.0)),)) for number in (1, 2)
    ]
    root = ElementTree.fromstring(draw(panels, labels=["8", "4", "2"], axis="bits", level=94.0, named="float"))  # noqa: S314  # our own text
    width, height = float(root.attrib["width"]) / len(panels), float(root.attrib["height"])
    lines = root.findall(f".//{SVG}polyline")
    assert len(lines) == 2
    for line in lines:
        points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        assert len(points) == 3
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
        assert points[0][1] < points[1][1] < points[2][1]
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"panel <1>", "panel <2>", "a & b", "8", "4", "2", "bits", "float"} <= set(texts)
