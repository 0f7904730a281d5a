#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/test_network.h"

namespace blindlink {

// Sites north, south and east of a project "flu", each with key files of its own, none of which is
// there at first. Each site has a record of the same person.
class KeyExchange : public testing::Test {
 protected:
  using Strings = std::vector<std::string>;

  explicit KeyExchange(Strings resolver_prefix = {});

  // What each site has for itself.
  std::filesystem::path Of(const std::string& site, const std::string& file) const;
  static Strings Flags(const std::string& command, const std::string& site);
  static Strings With(Strings flags, const Strings& more);
  // Runs the agent as a site, without a terminal to ask at, or without a connection.
  virtual Finished Agent(const std::string& site, const Strings& arguments);
  static Finished Offline(Strings arguments);

  // Makes and publishes a site's exchange key; its words become those that people have told.
  void Enroll(const std::string& site);
  void MakeTokenKey(const std::string& site, const std::string& key = "token.key");
  Finished Seal(const std::string& site, const Strings& more = {},
                const std::string& key = "token.key");
  Finished Receive(const std::string& site, const Strings& more = {},
                   const std::string& key = "token.key");
  std::string KeyId(const std::string& site, const std::string& key = "token.key") const;
  std::string KeyOf(const std::string& site, const std::string& key = "token.key") const;
  // What `keys list` says.
  std::string List(const std::string& site, const std::string& key = "token.key");
  void Coordinate(const Strings& arguments);

  // The only record of a site, and what its row says of the person.
  static std::string RecordId(const std::string& site) { return "chart-" + site + "-40817"; }
  static constexpr char kPerson[] = "Xaverine,Quintessor,1947-11-29,F,98765-4312,321-54-9876";
  // Sends that record.
  Finished Tokenize(const std::string& site, const Strings& more = {},
                    const std::string& key = "token.key", const std::string& dataset = "d1");

  TestNetwork network_;
  std::string told_;  // --confirmed: what people of the sites have told each other
};

}  // namespace blindlink
