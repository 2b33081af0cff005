package dev.slipway.engines.onnx;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// ONNX Runtime in this process: its functions, and the few objects that all models share. Loading
/// this class loads the library.
///
/// Implementation note. The C API rather than the Java one of the same jar, because the latter
/// cannot make unsigned 16-, 32- and 64-bit tensors, passes text through Java strings (so byte
/// strings with NUL or outside UTF-8 are damaged), and spends several microseconds a call. The
/// functions are found by their place in the table `OrtApi`, which only ever grows
/// (`onnxruntime_c_api.h`: "all functions must be added at the end").
final class Ort {
  private static final Logger LOG = LoggerFactory.getLogger("onnxruntime");

  /// The version of the table asked for: any library from 1.24 on has it.
  private static final int API_VERSION = 24;

  private static final int WARNING = 2;
  private static final int ERROR = 3;

  private static final MemorySegment BASE = base();
  private static final MemorySegment API = api();

  static final OrtCall ERROR_MESSAGE = function(2, 1);
  static final OrtCall CREATE_ENV_WITH_LOGGER = function(4, 5);
  static final OrtCall CREATE_SESSION = function(7, 4);
  static final OrtCall CREATE_SESSION_OF_BYTES = function(8, 5);
  static final OrtCall RUN = function(9, 8);
  static final OrtCall CREATE_SESSION_OPTIONS = function(10, 1);
  static final OrtCall SET_EXECUTION_MODE = function(13, 2);
  static final OrtCall DISABLE_MEMORY_PATTERN = function(17, 1);
  static final OrtCall DISABLE_MEMORY_ARENA = function(19, 1);
  static final OrtCall SET_OPTIMIZATION_LEVEL = function(23, 2);
  static final OrtCall SET_INTRA_OP_THREADS = function(24, 2);
  static final OrtCall SET_INTER_OP_THREADS = function(25, 2);
  static final OrtCall INPUT_COUNT = function(30, 2);
  static final OrtCall OUTPUT_COUNT = function(31, 2);
  static final OrtCall INPUT_TYPE = function(33, 3);
  static final OrtCall OUTPUT_TYPE = function(34, 3);
  static final OrtCall INPUT_NAME = function(36, 4);
  static final OrtCall OUTPUT_NAME = function(37, 4);
  static final OrtCall CREATE_TENSOR = function(48, 5);
  static final OrtCall CREATE_TENSOR_OVER = function(49, 7);
  static final OrtCall TENSOR_DATA = function(51, 2);
  static final OrtCall STRINGS_LENGTH = function(53, 2);
  static final OrtCall STRINGS_CONTENT = function(54, 5);
  static final OrtCall TYPE_AS_TENSOR = function(55, 2);
  static final OrtCall TYPE_KIND = function(56, 2);
  static final OrtCall ELEMENT_TYPE = function(60, 2);
  static final OrtCall DIMENSION_COUNT = function(61, 2);
  static final OrtCall DIMENSIONS = function(62, 3);
  static final OrtCall DIMENSION_NAMES = function(63, 3);
  static final OrtCall TENSOR_TYPE_AND_SHAPE = function(65, 2);
  static final OrtCall VALUE_KIND = function(67, 2);
  static final OrtCall CREATE_CPU_MEMORY = function(69, 3);
  static final OrtCall ALLOCATOR_FREE = function(76, 2);
  static final OrtCall DEFAULT_ALLOCATOR = function(78, 1);
  static final OrtCall ELEMENT = function(80, 4);
  static final OrtCall ELEMENT_COUNT = function(81, 2);
  static final OrtCall CREATE_COMPOUND = function(82, 4);
  static final OrtCall RELEASE_STATUS = function(93, 1);
  static final OrtCall RELEASE_SESSION = function(95, 1);
  static final OrtCall RELEASE_VALUE = function(96, 1);
  static final OrtCall RELEASE_TYPE = function(98, 1);
  static final OrtCall RELEASE_TENSOR_TYPE = function(99, 1);
  static final OrtCall RELEASE_SESSION_OPTIONS = function(100, 1);
  static final OrtCall TYPE_AS_MAP = function(103, 2);
  static final OrtCall TYPE_AS_SEQUENCE = function(104, 2);
  static final OrtCall MAP_KEY_TYPE = function(105, 2);
  static final OrtCall MAP_VALUE_TYPE = function(106, 2);
  static final OrtCall SEQUENCE_ELEMENT_TYPE = function(107, 2);
  static final OrtCall ADD_CONFIG_ENTRY = function(130, 3);
  static final OrtCall RUN_BOUND = function(133, 3);
  static final OrtCall CREATE_BINDING = function(134, 2);
  static final OrtCall RELEASE_BINDING = function(135, 1);
  static final OrtCall BIND_INPUT = function(136, 3);
  static final OrtCall BIND_OUTPUT = function(137, 3);
  static final OrtCall HAS_VALUE = function(192, 2);
  static final OrtCall TYPE_AS_OPTIONAL = function(250, 2);
  static final OrtCall OPTIONAL_ELEMENT_TYPE = function(251, 2);
  static final OrtCall STRING_ELEMENT_BUFFER = function(252, 4);
  static final OrtCall HAS_SHAPE = function(390, 1);

  static final long ENVIRONMENT = environment();
  static final long CPU_MEMORY = cpuMemory();
  static final long ALLOCATOR = made(DEFAULT_ALLOCATOR);

  private Ort() {}

  /// @throws OrtFailure if the status is one
  static void check(long status) throws OrtFailure {
    if (status != 0) {
      var message = text(ERROR_MESSAGE.of(status));
      RELEASE_STATUS.of(status);
      throw new OrtFailure(message);
    }
  }

  /// Text at an address, up to its NUL.
  static String text(long address) {
    var bytes = at(address, Integer.MAX_VALUE);
    return bytes.getString(0, StandardCharsets.UTF_8);
  }

  /// Memory of ONNX Runtime.
  @SuppressWarnings("restricted") // the library says how long it is
  static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /// A path as the C API takes it: UTF-8, or UTF-16 on Windows.
  static long path(Arena arena, Path path) {
    var charset = OrtLibrary.windows() ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;
    return arena.allocateFrom(path.toAbsolutePath().toString(), charset).address();
  }

  @SuppressWarnings("restricted") // loads the library
  private static MemorySegment base() {
    var library = SymbolLookup.libraryLookup(OrtLibrary.find(), Arena.global());
    var entry = library.findOrThrow("OrtGetApiBase");
    return pointer(call(entry, FunctionDescriptor.of(ValueLayout.ADDRESS)), 2);
  }

  private static MemorySegment api() {
    var type = FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    var api = call(BASE.get(ValueLayout.ADDRESS, 0), type, API_VERSION);
    if (api.address() == 0) {
      throw new IllegalStateException(
          "ONNX Runtime " + version() + " is too old: 1." + API_VERSION + " is needed");
    }
    return pointer(api, 400);
  }

  private static String version() {
    var version =
        call(
            BASE.get(ValueLayout.ADDRESS, ValueLayout.ADDRESS.byteSize()),
            FunctionDescriptor.of(ValueLayout.ADDRESS));
    return text(version.address());
  }

  @SuppressWarnings("restricted") // calls native code
  private static MemorySegment call(
      MemorySegment function, FunctionDescriptor type, Object... arguments) {
    try {
      return (MemorySegment)
          Linker.nativeLinker().downcallHandle(function, type).invokeWithArguments(arguments);
    } catch (Throwable problem) {
      throw new IllegalStateException("ONNX Runtime does not answer", problem);
    }
  }

  private static MemorySegment pointer(MemorySegment table, int entries) {
    return at(table.address(), entries * ValueLayout.ADDRESS.byteSize());
  }

  private static OrtCall function(int index, int arguments) {
    return OrtCall.to(API.getAtIndex(ValueLayout.ADDRESS, index), arguments);
  }

  private static long made(OrtCall maker) {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.JAVA_LONG);
      check(maker.of(out.address()));
      return out.get(ValueLayout.JAVA_LONG, 0);
    } catch (OrtFailure problem) {
      throw new IllegalStateException(problem.getMessage(), problem);
    }
  }

  private static long cpuMemory() {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.JAVA_LONG);
      check(CREATE_CPU_MEMORY.of(0, 0, out.address()));
      return out.get(ValueLayout.JAVA_LONG, 0);
    } catch (OrtFailure problem) {
      throw new IllegalStateException(problem.getMessage(), problem);
    }
  }

  private static long environment() {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.JAVA_LONG);
      var name = Arena.global().allocateFrom("slipway");
      check(
          CREATE_ENV_WITH_LOGGER.of(logger().address(), 0, WARNING, name.address(), out.address()));
      return out.get(ValueLayout.JAVA_LONG, 0);
    } catch (OrtFailure problem) {
      throw new IllegalStateException(problem.getMessage(), problem);
    }
  }

  /// What the library wants to say goes to the log at level debug: what matters to a caller comes
  /// back as a status as well.
  @SuppressWarnings("restricted") // the library calls back
  private static MemorySegment logger() {
    AddressLayout text = ValueLayout.ADDRESS;
    var type =
        FunctionDescriptor.ofVoid(
            new MemoryLayout[] {text, ValueLayout.JAVA_INT, text, text, text, text});
    try {
      var log =
          MethodHandles.lookup()
              .findStatic(
                  Ort.class,
                  "log",
                  MethodType.methodType(
                      void.class,
                      MemorySegment.class,
                      int.class,
                      MemorySegment.class,
                      MemorySegment.class,
                      MemorySegment.class,
                      MemorySegment.class));
      return Linker.nativeLinker().upcallStub(log, type, Arena.global());
    } catch (ReflectiveOperationException problem) {
      throw new IllegalStateException(problem);
    }
  }

  @SuppressWarnings({"unused", "CatchAndPrintStackTrace"}) // called by the library
  private static void log(
      MemorySegment parameter,
      int severity,
      MemorySegment category,
      MemorySegment id,
      MemorySegment place,
      MemorySegment message) {
    try {
      if (LOG.isDebugEnabled()) {
        LOG.debug("{}: {}", severity >= ERROR ? "error" : "warning", text(message.address()));
      }
    } catch (RuntimeException _) {
      // nothing may be thrown through native frames
    }
  }
}
