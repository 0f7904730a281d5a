// What a shard that cannot be asked says: which one it is, why, and what to do; and no secret.
#include "resolver/index/clickhouse/https_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/strings/numbers.h"
#include "common/base/files.h"
#include "resolver/index/clickhouse/shard.h"
#include "tests/support/subprocess.h"
#include "tests/support/test_certs.h"
#include "tests/unit/resolver/clickhouse/cluster_fixture.h"

namespace blindlink::resolver {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class HttpsClientTest : public ClusterTest {
 protected:
  void SetUp() override {
    ClusterTest::SetUp();
    if (options_ != nullptr) options_->patience = milliseconds(100);
  }
  absl::Status Connect() { return Shard::Connect(*options_, 1).status(); }
  void ExpectError(absl::StatusCode code, const std::string& words) {
    const absl::Status status = Connect();
    EXPECT_EQ(status.code(), code) << status;
    const std::string password(reinterpret_cast<const char*>(options_->password.Reveal().data()),
                               options_->password.size());
    EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("shard 2 (127.0.0.1:"),
                                                     HasSubstr(words), Not(HasSubstr(password))));
  }
  static SecretBytes Secret(const std::string& text) {
    return SecretBytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }
};

TEST_F(HttpsClientTest, AShardThatAnswersIsConnected) { EXPECT_TRUE(Connect().ok()); }

TEST_F(HttpsClientTest, AWrongPasswordIsUnauthenticated) {
  options_->password = Secret("not the password");
  ExpectError(absl::StatusCode::kUnauthenticated, "password_file");
}

TEST_F(HttpsClientTest, ACertificateThatTheServerDoesNotKnowIsUnauthenticated) {
  const TestCerts others({"site/north"});
  options_->certificate_file = others.Cert("site/north");
  options_->private_key_file = others.Key("site/north");
  ExpectError(absl::StatusCode::kUnauthenticated, "certificate_file");
}

TEST_F(HttpsClientTest, AServerOfAnotherCaIsUnauthenticated) {
  const TestCerts others({"site/north"});
  options_->ca_file = others.Ca();
  ExpectError(absl::StatusCode::kUnauthenticated, "ca_file");
}

TEST_F(HttpsClientTest, AFileThatIsMissingIsAFailedPrecondition) {
  options_->certificate_file = folder_ / "none.pem";
  ExpectError(absl::StatusCode::kFailedPrecondition, "certificate_file");
}

TEST_F(HttpsClientTest, ADatabaseThatIsMissingIsAFailedPrecondition) {
  options_->database = "none";
  ExpectError(absl::StatusCode::kFailedPrecondition, "does not have the database");
}

TEST_F(HttpsClientTest, AServerThatDoesNotListenIsUnavailable) {
  options_->shards[1].servers[0].port = 1;
  ExpectError(absl::StatusCode::kUnavailable, "");
}

TEST_F(HttpsClientTest, AServerThatStallsIsUnavailableAfterTheStallTimeout) {
  options_->stall_timeout = milliseconds(300);
  cluster().Signal(2, SIGSTOP);
  const auto begin = std::chrono::steady_clock::now();
  ExpectError(absl::StatusCode::kUnavailable, "has not sent or taken a byte for 300 ms");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(5000));
  cluster().Signal(2, SIGCONT);
}

TEST_F(HttpsClientTest, AnAddressHoldsNoCharacterThatMeansSomethingThere) {
  EXPECT_EQ(HttpsClient::Escape("INSERT `a b` &?"), "INSERT%20%60a%20b%60%20%26%3F");
}

// Answers with the body that came, and closes a connection where the second request on it has come.
constexpr char kForgetfulServer[] = R"(
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
listener = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[3], "w") as port:
    port.write(str(listener.getsockname()[1]))
while True:
    with context.wrap_socket(listener.accept()[0], server_side=True) as peer, peer.makefile("rb") as stream:
        for answers in (True, False):
            size = 0
            for line in iter(stream.readline, b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
            body = stream.read(size)
            if answers:
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
)";

TEST(HttpsClient, ABodyInPiecesIsSentAgainWhereAKeptConnectionIsClosed) {
  const TestCerts certs({"site/north"});
  const std::filesystem::path port_file = certs.folder() / "port";
  Subprocess server({"python3", "-c", kForgetfulServer, certs.Cert("resolver"),
                     certs.Key("resolver"), port_file});
  ASSERT_TRUE(server.WaitForFile(port_file));
  ClickHouseOptions options;
  options.ca_file = certs.Ca();
  options.certificate_file = certs.Cert("site/north");
  options.private_key_file = certs.Key("site/north");
  uint32_t port = 0;
  ASSERT_TRUE(absl::SimpleAtoi(ReadFile(port_file).value(), &port));
  const HttpsClient client(options, {"127.0.0.1", static_cast<uint16_t>(port)});
  const std::string long_piece(3'000'000, 'x');
  for (int request = 0; request < 3; ++request) {
    const absl::StatusOr<HttpReply> reply = client.Post("", {"first,", "", long_piece, ",last"});
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->body.size(), 3'000'011u);
    EXPECT_TRUE(reply->body == "first," + long_piece + ",last") << request;
  }
}

}  // namespace
}  // namespace blindlink::resolver
