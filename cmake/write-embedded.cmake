# Writes OUT, a C++ source: for each "function=file" of PAIRS (separated by |) a function that returns
# the file's bytes. Run by blindlink_embed (embed.cmake).
set(byte "0x[0-9a-f][0-9a-f],")
set(content "#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n")
string(REPLACE "|" ";" pairs "${PAIRS}")
foreach(pair IN LISTS pairs)
  string(REGEX MATCH "^([^=]+)=(.+)$" _ "${pair}")
  set(function "${CMAKE_MATCH_1}")
  file(READ "${CMAKE_MATCH_2}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(${byte}${byte}${byte}${byte}${byte}${byte}${byte}${byte})" "\\1\n" bytes "${bytes}")
  string(APPEND content "absl::string_view ${function}() {\n  static constexpr unsigned char kBytes[] = {${bytes}};\n"
    "  return {reinterpret_cast<const char*>(kBytes), sizeof(kBytes)};\n}\n")
endforeach()
string(APPEND content "}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUT}" "${content}")
