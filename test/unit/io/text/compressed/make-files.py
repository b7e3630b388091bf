"""The files that test/unit/io/text/compressed.test.ts undoes, in base64: files.json.

    pip install zstandard==0.25.0 && python test/unit/io/text/compressed/make-files.py

`text` is made by the same rule here and in the test; `x` is 64 MB of one letter.
"""

import base64
import bz2
import json
import lzma
from pathlib import Path

import zstandard

TEXT = "".join(f"Cu {i * i % 251} {i * 7919 % 4}.5\n" for i in range(12_000)).encode()
LETTERS = b"x" * 2**26
CHECKED = zstandard.ZstdCompressor(level=19, write_checksum=True)


def xz(data, check=lzma.CHECK_CRC64, **more):
    return lzma.compress(data, check=check, **more)


def small_window(data):
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 4096, "lc": 1, "lp": 2, "pb": 4}]
    return lzma.compress(data, check=lzma.CHECK_CRC32, filters=filters)


def main():
    half = len(TEXT) // 2
    skipped = b"\x53\x2a\x4d\x18\x03\0\0\0abc"
    long_range = zstandard.ZstdCompressionParameters.from_level(3, window_log=28, enable_ldm=True)
    files = {
        "text": {
            "bzip2 of several blocks": bz2.compress(TEXT, 1),
            "bzip2 of two streams": bz2.compress(TEXT[:half]) + bz2.compress(TEXT[half:]),
            "xz": xz(TEXT),
            "xz with a small window": small_window(TEXT),
            "xz of two streams": xz(TEXT[:half], lzma.CHECK_CRC32) + b"\0" * 8 + xz(TEXT[half:]),
            "zstd": CHECKED.compress(TEXT),
            "zstd of two frames": CHECKED.compress(TEXT[:half])
            + skipped
            + zstandard.ZstdCompressor(write_content_size=False, write_checksum=True).compress(TEXT[half:]),
        },
        "x": {"bzip2": bz2.compress(LETTERS), "xz": xz(LETTERS), "zstd": CHECKED.compress(LETTERS)},
        "one letter": {
            "bzip2": bz2.compress(b"x"),
            "xz": xz(b"x"),
            "xz without a check": xz(b"x", lzma.CHECK_NONE),
            "zstd": CHECKED.compress(b"x"),
            "zstd without a check": zstandard.ZstdCompressor().compress(b"x"),
        },
        "refused": {
            "xz with SHA-256": xz(b"x", lzma.CHECK_SHA256),
            "xz of a program": lzma.compress(
                b"x", filters=[{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 6}]
            ),
            "xz of a large window": lzma.compress(
                b"x", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 2**28}]
            ),
        },
    }
    compressor = zstandard.ZstdCompressor(compression_params=long_range).compressobj()
    files["refused"]["zstd of a large window"] = compressor.compress(b"x") + compressor.flush()
    coded = {
        group: {name: base64.b64encode(data).decode() for name, data in some.items()} for group, some in files.items()
    }
    path = Path(__file__).resolve().parent / "files.json"
    path.write_text(json.dumps(coded, indent=2) + "\n")


main()
