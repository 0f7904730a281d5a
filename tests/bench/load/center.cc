#include "tests/bench/load/center.h"

#include <stdio.h>
#include <stdlib.h>

#include <chrono>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/files.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "tests/bench/load/sites.h"
#include "tests/support/sample_tokens.h"

namespace blindlink::load {
namespace {

constexpr int kMaxReceiveBytes = 16 << 20;

std::vector<std::string> Numbered(const char* prefix, int count) {
  std::vector<std::string> names;
  for (int i = 1; i <= count; ++i) names.push_back(absl::StrFormat("%s%02d", prefix, i));
  return names;
}

TestNetwork::Options NetworkOptions(const Options& options) {
  TestNetwork::Options network;
  network.sites = Numbered("s", options.sites);
  network.sites.insert(network.sites.end(), {kStalledSite, kSilentSite});
  network.more_configuration =
      "console_listen: \"127.0.0.1:0\" console_port_file: \"console-port\" "
      "log_file: \"resolver.log\"";
  if (options.idle_stream_ms > 0) {
    absl::StrAppend(&network.more_configuration, " idle_stream_ms: ", options.idle_stream_ms);
  }
  return network;
}

void AbortUnless(bool good, const std::string& what) {
  if (good) return;
  fprintf(stderr, "%s\n", what.c_str());
  abort();
}

}  // namespace

Center::Center(const Options& options)
    : network_(NetworkOptions(options)),
      sites_(Numbered("s", options.sites)),
      researchers_(Numbered("r", options.researchers)) {
  std::vector<std::string> all = researchers_;
  all.insert(all.end(), {kSlowReader, kDeafReader});
  std::vector<std::string> parties;
  std::vector<std::string> flags;
  for (const std::string& researcher : all) {
    parties.push_back("researcher/" + researcher);
    flags.insert(flags.end(), {"--researcher", researcher});
  }
  network_.certs().Add(parties);
  network_.CreateProject(kProject, network_.Write("tiny.textproto", TinyPlanText()), flags);
  const absl::StatusOr<std::string> port = ReadFile(network_ / "console-port");
  AbortUnless(port.ok() && absl::SimpleAtoi(*port, &console_port_), "the console has no port");
  for (const size_t site : {0, 1}) {
    CallLog ignored;
    SiteClient client(*this, sites_[site], &ignored);
    // The same people at both, so that each is a pair.
    const absl::Status sent =
        client.Upload({"people", {}}, SampleBlocks(absl::StrCat("p", site), "p", options.people));
    AbortUnless(sent.ok(), sent.ToString());
  }
  network_.Link(kProject);
}

int Center::port() const {
  int port = 0;
  const std::string address = network_.address();
  AbortUnless(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port), address);
  return port;
}

std::shared_ptr<grpc::Channel> Center::Dial(const std::string& party,
                                            const std::string& address) const {
  const std::vector<std::string> flags = network_.ConnectionFlags(party);
  grpc::SslCredentialsOptions options;
  options.pem_cert_chain = ReadFile(flags[3]).value();
  options.pem_private_key = ReadFile(flags[5]).value();
  options.pem_root_certs = ReadFile(flags[7]).value();
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("resolver.blindlink");
  arguments.SetMaxReceiveMessageSize(kMaxReceiveBytes);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Otherwise all channels of this process would share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // Otherwise a reader that stops reading would be sent more and more.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  return grpc::CreateCustomChannel(address.empty() ? network_.address() : address,
                                   grpc::SslCredentials(options), arguments);
}

absl::Status Connect(CallLog& log, grpc::Channel& channel) {
  return Timed(log, Kind::kConnect, [&channel] {
    return channel.WaitForConnected(std::chrono::system_clock::now() + kLongestCall)
               ? absl::OkStatus()
               : absl::UnavailableError("no connection");
  });
}

}  // namespace blindlink::load
