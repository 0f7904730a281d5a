#include "common/cli/passphrase_flag.h"

#include <string>

#include "CLI/App.hpp"
#include "common/crypto/passphrase.h"

namespace blindlink {

void AddPassphraseFlag(CLI::App& app) {
  app.add_option_function<std::string>(
      "--passphrase-file", [](const std::string& file) { UsePassphraseFile(file); },
      "File with the passphrase of this site's key files, mode 0600 [the systemd credential "
      "blindlink-passphrase, or the terminal]");
}

}  // namespace blindlink
