#pragma once

#include <string>

#include "resolver/authz/identity.h"
#include "resolver/console/exchange.h"

namespace blindlink::resolver {

// The whole document of a page: header with what the visitor's role may open, crumbs, title, body.
// `address` is the page's own. Thread-safe.
std::string Document(const Page& page, const Party& visitor, absl::string_view address);

}  // namespace blindlink::resolver
