#include "resolver/index/token_index.h"

#include "resolver/index/shared_index.h"

namespace blindlink::resolver {

absl::StatusOr<std::unique_ptr<OwnedSharedIndex>> TokenIndex::Share(
    const std::vector<uint32_t>&) const {
  return nullptr;
}

}  // namespace blindlink::resolver
