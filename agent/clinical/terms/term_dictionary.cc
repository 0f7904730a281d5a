#include "agent/clinical/terms/term_dictionary.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/term_draft.h"
#include "agent/clinical/terms/term_words.h"
#include "common/base/fd.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {
namespace {

constexpr size_t kDigestSize = 32;

absl::Status Damaged(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the dictionary is damaged (", what, "): build it again with terms build"));
}

// For each value of the upper 16 bits of the hashes, where they begin.
template <typename Hash, typename Rows, typename Get>
std::vector<uint32_t> StartsOf(const Rows& rows, Get get) {
  constexpr unsigned kShift = sizeof(Hash) * 8 - 16;
  std::vector<uint32_t> starts(65537, static_cast<uint32_t>(rows.size()));
  size_t next = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t bucket = static_cast<size_t>(get(rows[i]) >> kShift);
    while (next <= bucket) starts[next++] = static_cast<uint32_t>(i);
  }
  return starts;
}

}  // namespace

// The bytes of a dictionary, mapped or in memory.
class TermDictionary::File {
 public:
  explicit File(std::string bytes) : memory_(std::move(bytes)), bytes_(memory_) {}
  File(void* mapped, size_t size)
      : mapped_(mapped), bytes_(static_cast<const char*>(mapped), size) {}
  ~File() {
    if (mapped_ != nullptr) munmap(mapped_, bytes_.size());
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  absl::string_view bytes() const { return bytes_; }

 private:
  std::string memory_;
  void* mapped_ = nullptr;
  absl::string_view bytes_;
};

absl::StatusOr<TermDictionary> TermDictionary::Open(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_RDONLY));
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return ErrnoStatus(errno, "read", path);
  if (info.st_size == 0) return absl::InvalidArgumentError(absl::StrCat(path, " is empty"));
  void* mapped =
      mmap(nullptr, static_cast<size_t>(info.st_size), PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (mapped == MAP_FAILED) return ErrnoStatus(errno, "map", path);
  absl::StatusOr<TermDictionary> dictionary =
      Read(std::make_shared<const File>(mapped, static_cast<size_t>(info.st_size)));
  if (dictionary.ok()) return dictionary;
  return absl::Status(dictionary.status().code(),
                      absl::StrCat(path, ": ", dictionary.status().message()));
}

absl::StatusOr<TermDictionary> TermDictionary::FromBytes(std::string bytes) {
  return Read(std::make_shared<const File>(std::move(bytes)));
}

absl::StatusOr<TermDictionary> TermDictionary::Read(std::shared_ptr<const File> file) {
  const absl::string_view bytes = file->bytes();
  TermDictionary dictionary;
  dictionary.file_ = std::move(file);
  if (bytes.size() < sizeof(FileHeader) + kDigestSize ||
      bytes.substr(0, kDictionaryMagic.size()) != kDictionaryMagic) {
    return absl::InvalidArgumentError(
        "not a dictionary of disease names: build one with terms build");
  }
  FileHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.version != kDictionaryVersion ||
      header.sections != static_cast<uint32_t>(Section::kCount)) {
    return absl::InvalidArgumentError(
        "the dictionary was built by another version of this program: build it again");
  }
  const absl::string_view body = bytes.substr(0, bytes.size() - kDigestSize);
  Sha256 hash;
  hash.Update(body);
  Sha256 of_file = hash;
  if (AsView(hash.Finish()) != bytes.substr(body.size())) return Damaged("its digest differs");
  of_file.Update(bytes.substr(body.size()));
  dictionary.digest_ = HexEncode(AsView(of_file.Finish()));
  BL_RETURN_IF_ERROR(dictionary.ReadSections(body));
  BL_RETURN_IF_ERROR(dictionary.CheckReferences());
  dictionary.ReadRankRows();
  return dictionary;
}

absl::Status TermDictionary::ReadSections(absl::string_view body) {
  std::array<absl::string_view, static_cast<size_t>(Section::kCount)> sections;
  if (body.size() < sizeof(FileHeader) + sections.size() * sizeof(SectionPlace)) {
    return Damaged("cut off");
  }
  for (size_t i = 0; i < sections.size(); ++i) {
    SectionPlace place;
    std::memcpy(&place, body.data() + sizeof(FileHeader) + i * sizeof(place), sizeof(place));
    if (place.offset % 8 != 0 || place.offset > body.size() ||
        place.size > body.size() - place.offset) {
      return Damaged("a section lies outside");
    }
    sections[i] = body.substr(place.offset, place.size);
  }
  const auto span = [&sections](auto* rows, Section section, size_t plus = 0) {
    using Row = typename std::remove_reference_t<decltype(*rows)>::value_type;
    const absl::string_view bytes = sections[static_cast<size_t>(section) + plus];
    *rows = {reinterpret_cast<const Row*>(bytes.data()), bytes.size() / sizeof(Row)};
  };
  about_ = sections[static_cast<size_t>(Section::kAbout)];
  strings_ = sections[static_cast<size_t>(Section::kStrings)];
  span(&codes_, Section::kCodes);
  span(&forms_, Section::kForms);
  span(&form_words_, Section::kFormWords);
  span(&words_, Section::kWords);
  span(&postings_, Section::kPostings);
  span(&delete_hashes_, Section::kDeleteHashes);
  span(&delete_words_, Section::kDeleteWords);
  span(&abbreviations_, Section::kAbbreviations);
  span(&calibration_, Section::kCalibration);
  for (size_t kind = 0; kind < kKeyKinds; ++kind) {
    span(&keys_[kind].hashes, Section::kKeyHashes0, kind);
    span(&keys_[kind].values, Section::kKeyForms0, kind);
    if (keys_[kind].hashes.size() != keys_[kind].values.size()) return Damaged("keys");
    keys_[kind].starts = StartsOf<uint64_t>(keys_[kind].hashes, [](uint64_t hash) { return hash; });
  }
  if (delete_hashes_.size() != delete_words_.size()) return Damaged("spellings");
  delete_starts_ = StartsOf<uint32_t>(delete_hashes_, [](uint32_t hash) { return hash; });
  word_starts_ = StartsOf<uint64_t>(words_, [](const WordRow& word) { return word.hash; });
  return absl::OkStatus();
}

absl::Status TermDictionary::CheckReferences() const {
  const auto bad_text = [this](TextRef ref) {
    return uint64_t{ref.offset} + ref.size > strings_.size();
  };
  const auto outside = [](uint64_t first, uint64_t count, size_t size) {
    return first + count > size;
  };
  for (const CodeRow& row : codes_) {
    if (bad_text(row.code) || bad_text(row.title) || row.category >= codes_.size())
      return Damaged("codes");
  }
  for (const FormRow& row : forms_) {
    const bool bad_code = row.code != kNoCode && row.code >= codes_.size();
    if (bad_text(row.text) || bad_text(row.standard) || bad_code ||
        outside(row.first_word, row.words, form_words_.size())) {
      return Damaged("names");
    }
  }
  for (const WordRow& row : words_) {
    if (bad_text(row.text) || outside(row.first_posting, row.postings, postings_.size())) {
      return Damaged("words");
    }
  }
  const auto all_below = [](absl::Span<const uint32_t> values, size_t limit) {
    return std::all_of(values.begin(), values.end(), [limit](uint32_t v) { return v < limit; });
  };
  bool sound = all_below(form_words_, words_.size()) && all_below(postings_, forms_.size()) &&
               all_below(delete_words_, words_.size());
  for (const HashIndex& keys : keys_) sound = sound && all_below(keys.values, forms_.size());
  for (const AbbreviationRow& row : abbreviations_) sound = sound && !bad_text(row.meanings);
  return sound ? absl::OkStatus() : Damaged("references");
}

void TermDictionary::ReadRankRows() {
  std::vector<uint32_t> numbers(codes_.size(), kNoCode);
  std::vector<RankRow> rows;
  rows.reserve(forms_.size());
  for (const FormRow& form : forms_) {
    RankRow row{form.weight, kNoCode};
    if (form.code != kNoCode) {
      uint32_t& number = numbers[codes_[form.code].category];
      if (number == kNoCode) number = static_cast<uint32_t>(categories_++);
      row.category = number;
    }
    has_own_names_ |= form.source <= static_cast<uint8_t>(TermSource::kMaster);
    rows.push_back(row);
  }
  rank_rows_ = std::make_shared<const std::vector<RankRow>>(std::move(rows));
}

absl::string_view TermDictionary::about() const { return about_; }

absl::string_view TermDictionary::Text(TextRef ref) const {
  return strings_.substr(ref.offset, ref.size);
}

absl::Span<const uint32_t> TermDictionary::WordsOfForm(const FormRow& form) const {
  return form_words_.subspan(form.first_word, form.words);
}

absl::Span<const uint32_t> TermDictionary::FormsWithWord(const WordRow& word) const {
  return postings_.subspan(word.first_posting, word.postings);
}

uint32_t TermDictionary::FindCode(absl::string_view code) const {
  const auto* const found = std::lower_bound(
      codes_.begin(), codes_.end(), code,
      [this](const CodeRow& row, absl::string_view text) { return Text(row.code) < text; });
  if (found == codes_.end() || Text(found->code) != code) return kNoCode;
  return static_cast<uint32_t>(found - codes_.begin());
}

uint32_t TermDictionary::FindWord(absl::string_view word) const {
  const uint64_t hash = HashOfText(word);
  const size_t bucket = static_cast<size_t>(hash >> 48);
  for (uint32_t i = word_starts_[bucket]; i < word_starts_[bucket + 1]; ++i) {
    if (words_[i].hash == hash) return i;
  }
  return kNoCode;
}

absl::Span<const uint32_t> TermDictionary::FindForms(KeyKind kind, uint64_t hash) const {
  const HashIndex& keys = keys_[static_cast<size_t>(kind)];
  const size_t bucket = static_cast<size_t>(hash >> 48);
  const auto* const begin = keys.hashes.begin() + keys.starts[bucket];
  const auto* const end = keys.hashes.begin() + keys.starts[bucket + 1];
  const auto* const first = std::lower_bound(begin, end, hash);
  const auto* last = first;
  while (last != end && *last == hash) ++last;
  return keys.values.subspan(static_cast<size_t>(first - keys.hashes.begin()),
                             static_cast<size_t>(last - first));
}

const AbbreviationRow* TermDictionary::FindAbbreviation(absl::string_view folded) const {
  const uint64_t hash = HashOfText(folded);
  const auto* const found =
      std::lower_bound(abbreviations_.begin(), abbreviations_.end(), hash,
                       [](const AbbreviationRow& row, uint64_t value) { return row.hash < value; });
  return found != abbreviations_.end() && found->hash == hash ? found : nullptr;
}

void TermDictionary::ForEachDelete(uint32_t hash, absl::FunctionRef<void(uint32_t)> use) const {
  const size_t bucket = hash >> 16;
  const auto* const begin = delete_hashes_.begin() + delete_starts_[bucket];
  const auto* const end = delete_hashes_.begin() + delete_starts_[bucket + 1];
  for (const auto* at = std::lower_bound(begin, end, hash); at != end && *at == hash; ++at) {
    use(delete_words_[static_cast<size_t>(at - delete_hashes_.begin())]);
  }
}

}  // namespace blindlink::agent
