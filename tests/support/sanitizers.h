#pragma once

namespace blindlink {

// Under a sanitizer programs take several times as long, so tests are smaller there, and as much
// memory, so numbers of it mean nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace blindlink
