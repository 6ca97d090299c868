"""A small English grammar: all that a voice of the example can say.

Usage: python -m tiny_whisper.grammar     (prints some sentences and the size of the vocabulary)
"""

import random

# ruff: noqa: SIM905 - the word lists read better as text

NAMES = (
    "Anna Ben Carla David Emma Frank Grace Henry Julia "
    "Kevin Laura Martin Nina Oliver Paula Robert Sarah Thomas"
).split()
COLORS = "red blue green yellow black white brown orange purple gray silver golden".split()
ANIMALS = (
    "dog cat horse cow bird fish rabbit fox bear wolf "
    "sheep goat duck chicken mouse tiger lion monkey turtle snake"
).split()
FOODS = (
    "apples bananas bread butter cheese coffee tea milk sugar rice "
    "soup salad cookies cake lemons oranges potatoes tomatoes onions honey"
).split()
PLACES = (
    "kitchen garden school market station library office hospital museum park "
    "river mountain beach village city forest island bridge church hotel"
).split()
OBJECTS = (
    "table chair window door book letter phone camera lamp mirror "
    "clock bottle basket box bag key map ticket jacket hat"
).split()
ADJECTIVES = (
    "small large old new quiet loud warm cold heavy light "
    "bright dark clean dirty empty full strange simple beautiful famous"
).split()
ACTIONS = (
    "found lost bought sold opened closed carried painted "
    "cleaned fixed moved brought showed dropped wanted"
).split()
MOTIONS = "walked drove ran traveled returned hurried moved".split()
TIMES = (
    "this morning|last night|every day|on Monday|on Tuesday|on Friday|in the evening|after lunch|"
    "before dinner|in the summer|in the winter|at noon|two days ago|next week"
).split("|")
PREPOSITIONS = (
    "near|behind|beside|under|above|inside|outside|across from|next to|in front of"
).split("|")
FEELINGS = "happy tired angry hungry thirsty surprised nervous proud excited worried".split()
ACTIVITIES = (
    "reading writing singing dancing cooking sleeping working running swimming laughing"
).split()
JOBS = "teacher doctor farmer driver baker painter singer pilot nurse student".split()
ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen twenty"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()

TEMPLATES = [
    "{name} {action} the {adj} {object} {time}.",
    "The {color} {animal} is {prep} the {object}.",
    "Please bring {num} {foods} to the {place}.",
    "{name} and {name2} {motion} to the {place} {time}.",
    "There are {num} {adj} boxes in the {place}.",
    "I would like some {foods} and {foods2}, please.",
    "The {job} was {feel} when the {animal} {motion} to the {place}.",
    "Do you know where the {color} {object} is?",
    "We need {num} more days to finish the {object}.",
    "{name} is {activity} in the {place}.",
    "The {place} opens at {num} and closes at {num2}.",
    "My {adj} {object} is {prep} the {color} {object2}.",
    "Can you tell {name} that the {object} is {adj}?",
    "It was {adj} and {adj2} in the {place} {time}.",
    "{name} told me a {adj} story about a {animal} and a {job}.",
    "How many {foods} did {name} buy {time}?",
    "The {job} {action} {num} {foods} {time}.",
    "Nobody knew why the {animal} was so {feel}.",
    "Turn left at the {place}, then walk to the {color} door.",
    "She said the {foods} were {adj} but the {foods2} were {adj2}.",
    "He is {num} years old and he likes {activity}.",
    "Never put the {object} {prep} the {object2}!",
    "{name} never {action} the {object} in the {place}.",
    "If the {object} is {adj}, call the {job} {time}.",
    "Our {job} has a {color} {animal} and a {adj} {object}.",
    "What did the {job} say about the {adj} {place}?",
    "The price is {num} dollars for the {object} and {num2} for the {object2}.",
    "{name} felt {feel}, so we {motion} home {time}.",
    "Sure, here are {num} things you should bring to the {place}.",
    "Let me know if you need anything else!",
    "They keep the {foods} in a {adj} {color} box {prep} the {object}.",
    "You can see the {place} from the {adj} {place2}.",
]


def number(rng: random.Random) -> str:
    """A spelt-out number: one to ninety-nine, or a whole number of hundreds."""
    kind = rng.random()
    if kind < 0.5:
        return rng.choice(ONES)
    if kind < 0.75:
        return rng.choice(TENS)
    if kind < 0.95:
        return rng.choice(TENS) + "-" + rng.choice(ONES[:9])
    return rng.choice(ONES[:9]) + " hundred"


def another(rng: random.Random, words: list[str], taken: str) -> str:
    """A random word other than the one taken."""
    word = rng.choice(words)
    while word == taken:
        word = rng.choice(words)
    return word


def sentence(rng: random.Random) -> str:
    """One random sentence. Every slot is drawn, needed or not, in this order: seeds stay valid."""
    template = rng.choice(TEMPLATES)
    slots = {"name": rng.choice(NAMES)}
    slots["name2"] = another(rng, NAMES, slots["name"])
    slots["action"] = rng.choice(ACTIONS)
    slots["adj"] = rng.choice(ADJECTIVES)
    slots["adj2"] = another(rng, ADJECTIVES, slots["adj"])
    slots["object"] = rng.choice(OBJECTS)
    slots["object2"] = another(rng, OBJECTS, slots["object"])
    slots["color"] = rng.choice(COLORS)
    slots["animal"] = rng.choice(ANIMALS)
    slots["prep"] = rng.choice(PREPOSITIONS)
    slots["num"] = number(rng)
    slots["num2"] = number(rng)
    slots["foods"] = rng.choice(FOODS)
    slots["foods2"] = another(rng, FOODS, slots["foods"])
    slots["place"] = rng.choice(PLACES)
    slots["place2"] = another(rng, PLACES, slots["place"])
    slots["motion"] = rng.choice(MOTIONS)
    slots["time"] = rng.choice(TIMES)
    slots["job"] = rng.choice(JOBS)
    slots["feel"] = rng.choice(FEELINGS)
    slots["activity"] = rng.choice(ACTIVITIES)
    return template.format(**slots)


def words_of(text: str) -> set[str]:
    """The lower-cased words of a sentence without its punctuation."""
    return {word.strip(".,?!") for word in text.lower().split()}


def main() -> None:
    """Print a dozen sentences and how many words 50,000 sentences use."""
    rng = random.Random(1)
    for _ in range(12):
        print(sentence(rng))
    vocabulary: set[str] = set()
    for _ in range(50_000):
        vocabulary |= words_of(sentence(rng))
    print(len(vocabulary), "words")


if __name__ == "__main__":
    main()
