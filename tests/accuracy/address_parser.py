#!/usr/bin/env python3
"""Compares the standardizer's parts of US addresses with those that people labelled.

  address_parser.py --parts build/release/bin/blindlink-address-parts [--errors N] [--at-least SHARE]

Reads the usaddress labels in BLINDLINK_DATA (default ../shared/data); prints SKIPPED if they are absent. An example's
line is its street, unit and box, as a "street_address" column would hold them; intersections, landmarks and rows
without a street or box are left out. A part is right even if it is written differently (9TH, Ninth).
--errors prints the first N lines with a wrong part; --at-least fails below this share of fully right addresses.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

PARTS = ["house number", "predirectional", "street name", "suffix", "postdirectional", "unit", "PO box"]
FILES = ["labeled.xml", "us50_messiest_manual_label.xml", "multi_word_state_addresses.xml"]
PLACE = {"PlaceName", "StateName", "ZipCode", "ZipPlus4", "CountryName", "NotAddress"}
NAMES = {"Recipient", "BuildingName", "LandmarkName"}
NAME = {"StreetNamePreModifier", "StreetNamePreType", "StreetName", "StreetNamePostModifier"}

ONES = ("FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH THIRTEENTH FOURTEENTH "
        "FIFTEENTH SIXTEENTH SEVENTEENTH EIGHTEENTH NINETEENTH TWENTIETH").split()
NUMBERS = "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE".split()
DIRECTIONS = {"NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W", "NORTHEAST": "NE", "NORTHWEST": "NW",
              "SOUTHEAST": "SE", "SOUTHWEST": "SW", "NO": "N", "SO": "S"}
# One spelling for words that have several, in the labels and in the standardizer's parts.
WORDS = {"SAINT": "ST", "CO": "COUNTY", "CR": "COUNTYRD", "JR": "", "JUNIOR": "", "BUSINESS": "BUS", "PLACE": "PL", "MLK": "MARTINLUTHERKING",
         "RFD": "RR", "INTERSTATE": "I"}
# In front of a number, these all mean the same kind of road.
ROADS = {"HWY", "HIGHWAY", "ROUTE", "RTE", "RT", "SR", "US", "STATE", "SH", "U", "S"}
UNIT_WORDS = {"APT", "APARTMENT", "UNIT", "STE", "SUITE", "RM", "ROOM", "LOT", "TRLR", "SPC", "SPACE", "NO", "PMB", "DEPT",
              "DEPARTMENT"}
KEPT_UNIT_WORDS = {"FLOOR": "FL", "FLR": "FL", "LEVEL": "FL", "BUILDING": "BLDG", "BLD": "BLDG", "BLG": "BLDG",
                   "TOWER": "BLDG",
                   "PENTHOUSE": "PH", "BASEMENT": "BSMT", "LOBBY": "LBBY", "LOWER": "LOWR", "GROUND": "GRND",
                   "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W"}


def words_of(text):
    return re.sub(r"[^A-Z0-9/#-]+", " ", text.upper().replace(".", "").replace("'", "")).split()


def ordinal(word):
    if word in ONES:
        number = ONES.index(word) + 1
    elif match := re.fullmatch(r"(\d+)(ST|ND|RD|TH)", word):
        number = int(match[1])
    else:
        return word
    return f"#{number}"


def street_name(text, suffixes, states):
    words = [ordinal(word) for word in words_of(text.replace("#", " "))]
    if words[:2] == ["DR", "MARTIN"] or words[:2] == ["RURAL", "ROUTE"]:
        words = words[1:]
    numbers = [at for at, word in enumerate(words) if word[0].isdigit()]
    if numbers and numbers[0] > 0 and words[numbers[0] - 1] in ROADS:
        first = numbers[0] - 1
        while first > 0 and words[first - 1] in ROADS | states:
            first -= 1
        words[first:numbers[0]] = ["HWY"]
    return "".join(suffixes.get(word, WORDS.get(word, word)) for word in words).replace("-", "")


def number(text):
    text = "".join(NUMBERS.index(word) + 1 and str(NUMBERS.index(word) + 1) if word in NUMBERS else word
                   for word in words_of(text))
    return re.sub(r"^(\d+)-(?=\d/\d)", r"\1", text).lstrip("0")


def unit(text):
    text = re.sub(r"\b(APT|UNIT|SUITE|STE|LOT)[.]?(?=\d)", r"\1 ", text.upper().replace("#", " "))
    words = [KEPT_UNIT_WORDS.get(word, word) for word in words_of(text)]
    numbers = [re.sub(r"^#", "", ordinal(word)) for word in words if word not in UNIT_WORDS]
    return "".join(sorted("".join(numbers).replace("-", "")))


def direction(text):
    return "".join(DIRECTIONS.get(word, word) for word in words_of(text))


class Labels:
    """The labels of one address: its line, and its parts in one spelling."""

    def __init__(self, element, suffixes, states):
        self.line, self.tags = "", set()
        texts = collections.defaultdict(list)
        for token in element:
            text = (token.text or "").strip()
            if token.tag in PLACE or token.tag in NAMES:
                self.tags.add(token.tag)
                continue
            self.tags.add(token.tag)
            self.line += f" {text}{(token.tail or '').strip()}"
            texts[token.tag].append(text)
        self.line = self.line.strip(" ,")
        name, group = [], texts["USPSBoxGroupType"] + texts["USPSBoxGroupID"]
        for token in element:
            if token.tag in NAME:
                name.append(token.text or "")
        types = [word for text in texts["StreetNamePostType"] for word in words_of(text)]
        suffix = suffixes.get(types[-1], types[-1]) if types else ""
        join = lambda *tags: " ".join(text for tag in tags for text in texts[tag])
        box = join("USPSBoxID")
        units = [token.text or "" for token in element if token.tag.startswith(("Occupancy", "Subaddress"))]
        self.parts = [
            number(join("AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix")),
            direction(join("StreetNamePreDirectional")),
            street_name(" ".join(name + types[:-1] + (group + ["BOX", box] if group else [])), suffixes, states),
            suffix,
            direction(join("StreetNamePostDirectional")),
            unit(" ".join(units)),
            "" if group else number(box.replace("#", ""))]

    def usable(self):
        crossing = self.tags & {"IntersectionSeparator", "CornerOf"}
        return self.line and not crossing and (self.parts[2] or self.parts[6])


def parse(program, lines, suffixes, states):
    output = subprocess.run([program], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout
    for line in output.split("\n")[:-1]:
        parts = line.split("\t") if line else [""] * 7
        yield [number(parts[0]), parts[1], street_name(parts[2], suffixes, states), parts[3], parts[4],
               unit(parts[5]), number(parts[6])]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--parts", required=True, help="the program blindlink-address-parts")
    options.add_argument("--errors", type=int, default=0)
    options.add_argument("--at-least", type=float, default=0)
    flags = options.parse_args()
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    data = pathlib.Path(os.environ.get("BLINDLINK_DATA", root.parent / "shared/data")) / "address"
    if not (data / "usaddress").is_dir():
        print(f"SKIPPED: no data at {data}")
        return 0
    suffixes = {"PLACE": "PL", "HEIGHTS": "HTS", **json.loads((data / "cdc_usps_street_suffixes.json").read_text())}
    states = {word.upper() for pair in json.loads((data / "cdc_states.json").read_text()).items() for word in pair}
    examples = [labels for file in FILES for element in xml.etree.ElementTree.parse(data / "usaddress" / file).getroot()
                if (labels := Labels(element, suffixes, states)).usable()]
    right, present, whole = collections.Counter(), collections.Counter(), 0
    ours_of = parse(flags.parts, [labels.line for labels in examples], suffixes, states)
    for labels, parts in zip(examples, ours_of):
        same = [ours == theirs for ours, theirs in zip(parts, labels.parts)]
        for part, equal, ours, theirs in zip(PARTS, same, parts, labels.parts):
            right[part] += equal
            present[part] += bool(theirs)
        whole += all(same)
        if not all(same) and flags.errors > 0:
            flags.errors -= 1
            wrong = "; ".join(f"{part}: {ours or '-'} for {theirs or '-'}" for part, equal, ours, theirs
                              in zip(PARTS, same, parts, labels.parts) if not equal)
            print(f"{labels.line}\n    {wrong}")
    print(f"{'part':<16} {'present':>8} {'right':>8} {'share':>8}")
    for part in PARTS:
        print(f"{part:<16} {present[part]:>8} {right[part]:>8} {right[part] / len(examples):>8.4f}")
    share = whole / len(examples)
    print(f"{'whole address':<16} {len(examples):>8} {whole:>8} {share:>8.4f}")
    return 0 if share >= flags.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
