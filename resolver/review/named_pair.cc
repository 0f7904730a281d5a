#include "resolver/review/named_pair.h"

#include <algorithm>
#include <utility>

#include "common/base/hex.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

absl::StatusOr<NamedRecord> RecordOf(const v1::RecordName& name) {
  BL_RETURN_IF_ERROR(CheckName("site", name.site()));
  const auto bytes = HexDecode(name.record());
  if (!bytes || bytes->size() != RecordPseudonym::kSize) {
    return absl::InvalidArgumentError("a record is named by its pseudonym: 32 hexadecimal digits");
  }
  return NamedRecord{name.site(), RecordPseudonym::FromBytes(bytes->data())};
}

}  // namespace

absl::StatusOr<NamedPair> PairOf(const v1::RecordName& left, const v1::RecordName& right) {
  NamedPair pair;
  BL_ASSIGN_OR_RETURN(pair.left, RecordOf(left));
  BL_ASSIGN_OR_RETURN(pair.right, RecordOf(right));
  if (pair.left == pair.right) return absl::InvalidArgumentError("both records are the same");
  if (pair.right < pair.left) std::swap(pair.left, pair.right);
  return pair;
}

v1::RecordName NameOf(const NamedRecord& record) {
  v1::RecordName name;
  name.set_site(record.site);
  name.set_record(HexEncode(record.record.AsView()));
  return name;
}

storage::v1::StoredRecord StoredOf(const NamedRecord& record) {
  storage::v1::StoredRecord stored;
  stored.set_site(record.site);
  stored.set_record(std::string(record.record.AsView()));
  return stored;
}

absl::StatusOr<NamedPair> PairOf(const storage::v1::StoredRecord& left,
                                 const storage::v1::StoredRecord& right) {
  if (left.record().size() != RecordPseudonym::kSize ||
      right.record().size() != RecordPseudonym::kSize) {
    return absl::DataLossError("a record has no pseudonym");
  }
  NamedPair pair{{left.site(), RecordPseudonym::FromBytes(left.record().data())},
                 {right.site(), RecordPseudonym::FromBytes(right.record().data())}};
  if (pair.left < pair.right) return pair;
  return absl::DataLossError("the records of a pair are not in order");
}

}  // namespace blindlink::resolver
