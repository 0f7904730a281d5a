#include "resolver/metrics/metrics_listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include "common/base/fd.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

std::unique_ptr<MetricsListener> Listening() {
  auto listener = MetricsListener::Start("127.0.0.1:0", [] { return v1::Health(); });
  EXPECT_TRUE(listener.ok()) << listener.status();
  return *std::move(listener);
}

UniqueFd Connect(const MetricsListener& listener) {
  UniqueFd socket_fd(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(listener.port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket_fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
            0);
  return socket_fd;
}

void Send(const UniqueFd& to, const std::string& bytes) {
  EXPECT_EQ(send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

// Up to the end of the connection.
std::string Answer(const UniqueFd& from) {
  std::string answer;
  char buffer[4096];
  ssize_t size = 0;
  while ((size = recv(from.get(), buffer, sizeof(buffer), 0)) > 0) {
    answer.append(buffer, static_cast<size_t>(size));
  }
  return answer;
}

TEST(MetricsListener, ServesTheMetricsAndNothingElse) {
  const auto listener = Listening();
  const UniqueFd asks = Connect(*listener);
  Send(asks, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(Answer(asks), HasSubstr("blindlink_"));
  const UniqueFd other = Connect(*listener);
  Send(other, "GET /projects HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(Answer(other), HasSubstr("HTTP/1.1 404"));
}

TEST(MetricsListener, WhoNeverFinishesARequestHoldsOneConnectionForAFewSecondsOnly) {
  const auto listener = Listening();
  std::vector<UniqueFd> slow;
  for (int i = 0; i < 3; ++i) {
    slow.push_back(Connect(*listener));
    Send(slow.back(), "GET /metrics HT");
  }
  const UniqueFd asks = Connect(*listener);
  Send(asks, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(Answer(asks), HasSubstr("blindlink_"));
  for (const UniqueFd& one : slow) EXPECT_EQ(Answer(one), "") << "closed";
}

TEST(MetricsListener, EndsWhileSomebodyIsStillAsking) {
  auto listener = Listening();
  const UniqueFd slow = Connect(*listener);
  Send(slow, "GET /metrics HT");
  listener.reset();
  EXPECT_EQ(Answer(slow), "");
}

}  // namespace
}  // namespace blindlink::resolver
