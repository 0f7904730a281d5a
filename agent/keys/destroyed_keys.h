#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/keys/destruction_statement.h"

namespace blindlink::agent {

// Which token keys a site has destroyed, by project and key id, in the folder "destroyed-keys" of
// its state folder: for each a note, written before the key is touched, and the signed statement.
// Once the note exists, commands with that folder make nothing more with that key, whoever brings
// it back: all that make tokens, codes or extracts, and, if --state names it, those that pass the
// key on or state that the site holds it. Without the folder a command cannot know.
class DestroyedKeys {
 public:
  explicit DestroyedKeys(const std::filesystem::path& state) : folder_(state / "destroyed-keys") {}

  // FAILED_PRECONDITION if the key of this id was destroyed in this project, saying so.
  absl::Status CheckUsable(absl::string_view project, absl::string_view key_id) const;

  // Notes that the key in `key_file` is going to be destroyed. Durable on return. A note that
  // exists stays.
  absl::Status Note(absl::string_view project, absl::string_view key_id,
                    const std::filesystem::path& key_file) const;
  // The key id of the note for that key file in that project, which an interrupted destruction has
  // left after the file was gone. NOT_FOUND.
  absl::StatusOr<std::string> KeyIdNotedFor(absl::string_view project,
                                            const std::filesystem::path& key_file) const;
  // Keeps the statement, unless there is one, and returns its file. Durable on return.
  absl::StatusOr<std::filesystem::path> Keep(const DestructionStatement& statement) const;

 private:
  std::filesystem::path FileOf(absl::string_view project, absl::string_view key_id,
                               absl::string_view ending) const;
  const std::filesystem::path folder_;
};

}  // namespace blindlink::agent
