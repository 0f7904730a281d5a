#include "agent/input/hl7_segment.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace blindlink::agent {
namespace {

// A separator must not be what values are made of.
bool CanSeparate(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isprint(byte) && !absl::ascii_isalnum(byte) && c != ' ';
}

// Appends the bytes of "C3A9". False if it is not hexadecimal.
bool AppendHex(absl::string_view digits, std::string* out) {
  if (digits.empty() || digits.size() % 2 != 0 ||
      !std::all_of(digits.begin(), digits.end(),
                   [](char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); })) {
    return false;
  }
  out->append(absl::HexStringToBytes(digits));
  return true;
}

// Appends what the sequence stands for. False if it is not known.
bool AppendEscaped(absl::string_view sequence, const Hl7Separators& separators, std::string* out) {
  if (sequence == ".br" || sequence == ".sp") {
    out->push_back(' ');
    return true;
  }
  if (sequence == "H" || sequence == "N") return true;
  if (absl::StartsWith(sequence, "X")) return AppendHex(sequence.substr(1), out);
  if (sequence.size() != 1) return false;
  constexpr absl::string_view kNames = "FSTREP";
  const char meant[] = {separators.field,      separators.component, separators.subcomponent,
                        separators.repetition, separators.escape,    separators.truncation};
  const size_t number = kNames.find(sequence[0]);
  if (number == absl::string_view::npos || meant[number] == 0) return false;
  out->push_back(meant[number]);
  return true;
}

}  // namespace

std::optional<Hl7Separators> ReadHl7Separators(absl::string_view msh) {
  if (msh.size() < 5) return std::nullopt;
  Hl7Separators read;
  read.field = msh[3];
  const absl::string_view rest = msh.substr(4);
  const absl::string_view written = rest.substr(0, rest.find(read.field));
  if (written.empty() || written.size() > 5) return std::nullopt;
  const auto at = [written](size_t i) { return i < written.size() ? written[i] : '\0'; };
  read.component = at(0);
  read.repetition = at(1);
  read.escape = at(2);
  read.subcomponent = at(3);
  read.truncation = at(4);
  std::string all(written);
  all.push_back(read.field);
  if (!std::all_of(all.begin(), all.end(), CanSeparate)) return std::nullopt;
  std::sort(all.begin(), all.end());
  if (std::adjacent_find(all.begin(), all.end()) != all.end()) return std::nullopt;
  return read;
}

bool IsHl7Segment(absl::string_view text, char field_separator) {
  const auto can_name = [](char c) {
    return absl::ascii_isupper(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c));
  };
  return text.size() > 3 && absl::ascii_isupper(static_cast<unsigned char>(text[0])) &&
         can_name(text[1]) && can_name(text[2]) && text[3] == field_separator;
}

std::vector<absl::string_view> SplitHl7(absl::string_view text, char separator) {
  // absl::StrSplit gives no piece of a view without data.
  if (separator == 0 || text.empty()) return {text};
  return absl::StrSplit(text, separator);
}

absl::string_view Hl7Piece(const std::vector<absl::string_view>& pieces, size_t number) {
  return number < pieces.size() ? pieces[number] : absl::string_view();
}

bool UnescapeHl7(absl::string_view text, const Hl7Separators& separators, std::string* out) {
  while (!text.empty()) {
    const size_t begin =
        separators.escape == 0 ? absl::string_view::npos : text.find(separators.escape);
    out->append(text.data(), std::min(begin, text.size()));
    if (begin == absl::string_view::npos) return true;
    text.remove_prefix(begin + 1);
    const size_t end = text.find(separators.escape);
    if (end == absl::string_view::npos) return false;
    if (!AppendEscaped(text.substr(0, end), separators, out)) return false;
    text.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace blindlink::agent
