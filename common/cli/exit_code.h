#pragma once

#include "absl/status/status.h"

namespace blindlink {

// The exit code of a Blindlink program. Scripts act on it; people read standard error.
inline constexpr int kExitOk = 0;
inline constexpr int kExitOther = 1;
inline constexpr int kExitUsage = 2;        // wrong arguments
inline constexpr int kExitBadInput = 3;     // input, plan or configuration is wrong: fix it
inline constexpr int kExitRefused = 4;      // by the peer, or by a permission
inline constexpr int kExitUnavailable = 5;  // the peer cannot be reached: try again later
inline constexpr int kExitDisk = 6;         // input/output error, disk full
inline constexpr int kExitDeaf = 7;         // the resolver no longer answers on its own port

inline int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kInvalidArgument:
      return kExitBadInput;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAborted:
      return kExitRefused;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kExitUnavailable;
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnknown:
      return kExitDisk;
    default:
      return kExitOther;
  }
}

}  // namespace blindlink
