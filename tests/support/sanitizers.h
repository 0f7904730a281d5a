#pragma once

namespace blindlink {

// Under a sanitizer programs take several times as long, so tests are smaller, and use several
// times as much memory, so measurements of it mean nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace blindlink
