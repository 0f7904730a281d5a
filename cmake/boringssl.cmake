# BoringSSL as a static library whose symbols stay hidden. Debian's own build of it is a shared library
# with unversioned symbols: next to gRPC, which uses OpenSSL 3, the process would crash at the first TLS
# call. deploy/install-deps.sh fetches Debian's source package into BLINDLINK_BORINGSSL_DIR; the folder
# may as well be an upstream checkout.
set(BLINDLINK_BORINGSSL_DIR "$ENV{BLINDLINK_BORINGSSL_DIR}" CACHE PATH
    "BoringSSL source: Debian's android-platform-external-boringssl, or an upstream checkout")
if(NOT BLINDLINK_BORINGSSL_DIR)
  set(default_cache "$ENV{XDG_CACHE_HOME}")
  if(NOT default_cache)
    set(default_cache "$ENV{HOME}/.cache")
  endif()
  set(BLINDLINK_BORINGSSL_DIR "${default_cache}/blindlink/boringssl")
endif()

if(EXISTS "${BLINDLINK_BORINGSSL_DIR}/android-sources.cmake")
  set(BORINGSSL_ROOT "${BLINDLINK_BORINGSSL_DIR}/")
  include("${BLINDLINK_BORINGSSL_DIR}/android-sources.cmake")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    set(assembly ${crypto_sources_linux_x86_64})
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    set(assembly ${crypto_sources_linux_aarch64})
  else()
    set(assembly "")
    add_compile_definitions(OPENSSL_NO_ASM)
  endif()
  add_library(boringssl_crypto STATIC ${crypto_sources} ${assembly})
  target_include_directories(boringssl_crypto SYSTEM PUBLIC "${BORINGSSL_ROOT}src/include")
  target_compile_options(boringssl_crypto PRIVATE -fvisibility=hidden -w
    $<$<COMPILE_LANGUAGE:C>:-std=gnu11> $<$<COMPILE_LANGUAGE:ASM>:-Wa,--noexecstack>)
elseif(EXISTS "${BLINDLINK_BORINGSSL_DIR}/include/openssl/base.h")
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  set(BUILD_SHARED_LIBS OFF)
  set(BUILD_TESTING OFF)
  add_subdirectory("${BLINDLINK_BORINGSSL_DIR}" "${PROJECT_BINARY_DIR}/boringssl" EXCLUDE_FROM_ALL)
  target_compile_options(crypto PRIVATE -fvisibility=hidden -w)
  add_library(boringssl_crypto INTERFACE)
  target_link_libraries(boringssl_crypto INTERFACE crypto)
else()
  message(FATAL_ERROR "No BoringSSL source in ${BLINDLINK_BORINGSSL_DIR}. Run deploy/install-deps.sh, or "
    "set BLINDLINK_BORINGSSL_DIR to an upstream checkout.")
endif()
