# What find_package(ninelives) finds.
include(CMakePackageConfigHelpers)
set(NINELIVES_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/ninelives)
configure_package_config_file(cmake/ninelivesConfig.cmake.in ninelivesConfig.cmake
  INSTALL_DESTINATION ${NINELIVES_PACKAGE_DIR})
write_basic_package_version_file(ninelivesConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(EXPORT ninelives NAMESPACE ninelives:: FILE ninelivesTargets.cmake DESTINATION ${NINELIVES_PACKAGE_DIR})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/ninelivesConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/ninelivesConfigVersion.cmake DESTINATION ${NINELIVES_PACKAGE_DIR})
