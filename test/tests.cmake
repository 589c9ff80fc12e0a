# The tests: one cmocka program a module, and one test for every experiment of the catalogue on every family.
add_executable(client test/client.c) # for closewait try
add_executable(server test/server.c)
# As anybody's program is: a sanitizer's look for leaks does not work under ptrace(2).
add_executable(caller test/caller.c)
set_target_properties(client server caller PROPERTIES C_CLANG_TIDY "" COMPILE_OPTIONS "-Wno-unused-result" LINK_OPTIONS "")
target_link_options(caller PRIVATE -static)
target_link_libraries(caller PRIVATE Threads::Threads)
target_link_libraries(client PRIVATE Threads::Threads)
target_link_libraries(server PRIVATE Threads::Threads)
find_library(CMOCKA cmocka REQUIRED)

set(everything diagnose strace explore trial explain report format lib) # but the command line

add_executable(bare test/bare.c)
add_executable(cost test/cost.c)
add_executable(observers test/observers.c)
link_folders(observers ${everything})

# module_test(NAME FOLDER...): a cmocka program, of these folders and what they use.
function(module_test name)
  add_executable(test_${name} test/test_${name}.c)
  link_folders(test_${name} ${ARGN})
  target_link_libraries(test_${name} PRIVATE ${CMOCKA})
  add_test(NAME ${name} COMMAND test_${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 120 LABELS module SKIP_RETURN_CODE 77)
endfunction()

# program_test(NAME FOLDER...): one that runs the program, too.
function(program_test name)
  module_test(${name} ${ARGN})
  target_compile_definitions(test_${name} PRIVATE PROGRAM="$<TARGET_FILE:closewait>")
  add_dependencies(test_${name} closewait)
endfunction()

set(language experiment family guard parse_errors payload result)
set(util lines text)
set(calls call)
set(model model)
set(trace every_kernel parses_again trace)
set(explain explain similar symptom)
set(report record report report_against)
set(diagnose diagnose)
set(format format)
set(page page)
foreach(folder util language calls model trace explain page report format diagnose) # these are pure: the linker is a witness
  foreach(name IN LISTS ${folder})
    module_test(${name} ${folder})
  endforeach()
endforeach()
module_test(strace diagnose strace)
module_test(packets diagnose packets)
module_test(witness diagnose packets)
module_test(sysinfo observe)
foreach(name background capture classic disturbance endpoint endpoint_data endpoint_uring generate killed kthreads listener network programs readers reasoning runner sandbox tracefs_instance tracepoints)
  module_test(${name} ${everything})
endforeach()
foreach(name check cli denied diagnose_command explain_command explore hostile input interrupt library library_sessions matrix orders page_command pcap pool progress reduce run_format stack timeline workers)
  program_test(${name} ${everything})
endforeach()
target_compile_definitions(test_matrix PRIVATE RECORDS="${PROJECT_SOURCE_DIR}/test/records")
target_compile_definitions(test_page_command PRIVATE PICTURE="${PROJECT_SOURCE_DIR}/test/classic.svg")
foreach(name diagnose_live try try_calls try_faults try_page try_programs try_server)
  program_test(${name} ${everything})
  target_compile_definitions(test_${name} PRIVATE CLIENT_PROGRAM="$<TARGET_FILE:client>"
    SERVER_PROGRAM="$<TARGET_FILE:server>" CALLER_PROGRAM="$<TARGET_FILE:caller>")
  add_dependencies(test_${name} client server caller)
endforeach()
# A client in Java is compiled where there is a compiler; elsewhere its test is skipped.
find_program(JAVAC javac)
set(programs ${PROJECT_SOURCE_DIR}/test/programs)
if(JAVAC)
  add_custom_command(OUTPUT Client.class COMMAND ${JAVAC} -d ${PROJECT_BINARY_DIR} ${programs}/Client.java
    DEPENDS ${programs}/Client.java WORKING_DIRECTORY ${PROJECT_BINARY_DIR} VERBATIM)
  target_sources(test_try_programs PRIVATE ${PROJECT_BINARY_DIR}/Client.class)
endif()
set_source_files_properties(${PROJECT_BINARY_DIR}/Client.class
  PROPERTIES HEADER_FILE_ONLY TRUE GENERATED TRUE)
target_compile_definitions(test_try_programs PRIVATE
  JAVA_CLASSES="${PROJECT_BINARY_DIR}" JAVA_CLIENT="$<IF:$<BOOL:${JAVAC}>,/usr/bin/java,/no/javac>"
  PROGRAMS_SOURCE="${programs}")
set_tests_properties(try_programs PROPERTIES TIMEOUT 600) # sixteen peers each, some of which say nothing

add_test(NAME layers COMMAND ${PROJECT_SOURCE_DIR}/test/layers.sh ${PROJECT_SOURCE_DIR}/src ${floors})
add_test(NAME circles COMMAND ${PROJECT_SOURCE_DIR}/test/circles.sh ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR})
set_tests_properties(layers circles PROPERTIES LABELS module)

foreach(name strace diagnose_command)
  target_compile_definitions(test_${name} PRIVATE LOGS="${PROJECT_SOURCE_DIR}/test/strace")
endforeach()

# Faults are injected by a library that is loaded first; with the sanitizers theirs has to be that. They,
# and what counts the lines that run, make system calls of their own, and do not survive without memory.
if(NOT CLOSEWAIT_SANITIZE AND NOT CLOSEWAIT_COVERAGE)
  program_test(syscalls ${everything})
  add_library(fault MODULE test/fault.c)
  target_link_libraries(fault PRIVATE ${CMAKE_DL_LIBS})
  program_test(faults ${everything})
  target_compile_definitions(test_faults PRIVATE FAULT_LIBRARY="$<TARGET_FILE:fault>")
  add_dependencies(test_faults fault)
  set_tests_properties(faults PROPERTIES TIMEOUT 600) # some thousand runs
  program_test(try_servers ${everything}) # the sanitizers would see nothing of these programs
endif()

target_link_options(test_killed PRIVATE -Wl,--wrap=endpoint_run,--wrap=listener_run)
set_tests_properties(killed PROPERTIES TIMEOUT 600) # every step of the catalogue: 50 s of processor with the sanitizers

# The fuzzers' targets; in the ordinary build they read the seeds, and what was found before.
set(seeds_experiment ${PROJECT_SOURCE_DIR}/src/catalog/*.trace)
set(seeds_model ${PROJECT_SOURCE_DIR}/src/catalog/*.trace) # as any bytes
set(seeds_record ${PROJECT_SOURCE_DIR}/test/fuzz/record-*)
set(seeds_proc ${PROJECT_SOURCE_DIR}/test/fuzz/proc-*)
set(seeds_strace ${PROJECT_SOURCE_DIR}/test/strace/*.strace)
set(seeds_packets ${PROJECT_SOURCE_DIR}/test/fuzz/packets-*)
set(fuzzed_strace strace)
set(fuzzed_packets diagnose)
set(fuzzed_experiment trace)
set(fuzzed_model model)
set(fuzzed_record report)
set(fuzzed_proc run)
foreach(name experiment model record proc strace packets)
  add_executable(fuzz_${name} test/fuzz_${name}.c)
  link_folders(fuzz_${name} ${fuzzed_${name}})
  if(CLOSEWAIT_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE test/fuzz_replay.c)
    file(GLOB seeds CONFIGURE_DEPENDS ${seeds_${name}} ${PROJECT_SOURCE_DIR}/test/fuzz/${name}-*)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${seeds})
    set_tests_properties(fuzz_${name} PROPERTIES LABELS module)
  endif()
endforeach()

add_test(NAME soak COMMAND ${PROJECT_SOURCE_DIR}/test/soak.sh)
set_tests_properties(soak PROPERTIES TIMEOUT 120 LABELS module)

# What the program lists is what is tested: nothing is typed twice. What looks for a sanitizer's
# findings, or counts lines, needs no process for each of them, which costs more there than the runs.
if(CLOSEWAIT_SANITIZE OR CLOSEWAIT_COVERAGE)
  add_test(NAME catalog COMMAND closewait run --all --jobs=2)
  set_tests_properties(catalog PROPERTIES LABELS catalog TIMEOUT 600)
else()
  add_custom_command(OUTPUT catalog_tests.cmake
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:closewait> -DOUT=catalog_tests.cmake
      -P ${PROJECT_SOURCE_DIR}/test/discover.cmake
    DEPENDS closewait test/discover.cmake WORKING_DIRECTORY ${PROJECT_BINARY_DIR} VERBATIM)
  add_custom_target(catalog_tests ALL DEPENDS catalog_tests.cmake)
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${PROJECT_BINARY_DIR}/catalog_tests.cmake)
endif()

# Guests: those of matrix.sh, and the whole catalogue on every kernel that was fetched before. Not
# with the sanitizers, which a guest has no memory for: what reads a guest's record has module tests.
if(NOT CLOSEWAIT_SANITIZE)
  foreach(name own trouble bisect stopped hosts with offers arm64 s390x uml gvisor packages)
    add_test(NAME kernel:${name} COMMAND ${PROJECT_SOURCE_DIR}/test/matrix.sh $<TARGET_FILE:closewait> ${name})
    set_tests_properties(kernel:${name} PROPERTIES LABELS kernel SKIP_RETURN_CODE 77 TIMEOUT 900)
  endforeach()
  # They fetch what other machines and stacks are made of: by name, as the fetched kernels.
  foreach(name offers arm64 s390x uml gvisor packages)
    set_tests_properties(kernel:${name} PROPERTIES LABELS "kernel;fetched")
  endforeach()
  set(program ${PROJECT_BINARY_DIR}/closewait)
  configure_file(test/cached.cmake.in cached.cmake @ONLY)
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${PROJECT_BINARY_DIR}/cached.cmake)
endif()

add_test(NAME json COMMAND ${PROJECT_SOURCE_DIR}/test/schema.py $<TARGET_FILE:closewait>)
set_tests_properties(json PROPERTIES LABELS module SKIP_RETURN_CODE 77)
add_test(NAME readme COMMAND ${PROJECT_SOURCE_DIR}/test/readme.py $<TARGET_FILE:closewait> ${PROJECT_SOURCE_DIR})
set_tests_properties(readme PROPERTIES LABELS module SKIP_RETURN_CODE 77)
add_test(NAME consumers COMMAND ${PROJECT_SOURCE_DIR}/test/consumers.py $<TARGET_FILE:closewait>)
set_tests_properties(consumers PROPERTIES LABELS module)
if(NOT CLOSEWAIT_SANITIZE AND NOT CLOSEWAIT_COVERAGE) # what is printed is held there by page_command and json
  add_test(NAME browser COMMAND ${PROJECT_SOURCE_DIR}/test/browser.py $<TARGET_FILE:closewait>)
  set_tests_properties(browser PROPERTIES LABELS module SKIP_RETURN_CODE 77 TIMEOUT 600)
endif()

# The library as an outside project uses it: installed, found with find_package and with pkg-config.
add_test(NAME install COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --prefix ${PROJECT_BINARY_DIR}/prefix)
add_test(NAME outside COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test
  ${PROJECT_SOURCE_DIR}/test/outside ${PROJECT_BINARY_DIR}/outside
  --build-generator ${CMAKE_GENERATOR} --build-noclean
  --build-options -DCMAKE_PREFIX_PATH=${PROJECT_BINARY_DIR}/prefix -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER}
    -DCMAKE_C_FLAGS=$<$<BOOL:${CLOSEWAIT_SANITIZE}>:-fsanitize=address,undefined>
    -DPKG_CONFIG_PATH=${PROJECT_BINARY_DIR}/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig
  --test-command ${CMAKE_CTEST_COMMAND} --no-tests=error --output-on-failure)
set_tests_properties(install PROPERTIES FIXTURES_SETUP installed)

# What is installed beside it: the manual pages, and what bash and zsh complete.
add_test(NAME man COMMAND ${PROJECT_SOURCE_DIR}/test/man.sh ${PROJECT_BINARY_DIR}/prefix)
add_test(NAME completion COMMAND ${PROJECT_SOURCE_DIR}/test/completion.sh ${PROJECT_BINARY_DIR}/prefix)
if(NOT CLOSEWAIT_SANITIZE AND NOT CLOSEWAIT_COVERAGE) # which add symbols of their own
  add_test(NAME symbols COMMAND ${PROJECT_SOURCE_DIR}/test/symbols.sh ${PROJECT_BINARY_DIR}/prefix ${CMAKE_INSTALL_LIBDIR})
  set_tests_properties(symbols PROPERTIES FIXTURES_REQUIRED installed)
endif()
set_tests_properties(outside man completion PROPERTIES FIXTURES_REQUIRED installed)
foreach(release bookworm trixie)
  add_test(NAME package:${release} COMMAND ${PROJECT_SOURCE_DIR}/test/package.sh ${PROJECT_SOURCE_DIR} ${release})
  set_tests_properties(package:${release} PROPERTIES LABELS fetched SKIP_RETURN_CODE 77 TIMEOUT 3600)
endforeach()
add_test(NAME kselftest COMMAND ${PROJECT_SOURCE_DIR}/test/kselftest.sh $<TARGET_FILE:closewait>)
set_tests_properties(kselftest PROPERTIES LABELS fetched SKIP_RETURN_CODE 77 TIMEOUT 900)
find_program(ZSH zsh)
if(ZSH)
  add_test(NAME completion_on_a_terminal
    COMMAND ${ZSH} -f ${PROJECT_SOURCE_DIR}/test/completion.zsh ${PROJECT_BINARY_DIR}/prefix)
  set_tests_properties(completion_on_a_terminal PROPERTIES FIXTURES_REQUIRED installed TIMEOUT 60)
endif()
