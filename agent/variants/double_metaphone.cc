#include "agent/variants/double_metaphone.h"

#include "agent/variants/metaphone_word.h"

namespace blindlink::agent {
namespace {

// The position after the letter at `i`, and after its double if it is doubled.
int SkipDouble(const MetaphoneWord& word, int i, char letter) {
  return word.At(i + 1) == letter ? i + 2 : i + 1;
}

int EncodeD(MetaphoneWord& word, int i) {
  if (word.Has(i, 2, {"DG"})) {
    if (word.Has(i + 2, 1, {"I", "E", "Y"})) {  // EDGE
      word.Add("J");
      return i + 3;
    }
    word.Add("TK");  // EDGAR
    return i + 2;
  }
  word.Add("T");
  return word.Has(i, 2, {"DT", "DD"}) ? i + 2 : i + 1;
}

int EncodeH(MetaphoneWord& word, int i) {
  if ((i == 0 || word.IsVowelAt(i - 1)) && word.IsVowelAt(i + 1)) {
    word.Add("H");
    return i + 2;
  }
  return i + 1;
}

int EncodeJ(MetaphoneWord& word, int i) {
  if (word.Has(i, 4, {"JOSE"}) || word.Has(0, 4, {"SAN "})) {
    if ((i == 0 && word.size() == 4) || word.Has(0, 4, {"SAN "})) {
      word.Add("H");
    } else {
      word.Add("J", "H");
    }
    return i + 1;
  }
  if (i == 0) {
    word.Add("J", "A");  // YANKELOVICH
  } else if (word.IsVowelAt(i - 1) && !word.IsSlavoGermanic() &&
             (word.At(i + 1) == 'A' || word.At(i + 1) == 'O')) {
    word.Add("J", "H");  // Spanish: BAJADOR
  } else if (i == word.last()) {
    word.Add("J", "");
  } else if (!word.Has(i + 1, 1, {"L", "T", "K", "S", "N", "M", "B", "Z"}) &&
             !word.Has(i - 1, 1, {"S", "K", "L"})) {
    word.Add("J");
  }
  return SkipDouble(word, i, 'J');
}

int EncodeL(MetaphoneWord& word, int i) {
  if (word.At(i + 1) != 'L') {
    word.Add("L");
    return i + 1;
  }
  // Spanish: CABRILLO, GALLEGOS.
  const bool spanish =
      (i == word.size() - 3 && word.Has(i - 1, 4, {"ILLO", "ILLA", "ALLE"})) ||
      ((word.Has(word.size() - 2, 2, {"AS", "OS"}) || word.Has(word.size() - 1, 1, {"A", "O"})) &&
       word.Has(i - 1, 4, {"ALLE"}));
  word.Add("L", spanish ? "" : "L");
  return i + 2;
}

int EncodeM(MetaphoneWord& word, int i) {
  word.Add("M");
  // THUMB, DUMBER: the B is silent.
  const bool silent_b =
      word.Has(i - 1, 3, {"UMB"}) && (i + 1 == word.last() || word.Has(i + 2, 2, {"ER"}));
  return silent_b || word.At(i + 1) == 'M' ? i + 2 : i + 1;
}

int EncodeP(MetaphoneWord& word, int i) {
  if (word.At(i + 1) == 'H') {
    word.Add("F");
    return i + 2;
  }
  word.Add("P");
  return word.Has(i + 1, 1, {"P", "B"}) ? i + 2 : i + 1;
}

int EncodeR(MetaphoneWord& word, int i) {
  // French: ROGIER, but not HOCHMEIER.
  const bool french = i == word.last() && !word.IsSlavoGermanic() && word.Has(i - 2, 2, {"IE"}) &&
                      !word.Has(i - 4, 2, {"ME", "MA"});
  word.Add(french ? "" : "R", "R");
  return SkipDouble(word, i, 'R');
}

int EncodeT(MetaphoneWord& word, int i) {
  if (word.Has(i, 4, {"TION"}) || word.Has(i, 3, {"TIA", "TCH"})) {
    word.Add("X");
    return i + 3;
  }
  if (word.Has(i, 2, {"TH"}) || word.Has(i, 3, {"TTH"})) {
    if (word.Has(i + 2, 2, {"OM", "AM"}) || word.Has(0, 4, {"VAN ", "VON "}) ||
        word.Has(0, 3, {"SCH"})) {
      word.Add("T");  // THOMAS, THAMES
    } else {
      word.Add("0", "T");
    }
    return i + 2;
  }
  word.Add("T");
  return word.Has(i + 1, 1, {"T", "D"}) ? i + 2 : i + 1;
}

int EncodeW(MetaphoneWord& word, int i) {
  if (word.Has(i, 2, {"WR"})) {
    word.Add("R");
    return i + 2;
  }
  if (i == 0 && (word.IsVowelAt(1) || word.Has(i, 2, {"WH"}))) {
    word.Add("A", word.IsVowelAt(1) ? "F" : "A");  // WASSERMAN sounds like VASSERMAN
  } else if ((i == word.last() && word.IsVowelAt(i - 1)) ||
             word.Has(i - 1, 5, {"EWSKI", "EWSKY", "OWSKI", "OWSKY"}) || word.Has(0, 3, {"SCH"})) {
    word.Add("", "F");  // ARNOW sounds like ARNOFF
  } else if (word.Has(i, 4, {"WICZ", "WITZ"})) {
    word.Add("TS", "FX");  // FILIPOWICZ
    return i + 4;
  }
  return i + 1;
}

int EncodeX(MetaphoneWord& word, int i) {
  if (i == 0) {
    word.Add("S");  // XAVIER
    return i + 1;
  }
  // French: BREAUX.
  const bool silent =
      i == word.last() && (word.Has(i - 3, 3, {"IAU", "EAU"}) || word.Has(i - 2, 2, {"AU", "OU"}));
  if (!silent) word.Add("KS");
  return word.Has(i + 1, 1, {"C", "X"}) ? i + 2 : i + 1;
}

int EncodeZ(MetaphoneWord& word, int i) {
  if (word.At(i + 1) == 'H') {  // ZHAO
    word.Add("J");
    return i + 2;
  }
  const bool like_ts = word.Has(i + 1, 2, {"ZO", "ZI", "ZA"}) ||
                       (word.IsSlavoGermanic() && i > 0 && word.At(i - 1) != 'T');
  word.Add("S", like_ts ? "TS" : "S");
  return SkipDouble(word, i, 'Z');
}

int EncodePlain(MetaphoneWord& word, int i, char letter) {
  constexpr absl::string_view kFrom = "BFKNQV";
  constexpr absl::string_view kTo = "PFKNKF";
  const size_t at = kFrom.find(letter);
  if (at == absl::string_view::npos) return i + 1;  // a vowel within the word
  word.Add(kTo.substr(at, 1));
  return SkipDouble(word, i, letter);
}

int EncodeAt(MetaphoneWord& word, int i) {
  switch (const char letter = word.At(i); letter) {
    case 'A':
    case 'E':
    case 'I':
    case 'O':
    case 'U':
    case 'Y':
      if (i == 0) word.Add("A");
      return i + 1;
    case 'C':
      return EncodeC(word, i);
    case 'D':
      return EncodeD(word, i);
    case 'G':
      return EncodeG(word, i);
    case 'H':
      return EncodeH(word, i);
    case 'J':
      return EncodeJ(word, i);
    case 'L':
      return EncodeL(word, i);
    case 'M':
      return EncodeM(word, i);
    case 'P':
      return EncodeP(word, i);
    case 'R':
      return EncodeR(word, i);
    case 'S':
      return EncodeS(word, i);
    case 'T':
      return EncodeT(word, i);
    case 'W':
      return EncodeW(word, i);
    case 'X':
      return EncodeX(word, i);
    case 'Z':
      return EncodeZ(word, i);
    default:
      return EncodePlain(word, i, letter);
  }
}

}  // namespace

MetaphoneCodes DoubleMetaphone(absl::string_view name) {
  if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ ") != absl::string_view::npos) return {};
  MetaphoneWord word(name);
  // A silent first letter: KNIGHT, PSALM.
  int i = word.Has(0, 2, {"GN", "KN", "PN", "WR", "PS"}) ? 1 : 0;
  while (i < word.size() && !word.IsFull()) i = EncodeAt(word, i);
  return word.Codes();
}

}  // namespace blindlink::agent
