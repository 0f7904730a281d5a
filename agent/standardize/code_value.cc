#include "agent/standardize/code_value.h"

#include "absl/container/flat_hash_map.h"
#include "agent/standardize/name_words.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

using WordMap = absl::flat_hash_map<absl::string_view, absl::string_view>;

absl::string_view Find(const WordMap& map, absl::string_view word) {
  const auto found = map.find(word);
  return found == map.end() ? absl::string_view() : found->second;
}

}  // namespace

StandardizeResult StandardizeSex(absl::string_view folded) {
  static const WordMap* const kSexes = new WordMap{{"M", "M"},
                                                   {"MALE", "M"},
                                                   {"MAN", "M"},
                                                   {"BOY", "M"},
                                                   {"1", "M"},
                                                   {"01", "M"},
                                                   {"8507", "M"},
                                                   {"248153007", "M"},
                                                   {"LA28", "M"},
                                                   {"男", "M"},
                                                   {"男性", "M"},
                                                   {"オトコ", "M"},
                                                   {"ダンセイ", "M"},
                                                   {"男子", "M"},
                                                   {"F", "F"},
                                                   {"FEMALE", "F"},
                                                   {"WOMAN", "F"},
                                                   {"GIRL", "F"},
                                                   {"2", "F"},
                                                   {"02", "F"},
                                                   {"8532", "F"},
                                                   {"248152002", "F"},
                                                   {"LA36", "F"},
                                                   {"女", "F"},
                                                   {"女性", "F"},
                                                   {"オンナ", "F"},
                                                   {"ジヨセイ", "F"},
                                                   {"女子", "F"},
                                                   {"O", "O"},
                                                   {"OTHER", "O"},
                                                   {"OT", "O"},
                                                   {"X", "O"},
                                                   {"A", "O"},
                                                   {"AMBIGUOUS", "O"},
                                                   {"NONBINARY", "O"},
                                                   {"INTERSEX", "O"},
                                                   {"UNDIFFERENTIATED", "O"},
                                                   {"OTH", "O"},
                                                   {"8521", "O"},
                                                   {"8570", "O"},
                                                   {"44814649", "O"},
                                                   {"ソノ他", "O"},
                                                   {"ソノタ", "O"}};
  static const WordMap* const kUnknown = new WordMap{
      {"U", ""},    {"0", ""},        {"9", ""},       {"UN", ""},  {"NI", ""},   {"N", ""},
      {"ASKU", ""}, {"00", ""},       {"99", ""},      {"999", ""}, {"7", ""},    {"8", ""},
      {"77", ""},   {"88", ""},       {"97", ""},      {"98", ""},  {"NASK", ""}, {"MSK", ""},
      {"8551", ""}, {"44814650", ""}, {"44814653", ""}};
  const std::string word = LettersAndDigits(folded);
  if (const absl::string_view sex = Find(*kSexes, word); !sex.empty()) {
    return Usable(std::string(sex));
  }
  if (word.empty() || kUnknown->contains(word) || IsNoValueWord(word)) return Missing();
  return Invalid("unknown-sex");
}

StandardizeResult StandardizeRelationship(absl::string_view folded) {
  static const WordMap* const kRelationships =
      new WordMap{{"SELF", "SELF"},
                  {"S", "SELF"},
                  {"SUBSCRIBER", "SELF"},
                  {"INSURED", "SELF"},
                  {"EMPLOYEE", "SELF"},
                  {"POLICYHOLDER", "SELF"},
                  {"HOLDER", "SELF"},
                  {"MEMBER", "SELF"},
                  {"PRIMARY", "SELF"},
                  {"HOUSEHOLDER", "SELF"},
                  {"REFERENCEPERSON", "SELF"},
                  {"HEADOFHOUSEHOLD", "SELF"},
                  {"18", "SELF"},
                  {"1", "SELF"},
                  {"本人", "SELF"},
                  {"被保険者", "SELF"},
                  {"被保険者本人", "SELF"},
                  {"世帯主", "SELF"},
                  {"SPOUSE", "SPOUSE"},
                  {"HUSBAND", "SPOUSE"},
                  {"WIFE", "SPOUSE"},
                  {"PARTNER", "SPOUSE"},
                  {"DOMESTICPARTNER", "SPOUSE"},
                  {"LIFEPARTNER", "SPOUSE"},
                  {"UNMARRIEDPARTNER", "SPOUSE"},
                  {"OPPOSITESEXSPOUSE", "SPOUSE"},
                  {"SAMESEXSPOUSE", "SPOUSE"},
                  {"OPPOSITESEXUNMARRIEDPARTNER", "SPOUSE"},
                  {"SAMESEXUNMARRIEDPARTNER", "SPOUSE"},
                  {"01", "SPOUSE"},
                  {"53", "SPOUSE"},
                  {"配偶者", "SPOUSE"},
                  {"妻", "SPOUSE"},
                  {"夫", "SPOUSE"},
                  {"CHILD", "CHILD"},
                  {"SON", "CHILD"},
                  {"DAUGHTER", "CHILD"},
                  {"STEPCHILD", "CHILD"},
                  {"STEPSON", "CHILD"},
                  {"STEPDAUGHTER", "CHILD"},
                  {"ADOPTEDCHILD", "CHILD"},
                  {"FOSTERCHILD", "CHILD"},
                  {"BIOLOGICALCHILD", "CHILD"},
                  {"NATURALCHILD", "CHILD"},
                  {"19", "CHILD"},
                  {"17", "CHILD"},
                  {"子", "CHILD"},
                  {"子供", "CHILD"},
                  {"子ドモ", "CHILD"},
                  {"長男", "CHILD"},
                  {"長女", "CHILD"},
                  {"次男", "CHILD"},
                  {"二男", "CHILD"},
                  {"次女", "CHILD"},
                  {"二女", "CHILD"},
                  {"三男", "CHILD"},
                  {"三女", "CHILD"},
                  {"DEPENDENT", "FAMILY"},
                  {"DEPENDANT", "FAMILY"},
                  {"FAMILY", "FAMILY"},
                  {"FAMILYMEMBER", "FAMILY"},
                  {"家族", "FAMILY"},
                  {"被扶養者", "FAMILY"},
                  {"OTHER", "OTHER"},
                  {"O", "OTHER"},
                  {"OTHERRELATIVE", "OTHER"},
                  {"OTHERNONRELATIVE", "OTHER"},
                  {"NONRELATIVE", "OTHER"},
                  {"ROOMMATE", "OTHER"},
                  {"ROOMMATEORHOUSEMATE", "OTHER"},
                  {"HOUSEMATE", "OTHER"},
                  {"FRIEND", "OTHER"},
                  {"PARENT", "OTHER"},
                  {"MOTHER", "OTHER"},
                  {"FATHER", "OTHER"},
                  {"PARENTINLAW", "OTHER"},
                  {"SIBLING", "OTHER"},
                  {"BROTHER", "OTHER"},
                  {"SISTER", "OTHER"},
                  {"GRANDCHILD", "OTHER"},
                  {"GRANDSON", "OTHER"},
                  {"GRANDDAUGHTER", "OTHER"},
                  {"GRANDPARENT", "OTHER"},
                  {"NIECE", "OTHER"},
                  {"NEPHEW", "OTHER"},
                  {"COUSIN", "OTHER"},
                  {"AUNT", "OTHER"},
                  {"UNCLE", "OTHER"},
                  {"CHILDINLAW", "OTHER"},
                  {"SONINLAW", "OTHER"},
                  {"DAUGHTERINLAW", "OTHER"},
                  {"WARD", "OTHER"},
                  {"GUARDIAN", "OTHER"},
                  {"21", "OTHER"},
                  {"G8", "OTHER"},
                  {"父", "OTHER"},
                  {"母", "OTHER"},
                  {"兄", "OTHER"},
                  {"弟", "OTHER"},
                  {"姉", "OTHER"},
                  {"妹", "OTHER"},
                  {"孫", "OTHER"},
                  {"祖父", "OTHER"},
                  {"祖母", "OTHER"},
                  {"ソノ他", "OTHER"},
                  {"ソノタ", "OTHER"}};
  const std::string word = LettersAndDigits(folded);
  if (const absl::string_view found = Find(*kRelationships, word); !found.empty()) {
    return Usable(std::string(found));
  }
  // In a census, residents of institutions have no relationship to a householder.
  const bool none = word == "U" || word == "9" || word == "99" || word == "999" ||
                    word.find("GROUPQUARTERS") != std::string::npos;
  if (word.empty() || none || IsNoValueWord(word)) return Missing();
  return Invalid("unknown-relationship");
}

absl::string_view GenerationalSuffix(absl::string_view word) {
  static const WordMap* const kSuffixes = new WordMap{
      {"JR", "JR"},     {"JNR", "JR"},  {"JUNIOR", "JR"}, {"SR", "SR"},     {"SNR", "SR"},
      {"SENIOR", "SR"}, {"II", "II"},   {"2ND", "II"},    {"III", "III"},   {"3RD", "III"},
      {"IV", "IV"},     {"4TH", "IV"},  {"V", "V"},       {"5TH", "V"},     {"VI", "VI"},
      {"6TH", "VI"},    {"VII", "VII"}, {"7TH", "VII"},   {"VIII", "VIII"}, {"8TH", "VIII"},
      {"IX", "IX"},     {"9TH", "IX"},  {"X", "X"},       {"10TH", "X"},    {"1ST", "I"}};
  return Find(*kSuffixes, word);
}

bool IsSuffixOrName(absl::string_view suffix) {
  return suffix.size() == 1 || suffix == "JUNIOR" || suffix == "SENIOR";
}

StandardizeResult StandardizeNameSuffix(absl::string_view folded) {
  const std::string word = LettersAndDigits(folded);
  if (const absl::string_view suffix = GenerationalSuffix(word); !suffix.empty()) {
    return Usable(std::string(suffix));
  }
  if (word == "I" || word == "FIRST") return Usable("I");
  if (word == "SECOND" || word == "2") return Usable("II");
  if (word == "THIRD" || word == "3") return Usable("III");
  // MD is a suffix, but not a generational one.
  if (word.empty() || IsNoValueWord(word) || IsPostNominal(word)) return Missing();
  return Invalid("unknown-suffix");
}

}  // namespace blindlink::agent
