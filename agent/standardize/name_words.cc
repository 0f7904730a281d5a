#include "agent/standardize/name_words.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/standardize/code_value.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

using Words = absl::flat_hash_set<absl::string_view>;

}  // namespace

bool IsTitle(absl::string_view word) {
  // Not JUDGE, MAJOR, DEAN or EARL, which are also given names. SR is short for señor and sister.
  static const Words* const kTitles =
      new Words{"MR",         "MRS",      "MS",        "MISS",     "MX",        "MASTER",  "DR",
                "DOCTOR",     "PROF",     "PROFESSOR", "REV",      "REVEREND",  "FR",      "FATHER",
                "BROTHER",    "SISTER",   "SIR",       "DAME",     "LADY",      "LORD",    "HON",
                "HONORABLE",  "RABBI",    "IMAM",      "PASTOR",   "CAPT",      "CAPTAIN", "LT",
                "LIEUTENANT", "COL",      "COLONEL",   "GEN",      "GENERAL",   "MAJ",     "SGT",
                "SERGEANT",   "CPL",      "PVT",       "CMDR",     "COMMANDER", "CDR",     "ADM",
                "ADMIRAL",    "SENOR",    "SENORA",    "SENORITA", "SRA",       "SRTA",    "MME",
                "MLLE",       "MONSIEUR", "MADAME",    "HERR",     "FRAU",      "SR",      "MESSRS",
                "MSTR",       "MADAM",    "MDM",       "MSGR",     "MONSIGNOR", "DRA",     "DRS",
                "ATTY",       "ATTORNEY", "SENATOR",   "SEN",      "GOV",       "CPT",     "SSG",
                "SSGT",       "TSGT",     "MSGT",      "SFC",      "PFC",       "SPC",     "LTC",
                "LTJG",       "LCPL",     "SIGNOR",    "SIGNORA",  "DIPL"};
  return kTitles->contains(word);
}

bool IsPostNominal(absl::string_view word) {
  // Not DO, a frequent Vietnamese surname. 様 and 殿 are polite endings in Japanese.
  static const Words* const kPostNominals = new Words{
      "MD",    "PHD",  "RN",     "ESQ",   "ESQUIRE",  "DDS",   "DMD",   "DVM",    "CPA",
      "LPN",   "BSN",  "MSN",    "MPH",   "RPH",      "DC",    "LCSW",  "ARNP",   "APRN",
      "FNP",   "CRNA", "CNM",    "LVN",   "MBA",      "JD",    "DPM",   "OD",     "PHARMD",
      "NP",    "FACS", "PSYD",   "EDD",   "SCD",      "DRPH",  "MSW",   "LMSW",   "LICSW",
      "LMFT",  "LPC",  "LMHC",   "DNP",   "CNP",      "ANP",   "PMHNP", "CPNP",   "FNPC",
      "FNPBC", "DPT",  "OTR",    "OTRL",  "RDN",      "MBBS",  "MBCHB", "FRCS",   "FRCP",
      "MRCP",  "FACP", "FACC",   "FACOG", "FAAP",     "DPHIL", "MPHIL", "LLB",    "LLM",
      "MSC",   "BSC",  "CCCSLP", "RETD",  "DECEASED", "DECD",  "FNP-C", "FNP-BC", "CCC-SLP",
      "様",    "殿"};
  return kPostNominals->contains(word);
}

bool IsDegree(absl::string_view word) {
  static const Words* const kDegrees =
      new Words{"DO",  "PA",  "PAC",  "PA-C", "PT",   "OT",  "RD",      "ND", "MA",  "MS",
                "BA",  "BS",  "MED",  "SLP",  "CNS",  "EMT", "RRT",     "PE", "CFA", "CFP",
                "USN", "USA", "USMC", "USAF", "USCG", "RET", "RETIRED", "AIA"};
  return IsPostNominal(word) || kDegrees->contains(word);
}

bool IsAsideNote(absl::string_view joined) {
  static const Words* const kNotes = new Words{
      "MINOR",  "MOTHER",   "FATHER", "PARENT",  "GUARDIAN", "SELF", "SPOUSE",   "WIFE", "HUSBAND",
      "SON",    "DAUGHTER", "CHILD",  "PATIENT", "OLD",      "NEW",  "INACTIVE", "VIP",  "HEHIM",
      "SHEHER", "THEYTHEM", "HE",     "SHE",     "THEY",     "SIC",  "SP",       "DUP"};
  return IsNoValueWord(joined) || IsDegree(joined) || IsTitle(joined) || kNotes->contains(joined) ||
         !GenerationalSuffix(joined).empty();
}

bool IsSurnameParticle(absl::string_view word) {
  static const Words* const kParticles = new Words{
      "DE",  "DEL",    "DELA",   "DELLA", "DELLE", "DELLO", "DEGLI", "DEI", "DAL", "DALLA",
      "DI",  "DA",     "DO",     "DOS",   "DAS",   "DU",    "DES",   "LA",  "LAS", "LE",
      "LES", "LOS",    "LO",     "EL",    "AL",    "VAN",   "VON",   "VOM", "ZU",  "ZUM",
      "ZUR", "VANDER", "VANDEN", "DER",   "DEN",   "TEN",   "TER",   "TE",  "T",   "AF",
      "AV",  "BIN",    "BINTI",  "BINT",  "IBN",   "ABU",   "BEN",   "AP",  "VDA", "VIUDA"};
  return kParticles->contains(word);
}

bool IsInseparablePrefix(absl::string_view word) {
  static const Words* const kPrefixes = new Words{
      "MC", "MAC", "O", "D", "L", "FITZ", "SAINT", "SAINTE", "SAN", "SANTA", "ST", "STE", "SANTO"};
  return kPrefixes->contains(word);
}

bool IsParticleBeforeParticle(absl::string_view word) {
  static const Words* const kParticles = new Words{"UND", "IN", "OP", "AAN", "UIT"};
  return kParticles->contains(word);
}

bool JoinsSurname(absl::string_view word, absl::string_view next) {
  // A single letter without an apostrophe is an initial.
  if (word == "'T" || word == "O'" || word == "D'" || word == "L'") return true;
  static const Words* const kBehindO =
      new Words{"BRIEN",  "CONNOR", "CONNELL", "DONNELL", "HARA",   "KEEFE",  "KEEFFE", "LEARY",
                "MALLEY", "NEAL",   "NEIL",    "NEILL",   "REILLY", "ROURKE", "TOOLE"};
  if (word == "O") return kBehindO->contains(next);
  word = absl::StripSuffix(word, ".");
  // Between two names, these are more often given names.
  if (word.size() == 1 || word == "BEN" || word == "LES") return false;
  return IsSurnameParticle(word) || IsInseparablePrefix(word) ||
         (IsParticleBeforeParticle(word) && (next == "'T" || IsSurnameParticle(next)));
}

bool IsGivenNameParticle(absl::string_view word) {
  static const Words* const kParticles = new Words{"DE", "DEL", "LA", "LAS", "LOS", "DA", "DO"};
  return kParticles->contains(word);
}

bool IsPlaceholderName(absl::string_view joined) {
  static const Words* const kNames = new Words{"NFN",
                                               "NLN",
                                               "NMN",
                                               "NMI",
                                               "FNU",
                                               "LNU",
                                               "MNU",
                                               "NOFIRSTNAME",
                                               "NOLASTNAME",
                                               "NOMIDDLENAME",
                                               "NOMIDDLE",
                                               "NOFIRST",
                                               "NOLAST",
                                               "NONAME",
                                               "NONAMEGIVEN",
                                               "NAMEUNKNOWN",
                                               "UNKNOWNNAME",
                                               "NOSURNAME",
                                               "FIRSTNAME",
                                               "LASTNAME",
                                               "MIDDLENAME",
                                               "GIVENNAME",
                                               "SURNAME",
                                               "FIRSTNAMEUNKNOWN",
                                               "LASTNAMEUNKNOWN",
                                               "TESTPATIENT",
                                               "PATIENT",
                                               "PATIENTTEST",
                                               "TESTER",
                                               "TESTRECORD",
                                               "XX",
                                               "ZZ",
                                               "ZZTEST",
                                               "ZZZTEST",
                                               "XXTEST",
                                               "ASDF",
                                               "QWERTY",
                                               "ABC",
                                               "ABCD",
                                               "JOHNDOE",
                                               "JANEDOE",
                                               "UNIDENTIFIED",
                                               "UNKNOWNPERSON",
                                               "UNKNOWNPATIENT",
                                               "UNKNOWNMALE",
                                               "UNKNOWNFEMALE",
                                               "FICTITIOUS",
                                               "NOTVALID",
                                               "ERROR",
                                               "ENTEREDINERROR"};
  // ZZSMITH, XXTEST: registrars hide a record from lists this way. No name begins like this.
  const bool marked =
      joined.size() > 3 && (absl::StartsWith(joined, "ZZ") || absl::StartsWith(joined, "XX"));
  return marked || IsOneCharacterRepeated(joined, 3) || kNames->contains(joined) ||
         IsTestWord(joined);
}

bool IsWrittenAsName(v1::Standardizer kind, absl::string_view raw, absl::string_view folded) {
  static const Words* const kSurnames = new Words{"NULL", "NAN", "NA", "NAT", "NIL", "BLANK"};
  static const Words* const kGivenNames = new Words{"NAN", "NA", "NAT", "NIL"};
  if (kind != v1::SURNAME && kind != v1::GIVEN_NAME && kind != v1::MIDDLE_NAME) return false;
  if (!(kind == v1::SURNAME ? kSurnames : kGivenNames)->contains(folded)) return false;
  raw = absl::StripAsciiWhitespace(raw);
  const bool other_script = !std::all_of(raw.begin(), raw.end(), absl::ascii_isascii);
  const bool capitalized = raw.size() > 1 && absl::ascii_isupper(raw[0]) &&
                           std::all_of(raw.begin() + 1, raw.end(), absl::ascii_islower);
  return other_script || capitalized || folded == "BLANK" || (folded == "NAT" && raw != "NaT");
}

bool IsPlaceholderGivenName(absl::string_view joined) {
  static const Words* const kNames = new Words{"BABY",
                                               "BABYBOY",
                                               "BABYGIRL",
                                               "BOY",
                                               "GIRL",
                                               "INFANT",
                                               "INFANTBOY",
                                               "INFANTGIRL",
                                               "NEWBORN",
                                               "NEWBORNBOY",
                                               "NEWBORNGIRL",
                                               "NEWBORNMALE",
                                               "NEWBORNFEMALE",
                                               "BABYMALE",
                                               "BABYFEMALE",
                                               "INFANTMALE",
                                               "INFANTFEMALE",
                                               "BBOY",
                                               "BGIRL",
                                               "BB",
                                               "BG",
                                               "TWIN",
                                               "TRIPLET",
                                               "MALE",
                                               "FEMALE",
                                               "CHILD",
                                               "FETUS",
                                               "STILLBORN",
                                               "STILLBIRTH",
                                               "UNNAMED",
                                               "BABYUNNAMED",
                                               "BOYUNNAMED",
                                               "GIRLUNNAMED",
                                               "BABYBOYTWIN",
                                               "BABYGIRLTWIN",
                                               "BABYTWIN",
                                               "TWINBOY",
                                               "TWINGIRL",
                                               "MULTIPLE",
                                               "BABYOF",
                                               "MR",
                                               "MRS",
                                               "MS",
                                               "DR"};
  if (kNames->contains(joined)) return true;
  // TWINA, BABYBOYB: the last letter tells twins apart. Not BOYD.
  const absl::string_view stem = joined.substr(0, joined.empty() ? 0 : joined.size() - 1);
  return (stem == "TWIN" || stem.size() >= 7) && joined.back() >= 'A' && joined.back() <= 'D' &&
         kNames->contains(stem);
}

bool IsNewbornOfSomebody(absl::string_view spaced) {
  static const Words* const kNewborns =
      new Words{"BABY", "BABYBOY", "BABYGIRL", "BOY",  "GIRL",   "INFANT", "NEWBORN", "BB",
                "BG",   "TWIN",    "TRIPLET",  "MALE", "FEMALE", "SON",    "DAUGHTER"};
  const size_t end = spaced.find(' ');
  if (end == absl::string_view::npos) return false;
  const absl::string_view first = spaced.substr(0, end);
  if (!kNewborns->contains(first)) return false;
  const absl::string_view rest = spaced.substr(end + 1);
  const absl::string_view second = rest.substr(0, rest.find(' '));
  if (second == "OF" || second == "TO") return true;
  if (first == "BABY" || first == "INFANT" || first == "NEWBORN") {
    return second == "BOY" || second == "GIRL" || second == "MALE" || second == "FEMALE" ||
           second == "TWIN" || first == "NEWBORN";
  }
  if (first == "TWIN" || first == "TRIPLET") {
    return second == "ONE" || second == "TWO" || second == "THREE" || second.size() == 1 ||
           second == "BOY" || second == "GIRL";
  }
  return first == "BABYBOY" || first == "BABYGIRL" || first == "BB" || first == "BG";
}

bool IsFictitiousPerson(absl::string_view given_name, absl::string_view surname) {
  static const Words* const kSurnames = new Words{"DOE",  "MOUSE",   "DUCK", "BUNNY", "CLAUS",
                                                  "TEST", "PATIENT", "ROE",  "FUDD",  "COYOTE"};
  if (!kSurnames->contains(surname)) return false;
  static const Words* const kPersons =
      new Words{"JOHN DOE",    "JANE DOE",    "BABY DOE",    "MICKEY MOUSE", "MINNIE MOUSE",
                "DONALD DUCK", "DAISY DUCK",  "DAFFY DUCK",  "BUGS BUNNY",   "SANTA CLAUS",
                "ELMER FUDD",  "WILE COYOTE", "RICHARD ROE", "JANE ROE"};
  return kPersons->contains(absl::StrCat(given_name, " ", surname));
}

bool IsFormerNameWord(absl::string_view word) {
  static const Words* const kWords = new Words{"NEE",  "NEE:", "FKA",    "F/K/A",    "GEB",
                                               "GEB.", "NÉE",  "MAIDEN", "FORMERLY", "GEBOREN"};
  return kWords->contains(word);
}

bool IsOtherNameWord(absl::string_view word) {
  return word == "AKA" || word == "A/K/A" || word == "A.K.A." || word == "ALIAS" ||
         IsFormerNameWord(word);
}

bool IsSaintInOneWord(absl::string_view word) {
  static const Words* const kNames =
      new Words{"STJOHN",    "STCLAIR", "STPIERRE", "STGERMAIN", "STLOUIS",   "STJAMES",
                "STAMAND",   "STAMANT", "STMARTIN", "STCYR",     "STLAURENT", "STGEORGE",
                "STCHARLES", "STONGE",  "STPETER",  "STMARIE",   "STROMAIN",  "STHILAIRE",
                "STDENIS",   "STJEAN",  "STPAUL",   "STLEGER",   "STARNAUD",  "STJULIEN"};
  return absl::StartsWith(word, "ST") && kNames->contains(word);
}

}  // namespace blindlink::agent
