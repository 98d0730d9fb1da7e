"""Encodes the test pictures in this folder: four coloured quarters of 64 × 64 pixels.

No test runs this script. Run it to change the pictures. It needs
`pip install pillow pillow-heif numpy`
(libheif with x265, libavif) and, for ten-bit and RGB AVIF, `npm install sharp`.
"""

import numpy
import pillow_heif
from PIL import Image

QUARTERS = numpy.zeros((64, 64, 3), numpy.uint8)
QUARTERS[:32, :32], QUARTERS[:32, 32:] = (200, 30, 30), (30, 160, 30)
QUARTERS[32:, :32], QUARTERS[32:, 32:] = (30, 30, 200), (240, 240, 240)
# The right quarter is transparent.
ALPHA = numpy.full((64, 64, 1), 255, numpy.uint8)
ALPHA[:, 48:] = 0


def heic(name, pixels, mode="RGB", **options):
    height, width = pixels.shape[:2]
    pixels = numpy.ascontiguousarray(pixels)
    picture = pillow_heif.from_bytes(mode=mode, size=(width, height), data=pixels.tobytes())
    picture.save(f"{name}.heic", **{"quality": 90, **options})


def avif(name, pixels, **options):
    Image.fromarray(pixels).save(f"{name}.avif", quality=90, **options)


transparent = numpy.concatenate([QUARTERS, ALPHA], 2)
heic("plain", QUARTERS)
heic("full-chroma", QUARTERS, chroma=444)
heic("ten-bit", QUARTERS.astype(numpy.uint16) * 257, "RGB;16")
heic("odd", QUARTERS[:63, :61])
heic("grey", QUARTERS[:, :, 0], "L")
heic("alpha", transparent, "RGBA")
avif("plain", QUARTERS)
avif("full-chroma", QUARTERS, subsampling="4:4:4")
avif("odd", QUARTERS[:63, :61])
avif("grey", QUARTERS[:, :, 0])
avif("alpha", transparent)
# A single colour, 48 and 63 megapixels without tiles.
heic("untiled", numpy.full((6048, 8064, 3), 90, numpy.uint8), quality=1)
heic("vast", numpy.full((7000, 9000, 3), 90, numpy.uint8), quality=1)
Image.fromarray(QUARTERS).save("quarters.png")
# node -e 'const s = require("sharp");
#          s("quarters.png").avif({ bitdepth: 10, quality: 90 }).toFile("ten-bit.avif");
#          s("quarters.png").avif({ lossless: true }).toFile("rgb.avif")'; rm quarters.png
