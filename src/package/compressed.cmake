# package_compressed(FILE DIRECTORY COMPONENT NAME): has FILE compressed in a package, as DIRECTORY/NAME.gz; an
# ordinary installation is without it.
find_program(GZIP gzip REQUIRED)
function(package_compressed file directory component name)
  install(CODE "execute_process(COMMAND ${GZIP} -9nc ${file} COMMAND_ERROR_IS_FATAL ANY
    OUTPUT_FILE ${CMAKE_CURRENT_BINARY_DIR}/${name}.gz)" COMPONENT ${component} EXCLUDE_FROM_ALL)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.gz DESTINATION ${directory} COMPONENT ${component} EXCLUDE_FROM_ALL)
endfunction()
