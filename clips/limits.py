"""What reading a submission may cost at most; every figure is a setting."""

from dataclasses import dataclass

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is read, so that hostile or broken input costs little.

    Args:
        entries: files and folders in a submission.
        depth: folders above a file.
        description_bytes: size of submission.toml.
        label_file_bytes: size of one label file; parsed JSON takes up to 20 times as much memory.
        label_rows: rows of one label file.
        audio_file_bytes: size of one audio file.
        archive_bytes: size of an archive's content.
        archive_ratio: content over archive, beyond `archive_free_bytes` of content.
        archive_free_bytes: content that no ratio is asked of: silence packs well.
        label_chars: length of a label beyond which it is no line of speech.
        decoded_hours: audio of one submission, by its headers; what comes after is not decoded.
        decode_s: time for decoding one audio file, or for reading the label files of one folder.
        decode_bytes: address space of the process that decodes.
        label_bytes: address space of the process that reads label files and tables with audio.
    """

    entries: int = 200_000
    depth: int = 16
    description_bytes: int = MIB // 4
    label_file_bytes: int = 32 * MIB
    label_rows: int = 200_000
    audio_file_bytes: int = 4 * GIB
    archive_bytes: int = 200 * GIB
    archive_ratio: float = 100.0
    archive_free_bytes: int = GIB // 4
    label_chars: int = 1_000
    decoded_hours: float = 2_000.0
    decode_s: float = 60.0
    decode_bytes: int = 2 * GIB
    label_bytes: int = GIB


DEFAULT_LIMITS = Limits()
