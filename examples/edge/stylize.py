# python stylize.py STYLE.onnx PHOTOGRAPH PAINTING
import sys

import numpy
import onnxruntime
from PIL import Image, ImageOps

style, photograph, painting = sys.argv[1:]

session = onnxruntime.InferenceSession(style)
image = ImageOps.exif_transpose(Image.open(photograph)).convert("RGBA")
(stylized,) = session.run(["stylized"], {"image": numpy.asarray(image)[None]})
Image.fromarray(stylized[0]).convert("RGB").save(painting)
