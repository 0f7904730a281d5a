# blindlink_embed(vectors.cc HEADER agent/conformance/published_vectors.h NAMESPACE blindlink::agent
#                 FILES PublishedVectors vectors/standardize.tsv ...)
# writes a source that contains the files as bytes: one function of the header returns each.
function(blindlink_embed source)
  cmake_parse_arguments(arg "" "HEADER;NAMESPACE" "FILES" ${ARGN})
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${source}")
  set(files "")
  set(pairs "")
  while(arg_FILES)
    list(POP_FRONT arg_FILES function file)
    list(APPEND files "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    list(APPEND pairs "${function}=${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  endwhile()
  list(JOIN pairs "|" pairs)
  add_custom_command(OUTPUT "${out}"
    COMMAND "${CMAKE_COMMAND}" -D "OUT=${out}" -D "HEADER=${arg_HEADER}" -D "NAMESPACE=${arg_NAMESPACE}"
            -D "PAIRS=${pairs}" -P "${PROJECT_SOURCE_DIR}/cmake/write-embedded.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/cmake/write-embedded.cmake" VERBATIM)
endfunction()
