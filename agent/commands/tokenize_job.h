#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "agent/blocks/block_sink.h"
#include "agent/commands/input_flags.h"
#include "agent/commands/summary.h"
#include "agent/input/open_input.h"
#include "agent/input/reject_log.h"
#include "agent/keys/token_key.h"
#include "agent/oblivious/blind_evaluator.h"
#include "agent/oblivious/oblivious_tokens.h"
#include "agent/tokenize/record_tokenizer.h"
#include "common/plan/plan.h"

namespace CLI {
class App;
}

namespace blindlink::agent {

// The flags that `tokenize` and `run` share.
struct TokenizeFlags {
  InputFlags input;
  std::string project;
  std::string site;
  std::string dataset;
  std::string token_key;
  std::string state;
  std::string rejects;
  std::string address_changes;
  std::string json;
  std::string contradicting_rows;
  std::string kind;
  std::string replaces;
  bool one_record_per_person = false;
  size_t threads = 0;  // 0: one per processor
  bool dry_run = false;
};

// Adds all of them except dry_run. `flags` must outlive `app`.
void AddTokenizeFlags(CLI::App& app, TokenizeFlags* flags);

// An input opened for tokenizing, with everything it needs.
class TokenizeJob {
 public:
  // Checks keys and columns before a record is read. Makes the state folder and, the first time,
  // the site's record key in it. If the plan has oblivious match keys, asks the key server by
  // `evaluator`, which may be null otherwise, whether it has the plan's key. `plan` and `evaluator`
  // must outlive the job.
  static absl::StatusOr<std::unique_ptr<TokenizeJob>> Open(const TokenizeFlags& flags,
                                                           const Plan& plan,
                                                           BlindEvaluator* evaluator);

  v1::UploadManifest Manifest() const;

  // Tokenizes the whole input to `sink` and, unless dry_run, writes the record map. Shows progress
  // as `activity`.
  absl::StatusOr<TokenizeSummary> Run(const std::string& activity, BlockSink& sink);

  // Prints the summary and writes it to --json.
  absl::Status Report(const TokenizeSummary& summary) const;

 private:
  TokenizeJob(const TokenizeFlags& flags, const Plan& plan, TokenKey token_key,
              RecordKey record_key)
      : flags_(flags),
        plan_(plan),
        token_key_(std::move(token_key)),
        record_key_(std::move(record_key)) {}

  std::string StateFile(const std::string& ending) const;

  const TokenizeFlags flags_;
  const Plan& plan_;
  const TokenKey token_key_;
  const RecordKey record_key_;
  std::unique_ptr<RejectLog> rejects_;  // declared before input_, which writes to it
  OpenedInput input_;
  std::unique_ptr<AddressReference> address_reference_;  // null without --address-reference
  std::optional<ObliviousTokens> oblivious_;
};

}  // namespace blindlink::agent
