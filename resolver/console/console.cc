#include "resolver/console/console.h"

#include <string>
#include <utility>

#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "resolver/console/embedded_files.h"
#include "resolver/console/page_frame.h"
#include "resolver/console/router.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

struct File {
  const char* path;
  absl::string_view (*content)();
  const char* type;
};
constexpr File kFiles[] = {{"/style.css", StyleSheet, "text/css; charset=utf-8"},
                           {"/console.js", Script, "text/javascript; charset=utf-8"},
                           {"/icon.svg", Icon, "image/svg+xml"}};

// No inline script or style, nothing from elsewhere, no frames; nothing is kept.
constexpr std::pair<const char*, const char*> kHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
     "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    // Other sites see nothing; the console's own forms still send their origin.
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}};

ConsoleRequest Read(const httplib::Request& from) {
  ConsoleRequest request;
  request.is_change = from.method == "POST";
  request.path = absl::StrSplit(from.path, '/', absl::SkipEmpty());
  for (const auto& [name, value] : from.params) request.values.emplace(name, value);
  request.target = from.path;
  return request;
}

absl::Status CheckChange(const RequestGuard& guard, const Identity& visitor,
                         const ConsoleRequest& request, const httplib::Request& from) {
  if (!request.is_change) return absl::OkStatus();
  const std::string origin = from.get_header_value("Origin");
  const std::string site = from.get_header_value("Sec-Fetch-Site");
  const std::string host = from.get_header_value("Host");
  return guard.Check(visitor.fingerprint, {request.Value("token"), origin, site, host});
}

bool ServeFile(const httplib::Request& request, httplib::Response* response) {
  for (const File& file : kFiles) {
    if (request.method != "GET" || request.path != file.path) continue;
    response->status = 200;
    response->set_content(file.content().data(), file.content().size(), file.type);
    return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Console>> Console::Start(const config::v1::ResolverConfig& config,
                                                        Parts parts) {
  std::unique_ptr<Console> console(new Console(std::move(parts)));
  HttpsListener::Options options;
  options.listen = config.console_listen();
  options.connections = config.console_max_connections();
  options.handshake = std::chrono::milliseconds(config.handshake_timeout_ms());
  options.request = std::chrono::milliseconds(config.console_request_ms());
  BL_ASSIGN_OR_RETURN(
      console->listener_,
      HttpsListener::Start(
          options, console->parts_.certificates, console->parts_.clients, console->parts_.limits,
          [raw = console.get()](const HttpsListener::Visit& visit, const httplib::Request& request,
                                httplib::Response* response) {
            raw->Serve(visit, request, response);
          }));
  return console;
}

void Console::Serve(const HttpsListener::Visit& visit, const httplib::Request& from,
                    httplib::Response* response) {
  for (const auto& [name, value] : kHeaders) response->set_header(name, value);
  if (ServeFile(from, response)) return;
  const ConsoleRequest request = Read(from);
  VisitorCalls calls(parts_.channel, parts_.on_behalf, {visit.certificate, visit.peer});
  const std::string token = guard_.TokenFor(visit.identity.fingerprint);
  Exchange exchange{request, visit.identity, calls, token, guard_};
  const absl::Status sound = CheckChange(guard_, visit.identity, request, from);
  absl::StatusOr<Page> page = sound.ok() ? Answer(exchange) : absl::StatusOr<Page>(sound);
  if (!page.ok()) page = ErrorPage(page.status(), visit.identity.party);
  if (!page->go_to.empty()) {
    response->set_redirect(page->go_to, 303);
    return;
  }
  response->status = page->status;
  if (!page->plain_text.empty()) {
    response->set_content(page->plain_text, "text/plain; charset=utf-8");
    return;
  }
  response->set_content(Document(*page, visit.identity.party, request.target),
                        "text/html; charset=utf-8");
}

}  // namespace blindlink::resolver
