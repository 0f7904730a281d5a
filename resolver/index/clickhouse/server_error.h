#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace blindlink::resolver {

// What a ClickHouse server's error means. `http` is the code of the answer, `text` its body or the
// end of a body that breaks off with an error: "Code: 40, e.displayText() = DB::Exception: …". The
// message does not name the server and has at most the first words of the text.
//
//   UNAUTHENTICATED      user or password
//   PERMISSION_DENIED    the user may not do this
//   FAILED_PRECONDITION  a database, table, column or setting is missing, or this is no ClickHouse
//   RESOURCE_EXHAUSTED   disk, memory, quota or a limit of the server
//   DATA_LOSS            what the server has stored is damaged
//   UNAVAILABLE          may go well if it is tried again
//   INTERNAL             the server does not understand the request: our bug
//
// A body of an INSERT that ended early is UNAVAILABLE; the same code of a SELECT is DATA_LOSS.
enum class RequestKind { kSelect, kInsert };
absl::Status ServerError(RequestKind kind, int http, absl::string_view text);

// The code in such a text; 0: there is none.
int ExceptionCodeIn(absl::string_view text);

}  // namespace blindlink::resolver
