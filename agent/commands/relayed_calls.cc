#include "agent/commands/relayed_calls.h"

#include <filesystem>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/isolation/readable_files.h"
#include "common/base/files.h"
#include "common/cli/witness_calls.h"

namespace blindlink::agent {
namespace {

// Kinds of message beside the numbers of calls: from the half that is offline, that it is done; to
// it, an answer, and an error as a code (1 byte) and its words.
constexpr uint8_t kDone = 255;
constexpr uint8_t kAnswer = 1;
constexpr uint8_t kError = 2;

absl::Status SendAnswer(const absl::StatusOr<std::string>& answer, ReadingProcess& offline_half) {
  if (answer.ok()) return offline_half.Send(kAnswer, *answer);
  const char code = static_cast<char>(answer.status().code());
  return offline_half.Send(kError, absl::StrCat(std::string(1, code), answer.status().message()));
}

}  // namespace

absl::StatusOr<std::string> CallRelay::Exchange(uint8_t number, const std::string& request) {
  BL_RETURN_IF_ERROR(pipe_.Send(number, request));
  BL_ASSIGN_OR_RETURN(std::optional<MessagePipe::Message> answer, pipe_.Receive());
  if (!answer.has_value()) return absl::AbortedError("the half that sends has ended");
  if (answer->kind == kAnswer) return std::move(answer->bytes);
  if (answer->kind == kError && !answer->bytes.empty()) {
    return absl::Status(static_cast<absl::StatusCode>(answer->bytes[0]), answer->bytes.substr(1));
  }
  return absl::InternalError("the two halves of the agent do not understand each other");
}

absl::StatusOr<std::string> AllowedCalls::Make(uint8_t number, const std::string& request) {
  const auto call = calls_.find(number);
  if (call == calls_.end()) {
    return absl::UnimplementedError(
        "the half of this command that reads asked for a call that the command does not make");
  }
  if (channel_ == nullptr) {
    BL_ASSIGN_OR_RETURN(channel_, Connect(*flags_));
  }
  return call->second(channel_, request);
}

absl::Status ReadOnlyWhatConnects(const ConnectionFlags& flags) {
  std::vector<std::filesystem::path> folders;
  if (const auto witness = WitnessFile(flags); witness.ok()) {
    const std::filesystem::path folder = witness->parent_path();
    // If it cannot be made, there will be a note once the witness cannot be kept.
    (void)MakePrivateFolder(folder);
    // All of the folder, since another agent may put a new file in the place of this one.
    folders.push_back(folder.empty() ? "." : folder);
  }
  return ReadNothingBut({flags.cert, flags.key, flags.ca}, folders).status();
}

absl::Status RunInTwoHalves(AllowedCalls calls, bool offline_required,
                            const std::function<absl::Status(CallRelay&)>& work) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ReadingProcess> offline_half,
                      ReadingProcess::Start(
                          [&](MessagePipe& pipe) -> absl::Status {
                            CallRelay relay(pipe);
                            BL_RETURN_IF_ERROR(work(relay));
                            return pipe.Send(kDone, "");
                          },
                          offline_required));
  BL_RETURN_IF_ERROR(ReadOnlyWhatConnects(calls.connection()));
  while (true) {
    BL_ASSIGN_OR_RETURN(const MessagePipe::Message asked, offline_half->Receive());
    if (asked.kind == kDone) return offline_half->Wait();
    BL_RETURN_IF_ERROR(SendAnswer(calls.Make(asked.kind, asked.bytes), *offline_half));
  }
}

}  // namespace blindlink::agent
