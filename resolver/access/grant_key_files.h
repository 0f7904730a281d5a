#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "resolver/access/grant_key.h"

namespace blindlink::resolver {

// The keys of a project's grants, <folder of keys>/<project>.<grant>.key, apart from the results
// whose ids they encipher. Enciphered under the resolver's passphrase if it has one. Thread-safe
// for different grants.
class GrantKeyFiles {
 public:
  GrantKeyFiles(std::filesystem::path keys_folder, std::string project)
      : folder_(std::move(keys_folder)), project_(std::move(project)) {}

  // Whether a file of this name in the folder of keys is of a grant.
  static bool IsOne(absl::string_view filename);

  std::filesystem::path FileOf(absl::string_view grant) const;
  // Makes a key, in place of one that an approval left which was not saved.
  absl::StatusOr<std::shared_ptr<const GrantKey>> Make(absl::string_view grant) const;
  // Null if there is none. An earlier release kept the key in the grant's own folder, in the clear:
  // it is moved then. Errors as ReadKeyFile.
  absl::StatusOr<std::shared_ptr<const GrantKey>> Read(
      absl::string_view grant, const std::filesystem::path& grant_folder) const;
  // Overwrites and removes the key, wherever it is. OK if there is none.
  absl::Status Destroy(absl::string_view grant, const std::filesystem::path& grant_folder) const;

 private:
  const std::filesystem::path folder_;
  const std::string project_;
};

}  // namespace blindlink::resolver
