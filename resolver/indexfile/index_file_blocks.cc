#include "resolver/indexfile/index_file_blocks.h"

#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/secret_bytes.h"

namespace blindlink::resolver {

Sha256Digest IndexFileKey(const BoundCipher& cipher, absl::string_view head) {
  std::array<uint8_t, 32> stream{};
  cipher.Apply(absl::StrCat("index file ", AsView(Sha256Of(head))), absl::MakeSpan(stream));
  const Sha256Digest key = Sha256Of({reinterpret_cast<const char*>(stream.data()), stream.size()});
  WipeMemory(stream.data(), stream.size());
  return key;
}

storage::v1::StoredIndexFileSum StoredSum(uint32_t dataset, const DatasetSum& sum) {
  storage::v1::StoredIndexFileSum stored;
  stored.set_dataset_number(dataset);
  stored.set_records(sum.records);
  stored.set_postings(sum.postings);
  stored.set_records_sha256(std::string(AsView(sum.records_sha256)));
  stored.set_postings_sha256(std::string(AsView(sum.postings_sha256)));
  return stored;
}

}  // namespace blindlink::resolver
