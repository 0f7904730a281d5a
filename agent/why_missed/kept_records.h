#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "agent/address_reference/address_validator.h"
#include "agent/input/input_record.h"
#include "agent/keys/token_key.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/tokenize/record_tokenizer.h"
#include "agent/why_missed/pairs_in_question.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// A record of a pair in question, with the values and tokens that the linkage used.
struct KeptRecord {
  std::string site;
  std::string record_id;
  std::vector<std::vector<StandardValue>> values;  // by the plan's fields
  std::vector<MadeToken> tokens;
  // By the plan's fields: whether any record of the site fills it. Owned by KeptRecords.
  const std::vector<bool>* site_has = nullptr;
};

// Keeps only the records of the pairs in question: files are streamed, so memory grows with the
// pairs, not with the files. Tokens are made under a random key that never leaves the process. Not
// thread-safe.
class KeptRecords {
 public:
  // Both arguments must outlive the object.
  KeptRecords(const Plan& plan, const PairsInQuestion& pairs);

  // Reads a site's file to its end. If several records have the same id, the first is kept.
  // Addresses are validated if `addresses` is not null. `read` is called after every record.
  // Errors: those of `source`.
  absl::Status Read(const std::string& site, RecordSource& source,
                    const StandardizeOptions& options, const AddressValidator* addresses,
                    const std::function<void()>& read);

  // Null if no file contains the record.
  const KeptRecord* Find(uint32_t record) const;

 private:
  const Plan& plan_;
  const PairsInQuestion& pairs_;
  const TokenKey key_ = TokenKey::Random();
  std::map<std::string, std::vector<bool>> site_has_;
  absl::flat_hash_map<uint32_t, std::optional<KeptRecord>> records_;
};

}  // namespace blindlink::agent
