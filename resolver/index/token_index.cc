#include "resolver/index/token_index.h"

#include "resolver/index/shared_index.h"

namespace blindlink::resolver {

absl::StatusOr<size_t> TokenIndex::CursorsAtOnce(const PostingQuery&, size_t threads) const {
  return threads;
}

absl::StatusOr<std::unique_ptr<OwnedSharedIndex>> TokenIndex::Share(
    const std::vector<uint32_t>&) const {
  return nullptr;
}

}  // namespace blindlink::resolver
