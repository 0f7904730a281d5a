#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns early with the status of `expr` if that is not OK.
#define BL_RETURN_IF_ERROR(expr)                                               \
  do {                                                                         \
    if (absl::Status bl_status_ = (expr); !bl_status_.ok()) return bl_status_; \
  } while (false)

#define BL_CONCAT_INNER_(a, b) a##b
#define BL_CONCAT_(a, b) BL_CONCAT_INNER_(a, b)

// BL_ASSIGN_OR_RETURN(auto x, MakeX()) takes the value, or returns early with the status.
#define BL_ASSIGN_OR_RETURN(lhs, expr) \
  BL_ASSIGN_OR_RETURN_IMPL_(BL_CONCAT_(bl_statusor_, __LINE__), lhs, expr)
// NOLINTBEGIN(bugprone-macro-parentheses): names that are declared cannot stand in parentheses.
#define BL_ASSIGN_OR_RETURN_IMPL_(statusor, lhs, expr)     \
  auto statusor = (expr);                                  \
  if (!statusor.ok()) return std::move(statusor).status(); \
  lhs = *std::move(statusor)
// NOLINTEND(bugprone-macro-parentheses)
