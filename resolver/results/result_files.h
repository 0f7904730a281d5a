#pragma once

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// DATA_LOSS that names the run and says what to do.
inline absl::Status ResultIsDamaged(const storage::v1::StoredRun& run, absl::string_view how) {
  return absl::DataLossError(
      absl::StrCat("the result of ", run.run().run(), " is damaged (", how,
                   "): nothing of it is used; start another run, or restore it from a backup"));
}

// Finishes a result file and notes it in the run.
template <typename Row>
absl::Status FinishResultFile(const char* name, RowFileWriter<Row>* writer,
                              storage::v1::StoredRun* run) {
  BL_RETURN_IF_ERROR(writer->Finish());
  storage::v1::StoredResultFile& file = *run->add_files();
  file.set_name(name);
  file.set_bytes(writer->rows() * Row::kSize);
  file.set_sha256(std::string(AsView(writer->Digest())));
  return absl::OkStatus();
}

// DATA_LOSS if the file has not the size, or, `with_digest`, is not byte for byte the one that the
// run wrote. Files of earlier releases have no digests and are not checked.
template <typename Row>
absl::Status CheckResultFile(const storage::v1::StoredRun& run, const char* name,
                             const RowFileReader<Row>& file, bool with_digest) {
  if (run.files().empty()) return absl::OkStatus();
  const auto written =
      std::find_if(run.files().begin(), run.files().end(),
                   [&](const storage::v1::StoredResultFile& one) { return one.name() == name; });
  if (written == run.files().end() || written->bytes() != file.bytes()) {
    return ResultIsDamaged(run, absl::StrCat(name, " has another size"));
  }
  if (!with_digest) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const Sha256Digest digest, file.Digest());
  if (AsView(digest) == written->sha256()) return absl::OkStatus();
  return ResultIsDamaged(run, absl::StrCat(name, " is not as it was written"));
}

}  // namespace blindlink::resolver
