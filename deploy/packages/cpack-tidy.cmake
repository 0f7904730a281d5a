# Run by cpack on what it is about to pack: modes and times do not depend on who packs, and when.
file(GLOB staged LIST_DIRECTORIES true "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*")
foreach(folder IN LISTS staged)
  execute_process(COMMAND chmod -R u=rwX,go=rX "${folder}" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND find "${folder}" -exec touch -h -d "@$ENV{SOURCE_DATE_EPOCH}" {} + COMMAND_ERROR_IS_FATAL ANY)
endforeach()
