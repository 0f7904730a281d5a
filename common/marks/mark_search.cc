#include "common/marks/mark_search.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr size_t kChunk = size_t{1} << 20;
constexpr uint64_t kAsciiCase = 0x2020202020202020;

uint64_t FirstBytes(const char* bytes) {
  uint64_t first = 0;
  std::memcpy(&first, bytes, sizeof first);
  return first;
}

// Letters of both cases become equal, and so do some other characters, which Compare then tells
// apart.
uint64_t WithoutCase(uint64_t first) { return first | kAsciiCase; }

size_t HashOf(uint64_t first) { return (first * 0x9E3779B97F4A7C15) >> 48; }

bool SameText(absl::string_view a, absl::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) {
    return absl::ascii_tolower(static_cast<unsigned char>(left)) ==
           absl::ascii_tolower(static_cast<unsigned char>(right));
  });
}

}  // namespace

absl::StatusOr<MarkSearch> MarkSearch::Make(std::vector<Mark> marks) {
  MarkSearch search;
  search.marks_ = std::move(marks);
  for (size_t i = 0; i < search.marks_.size(); ++i) {
    const size_t size = search.marks_[i].bytes.size();
    if (size < kMinBytes || size > kMaxBytes) {
      return absl::InvalidArgumentError(absl::StrCat("a mark must have ", kMinBytes, " to ",
                                                     kMaxBytes, " bytes; one has ", size));
    }
    search.Add(i);
  }
  return search;
}

void MarkSearch::Add(size_t mark) {
  const Mark& added = marks_[mark];
  numbers_ = std::max(numbers_, added.number + 1);
  longest_ = std::max(longest_, added.bytes.size());
  const uint64_t first = FirstBytes(added.bytes.data());
  (added.is_text ? text_[WithoutCase(first)] : exact_[first]).push_back(mark);
  may_begin_.set(HashOf(WithoutCase(first)));
}

void MarkSearch::Compare(const Index& index, uint64_t first, absl::string_view rest,
                         uint64_t offset, std::vector<Found>* found) const {
  const auto begins = index.find(first);
  if (begins == index.end()) return;
  for (const size_t i : begins->second) {
    const Mark& mark = marks_[i];
    const absl::string_view here = rest.substr(0, mark.bytes.size());
    if (mark.is_text ? !SameText(here, mark.bytes) : here != mark.bytes) continue;
    Found& of_number = (*found)[mark.number];
    if (of_number.times++ == 0) of_number.first_byte = offset;
  }
}

// Looks at marks that begin at the first `begins` of `bytes`, which begin at `offset`.
void MarkSearch::SearchIn(absl::string_view bytes, size_t begins, uint64_t offset,
                          std::vector<Found>* found) const {
  for (size_t at = 0; at < begins && at + kMinBytes <= bytes.size(); ++at) {
    const uint64_t first = FirstBytes(bytes.data() + at);
    const uint64_t caseless = WithoutCase(first);
    if (!may_begin_[HashOf(caseless)]) continue;
    Compare(exact_, first, bytes.substr(at), offset + at, found);
    Compare(text_, caseless, bytes.substr(at), offset + at, found);
  }
}

absl::StatusOr<std::vector<MarkSearch::Found>> MarkSearch::Search(ByteSource& source) const {
  std::vector<Found> found(numbers_);
  std::string buffer;
  uint64_t offset = 0;
  while (true) {
    const size_t kept = buffer.size();
    buffer.resize(kept + kChunk);
    BL_ASSIGN_OR_RETURN(const size_t read, source.Read(buffer.data() + kept, kChunk));
    buffer.resize(kept + read);
    // What a mark may need that begins here and ends in the next chunk stays.
    const size_t begins =
        read == 0 ? buffer.size() : buffer.size() - std::min(buffer.size(), longest_);
    SearchIn(buffer, begins, offset, &found);
    if (read == 0) return found;
    buffer.erase(0, begins);
    offset += begins;
  }
}

}  // namespace blindlink
