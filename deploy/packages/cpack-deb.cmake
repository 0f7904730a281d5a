# The four packages for CPack's DEB generator.
set(CPACK_PACKAGE_CONTACT "Blindlink maintainers <maintainers@blindlink.invalid>")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL agent resolver researcher common)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
# Files of /etc and /lib stand where the install rules say; everything else is below /usr.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
set(CPACK_BLINDLINK_EPOCH "${package_epoch}")
set(CPACK_PROJECT_CONFIG_FILE "${CMAKE_CURRENT_SOURCE_DIR}/cpack-run.cmake")
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_SOURCE_DIR}/cpack-tidy.cmake")

foreach(component AGENT RESOLVER RESEARCHER)
  set(CPACK_DEBIAN_${component}_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_${component}_PACKAGE_RECOMMENDS blindlink-common)
endforeach()

set(CPACK_DEBIAN_AGENT_PACKAGE_NAME blindlink-agent)
set(CPACK_DEBIAN_AGENT_PACKAGE_SECTION science)
set(CPACK_DEBIAN_AGENT_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles")
set(CPACK_COMPONENT_AGENT_DESCRIPTION "record linkage without identifiers: a site's program
Blindlink links records of patients across hospitals, insurers and registries
without any of them telling another who its patients are.
.
This package has the program of a site. It standardizes and hashes identifiers
on the site's own machine, without a network, and sends only keyed tokens.")

set(CPACK_DEBIAN_RESOLVER_PACKAGE_NAME blindlink-resolver)
set(CPACK_DEBIAN_RESOLVER_PACKAGE_SECTION science)
set(CPACK_DEBIAN_RESOLVER_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles")
set(CPACK_DEBIAN_RESOLVER_PACKAGE_SUGGESTS logrotate)
set(CPACK_COMPONENT_RESOLVER_DESCRIPTION "record linkage without identifiers: the coordinating center
Blindlink links records of patients across hospitals, insurers and registries
without any of them telling another who its patients are.
.
This package has the server of a coordinating center and the commands of its
coordinators. It finds which tokens belong to one person; it holds neither
identifiers nor the key of the tokens.")

set(CPACK_DEBIAN_RESEARCHER_PACKAGE_NAME blindlink-researcher)
set(CPACK_DEBIAN_RESEARCHER_PACKAGE_SECTION science)
set(CPACK_COMPONENT_RESEARCHER_DESCRIPTION "record linkage without identifiers: a researcher's program
Blindlink links records of patients across hospitals, insurers and registries
without any of them telling another who its patients are.
.
This package has the program that fetches match pairs and entity maps,
evaluates them, and joins extracts of the sites by them.")

set(CPACK_DEBIAN_COMMON_PACKAGE_NAME blindlink-common)
set(CPACK_DEBIAN_COMMON_PACKAGE_SECTION science)
set(CPACK_DEBIAN_COMMON_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_COMMON_PACKAGE_RECOMMENDS openssl)
set(CPACK_COMPONENT_COMMON_DESCRIPTION "record linkage without identifiers: plans and documentation
Blindlink links records of patients across hospitals, insurers and registries
without any of them telling another who its patients are.
.
This package has the linkage plans, a release plan for clinical data, alarms
for Prometheus, a script for trial certificates, and the documentation.")

# CPack gives control files the names that they have; one folder for each package.
foreach(component agent resolver)
  string(TOUPPER ${component} upper)
  set(control "${PROJECT_BINARY_DIR}/package-control/${component}")
  set(extra "")
  foreach(script postinst prerm postrm conffiles)
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${component}.${script}")
      configure_file("${component}.${script}" "${control}/${script}" COPYONLY)
      list(APPEND extra "${control}/${script}")
    endif()
  endforeach()
  set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA ${extra})
endforeach()

include(CPack)
