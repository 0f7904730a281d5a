"""Addresses of the sample: real cities and ZIP codes of Indiana, invented streets."""

# City, its ZIP codes, its relative population.
CITIES = [
    ("Indianapolis", ["46201", "46203", "46205", "46208", "46220", "46227", "46240", "46254"], 40),
    ("Fort Wayne", ["46802", "46804", "46805", "46815", "46825"], 14),
    ("Evansville", ["47710", "47711", "47714", "47715"], 8),
    ("South Bend", ["46614", "46615", "46628", "46637"], 7),
    ("Carmel", ["46032", "46033"], 6),
    ("Bloomington", ["47401", "47403", "47404"], 5),
    ("Hammond", ["46320", "46323", "46324"], 5),
    ("Lafayette", ["47904", "47905", "47909"], 5),
    ("Muncie", ["47302", "47303", "47304"], 4),
    ("Terre Haute", ["47802", "47803", "47804"], 4),
    ("Kokomo", ["46901", "46902"], 3),
    ("Noblesville", ["46060", "46062"], 3),
]
STATE = "IN"

_STREETS = """Main|Oak|Maple|Washington|Park|Elm|Walnut|Cedar|Lake|Hill|Church|Pine|Spring|Mill|Jefferson|
Lincoln|Jackson|Madison|Adams|Franklin|Chestnut|Locust|Sunset|Meadow|Ridge|Forest|Highland|Center|School|
Delaware|Illinois|Meridian|College|Central|Cherry|Willow|Dogwood|Sycamore|Hickory|Birch|Bushy Tail|Fox Run|
Stone Mill|Deer Path|Rolling Hills|Pleasant View|Indian Creek|Quail Hollow|Winding Brook|Blue Heron|
Eagle Crest|Old Orchard|Silver Lake|Sugar Maple|Turkey Foot|Coventry|Abbott|Wellington|Kensington|Brookside|
Ninth|Tenth|Third|Fifth|Twelfth|32nd|38th|46th|52nd|62nd""".replace("\n", "").split("|")
# Postal abbreviation -> the full word.
SUFFIXES = {"St": "Street", "Ave": "Avenue", "Rd": "Road", "Dr": "Drive", "Ln": "Lane", "Ct": "Court",
            "Blvd": "Boulevard", "Pl": "Place", "Cir": "Circle", "Way": "Way", "Ter": "Terrace",
            "Pkwy": "Parkway"}
DIRECTIONS = {"N": "North", "S": "South", "E": "East", "W": "West"}
ORDINALS = {"Third": "3rd", "Fifth": "5th", "Ninth": "9th", "Tenth": "10th", "Twelfth": "12th"}
UNIT_WORDS = ["Apt", "Unit", "#", "Ste"]


class Address:
    """The parts of one address, so that each record can write it differently."""

    def __init__(self, number, direction, street, suffix, unit, city, zip_code):
        self.number, self.direction, self.street, self.suffix = number, direction, street, suffix
        self.unit, self.city, self.zip = unit, city, zip_code


class Places:
    def __init__(self, random):
        # Every ZIP code has its own streets, each with one suffix and at most one direction.
        self._streets = {}
        for _, zips, _ in CITIES:
            for zip_code in zips:
                self._streets[zip_code] = [
                    (random.choice(["", "", "", *DIRECTIONS]), street, random.choice(list(SUFFIXES)))
                    for street in random.sample(_STREETS, 45)]

    def new_address(self, random):
        city, zips, _ = random.choices(CITIES, [weight for _, _, weight in CITIES])[0]
        zip_code = random.choice(zips)
        direction, street, suffix = random.choice(self._streets[zip_code])
        unit = ""
        if random.random() < 0.28:
            number = str(random.randint(1, 40)) + random.choice(["", "", "", "A", "B"])
            unit = f"{random.choice(UNIT_WORDS)} {number}".replace("# ", "#")
        return Address(random.randint(100, 9899), direction, street, suffix, unit, city, zip_code)
