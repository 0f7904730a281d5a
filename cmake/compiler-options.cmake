# Language level, warnings, sanitizers, and the functions that define libraries, programs and tests.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Dev keeps assertions and line numbers, without the cost of full debug information.
set(CMAKE_C_FLAGS_DEV "-O1 -g1")
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1")
set(CMAKE_ASM_FLAGS_DEV "")

find_program(BLINDLINK_CCACHE ccache)
if(BLINDLINK_CCACHE)
  # Cached results of one clone are valid for others, whatever their path. A precompiled header is full of paths; in
  # its stead ccache reads a file beside it (below).
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true
               CCACHE_PCH_EXTSUM=true CCACHE_SLOPPINESS=pch_defines,time_macros ${BLINDLINK_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
find_program(BLINDLINK_MOLD mold)
if(BLINDLINK_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(BLINDLINK_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")
if(BLINDLINK_SANITIZE)
  add_compile_options(-fsanitize=${BLINDLINK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BLINDLINK_SANITIZE})
  # What guides fuzzers; fuzzer-no-link also follows comparisons, which makes tests 1.5 times as slow.
  if(BLINDLINK_FUZZ AND NOT BLINDLINK_SANITIZE MATCHES "fuzzer")
    add_compile_options(-fsanitize-coverage=inline-8bit-counters,pc-table)
  endif()
  # GCC and clang tell a source in different ways which sanitizer it is built with; this is one for both.
  add_compile_definitions(BLINDLINK_SANITIZED)
  if(BLINDLINK_SANITIZE MATCHES "address")
    add_compile_definitions(BLINDLINK_ADDRESS_SANITIZER)
  endif()
endif()

add_library(blindlink_options INTERFACE)
target_include_directories(blindlink_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(blindlink_options INTERFACE
  -Wall -Wextra -Werror -Wnon-virtual-dtor -Woverloaded-virtual -Wno-unused-parameter
  -fstack-protector-strong)
# GCC 12 reports false overlaps and bounds in inlined std::string code at -O3 (GCC bugs 105329, 105651); the
# dev preset keeps these warnings.
target_compile_options(blindlink_options INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow>)
target_compile_definitions(blindlink_options INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
target_link_options(blindlink_options INTERFACE -Wl,-z,relro,-z,now)

# Most of the time to compile goes into headers that nearly every source includes; the preset "asan" reads them
# once. Not so in the release build, which therefore shows a source that does not include what it uses.
# Sources of tests, most of whose code runs once, are not optimized there either.
option(BLINDLINK_PRECOMPILE "Precompile the headers of the standard library, Abseil, GoogleTest and gRPC" OFF)
if(BLINDLINK_PRECOMPILE)
  # A precompiled header is for one set of flags; programs have -fPIE otherwise, and not all need -pthread.
  add_compile_options(-fPIC -pthread)
  if(NOT EXISTS "${PROJECT_BINARY_DIR}/precompiled.cc")
    file(WRITE "${PROJECT_BINARY_DIR}/precompiled.cc" "")
  endif()
  foreach(use sources tests)
    add_library(precompiled_for_${use} OBJECT "${PROJECT_BINARY_DIR}/precompiled.cc")
    target_link_libraries(precompiled_for_${use} PRIVATE blindlink_options GTest::gmock protobuf::libprotobuf gRPC::grpc++)
    target_precompile_headers(precompiled_for_${use} PRIVATE "${PROJECT_SOURCE_DIR}/cmake/precompiled.h")
  endforeach()
  target_compile_options(precompiled_for_tests PRIVATE -O0)
  # What the precompiled headers say, without paths. They are the system's, so they change with its packages.
  execute_process(
    COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -E -P -dD -x c++ "${PROJECT_SOURCE_DIR}/cmake/precompiled.h"
    OUTPUT_VARIABLE precompiled_text COMMAND_ERROR_IS_FATAL ANY)
  string(SHA256 precompiled_sum "${precompiled_text}")
  foreach(use sources tests)
    file(WRITE "${PROJECT_BINARY_DIR}/CMakeFiles/precompiled_for_${use}.dir/cmake_pch.hxx.pch.sum" "${precompiled_sum}\n")
  endforeach()
  if(EXISTS /var/lib/dpkg/status)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS /var/lib/dpkg/status)
  endif()
endif()
# Lets the target `name` use the headers that are precompiled for `use`, if they are.
function(blindlink_precompile name use)
  if(BLINDLINK_PRECOMPILE)
    # REUSE_FROM would give whole paths, which ccache compares. Clang notes the file as one that the source depends on.
    add_dependencies(${name} precompiled_for_${use})
    target_compile_options(${name} PRIVATE
      "SHELL:-Xclang -include-pch -Xclang CMakeFiles/precompiled_for_${use}.dir/cmake_pch.hxx.pch")
    if(use STREQUAL "tests")
      target_compile_options(${name} PRIVATE -O0)
    endif()
  endif()
endfunction()

# blindlink_library(common_base SOURCES a.cc b.cc DEPS x y): the library of one folder. Without
# SOURCES it is header-only. DEPS are the libraries that its headers or sources use.
function(blindlink_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC blindlink_options ${arg_DEPS})
    blindlink_precompile(${name} sources)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE blindlink_options ${arg_DEPS})
  endif()
endfunction()

# blindlink_program(blindlink-agent SOURCES agent_main.cc DEPS ...): a program in <build>/bin.
function(blindlink_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE blindlink_options ${arg_DEPS})
  blindlink_precompile(${name} sources)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
endfunction()

option(BLINDLINK_EVERY_TEST "Build also the tests that need to run in one build only" ON)

# blindlink_test(agent_input_test SOURCES a_test.cc DEPS agent_input LABELS unit): a GoogleTest program
# known to ctest as one test (its cases run in one process; use --gtest_filter to see one). ALWAYS: it is
# also built and run without BLINDLINK_EVERY_TEST, because sanitizers keep it from testing something, or make it
# take minutes (tests/run.sh).
function(blindlink_test name)
  cmake_parse_arguments(arg "ALWAYS" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE blindlink_options ${arg_DEPS} GTest::gmock GTest::gtest_main)
  blindlink_precompile(${name} tests)
  target_compile_definitions(${name} PRIVATE
    BLINDLINK_SOURCE_DIR="${PROJECT_SOURCE_DIR}" BLINDLINK_BINARY_DIR="${PROJECT_BINARY_DIR}")
  if(NOT BLINDLINK_EVERY_TEST AND NOT arg_ALWAYS)
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    return()
  endif()
  add_test(NAME ${name} COMMAND ${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
