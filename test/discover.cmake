# Writes OUT, which adds a test for each line of "PROGRAM list --runs".
execute_process(COMMAND ${PROGRAM} list --runs OUTPUT_VARIABLE runs COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "\n$" "" runs "${runs}")
string(REPLACE "\n" ";" runs "${runs}")
set(tests "")
foreach(run IN LISTS runs)
  string(REGEX MATCH "^([^ ]+) ([^ ]+)$" _ "${run}")
  set(name "${CMAKE_MATCH_1}:${CMAKE_MATCH_2}")
  string(APPEND tests "add_test([[${name}]] [[${PROGRAM}]] run --family=${CMAKE_MATCH_2} ${CMAKE_MATCH_1})\n"
    "set_tests_properties([[${name}]] PROPERTIES LABELS catalog SKIP_RETURN_CODE 4 TIMEOUT 60)\n")
endforeach()
file(WRITE ${OUT} "${tests}")
