#include "agent/clinical/terms/japanese_term.h"

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "agent/clinical/terms/term_words.h"

namespace blindlink::agent {
namespace {

struct Pair {
  absl::string_view from, to;
};

// Kanji that disease names often have in kana instead, because they are hard to write.
constexpr Pair kHardKanji[] = {{"癌", "ガン"},
                               {"鬱", "ウツ"},
                               {"瘍", "ヨウ"},
                               {"鬆", "シヨウ"},
                               {"痒", "ヨウ"},
                               {"疹", "シン"},
                               {"痺", "ヒ"},
                               {"瘤", "リユウ"},
                               {"膿", "ノウ"},
                               {"腱", "ケン"},
                               {"腫", "シユ"},
                               {"痙", "ケイ"},
                               {"攣", "レン"},
                               {"疱", "ホウ"},
                               {"疣", "イボ"},
                               {"痔", "ジ"},
                               {"瘻", "ロウ"},
                               {"蕁", "ジン"},
                               {"麻", "マ"},
                               {"喘", "ゼン"},
                               {"嚢", "ノウ"},
                               {"囊", "ノウ"},
                               {"齲", "ウ"},
                               {"躁", "ソウ"},
                               {"眩", "ゲン"},
                               {"暈", "ウン"},
                               {"嗄", "サ"},
                               {"嚥", "エン"},
                               {"捻", "ネン"},
                               {"挫", "ザ"},
                               {"骨粗しょう", "骨粗シヨウ"},
                               {"頸", "頚"},
                               {"頚", "頚"},
                               {"濾", "ロ"},
                               {"肛", "コウ"},
                               {"腟", "チツ"},
                               {"膣", "チツ"},
                               {"褥", "ジヨク"},
                               {"瘡", "ソウ"},
                               {"痂", "カ"},
                               {"痘", "トウ"}};

// On'yomi of kanji in names of diseases, with large kana.
constexpr Pair kReadings[] = {
    {"気", "キ"},     {"管", "カン"},   {"支", "シ"},     {"息", "ソク"},   {"性", "セイ"},
    {"症", "シヨウ"}, {"病", "ビヨウ"}, {"炎", "エン"},   {"糖", "トウ"},   {"尿", "ニヨウ"},
    {"腎", "ジン"},   {"肝", "カン"},   {"胃", "イ"},     {"肺", "ハイ"},   {"心", "シン"},
    {"脳", "ノウ"},   {"血", "ケツ"},   {"圧", "アツ"},   {"高", "コウ"},   {"低", "テイ"},
    {"急", "キユウ"}, {"慢", "マン"},   {"本", "ホン"},   {"態", "タイ"},   {"不", "フ"},
    {"全", "ゼン"},   {"梗", "コウ"},   {"塞", "ソク"},   {"後", "コウ"},   {"遺", "イ"},
    {"関", "カン"},   {"節", "セツ"},   {"膝", "シツ"},   {"変", "ヘン"},   {"形", "ケイ"},
    {"腰", "ヨウ"},   {"痛", "ツウ"},   {"部", "ブ"},     {"脊", "セキ"},   {"柱", "チユウ"},
    {"狭", "キヨウ"}, {"窄", "サク"},   {"骨", "コツ"},   {"粗", "ソ"},     {"潰", "カイ"},
    {"逆", "ギヤク"}, {"流", "リユウ"}, {"食", "シヨク"}, {"道", "ドウ"},   {"便", "ベン"},
    {"秘", "ピ"},     {"脂", "シ"},     {"質", "シツ"},   {"異", "イ"},     {"常", "ジヨウ"},
    {"酸", "サン"},   {"風", "フウ"},   {"鉄", "テツ"},   {"欠", "ケツ"},   {"乏", "ボウ"},
    {"貧", "ヒン"},   {"筋", "キン"},   {"房", "ボウ"},   {"細", "サイ"},   {"動", "ドウ"},
    {"室", "シツ"},   {"前", "ゼン"},   {"立", "リツ"},   {"腺", "セン"},   {"肥", "ヒ"},
    {"大", "ダイ"},   {"末", "マツ"},   {"期", "キ"},     {"路", "ロ"},     {"感", "カン"},
    {"染", "セン"},   {"膀", "ボウ"},   {"胱", "コウ"},   {"眠", "ミン"},   {"皮", "ヒ"},
    {"膚", "フ"},     {"白", "ハク"},   {"内", "ナイ"},   {"障", "シヨウ"}, {"緑", "リヨク"},
    {"結", "ケツ"},   {"膜", "マク"},   {"花", "カ"},     {"粉", "フン"},   {"上", "ジヨウ"},
    {"下", "カ"},     {"冒", "ボウ"},   {"閉", "ヘイ"},   {"疾", "シツ"},   {"患", "カン"},
    {"網", "モウ"},   {"型", "ガタ"},   {"鼻", "ビ"},     {"咽", "イン"},   {"喉", "コウ"},
    {"頭", "トウ"},   {"中", "チユウ"}, {"耳", "ジ"},     {"外", "ガイ"},   {"傷", "シヨウ"},
    {"折", "セツ"},   {"脱", "ダツ"},   {"臼", "キユウ"}, {"乳", "ニユウ"}, {"子", "シ"},
    {"宮", "キユウ"}, {"卵", "ラン"},   {"巣", "ソウ"},   {"甲", "コウ"},   {"状", "ジヨウ"},
    {"機", "キ"},     {"能", "ノウ"},   {"亢", "コウ"},   {"進", "シン"},   {"減", "ゲン"},
    {"少", "シヨウ"}, {"多", "タ"},     {"出", "シユツ"}, {"神", "シン"},   {"経", "ケイ"},
    {"精", "セイ"},   {"統", "トウ"},   {"合", "ゴウ"},   {"失", "シツ"},   {"調", "チヨウ"},
    {"認", "ニン"},   {"知", "チ"},     {"帯", "タイ"},   {"湿", "シツ"},   {"水", "スイ"},
    {"癬", "セン"},   {"肉", "ニク"},   {"腸", "チヨウ"}, {"盲", "モウ"},   {"虫", "チユウ"},
    {"垂", "スイ"},   {"直", "チヨク"}, {"胆", "タン"},   {"石", "セキ"},   {"膵", "スイ"},
    {"臓", "ゾウ"},   {"硬", "コウ"},   {"化", "カ"},     {"脈", "ミヤク"}, {"静", "セイ"},
    {"弁", "ベン"},   {"拡", "カク"},   {"張", "チヨウ"}, {"瘤", "リユウ"}, {"悪", "アク"},
    {"良", "リヨウ"}, {"新", "シン"},   {"生", "セイ"},   {"物", "ブツ"},   {"転", "テン"},
    {"移", "イ"},     {"原", "ゲン"},   {"発", "ハツ"},   {"続", "ゾク"},   {"非", "ヒ"},
    {"依", "イ"},     {"存", "ゾン"},   {"視", "シ"},     {"力", "リヨク"}, {"近", "キン"},
    {"遠", "エン"},   {"乱", "ラン"},   {"老", "ロウ"},   {"斑", "ハン"},   {"黄", "オウ"},
    {"剥", "ハク"},   {"離", "リ"},     {"角", "カク"},   {"虹", "コウ"},   {"彩", "サイ"}};

constexpr Pair kSynonyms[] = {{"NIDDM", "2型糖尿病"},
                              {"T2DM", "2型糖尿病"},
                              {"インスリン非依存性糖尿病", "2型糖尿病"},
                              {"IDDM", "1型糖尿病"},
                              {"T1DM", "1型糖尿病"},
                              {"インスリン依存性糖尿病", "1型糖尿病"},
                              {"DM", "糖尿病"},
                              {"HT", "高血圧症"},
                              {"HTN", "高血圧症"},
                              {"HL", "高脂血症"},
                              {"COPD", "慢性閉塞性肺疾患"},
                              {"AMI", "急性心筋梗塞"},
                              {"MI", "心筋梗塞"},
                              {"OMI", "陳旧性心筋梗塞"},
                              {"AP", "狭心症"},
                              {"IHD", "虚血性心疾患"},
                              {"CHF", "うっ血性心不全"},
                              {"AF", "心房細動"},
                              {"CKD", "慢性腎臓病"},
                              {"CRF", "慢性腎不全"},
                              {"ESRD", "末期腎不全"},
                              {"RA", "関節リウマチ"},
                              {"SLE", "全身性エリテマトーデス"},
                              {"BA", "気管支喘息"},
                              {"GERD", "逆流性食道炎"},
                              {"UTI", "尿路感染症"},
                              {"BPH", "前立腺肥大症"},
                              {"HCC", "肝細胞癌"},
                              {"LC", "肝硬変症"},
                              {"SAS", "睡眠時無呼吸症候群"},
                              {"IDA", "鉄欠乏性貧血"},
                              {"ITP", "特発性血小板減少性紫斑病"},
                              {"喘息", "気管支喘息"},
                              {"風邪", "感冒"},
                              {"かぜ", "感冒"},
                              {"感冒症", "感冒"},
                              {"糖尿", "糖尿病"},
                              {"上気道炎", "急性上気道炎"},
                              {"盲腸炎", "急性虫垂炎"},
                              {"膝OA", "変形性膝関節症"},
                              {"逆食", "逆流性食道炎"},
                              {"痴呆", "認知症"},
                              {"水虫", "足白癬"},
                              {"蕁麻疹", "じんま疹"},
                              {"分裂病", "統合失調症"},
                              {"精神分裂病", "統合失調症"}};

std::string ReplaceAll(absl::Span<const Pair> pairs, std::string text) {
  for (const Pair& pair : pairs) {
    if (absl::StrContains(text, pair.from)) {
      text = absl::StrReplaceAll(text, {{pair.from, pair.to}});
    }
  }
  return text;
}

bool StripAnySuffix(std::initializer_list<absl::string_view> suffixes, std::string* text) {
  for (const absl::string_view suffix : suffixes) {
    if (text->size() > suffix.size() && absl::EndsWith(*text, suffix)) {
      text->resize(text->size() - suffix.size());
      return true;
    }
  }
  return false;
}

bool StripAnyPrefix(std::initializer_list<absl::string_view> prefixes, std::string* text) {
  for (const absl::string_view prefix : prefixes) {
    if (text->size() > prefix.size() && absl::StartsWith(*text, prefix)) {
      text->erase(0, prefix.size());
      return true;
    }
  }
  return false;
}

// Roman numerals before 型 and 度: ii型 is 2型.
std::string WithArabicNumerals(const std::string& text) {
  return absl::StrReplaceAll(text, {{"III型", "3型"},
                                    {"II型", "2型"},
                                    {"IV型", "4型"},
                                    {"I型", "1型"},
                                    {"V型", "5型"},
                                    {"III度", "3度"},
                                    {"II度", "2度"},
                                    {"IV度", "4度"},
                                    {"I度", "1度"},
                                    {"III期", "3期"},
                                    {"II期", "2期"},
                                    {"IV期", "4期"},
                                    {"I期", "1期"},
                                    {"一型", "1型"},
                                    {"二型", "2型"}});
}

std::string WithoutBlanksAndBrackets(absl::string_view folded) {
  return absl::StrReplaceAll(folded, {{" ", ""},
                                      {"(", ""},
                                      {")", ""},
                                      {"[", ""},
                                      {"]", ""},
                                      {"、", ""},
                                      {"・", ""},
                                      {"「", ""},
                                      {"」", ""},
                                      {",", ""}});
}

}  // namespace

JapaneseName ReadJapaneseMarkers(absl::string_view folded) {
  JapaneseName name;
  name.text = WithoutBlanksAndBrackets(folded);
  name.core = name.text;
  if (StripAnySuffix({"ノ疑イアリ", "ノ疑イ", "疑イ", "ノ疑", "疑", "ウタガイ", "?"}, &name.core) ||
      StripAnyPrefix({"疑イ:", "疑イ", "疑", "S/O"}, &name.core)) {
    name.certainty = Certainty::kSuspected;
  } else if (StripAnySuffix({"ノ既往歴", "ノ既往", "既往歴", "既往"}, &name.core)) {
    name.certainty = Certainty::kHistory;
  } else if (StripAnySuffix({"ノ家族歴", "家族歴"}, &name.core)) {
    name.certainty = Certainty::kFamily;
  }
  if (StripAnyPrefix({"両側性", "両側", "両"}, &name.core)) {
    name.side = Side::kBoth;
  } else if (StripAnyPrefix({"右側", "右"}, &name.core)) {
    name.side = Side::kRight;
  } else if (StripAnyPrefix({"左側", "左"}, &name.core)) {
    name.side = Side::kLeft;
  }
  StripAnySuffix({"ノ術後", "術後", "手術後"}, &name.core);
  return name;
}

std::string JapaneseSpelling(absl::string_view core) {
  std::string text = ReplaceAll(kHardKanji, WithArabicNumerals(std::string(core)));
  return absl::StrReplaceAll(text, {{"リユウマチ", "リウマチ"},
                                    {"リユーマチ", "リウマチ"},
                                    {"ー", ""},
                                    {"ヴ", "ブ"},
                                    {"ヂ", "ジ"},
                                    {"ヅ", "ズ"}});
}

std::string JapaneseShortSpelling(absl::string_view core) {
  const std::string spelling = JapaneseSpelling(core);
  std::string text = absl::StrReplaceAll(spelling, {{"性", ""}, {"症", ""}});
  return text.size() >= 6 ? text : spelling;
}

std::string JapaneseReading(absl::string_view core) {
  return ReplaceAll(kReadings, JapaneseSpelling(core));
}

std::string JapaneseSynonym(absl::string_view spelling) {
  static const auto* const kMap = [] {
    auto* map = new absl::flat_hash_map<std::string, std::string>;
    for (const Pair& pair : kSynonyms) {
      map->emplace(JapaneseSpelling(FoldTerm(pair.from)), JapaneseSpelling(FoldTerm(pair.to)));
    }
    return map;
  }();
  const auto found = kMap->find(spelling);
  return found == kMap->end() ? std::string() : found->second;
}

}  // namespace blindlink::agent
