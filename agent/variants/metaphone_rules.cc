// Double Metaphone's rules for C, G and S.
#include "agent/variants/metaphone_word.h"

namespace blindlink::agent {
namespace {

// "ACH" in names of Germanic origin: BACHER, MACHER.
bool IsGermanicC(const MetaphoneWord& word, int i) {
  if (word.Has(i, 4, {"CHIA"})) return true;
  if (i <= 1 || word.IsVowelAt(i - 2) || !word.Has(i - 1, 3, {"ACH"})) return false;
  const char after = word.At(i + 2);
  return (after != 'I' && after != 'E') || word.Has(i - 2, 6, {"BACHER", "MACHER"});
}

// CHARAC-, CHORUS: of Greek origin, at the start of a word.
bool IsGreekStart(const MetaphoneWord& word, int i) {
  if (i != 0) return false;
  if (!word.Has(i + 1, 5, {"HARAC", "HARIS"}) &&
      !word.Has(i + 1, 3, {"HOR", "HYM", "HIA", "HEM"})) {
    return false;
  }
  return !word.Has(0, 5, {"CHORE"});
}

// ARCHITECT, ORCHESTRA, WACHTLER: CH sounds like K.
bool IsHardCh(const MetaphoneWord& word, int i) {
  return word.Has(0, 4, {"VAN ", "VON "}) || word.Has(0, 3, {"SCH"}) ||
         word.Has(i - 2, 6, {"ORCHES", "ARCHIT", "ORCHID"}) || word.Has(i + 2, 1, {"T", "S"}) ||
         ((word.Has(i - 1, 1, {"A", "O", "U", "E"}) || i == 0) &&
          (word.Has(i + 2, 1, {"L", "R", "N", "M", "B", "H", "F", "V", "W", " "}) ||
           i + 1 == word.last()));
}

int EncodeCh(MetaphoneWord& word, int i) {
  if (i > 0 && word.Has(i, 4, {"CHAE"})) {  // MICHAEL
    word.Add("K", "X");
  } else if (IsGreekStart(word, i) || IsHardCh(word, i)) {
    word.Add("K");
  } else if (i == 0) {
    word.Add("X");
  } else if (word.Has(0, 2, {"MC"})) {  // MCHUGH
    word.Add("K");
  } else {
    word.Add("X", "K");
  }
  return i + 2;
}

int EncodeCc(MetaphoneWord& word, int i) {
  if (word.Has(i + 2, 1, {"I", "E", "H"}) && !word.Has(i + 2, 2, {"HU"})) {  // BELLOCCHIO
    if ((i == 1 && word.At(0) == 'A') || word.Has(i - 1, 5, {"UCCEE", "UCCES"})) {
      word.Add("KS");  // ACCIDENT, SUCCEED
    } else {
      word.Add("X");  // BACCI, BERTUCCI
    }
    return i + 3;
  }
  word.Add("K");
  return i + 2;
}

int EncodeGh(MetaphoneWord& word, int i) {
  if (i > 0 && !word.IsVowelAt(i - 1)) {
    word.Add("K");
    return i + 2;
  }
  if (i == 0) {
    word.Add(word.At(i + 2) == 'I' ? "J" : "K");  // GHISLANE
    return i + 2;
  }
  // Silent: HUGH, BOUGH, BROUGHTON.
  if ((i > 1 && word.Has(i - 2, 1, {"B", "H", "D"})) ||
      (i > 2 && word.Has(i - 3, 1, {"B", "H", "D"})) || (i > 3 && word.Has(i - 4, 1, {"B", "H"}))) {
    return i + 2;
  }
  if (i > 2 && word.At(i - 1) == 'U' && word.Has(i - 3, 1, {"C", "G", "L", "R", "T"})) {
    word.Add("F");  // LAUGH, MCLAUGHLIN
  } else if (i > 0 && word.At(i - 1) != 'I') {
    word.Add("K");
  }
  return i + 2;
}

int EncodeGn(MetaphoneWord& word, int i) {
  if (i == 1 && word.IsVowelAt(0) && !word.IsSlavoGermanic()) {
    word.Add("KN", "N");
  } else if (!word.Has(i + 2, 2, {"EY"}) && word.At(i + 1) != 'Y' && !word.IsSlavoGermanic()) {
    word.Add("N", "KN");
  } else {
    word.Add("KN");
  }
  return i + 2;
}

// GES-, GEP-, GIE-, GY- at the start; -GER, -GY within: G or J.
bool IsSoftOrHardG(const MetaphoneWord& word, int i) {
  const char next = word.At(i + 1);
  if (i == 0) {
    return next == 'Y' ||
           word.Has(i + 1, 2, {"ES", "EP", "EB", "EL", "EY", "IB", "IL", "IN", "IE", "EI", "ER"});
  }
  return (word.Has(i + 1, 2, {"ER"}) || next == 'Y') &&
         !word.Has(0, 6, {"DANGER", "RANGER", "MANGER"}) && !word.Has(i - 1, 1, {"E", "I"}) &&
         !word.Has(i - 1, 3, {"RGY", "OGY"});
}

int EncodeSc(MetaphoneWord& word, int i) {
  if (word.At(i + 2) == 'H') {
    if (word.Has(i + 3, 2, {"OO", "ER", "EN", "UY", "ED", "EM"})) {  // of Dutch origin: SCHOOL
      if (word.Has(i + 3, 2, {"ER", "EN"})) {
        word.Add("X", "SK");  // SCHERMERHORN, SCHENKER
      } else {
        word.Add("SK");
      }
    } else if (i == 0 && !word.IsVowelAt(3) && word.At(3) != 'W') {
      word.Add("X", "S");
    } else {
      word.Add("X");
    }
  } else if (word.Has(i + 2, 1, {"I", "E", "Y"})) {
    word.Add("S");
  } else {
    word.Add("SK");
  }
  return i + 3;
}

}  // namespace

int EncodeC(MetaphoneWord& word, int i) {
  if (IsGermanicC(word, i)) {
    word.Add("K");
    return i + 2;
  }
  if (i == 0 && word.Has(i, 6, {"CAESAR"})) {
    word.Add("S");
    return i + 2;
  }
  if (word.Has(i, 2, {"CH"})) return EncodeCh(word, i);
  if (word.Has(i, 2, {"CZ"}) && !word.Has(i - 2, 4, {"WICZ"})) {  // CZERNY
    word.Add("S", "X");
    return i + 2;
  }
  if (word.Has(i + 1, 3, {"CIA"})) {  // FOCACCIA
    word.Add("X");
    return i + 3;
  }
  if (word.Has(i, 2, {"CC"}) && !(i == 1 && word.At(0) == 'M')) return EncodeCc(word, i);
  if (word.Has(i, 2, {"CK", "CG", "CQ"})) {
    word.Add("K");
    return i + 2;
  }
  if (word.Has(i, 2, {"CI", "CE", "CY"})) {
    if (word.Has(i, 3, {"CIO", "CIE", "CIA"})) {  // Italian or English
      word.Add("S", "X");
    } else {
      word.Add("S");
    }
    return i + 2;
  }
  word.Add("K");
  if (word.Has(i + 1, 2, {" C", " Q", " G"})) return i + 3;  // MAC CAFFREY, MAC GREGOR
  if (word.Has(i + 1, 1, {"C", "K", "Q"}) && !word.Has(i + 1, 2, {"CE", "CI"})) return i + 2;
  return i + 1;
}

int EncodeG(MetaphoneWord& word, int i) {
  const char next = word.At(i + 1);
  if (next == 'H') return EncodeGh(word, i);
  if (next == 'N') return EncodeGn(word, i);
  if (word.Has(i + 1, 2, {"LI"}) && !word.IsSlavoGermanic()) {  // TAGLIARO
    word.Add("KL", "L");
    return i + 2;
  }
  if (IsSoftOrHardG(word, i)) {
    word.Add("K", "J");
    return i + 2;
  }
  if (word.Has(i + 1, 1, {"E", "I", "Y"}) || word.Has(i - 1, 4, {"AGGI", "OGGI"})) {
    if (word.Has(0, 3, {"SCH"}) || word.Has(i + 1, 2, {"ET"})) {
      word.Add("K");  // obviously Germanic
    } else if (word.Has(i + 1, 3, {"IER"})) {
      word.Add("J");
    } else {
      word.Add("J", "K");
    }
    return i + 2;
  }
  word.Add("K");
  return next == 'G' ? i + 2 : i + 1;
}

int EncodeS(MetaphoneWord& word, int i) {
  if (word.Has(i - 1, 3, {"ISL", "YSL"})) return i + 1;  // ISLAND, CARLISLE: silent
  if (i == 0 && word.Has(i, 5, {"SUGAR"})) {
    word.Add("X", "S");
    return i + 1;
  }
  if (word.Has(i, 2, {"SH"})) {
    word.Add(word.Has(i + 1, 4, {"HEIM", "HOEK", "HOLM", "HOLZ"}) ? "S" : "X");
    return i + 2;
  }
  if (word.Has(i, 3, {"SIO", "SIA"})) {  // Italian, Armenian
    word.Add("S", word.IsSlavoGermanic() ? "S" : "X");
    return i + 3;
  }
  // SMITH matches SCHMIDT, and SNIDER matches SCHNEIDER. Also Slavic SZ.
  if ((i == 0 && word.Has(i + 1, 1, {"M", "N", "L", "W"})) || word.At(i + 1) == 'Z') {
    word.Add("S", "X");
    return word.At(i + 1) == 'Z' ? i + 2 : i + 1;
  }
  if (word.Has(i, 2, {"SC"})) return EncodeSc(word, i);
  if (i == word.last() && word.Has(i - 2, 2, {"AI", "OI"})) {
    word.Add("", "S");  // French: RESNAIS, ARTOIS
  } else {
    word.Add("S");
  }
  return word.Has(i + 1, 1, {"S", "Z"}) ? i + 2 : i + 1;
}

}  // namespace blindlink::agent
