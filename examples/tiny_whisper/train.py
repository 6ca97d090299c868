"""Train a tiny English Whisper on spoken grammar sentences: 50 minutes on a CPU.

First the encoder learns to name the phone of each frame of 20 ms; festival tells its phones.
Without this a model this small spends hours before it listens at all. Then encoder and decoder
learn to transcribe, with a CTC loss over characters beside the cross-entropy. The features are
faster-whisper's own. One batch in sixteen is padded to 30 s, as faster-whisper does it (zeros in
place of features) or with true silence, so that a short and a full context both work. Noise and
silence are labelled <|nospeech|>.

Needs torch, transformers, tokenizers, faster-whisper, scipy and jiwer.

Usage, in examples/, with files made by tiny_whisper.speak:
    python -m tiny_whisper.train OUT SEGMENTED.json[,...] ALL.json[,...] [SECONDS]
"""

import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import numpy.typing as npt
import scipy.fft
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor, nn
from torch.nn import functional
from transformers import (  # type: ignore[import-not-found,unused-ignore]
    PreTrainedTokenizerFast,
    WhisperConfig,
    WhisperForConditionalGeneration,
)

Audio = npt.NDArray[np.float32]

WIDTH, LAYERS, HEADS, PIECES = 192, 3, 4, 640
BATCH_FRAMES = 6000
PHONE_STEPS, PHONE_BATCH = 900, 16
FRAME = 320  # samples of one encoder frame, 20 ms at 16 kHz
HOP = 160  # samples of one feature frame
HELD_OUT = 300
CHARACTERS = {c: i + 1 for i, c in enumerate("abcdefghijklmnopqrstuvwxyz' ")}
SPECIAL = [
    *("<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>", "<|transcribe|>"),
    *("<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"),
]
NOISE = np.random.default_rng(0)
FILTERS = torch.tensor(FeatureExtractor().mel_filters)
WINDOW = torch.hann_window(400)


@dataclass(frozen=True)
class Spoken:
    """One spoken sentence; its samples stay on disk."""

    raw: npt.NDArray[np.int16]
    at: int
    count: int
    text: str
    phones: list[tuple[float, str]]

    def samples(self) -> npt.NDArray[np.int16]:
        """The sentence's 16-bit samples."""
        return np.asarray(self.raw[self.at : self.at + self.count])


@dataclass(frozen=True)
class Batch:
    """Features, the decoder's input and target, and what the CTC loss compares."""

    features: Tensor
    ids: Tensor
    target: Tensor
    spoken: list[int]
    characters: list[list[int]]


def load(names: str) -> list[Spoken]:
    """The sentences of comma-separated index files; the samples lie beside these."""
    items = []
    for name in names.split(","):
        raw = np.memmap(Path(name).with_suffix(".raw"), dtype="<i2", mode="r")
        for at, count, text, phones in json.loads(Path(name).read_text()):
            items.append(Spoken(raw, at // 2, count, text, phones))
    return items


def make_tokenizer(texts: list[str]) -> Tokenizer:
    """Byte-level BPE of the texts, with Whisper's special and timestamp tokens after it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES,
        special_tokens=[],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer = free_the_space(tokenizer)
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.add_tokens([f"<|{i * 0.02:.2f}|>" for i in range(1501)])
    return tokenizer


def free_the_space(tokenizer: Tokenizer) -> Tokenizer:
    """Rename three byte tokens that UTF-8 never uses to " -", " '" and the first piece of " ♩".

    faster-whisper suppresses the first token of each of these by default. In a vocabulary that
    lacks them this would be the bare space, which the model could then never write.
    """
    state = json.loads(tokenizer.to_str())
    vocabulary, merges = state["model"]["vocab"], state["model"]["merges"]
    for unused, second in zip("ÿþý", "-'â", strict=True):
        vocabulary["Ġ" + second] = vocabulary.pop(unused)
        merges.append(["Ġ", second])
    return Tokenizer.from_str(json.dumps(state))


def mel(samples: Tensor) -> Tensor:
    """Whisper's log-mel features: (batch, samples) at 16 kHz to (batch, 80, samples / 160)."""
    transform = torch.stft(samples, 400, HOP, window=WINDOW, return_complex=True)
    power = transform[..., :-1].abs() ** 2
    log = torch.log10(torch.clamp(FILTERS @ power, min=1e-10))
    return (torch.maximum(log, log.amax((1, 2), keepdim=True) - 8) + 4) / 4


def with_noise(samples: Audio, rng: random.Random) -> Audio:
    """White or brown noise, 5 to 40 dB under the samples."""
    noise = NOISE.standard_normal(len(samples), dtype=np.float32)
    if rng.random() < 0.5:
        noise = np.cumsum(noise) - np.cumsum(noise).mean()
    level = np.sqrt((samples**2).mean()) * 10 ** (-rng.uniform(5, 40) / 20)
    return np.asarray(samples + noise * level / (noise.std() + 1e-9))


def low_passed(samples: Audio, rng: random.Random) -> Audio:
    """Nothing left above a random frequency from 2.8 to 7.2 kHz."""
    count = scipy.fft.next_fast_len(len(samples), True)
    spectrum = scipy.fft.rfft(samples, count)
    spectrum[int(len(spectrum) * rng.uniform(0.35, 0.9)) :] = 0
    return np.asarray(scipy.fft.irfft(spectrum, count)[: len(samples)])


def augment(spoken: Spoken, rng: random.Random) -> tuple[Audio, int]:
    """A random lead-in and noise, a low-pass, clipping or nothing. Gives the lead's length too."""
    lead = rng.randint(0, 4800)
    samples: Audio = np.zeros(lead + spoken.count, np.float32)
    samples[lead:] = spoken.samples().astype(np.float32) / 32768
    kind = rng.random()
    if kind < 0.35:
        samples = with_noise(samples, rng)
    elif kind < 0.5:
        samples = low_passed(samples, rng)
    elif kind < 0.58:
        samples = np.clip(samples, -rng.uniform(0.15, 0.6), rng.uniform(0.15, 0.6))
    return samples.astype(np.float32), lead


def stack(clips: Sequence[npt.NDArray[Any]]) -> Tensor:
    """Zero-pad to whole seconds: few distinct shapes keep the kernels compiled for them."""
    result = torch.zeros(len(clips), -(-max(map(len, clips)) // 16000) * 16000)
    for row, clip in zip(result, clips, strict=True):
        row[: len(clip)] = torch.from_numpy(clip)
    return result


def frame_targets(
    spoken: Spoken, lead: int, count: int, numbers: dict[str, int]
) -> npt.NDArray[np.int64]:
    """The number of the phone that sounds in each frame of 20 ms."""
    targets = np.full(count // FRAME + 1, numbers["pau"])
    start = 0.0
    for end, phone in spoken.phones:
        first, last = (int((lead / 16000 + t) * 50 + 0.5) for t in (start, end))
        targets[first:last] = numbers[phone]
        start = end
    return targets


def batches_by_length(rows: list[Spoken]) -> Iterator[list[Spoken]]:
    """Runs of neighbours of about as many frames: 8 to 48 sentences, in eights."""
    i = 0
    while i < len(rows):
        frames = max(1, rows[i].count // HOP)
        count = max(8, min(48, BATCH_FRAMES // frames // 8 * 8))
        yield rows[i : i + count]
        i += count


def new_model(size: int, start: int, end: int) -> Any:
    """An untrained Whisper with that many tokens."""
    config = WhisperConfig(
        vocab_size=size,
        d_model=WIDTH,
        encoder_layers=LAYERS,
        decoder_layers=LAYERS,
        encoder_attention_heads=HEADS,
        decoder_attention_heads=HEADS,
        encoder_ffn_dim=4 * WIDTH,
        decoder_ffn_dim=4 * WIDTH,
        dropout=0.0,
        attn_implementation="eager",
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
        decoder_start_token_id=start,
        suppress_tokens=None,
        begin_suppress_tokens=None,
    )
    model = WhisperForConditionalGeneration(config)
    for name, weights in model.named_parameters():
        if weights.dim() == 2 and "embed" not in name:
            nn.init.xavier_uniform_(weights)
    nn.init.normal_(model.model.decoder.embed_tokens.weight, std=WIDTH**-0.5)
    return model


class Trainer:
    """The model, its two helping heads and its data."""

    def __init__(self, out: str, segmented: list[Spoken], items: list[Spoken]) -> None:
        self.out = out
        self.held_out, self.items, self.segmented = items[:HELD_OUT], items[HELD_OUT:], segmented
        self.tokenizer = make_tokenizer([item.text for item in self.items])
        self.end = self.token("<|endoftext|>")
        self.start = self.token("<|startoftranscript|>")
        self.no_times = self.token("<|notimestamps|>")
        self.no_speech = self.token("<|nospeech|>")
        self.phones = sorted({phone for item in segmented for _, phone in item.phones})
        self.model = new_model(self.tokenizer.get_vocab_size(), self.start, self.end)
        self.ctc = nn.Linear(WIDTH, len(CHARACTERS) + 1)
        self.frame = nn.Linear(WIDTH, len(self.phones))
        modules = (self.model, self.ctc, self.frame)
        self.weights = [w for m in modules for w in m.parameters() if w.requires_grad]
        self.optimizer = torch.optim.AdamW(self.weights, betas=(0.9, 0.98), weight_decay=0.01)

    def token(self, name: str) -> int:
        """The number of a token that the tokenizer has."""
        number = self.tokenizer.token_to_id(name)
        assert number is not None
        return number

    def encode(self, features: Tensor) -> Tensor:
        """Whisper's encoder at any number of frames; transformers' own insists on 3,000."""
        encoder = self.model.model.encoder
        hidden = functional.gelu(encoder.conv1(features))
        hidden = functional.gelu(encoder.conv2(hidden)).permute(0, 2, 1)
        hidden = hidden + encoder.embed_positions.weight[: hidden.shape[1]]
        for layer in encoder.layers:
            result = layer(hidden, None)
            hidden = result[0] if isinstance(result, tuple) else result
        normalized: Tensor = encoder.layer_norm(hidden)
        return normalized

    def decode(self, ids: Tensor, hidden: Tensor) -> Tensor:
        """The decoder's logits."""
        decoded = self.model.model.decoder(input_ids=ids, encoder_hidden_states=hidden)
        logits: Tensor = self.model.proj_out(decoded.last_hidden_state)
        return logits

    def step(self, loss: Tensor, rate: float) -> None:
        """One step of the optimiser."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call,unused-ignore]
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimizer.step()

    def phone_loss(self, batch: list[Spoken], rng: random.Random) -> Tensor:
        """How badly the encoder names the phone of each frame."""
        numbers = {phone: i for i, phone in enumerate(self.phones)}
        clips, targets = [], []
        for spoken in batch:
            samples, lead = augment(spoken, rng)
            clips.append(samples)
            targets.append(frame_targets(spoken, lead, len(samples), numbers))
        waves = stack(clips)
        target = torch.full((len(clips), waves.shape[1] // FRAME), numbers["pau"])
        for row, frames in zip(target, targets, strict=True):
            row[: len(frames)] = torch.from_numpy(frames[: len(row)])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = self.frame(self.encode(mel(waves)))
        return functional.cross_entropy(logits.float().transpose(1, 2), target)

    def learn_phones(self, rng: random.Random) -> None:
        """Train the encoder alone, to name phones."""
        rows = sorted(self.segmented, key=lambda item: item.count)
        starts = range(0, len(rows) - PHONE_BATCH, PHONE_BATCH)
        done = 0
        while done < PHONE_STEPS:
            batches = [rows[i : i + PHONE_BATCH] for i in starts]
            rng.shuffle(batches)
            for batch in batches[: PHONE_STEPS - done]:
                loss = self.phone_loss(batch, rng)
                self.step(loss, 1.5e-3 * min(1, (done + 1) / 150))
                done += 1
                if done % 50 == 0:
                    print("phones", done, round(loss.item(), 3), flush=True)

    def batch(self, items: list[Spoken], rng: random.Random, full: bool) -> Batch:
        """Augmented features and targets; one clip in fifty is noise, labelled so."""
        clips: list[Audio] = []
        pieces: list[list[int] | None] = []
        characters = []
        for spoken in items:
            if rng.random() < 0.02:
                noise = NOISE.standard_normal(spoken.count) * 10 ** rng.uniform(-5, -1)
                clips.append(noise.astype(np.float32))
                pieces.append(None)
            else:
                clips.append(augment(spoken, rng)[0])
                pieces.append(self.tokenizer.encode(spoken.text).ids)
            letters = spoken.text.lower().replace("-", " ")
            characters.append([CHARACTERS[c] for c in letters if c in CHARACTERS])
        features = self.padded(clips, rng, full)
        ids, target = self.teacher(pieces)
        return Batch(features, ids, target, [i for i, p in enumerate(pieces) if p], characters)

    def padded(self, clips: list[Audio], rng: random.Random, full: bool) -> Tensor:
        """Features, padded to 30 s if asked for; some padding is zeros, some is silence."""
        features = mel(stack(clips))
        for row, clip in zip(features, clips, strict=True):
            if rng.random() < 0.5:
                row[:, len(clip) // HOP + 2 :] = 0.0
        if full:
            value = 0.0 if rng.random() < 0.6 else float(features.min())
            features = functional.pad(features, (0, 3000 - features.shape[-1]), value=value)
        return features

    def teacher(self, pieces: list[list[int] | None]) -> tuple[Tensor, Tensor]:
        """The decoder's input and what it should answer; -100 where nothing is asked."""
        width = -(-max(len(p) if p else 1 for p in pieces) // 8) * 8 + 2
        ids = torch.full((len(pieces), width), self.end)
        target = torch.full((len(pieces), width), -100)
        for i, text in enumerate(pieces):
            given = [self.start, self.no_times, *(text or [])]
            wanted = [self.no_times, *text, self.end] if text else [self.no_speech, self.end]
            ids[i, : len(given)] = torch.tensor(given)
            target[i, : len(wanted)] = torch.tensor(wanted)
        return ids, target

    def text_losses(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """The decoder's cross-entropy and the encoder's CTC loss over characters."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.encode(batch.features)
            logits, letters = self.decode(batch.ids, hidden), self.ctc(hidden)
        text_loss = functional.cross_entropy(
            logits.float().transpose(1, 2), batch.target, label_smoothing=0.05
        )
        log = letters.float()[batch.spoken].log_softmax(-1).transpose(0, 1)
        wanted = [batch.characters[i] for i in batch.spoken]
        ctc_loss = functional.ctc_loss(
            log,
            torch.tensor([c for characters in wanted for c in characters]),
            torch.full((len(wanted),), log.shape[0]),
            torch.tensor([len(characters) for characters in wanted]),
            zero_infinity=True,
        )
        return text_loss, ctc_loss

    def learn_text(self, rng: random.Random, seconds: float) -> None:
        """Train everything to transcribe, for that long."""
        rows = sorted(self.items, key=lambda item: item.count)
        began, steps, ctc_mean, text_mean = time.time(), 0, 9.0, 9.0
        while time.time() - began < seconds:
            batches = list(batches_by_length(rows))
            rng.shuffle(batches)
            for items in batches:
                full = steps > 800 and rng.random() < 0.06
                batch = self.batch(items[:4] if full else items, rng, full)
                text_loss, ctc_loss = self.text_losses(batch)
                done = min(1.0, (time.time() - began) / seconds)
                cosine = 0.49 * (1 + math.cos(math.pi * done)) + 0.02
                late = 0.5 if done < 0.6 else 0.15
                ctc_weight = 1.0 if steps < 1500 else late
                loss = (1.0 if ctc_mean < 1.2 else 0.3) * text_loss + ctc_weight * ctc_loss
                self.step(loss, 1.2e-3 * min(1, steps / 400) * cosine)
                ctc_mean = 0.98 * ctc_mean + 0.02 * ctc_loss.item()
                text_mean = 0.98 * text_mean + 0.02 * text_loss.item()
                steps += 1
                if steps % 50 == 0:
                    print("text", steps, round(text_mean, 3), round(ctc_mean, 3), flush=True)
                if steps % 1000 == 0:
                    self.save()
                if time.time() - began > seconds:
                    break

    def greedy(self, items: list[Spoken], full: bool) -> list[str]:
        """What the model reads in clean clips, with their own or a context of 30 s."""
        features = mel(stack([s.samples().astype(np.float32) / 32768 for s in items]))
        if full:
            features = functional.pad(features, (0, 3000 - features.shape[-1]))
        hidden = self.encode(features)
        ids = torch.tensor([[self.start, self.no_times]] * len(items))
        ended = torch.zeros(len(items), dtype=torch.bool)
        while not ended.all() and ids.shape[1] < 50:
            best = self.decode(ids, hidden)[:, -1].argmax(-1)
            best[ended] = self.end
            ended |= best == self.end
            ids = torch.cat([ids, best[:, None]], 1)
        return [self.tokenizer.decode([t for t in row if t < self.end]) for row in ids.tolist()]

    @torch.no_grad()
    def word_error_rate(self, full: bool) -> float:
        """The word error rate of 120 sentences that were held out."""
        texts: list[str] = []
        answers: list[str] = []
        for i in range(0, 120, 20):
            items = self.held_out[i : i + 20]
            texts += [item.text for item in items]
            answers += [answer or "-" for answer in self.greedy(items, full)]
        return float(jiwer.wer(texts, answers))

    def save(self) -> None:
        """Write the model and the tokenizer as transformers reads them."""
        self.model.save_pretrained(self.out)
        path = f"{self.out}/tokenizer.json"
        self.tokenizer.save(path)
        PreTrainedTokenizerFast(
            tokenizer_file=path,
            eos_token="<|endoftext|>",
            bos_token="<|startoftranscript|>",
            unk_token="<|endoftext|>",
            pad_token="<|endoftext|>",
        ).save_pretrained(self.out)


def main(out: str, segmented: str, everything: str, seconds: float = 2400.0) -> None:
    """Train, save and measure."""
    items = load(everything)
    random.Random(0).shuffle(items)
    trainer = Trainer(out, load(segmented), items)
    trainer.learn_phones(random.Random(3))
    trainer.learn_text(random.Random(5), seconds)
    trainer.save()
    short, full = trainer.word_error_rate(full=False), trainer.word_error_rate(full=True)
    print(f"word error rate: {short:.4f} with a short context, {full:.4f} with 30 s")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]) if len(sys.argv) > 4 else 2400.0)
