"""Names of the sample's invented people: common United States names, the most frequent first."""

MEN = """James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew
Anthony Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Edward Ronald Timothy Jason Jeffrey
Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Frank
Alexander Raymond Patrick Jack Dennis Jerry Tyler Aaron Jose Adam Henry Nathan Douglas Zachary Peter Kyle
Walter Ethan Jeremy Harold Keith Christian Roger Noah Gerald Carl Terry Sean Austin Arthur Lawrence Jesse
Dylan Bryan Joe Jordan Billy Bruce Albert Willie Gabriel Logan Alan Juan Wayne Roy Ralph Randy Eugene
Vincent Russell Elijah Louis Bobby Philip Johnny Luis Carlos Miguel Angel Victor Martin Ernest Phillip Todd
Craig Shawn Clarence Earl Dale Leonard Curtis Norman Marcus Stanley Leroy Marvin Glenn Theodore Melvin
Francis Herbert Alfred Frederick Clifford Oscar Hector Calvin Edwin Leon Warren Ricardo Darryl Derrick
Lloyd Floyd Tommy Cody Jerome Alvin Chester Milton Wesley Barry Andre Omar Maurice Neil Lamar Malik Darnell
Tyrone Mohammed Ahmed Wei Hiroshi Rajesh Ivan Dmitri Sergio Ruben Alejandro Javier Fernando""".split()

WOMEN = """Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Margaret
Sandra Ashley Kimberly Emily Donna Michelle Carol Amanda Dorothy Melissa Deborah Stephanie Rebecca Sharon
Laura Cynthia Kathleen Amy Angela Shirley Anna Brenda Pamela Emma Nicole Helen Samantha Katherine Christine
Debra Rachel Carolyn Janet Catherine Maria Heather Diane Ruth Julie Olivia Joyce Virginia Victoria Kelly
Lauren Christina Joan Evelyn Judith Megan Andrea Cheryl Hannah Jacqueline Martha Gloria Teresa Ann Sara
Madison Frances Kathryn Janice Jean Abigail Alice Julia Judy Sophia Grace Denise Amber Doris Marilyn
Danielle Beverly Isabella Theresa Diana Natalie Brittany Charlotte Marie Kayla Alexis Lori Rosa Carmen
Tiffany Tammy Crystal Phyllis Norma Paula Annie Lillian Robin Lucille Peggy Gladys Wanda Bonnie Edna Rita
Ethel Dawn Tracy Wendy Josephine Thelma Juanita Florence Gail Sylvia Elaine Rhonda Monica Vivian Yolanda
Ebony Latoya Keisha Guadalupe Leticia Esperanza Mei Yuki Priya Fatima Olga Svetlana Bridget Eleanor Sheila
Connie Marjorie Loretta Vera Erin Heidi Melanie Valerie Audrey Claire Leah Stella Naomi""".split()

SURNAMES = """Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez
Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark
Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson
Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards
Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed
Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes
Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan
Bell Coleman Butler Henderson Barnes Fisher Vasquez Simmons Graham Murray Ford Hamilton Wallace Griffin
Kowalski O'Brien O'Connor McDonald McCarthy Schmidt Schneider Weber Schultz Hoffman Rossi Romano Novak
Petrov Cohen Chen Wang Singh Khan Ali Yamamoto Larsen Hansen Olson Fitzgerald St-Pierre Garcia-Lopez
Smith-Jones""".split()

# More, rarer surnames, composed of parts.
_STEMS = """Ash Barn Black Brad Brook Burn Cald Carl Clay Crom Dal East El Fair Far Glad Green Hal Hart Hay
Hol Kings Lang Law Mar Mid New Nor Oak Os Pem Ray Red Rock Ship Stan Stock Thorn Wal Wes Whit Win Wood""".split()
_ENDS = "bridge brook burn bury by den field ford ham land ley man more shaw ton wall well wick worth".split()
SURNAMES += [stem + end for stem in _STEMS for end in _ENDS]

# Formal name -> nicknames.
NICKNAMES = {
    "Robert": ["Bob", "Bobby", "Rob"], "William": ["Bill", "Will", "Billy"], "James": ["Jim", "Jimmy"],
    "John": ["Jack", "Johnny"], "Michael": ["Mike", "Mick"], "Richard": ["Rick", "Dick", "Rich"],
    "Joseph": ["Joe", "Joey"], "Thomas": ["Tom", "Tommy"], "Charles": ["Charlie", "Chuck"],
    "Christopher": ["Chris"], "Daniel": ["Dan", "Danny"], "Matthew": ["Matt"], "Anthony": ["Tony"],
    "Donald": ["Don"], "Steven": ["Steve"], "Stephen": ["Steve"], "Andrew": ["Andy", "Drew"],
    "Joshua": ["Josh"], "Kenneth": ["Ken", "Kenny"], "Edward": ["Ed", "Ted", "Eddie"], "Ronald": ["Ron"],
    "Timothy": ["Tim"], "Jeffrey": ["Jeff"], "Nicholas": ["Nick"], "Jonathan": ["Jon"], "Lawrence": ["Larry"],
    "Benjamin": ["Ben"], "Samuel": ["Sam"], "Gregory": ["Greg"], "Alexander": ["Alex"], "Raymond": ["Ray"],
    "Patrick": ["Pat"], "Gerald": ["Jerry"], "Douglas": ["Doug"], "Peter": ["Pete"], "Walter": ["Walt"],
    "Henry": ["Hank", "Harry"], "Frederick": ["Fred"], "Theodore": ["Ted", "Theo"], "Eugene": ["Gene"],
    "Elizabeth": ["Liz", "Beth", "Betty"], "Patricia": ["Pat", "Patty", "Trish"], "Jennifer": ["Jen", "Jenny"],
    "Barbara": ["Barb"], "Susan": ["Sue", "Susie"], "Jessica": ["Jess"], "Margaret": ["Peggy", "Maggie", "Meg"],
    "Kimberly": ["Kim"], "Deborah": ["Deb", "Debbie"], "Rebecca": ["Becky"], "Cynthia": ["Cindy"],
    "Kathleen": ["Kathy"], "Katherine": ["Kate", "Kathy", "Katie"], "Catherine": ["Cathy"],
    "Christine": ["Chris", "Chrissy"], "Christina": ["Tina"], "Pamela": ["Pam"], "Samantha": ["Sam"],
    "Victoria": ["Vicky"], "Jacqueline": ["Jackie"], "Theresa": ["Terry", "Tess"], "Dorothy": ["Dot", "Dottie"],
    "Virginia": ["Ginny"], "Judith": ["Judy"], "Amanda": ["Mandy"], "Abigail": ["Abby"], "Sandra": ["Sandy"],
}


def pick(random, names):
    """One of `names`; the n-th has weight 1 / (n + 12), which is close to the census' distribution."""
    return random.choices(names, _weights(len(names)))[0]


_cache = {}


def _weights(count):
    if count not in _cache:
        _cache[count] = [1.0 / (rank + 12) for rank in range(count)]
    return _cache[count]
