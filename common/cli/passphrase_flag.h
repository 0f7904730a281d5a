#pragma once

namespace CLI {
class App;
}

namespace blindlink {

// Adds --passphrase-file, for commands that read key files (common/crypto/passphrase.h).
void AddPassphraseFlag(CLI::App& app);

}  // namespace blindlink
