#include "agent/clinical/terms/dictionary_builder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/terms/dictionary_format.h"
#include "agent/clinical/terms/dictionary_sections.h"
#include "agent/clinical/terms/japanese_term.h"
#include "agent/clinical/terms/spelling.h"
#include "agent/clinical/terms/term_words.h"
#include "agent/clinical/terms/word_rules.h"
#include "agent/standardize/text/text.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {
namespace {

using Key = std::pair<uint64_t, uint32_t>;

class Builder {
 public:
  Builder(const TermDraft& draft, std::vector<TermConflict>* conflicts)
      : draft_(draft), conflicts_(conflicts) {}

  std::string Build(absl::Span<const double> calibration, DictionaryCounts* counts) {
    AddCodes();
    for (const TermDraft::Form& form : draft_.forms) AddForm(form);
    AddRanking();
    AddDeletions();
    AddAbbreviations();
    for (auto& keys : keys_) {
      std::sort(keys.begin(), keys.end());
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    }
    ListConflicts();
    counts->codes = codes_.size();
    counts->billable =
        static_cast<uint64_t>(std::count_if(codes_.begin(), codes_.end(), [](const CodeRow& row) {
          return (row.flags & kBillable) != 0;
        }));
    counts->forms = forms_.size();
    counts->words = words_.size();
    counts->abbreviations = abbreviations_.size();
    return Write(calibration, *counts);
  }

 private:
  TextRef Keep(absl::string_view text) {
    const auto [found, added] = kept_.try_emplace(text, TextRef{});
    if (added) {
      found->second = {static_cast<uint32_t>(strings_.size()), static_cast<uint32_t>(text.size())};
      absl::StrAppend(&strings_, text);
    }
    return found->second;
  }

  void AddCodes() {
    for (auto code = draft_.codes.begin(); code != draft_.codes.end(); ++code) {
      CodeRow row;
      row.code = Keep(code->first);
      row.title = Keep(code->second.title);
      const auto next = std::next(code);
      const bool leaf = next == draft_.codes.end() || !absl::StartsWith(next->first, code->first);
      if ((leaf && !code->second.listed_header) || code->second.listed_billable)
        row.flags |= kBillable;
      if (code->second.official) row.flags |= kOfficial;
      code_rows_[code->first] = static_cast<uint32_t>(codes_.size());
      const auto category = code_rows_.find(code->first.substr(0, 3));
      row.category =
          category == code_rows_.end() ? static_cast<uint32_t>(codes_.size()) : category->second;
      codes_.push_back(row);
    }
  }

  // The row of the form's code; false, with a conflict noted, if it does not exist.
  bool CodeOf(const TermDraft::Form& form, uint32_t* code) {
    *code = kNoCode;
    if (form.code.empty()) return true;
    const auto found = code_rows_.find(form.code);
    if (found != code_rows_.end()) {
      *code = found->second;
      return true;
    }
    if (conflicts_ != nullptr) {
      conflicts_->push_back({form.text, form.code, form.source, false, true});
    }
    return false;
  }

  void AddForm(const TermDraft::Form& form) {
    FormRow row;
    const std::string folded = FoldTerm(form.text);
    if (folded.empty() || !CodeOf(form, &row.code)) return;
    TermWordList words = WordsOf(folded);
    const uint64_t identity =
        HashOfText(absl::StrCat(absl::StrJoin(words, " "), "|", form.code, "|",
                                static_cast<int>(form.source), form.standard));
    if (!words.empty() && !known_forms_.try_emplace(identity, 0).second && form.optional.empty())
      return;
    row.text = Keep(form.text);
    row.standard = Keep(form.standard);
    row.source = static_cast<uint8_t>(form.source);
    const uint32_t number = static_cast<uint32_t>(forms_.size());
    if (HasJapanese(folded)) {
      AddJapaneseKeys(form, folded, number);
    } else {
      AddKeys(form, folded, words, number);
      if (IsFiner(form, words)) row.flags |= kFiner;
    }
    forms_.push_back(row);
  }

  void AddKeys(const TermDraft::Form& form, const std::string& folded, const TermWordList& words,
               uint32_t number) {
    AddKey(KeyKind::kCompact, HashOfText(CompactOf(folded)), number);
    AddKey(KeyKind::kWords, HashOfWords(words), number);
    // The index puts the noun first; people do not.
    if (form.source == TermSource::kIndex || form.source == TermSource::kHeading)
      AddKey(KeyKind::kWords, HashOfWords(ReadBackwards(form.text)), number);
    AddKey(KeyKind::kBag, HashOfWords(BagOf(words)), number);
    TermWordList concepts = ConceptsOf(words);
    AddKey(KeyKind::kConcepts, HashOfWords(concepts), number);
    AddKey(KeyKind::kKinds, HashOfWords(WhatKindsShare(words)), number);
    for (size_t i = 0; i < form.optional.size(); ++i) {
      TermWordList one = words;
      AppendWords(form.optional[i], &one);
      AddOptional(one, number);
      // Two of them together, where they are few.
      for (size_t j = i + 1; form.optional.size() <= 6 && j < form.optional.size(); ++j) {
        TermWordList two = one;
        AppendWords(form.optional[j], &two);
        AddOptional(two, number);
      }
    }
    for (const std::string& word : words) Learn(word);
    const bool seventh = form.source == TermSource::kTitle && form.code.size() == 7;
    if (!seventh) ranked_.emplace_back(number, std::move(concepts));
  }

  static void AppendWords(absl::string_view text, TermWordList* words) {
    for (std::string& word : WordsOf(FoldTerm(text))) words->push_back(std::move(word));
  }
  void AddOptional(const TermWordList& words, uint32_t number) {
    for (const std::string& word : words) Learn(word);
    AddKey(KeyKind::kBag, HashOfWords(BagOf(words)), number);
    AddKey(KeyKind::kConcepts, HashOfWords(ConceptsOf(words)), number);
  }
  // "Fever, Lassa" as people say it.
  static TermWordList ReadBackwards(absl::string_view text) {
    TermWordList words;
    std::vector<absl::string_view> parts = absl::StrSplit(text, ", ");
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) AppendWords(*part, &words);
    return words;
  }

  void AddJapaneseKeys(const TermDraft::Form& form, const std::string& folded, uint32_t number) {
    const std::string core = ReadJapaneseMarkers(folded).text;
    AddKey(KeyKind::kCompact, HashOfText(JapaneseSpelling(core)), number);
    AddKey(KeyKind::kWords, HashOfText(JapaneseShortSpelling(core)), number);
    AddKey(KeyKind::kBag, HashOfText(JapaneseReading(core)), number);
    if (!form.reading.empty()) {
      AddKey(KeyKind::kBag,
             HashOfText(JapaneseReading(ReadJapaneseMarkers(FoldTerm(form.reading)).text)), number);
    }
  }

  void AddKey(KeyKind kind, uint64_t hash, uint32_t number) {
    keys_[static_cast<size_t>(kind)].emplace_back(hash, number);
  }

  void Learn(const std::string& word) { vocabulary_.try_emplace(word, 0); }

  // Whether the name has a word that the title of its code lacks.
  bool IsFiner(const TermDraft::Form& form, const TermWordList& words) {
    const auto code = draft_.codes.find(form.code);
    if (code == draft_.codes.end()) return false;
    const TermWordList mine = ConceptsOf(words),
                       title = ConceptsOf(WordsOf(FoldTerm(code->second.title)));
    return !std::includes(title.begin(), title.end(), mine.begin(), mine.end());
  }

  void AddRanking() {
    absl::flat_hash_map<std::string, uint32_t> frequency;
    for (const auto& [form, concepts] : ranked_) {
      for (const std::string& word : concepts) {
        ++frequency[word];
        Learn(word);
      }
    }
    std::vector<std::pair<uint64_t, std::string>> order;
    for (const auto& [word, unused] : vocabulary_) order.emplace_back(HashOfText(word), word);
    std::sort(order.begin(), order.end());
    const double forms = static_cast<double>(ranked_.size()) + 1;
    for (const auto& [hash, word] : order) {
      WordRow row;
      row.hash = hash;
      row.text = Keep(word);
      const auto found = frequency.find(word);
      row.postings = found == frequency.end() ? 0 : found->second;
      row.in_ranked = row.postings > 0;
      row.weight = static_cast<float>(std::log(forms / (1.0 + row.postings)));
      vocabulary_[word] = static_cast<uint32_t>(words_.size());
      words_.push_back(row);
    }
    uint32_t next = 0;
    for (WordRow& row : words_) {
      row.first_posting = next;
      next += row.postings;
    }
    postings_.resize(next);
    std::vector<uint32_t> used(words_.size(), 0);
    for (const auto& [form, concepts] : ranked_) AddWordsOfForm(form, concepts, &used);
  }

  void AddWordsOfForm(uint32_t form, const TermWordList& concepts, std::vector<uint32_t>* used) {
    FormRow& row = forms_[form];
    row.first_word = static_cast<uint32_t>(form_words_.size());
    row.words = static_cast<uint16_t>(std::min<size_t>(concepts.size(), 0xffff));
    for (size_t i = 0; i < row.words; ++i) {
      const uint32_t word = vocabulary_[concepts[i]];
      form_words_.push_back(word);
      row.weight += words_[word].weight;
      postings_[words_[word].first_posting + (*used)[word]++] = form;
    }
    std::sort(form_words_.begin() + row.first_word, form_words_.end());
  }

  void AddDeletions() {
    std::vector<std::pair<uint32_t, uint32_t>> rows;
    for (uint32_t i = 0; i < words_.size(); ++i) {
      const absl::string_view word =
          absl::string_view(strings_).substr(words_[i].text.offset, words_[i].text.size);
      if (word.size() < 4 || !std::all_of(word.begin(), word.end(), absl::ascii_isupper)) continue;
      ForEachDeletion(word, [&](uint32_t hash) { rows.emplace_back(hash, i); });
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    for (const auto& [hash, word] : rows) {
      delete_hashes_.push_back(hash);
      delete_words_.push_back(word);
    }
  }

  void AddAbbreviations() {
    std::map<std::string, TermDraft::Abbreviation> all = draft_.abbreviations;
    for (size_t i = 0; !AbbreviationAt(i).empty(); ++i) {
      bool alone = false;
      const std::string short_form(AbbreviationAt(i));
      const absl::string_view meanings = KnownAbbreviation(short_form, &alone);
      TermDraft::Abbreviation& entry = all[short_form];
      entry.ambiguous |= !alone;
      for (const absl::string_view meaning : absl::StrSplit(meanings, '|')) {
        if (std::find(entry.meanings.begin(), entry.meanings.end(), meaning) ==
            entry.meanings.end()) {
          entry.meanings.emplace_back(meaning);
        }
      }
    }
    for (const auto& [short_form, entry] : all) {
      AbbreviationRow row;
      row.hash = HashOfText(short_form);
      row.meanings = Keep(absl::StrJoin(entry.meanings, "|"));
      row.ambiguous = entry.ambiguous || MeansSeveral(entry);
      abbreviations_.push_back(row);
    }
    std::sort(abbreviations_.begin(), abbreviations_.end(),
              [](const AbbreviationRow& a, const AbbreviationRow& b) { return a.hash < b.hash; });
  }

  // Whether the meanings differ by more than word order, plurals and the like.
  static bool MeansSeveral(const TermDraft::Abbreviation& entry) {
    for (const std::string& meaning : entry.meanings) {
      if (ConceptsOf(WordsOf(meaning)) != ConceptsOf(WordsOf(entry.meanings.front()))) return true;
    }
    return false;
  }

  // Names of the same words with codes of different categories; of the site's, different codes.
  void ListConflicts() {
    if (conflicts_ == nullptr) return;
    const auto& keys = keys_[static_cast<size_t>(KeyKind::kWords)];
    for (size_t begin = 0, end = 0; begin < keys.size(); begin = end) {
      while (end < keys.size() && keys[end].first == keys[begin].first) ++end;
      if (end - begin > 1) ListConflict(absl::MakeSpan(keys).subspan(begin, end - begin));
    }
  }
  void ListConflict(absl::Span<const Key> same) {
    bool differ = false;
    const FormRow* best = &forms_[same[0].second];
    for (const Key& key : same) {
      const FormRow& form = forms_[key.second];
      differ |= CategoryOf(form) != CategoryOf(forms_[same[0].second]) ||
                (form.source <= static_cast<uint8_t>(TermSource::kSite) &&
                 form.source == best->source && form.code != best->code);
      if (form.source < best->source) best = &form;
    }
    // The table of neoplasms says of one site what each kind of growth is; that is no conflict.
    if (!differ || best->source >= static_cast<uint8_t>(TermSource::kNeoplasm)) return;
    for (const Key& key : same) {
      const FormRow& form = forms_[key.second];
      conflicts_->push_back(
          {std::string(TextOf(form.text)),
           form.code == kNoCode ? "none" : std::string(TextOf(codes_[form.code].code)),
           static_cast<TermSource>(form.source), &form == best, false});
    }
  }
  uint32_t CategoryOf(const FormRow& form) const {
    return form.code == kNoCode ? kNoCode : codes_[form.code].category;
  }
  absl::string_view TextOf(TextRef ref) const {
    return absl::string_view(strings_).substr(ref.offset, ref.size);
  }

  std::string About(const DictionaryCounts& counts) const {
    JsonWriter json;
    json.BeginObject().Key("format").Number(uint64_t{kDictionaryVersion});
    json.Key("inputs").BeginArray();
    for (const TermDraft::Input& input : draft_.inputs) {
      json.BeginObject().Key("kind").Text(input.kind).Key("file").Text(input.file);
      json.Key("sha256").Text(input.sha256).EndObject();
    }
    json.EndArray().Key("codes").Number(counts.codes).Key("billable").Number(counts.billable);
    json.Key("names").Number(counts.forms).Key("words").Number(counts.words);
    json.Key("abbreviations").Number(counts.abbreviations).EndObject();
    return json.Finish();
  }

  std::string Write(absl::Span<const double> calibration, const DictionaryCounts& counts) const {
    std::array<std::string, static_cast<size_t>(Section::kCount)> sections;
    const auto put = [&sections](Section section, std::string bytes, size_t plus = 0) {
      sections[static_cast<size_t>(section) + plus] = std::move(bytes);
    };
    put(Section::kAbout, About(counts));
    put(Section::kStrings, strings_);
    put(Section::kCodes, BytesOfRows(codes_));
    put(Section::kForms, BytesOfRows(forms_));
    put(Section::kFormWords, BytesOfRows(form_words_));
    put(Section::kWords, BytesOfRows(words_));
    put(Section::kPostings, BytesOfRows(postings_));
    put(Section::kDeleteHashes, BytesOfRows(delete_hashes_));
    put(Section::kDeleteWords, BytesOfRows(delete_words_));
    put(Section::kAbbreviations, BytesOfRows(abbreviations_));
    put(Section::kCalibration,
        BytesOfRows(std::vector<double>(calibration.begin(), calibration.end())));
    for (size_t kind = 0; kind < kKeyKinds; ++kind) {
      std::vector<uint64_t> hashes;
      std::vector<uint32_t> values;
      for (const auto& [hash, form] : keys_[kind]) {
        hashes.push_back(hash);
        values.push_back(form);
      }
      put(Section::kKeyHashes0, BytesOfRows(hashes), kind);
      put(Section::kKeyForms0, BytesOfRows(values), kind);
    }
    return JoinSections(sections);
  }

  const TermDraft& draft_;
  std::vector<TermConflict>* conflicts_;
  std::string strings_;
  absl::flat_hash_map<std::string, TextRef> kept_;
  absl::flat_hash_map<std::string, uint32_t> code_rows_, vocabulary_;
  absl::flat_hash_map<uint64_t, uint32_t> known_forms_;
  std::vector<CodeRow> codes_;
  std::vector<FormRow> forms_;
  std::vector<std::pair<uint32_t, TermWordList>> ranked_;
  std::array<std::vector<Key>, kKeyKinds> keys_;
  std::vector<WordRow> words_;
  std::vector<uint32_t> form_words_, postings_, delete_hashes_, delete_words_;
  std::vector<AbbreviationRow> abbreviations_;
};

}  // namespace

absl::string_view NameOf(TermSource source) {
  constexpr absl::string_view kNames[] = {"decision",      "site",      "master",
                                          "title",         "inclusion", "index",
                                          "index heading", "neoplasm",  "derived"};
  return kNames[static_cast<size_t>(source)];
}

std::string BuildDictionary(const TermDraft& draft, absl::Span<const double> calibration,
                            DictionaryCounts* counts, std::vector<TermConflict>* conflicts) {
  return Builder(draft, conflicts).Build(calibration, counts);
}

}  // namespace blindlink::agent
