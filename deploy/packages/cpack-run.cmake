# Read by cpack at each run: every day in a package is CPACK_BLINDLINK_EPOCH, unless SOURCE_DATE_EPOCH says another.
if("$ENV{SOURCE_DATE_EPOCH}" STREQUAL "")
  set(ENV{SOURCE_DATE_EPOCH} "${CPACK_BLINDLINK_EPOCH}")
endif()
# Each component's own description begins with its summary; CPack would put the project's before it.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
