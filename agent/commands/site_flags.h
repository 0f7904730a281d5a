#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/address_reference/address_reference.h"
#include "agent/commands/input_flags.h"

namespace CLI {
class App;
}

namespace blindlink::agent {

// How a command gets the records of several sites. Each entry is NAME=..., NAME being a site's.
struct SiteFlags {
  std::vector<std::string> sites;
  std::vector<std::string> columns;
  std::vector<std::string> date_orders;
  std::vector<std::string> phone_countries;
  std::vector<std::string> address_references;
  std::vector<std::string> formats;
  std::vector<std::string> layouts;
};

// Adds --site (required, described by `site_help`), --input-format, --layout, --columns,
// --date-order, --phone-country, --address-reference. `flags` must outlive `app`.
void AddSiteFlags(CLI::App& app, const std::string& site_help, SiteFlags* flags);

struct SiteFile {
  std::string name;
  InputFlags input;
};

// The sites in the order of --site. INVALID_ARGUMENT if an entry has no NAME or value, if a flag is
// given twice for a site, if no --site has the name, or if a date order, a country or a format is
// unknown.
absl::StatusOr<std::vector<SiteFile>> SiteFilesOf(const SiteFlags& flags);

// The address references of several sites. A file that several sites share is read once.
class AddressReferences {
 public:
  // Null if the site has none. Valid while the object lives. Errors as LoadAddressReference.
  absl::StatusOr<const AddressReference*> Of(const InputFlags& flags);

 private:
  std::map<std::string, std::unique_ptr<AddressReference>> by_path_;
};

}  // namespace blindlink::agent
