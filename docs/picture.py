"""The picture of the README: figures of a run of homework 1, put together. `python docs/picture.py runs/<time>`"""

import sys
from pathlib import Path

from PIL import Image

ROWS = (("descent_on_the_loss", "ball_fit"), ("local_lines", "ridge_path"))
WIDTH, GAP = 1600, 24


def beside(images, width):
    """The images in one row of the given width, all of one height."""
    height = (width - GAP * (len(images) - 1)) / sum(image.width / image.height for image in images)
    row, x = Image.new("RGB", (width, round(height)), "white"), 0
    for image in images:
        scaled = image.resize((round(height * image.width / image.height), round(height)), Image.Resampling.LANCZOS)
        row.paste(scaled, (x, 0))
        x += scaled.width + GAP
    return row


def main(run):
    figures = Path(run) / "hw1" / "figures"
    rows = [beside([Image.open(figures / f"{name}.png").convert("RGB") for name in names], WIDTH) for names in ROWS]
    picture, y = Image.new("RGB", (WIDTH, sum(row.height for row in rows) + GAP * (len(rows) - 1)), "white"), 0
    for row in rows:
        picture.paste(row, (0, y))
        y += row.height + GAP
    picture.save(Path(__file__).with_name("homework1.png"), optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
