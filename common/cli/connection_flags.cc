#include "common/cli/connection_flags.h"

#include "CLI/App.hpp"

namespace blindlink {

void AddConnectionFlags(CLI::App& app, ConnectionFlags* flags) {
  const char* group = "Connection";
  app.add_option("--resolver", flags->resolver, "Address of the resolver, HOST:PORT")
      ->required()
      ->group(group);
  app.add_option("--cert", flags->cert, "This party's certificate (PEM)")->required()->group(group);
  app.add_option("--key", flags->key, "Its private key (PEM, mode 0600)")->required()->group(group);
  app.add_option("--ca", flags->ca, "CA of the resolver's certificate (PEM)")
      ->required()
      ->group(group);
  app.add_option("--resolver-name", flags->resolver_name, "DNS name in the resolver's certificate")
      ->capture_default_str()
      ->group(group);
}

}  // namespace blindlink
