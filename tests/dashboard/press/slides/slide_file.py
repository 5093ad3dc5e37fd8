"""A PowerPoint file as a reader opens it."""

import io
import zipfile

import pptx
from pptx.presentation import Presentation
from pptx.shapes.autoshape import Shape
from pptx.shapes.picture import Picture
from pptx.slide import Slide


def opened(content: bytes) -> Presentation:
    return pptx.Presentation(io.BytesIO(content))


def shape(slide: Slide, name: str) -> Shape:
    (only,) = (shape for shape in slide.shapes if shape.name == name)
    assert isinstance(only, Shape)
    return only


def picture(slide: Slide) -> Picture:
    (only,) = (shape for shape in slide.shapes if isinstance(shape, Picture))
    return only


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}
