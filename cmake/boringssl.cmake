# BoringSSL as a static library with prefixed symbols. Debian's build is a shared library with unversioned
# symbols: next to gRPC, which uses OpenSSL 3, the process would crash at the first TLS call.
# deploy/install-deps.sh fetches Debian's source package into BLINDLINK_BORINGSSL_DIR; the folder may also
# be an upstream checkout.
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
  add_library(boringssl_archive STATIC ${crypto_sources} ${assembly})
  set(boringssl_archive boringssl_archive)
  target_include_directories(boringssl_archive SYSTEM PUBLIC "${BORINGSSL_ROOT}src/include")
  target_compile_options(boringssl_archive PRIVATE -fvisibility=hidden -w
    $<$<COMPILE_LANGUAGE:C>:-std=gnu11> $<$<COMPILE_LANGUAGE:ASM>:-Wa,--noexecstack>)
elseif(EXISTS "${BLINDLINK_BORINGSSL_DIR}/include/openssl/base.h")
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  set(BUILD_SHARED_LIBS OFF)
  set(BUILD_TESTING OFF)
  add_subdirectory("${BLINDLINK_BORINGSSL_DIR}" "${PROJECT_BINARY_DIR}/boringssl" EXCLUDE_FROM_ALL)
  target_compile_options(crypto PRIVATE -fvisibility=hidden -w)
  set(boringssl_archive crypto)
else()
  message(FATAL_ERROR "No BoringSSL source in ${BLINDLINK_BORINGSSL_DIR}. Run deploy/install-deps.sh, or "
    "set BLINDLINK_BORINGSSL_DIR to an upstream checkout.")
endif()

# Its error messages name their source files; nothing else in a release build does. Off by default, because all of BoringSSL would
# have to be built again.
option(BLINDLINK_HIDE_BUILD_PATHS "Leave no path of the machine that builds in the programs (preset package)" OFF)
if(BLINDLINK_HIDE_BUILD_PATHS)
  target_compile_options(${boringssl_archive} PRIVATE "-ffile-prefix-map=${BLINDLINK_BORINGSSL_DIR}=boringssl")
endif()

# Hidden symbols are not enough: if a program's link line has OpenSSL's libcrypto before this archive, calls of
# common/crypto, compiled with BoringSSL's headers, would be bound to OpenSSL. Every symbol therefore gets a
# prefix, here and in the library that uses it, so that the link order does not matter.
set(boringssl_names "${PROJECT_BINARY_DIR}/boringssl-names.txt")
set(boringssl_prefixed "${PROJECT_BINARY_DIR}/libblindlink_boringssl.a")
set(boringssl_prefix_names "${PROJECT_SOURCE_DIR}/cmake/prefix-names.sh")
add_custom_command(OUTPUT "${boringssl_prefixed}" "${boringssl_names}"
  COMMAND "${boringssl_prefix_names}" "${CMAKE_NM}" $<TARGET_FILE:${boringssl_archive}> "${boringssl_names}"
  COMMAND "${CMAKE_OBJCOPY}" "--redefine-syms=${boringssl_names}" $<TARGET_FILE:${boringssl_archive}>
          "${boringssl_prefixed}"
  DEPENDS ${boringssl_archive} "${boringssl_prefix_names}" VERBATIM)
add_custom_target(boringssl_crypto DEPENDS "${boringssl_prefixed}" "${boringssl_names}")

# Lets the library `name`, and no other, call BoringSSL.
function(blindlink_use_boringssl name)
  add_dependencies(${name} boringssl_crypto)
  target_include_directories(${name} SYSTEM PRIVATE
    $<TARGET_PROPERTY:${boringssl_archive},INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(${name} PRIVATE "${boringssl_prefixed}" Threads::Threads)
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND "${CMAKE_OBJCOPY}" "--redefine-syms=${boringssl_names}" $<TARGET_FILE:${name}> VERBATIM)
endfunction()
