#include "agent/canary/canary_search.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

void AddBytes(absl::string_view bytes, size_t number, std::vector<MarkSearch::Mark>* marks) {
  marks->push_back({std::string(bytes), number, /*is_text=*/false});
  marks->push_back({HexEncode(bytes), number, /*is_text=*/true});
}

}  // namespace

absl::StatusOr<CanarySearch> CanarySearch::Make(
    const std::vector<std::vector<CanaryMarks>>& files_of_canaries) {
  std::vector<std::vector<size_t>> tokens;
  std::vector<Place> places;
  std::vector<MarkSearch::Mark> marks;
  for (size_t file = 0; file < files_of_canaries.size(); ++file) {
    if (files_of_canaries[file].empty()) {
      return absl::InvalidArgumentError("a file of canaries has no canary that can be used");
    }
    std::vector<size_t>& of_file = tokens.emplace_back();
    for (size_t i = 0; i < files_of_canaries[file].size(); ++i) {
      const CanaryMarks& canary = files_of_canaries[file][i];
      for (const std::string& text : canary.texts) {
        marks.push_back({text, places.size(), /*is_text=*/true});
      }
      places.push_back({file, i, Place::Kind::kText});
      AddBytes(canary.pseudonym.AsView(), places.size(), &marks);
      places.push_back({file, i, Place::Kind::kPseudonym});
      for (const std::string& token : canary.tokens) {
        AddBytes(token, places.size(), &marks);
        places.push_back({file, i, Place::Kind::kToken});
      }
      of_file.push_back(canary.tokens.size());
    }
  }
  BL_ASSIGN_OR_RETURN(MarkSearch search, MarkSearch::Make(std::move(marks)));
  return CanarySearch(std::move(tokens), std::move(places), std::move(search));
}

absl::StatusOr<std::vector<CanaryFind>> CanarySearch::Search(const std::string& path) const {
  BL_ASSIGN_OR_RETURN(const auto source, OpenByteSource(path));
  BL_ASSIGN_OR_RETURN(std::vector<MarkSearch::Found> found, marks_.Search(*source));
  found.resize(places_.size());
  std::vector<CanaryFind> finds(tokens_.size());
  std::vector<std::vector<size_t>> tokens_found;
  for (const std::vector<size_t>& of_file : tokens_) tokens_found.emplace_back(of_file.size());
  for (size_t number = 0; number < places_.size(); ++number) {
    if (found[number].times == 0) continue;
    const Place& place = places_[number];
    CanaryFind& find = finds[place.file];
    if (place.kind == Place::Kind::kToken) {
      const size_t so_far = ++tokens_found[place.file][place.canary];
      // Counted once, with the token that makes it half of them.
      if (so_far != (tokens_[place.file][place.canary] + 1) / 2) continue;
    }
    const bool is_first = !find.any();
    find.by_text += place.kind == Place::Kind::kText ? 1 : 0;
    find.by_pseudonym += place.kind == Place::Kind::kPseudonym ? 1 : 0;
    find.by_tokens += place.kind == Place::Kind::kToken ? 1 : 0;
    find.first_byte =
        is_first ? found[number].first_byte : std::min(find.first_byte, found[number].first_byte);
  }
  return finds;
}

}  // namespace blindlink::agent
