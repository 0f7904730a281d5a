#include "agent/commands/site_flags.h"

#include <algorithm>
#include <utility>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/standardize/number.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

// "NAME=VALUE" each, every NAME once.
absl::StatusOr<Entries> Split(const std::string& flag, const std::vector<std::string>& texts) {
  Entries entries;
  for (const std::string& text : texts) {
    const size_t sign = text.find('=');
    if (sign == std::string::npos || sign == 0 || sign + 1 == text.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat(flag, " needs NAME=..., where NAME is the name of a site"));
    }
    const std::string name = text.substr(0, sign);
    const bool repeated = std::any_of(entries.begin(), entries.end(),
                                      [&](const auto& entry) { return entry.first == name; });
    if (repeated) {
      return absl::InvalidArgumentError(absl::StrCat(flag, " is given twice for site ", name));
    }
    entries.emplace_back(name, text.substr(sign + 1));
  }
  return entries;
}

std::string CheckSite(const std::string& text) {
  const size_t sign = text.find('=');
  if (sign == std::string::npos || sign + 1 == text.size()) return "must be NAME=FILE";
  return std::string(CheckName("site", text.substr(0, sign)).message());
}

// Sets `member` of the sites that a flag names.
absl::Status Set(const std::string& flag, const std::vector<std::string>& texts,
                 std::string InputFlags::*member, std::vector<SiteFile>* sites) {
  BL_ASSIGN_OR_RETURN(Entries entries, Split(flag, texts));
  for (auto& [name, value] : entries) {
    const auto site = std::find_if(sites->begin(), sites->end(), [&name = name](const auto& other) {
      return other.name == name;
    });
    if (site == sites->end()) {
      return absl::InvalidArgumentError(
          absl::StrCat(flag, " is for site '", name, "', which no --site gives"));
    }
    site->input.*member = std::move(value);
  }
  return absl::OkStatus();
}

}  // namespace

void AddSiteFlags(CLI::App& app, const std::string& site_help, SiteFlags* flags) {
  app.add_option("--site", flags->sites, site_help)
      ->required()
      ->check(CLI::Validator(CheckSite, "NAME=FILE"));
  app.add_option(
      "--columns", flags->columns,
      "NAME=role=header,...: what a site's columns mean, where the header does not tell");
  app.add_option("--date-order", flags->date_orders,
                 "NAME=mdy, dmy or ymd: how a site's 03/04/1970 is read");
  app.add_option("--phone-country", flags->phone_countries,
                 "NAME=CC: the country of a site's phone numbers without a country code [US]");
  app.add_option(
      "--address-reference", flags->address_references,
      "NAME=FILE: the CSV of streets that the site's addresses are completed from, as in "
      "tokenize");
  app.add_option("--input-format", flags->formats,
                 "NAME=FORMAT: csv, json-lines, hl7, fhir, fixed-width, pcornet or omop, as in "
                 "tokenize [recognized]");
  app.add_option("--layout", flags->layouts,
                 "NAME=FILE: where the columns of a site's file of fixed width stand");
}

absl::StatusOr<std::vector<SiteFile>> SiteFilesOf(const SiteFlags& flags) {
  std::vector<SiteFile> sites;
  BL_ASSIGN_OR_RETURN(const Entries files, Split("--site", flags.sites));
  for (const auto& [name, path] : files) {
    SiteFile& site = sites.emplace_back();
    site.name = name;
    site.input.input = path;
  }
  BL_RETURN_IF_ERROR(Set("--columns", flags.columns, &InputFlags::columns, &sites));
  BL_RETURN_IF_ERROR(Set("--date-order", flags.date_orders, &InputFlags::date_order, &sites));
  BL_RETURN_IF_ERROR(
      Set("--phone-country", flags.phone_countries, &InputFlags::phone_country, &sites));
  BL_RETURN_IF_ERROR(
      Set("--address-reference", flags.address_references, &InputFlags::address_reference, &sites));
  BL_RETURN_IF_ERROR(Set("--input-format", flags.formats, &InputFlags::format, &sites));
  BL_RETURN_IF_ERROR(Set("--layout", flags.layouts, &InputFlags::layout, &sites));
  for (const SiteFile& site : sites) {
    const std::string& order = site.input.date_order;
    if (!order.empty() && !ParseDateOrder(order).has_value()) {
      return absl::InvalidArgumentError("--date-order needs NAME=mdy, NAME=dmy or NAME=ymd");
    }
    if (!site.input.phone_country.empty() && !IsPhoneCountry(site.input.phone_country)) {
      return absl::InvalidArgumentError(
          "--phone-country needs NAME=CC, where CC is a country's two letters, as in ISO 3166");
    }
    if (!site.input.format.empty() && !ParseInputFormat(site.input.format).has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("--input-format needs NAME=FORMAT, one of ",
                                                     absl::StrJoin(InputFormatNames(), ", ")));
    }
  }
  return sites;
}

absl::StatusOr<const AddressReference*> AddressReferences::Of(const InputFlags& flags) {
  std::unique_ptr<AddressReference>& reference = by_path_[flags.address_reference];
  if (reference == nullptr) {
    BL_ASSIGN_OR_RETURN(reference, LoadAddressReference(flags));
  }
  return reference.get();
}

}  // namespace blindlink::agent
