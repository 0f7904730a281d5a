#pragma once

namespace blindlink {

// Under a sanitizer programs take several times as long, so tests are smaller, and use several
// times as much memory, so measurements of it mean nothing.
#if defined(BLINDLINK_SANITIZED)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace blindlink
