// Any bytes as a file of an index, and as the blocks of one that are sealed as they should be:
// reading ends with all of it or with an error that says so.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/byte_order.h"
#include "common/crypto/block_sealer.h"
#include "resolver/indexfile/index_file_blocks.h"
#include "resolver/indexfile/index_transfer.h"

namespace blindlink::resolver {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

const BoundCipher& Cipher() {
  static const BoundCipher cipher(std::vector<uint8_t>(BoundCipher::kKeySize, 1),
                                  std::vector<uint8_t>(BoundCipher::kKeySize, 2));
  return cipher;
}

std::string SizeBytes(size_t size) {
  std::string bytes(4, '\0');
  StoreBigEndian32(static_cast<uint32_t>(size), reinterpret_cast<uint8_t*>(bytes.data()));
  return bytes;
}

// Reads a file of these bytes to its end.
absl::Status Read(absl::string_view bytes) {
  const int fd = memfd_create("index-file", 0);
  Require(fd >= 0 && write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  auto reader = IndexFileReader::Open(absl::StrCat("/proc/self/fd/", fd));
  absl::Status status = reader.status();
  if (status.ok()) status = (*reader)->Unlock(Cipher());
  if (status.ok()) {
    status = CheckDatasets(**reader, [](uint64_t) { return absl::OkStatus(); }).status();
  }
  close(fd);
  Require(status.ok() || absl::IsDataLoss(status) || absl::IsInvalidArgument(status));
  return status;
}

// A file of blocks: a byte of kind, a byte of size, the content.
std::string Sealed(absl::string_view data) {
  storage::v1::StoredIndexFileHead head;
  head.set_file_id(std::string(kIndexFileIdSize, 'i'));
  const std::string head_bytes = head.SerializeAsString();
  std::string file = absl::StrCat(kIndexFileMagic, SizeBytes(head_bytes.size()), head_bytes);
  const BlockSealer sealer(IndexFileKey(Cipher(), head_bytes));
  for (uint64_t block = 0; data.size() >= 2; ++block) {
    const size_t size = static_cast<uint8_t>(data[1]);
    const std::string text = absl::StrCat(data.substr(0, 1), data.substr(2, size));
    const std::string sealed = sealer.Seal(block, text);
    absl::StrAppend(&file, SizeBytes(sealed.size()), sealed);
    data.remove_prefix(std::min(data.size(), 2 + size));
  }
  return file;
}

}  // namespace
}  // namespace blindlink::resolver

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink::resolver;  // NOLINT(google-build-using-namespace)
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  Read(bytes).IgnoreError();
  Read(absl::StrCat(kIndexFileMagic, bytes)).IgnoreError();
  Read(Sealed(bytes)).IgnoreError();
  return 0;
}
