package dev.slipway.engines.tensorflow;

import dev.slipway.inference.optional.NativeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// TensorFlow in this process: the functions of its C API (`tensorflow/c/c_api.h`). Loading this
/// class unpacks and loads the library.
///
/// Implementation note. The C API rather than the Java one, because the latter copies text element
/// by element, has no unsigned 32- and 64-bit types, and brings a second Protocol Buffers library.
/// Addresses are `long`s, as the library keeps them.
final class Tf {
  private static final String FOLDER = "org/tensorflow/internal/c_api/linux-x86_64/";
  private static final String FRAMEWORK = "libtensorflow_framework.so.2";
  private static final String LIBRARY_FILE = "libtensorflow_cc.so.2";
  private static final String LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL";
  private static final int FATAL = 3;
  private static final int OK = 0;

  private static final MemoryLayout P = ValueLayout.JAVA_LONG;
  private static final MemoryLayout I = ValueLayout.JAVA_INT;
  private static final SymbolLookup C = Linker.nativeLinker().defaultLookup();

  /// Asked before the variable is set: Java reads the environment at the first question.
  private static final boolean USERS_LOG_LEVEL = System.getenv(LOG_LEVEL) != null;

  private static final SymbolLookup LIBRARY = library();

  static final MethodHandle NEW_STATUS = function("TF_NewStatus", P);
  static final MethodHandle DELETE_STATUS = procedure("TF_DeleteStatus", P);
  static final MethodHandle CODE = function("TF_GetCode", I, P);
  static final MethodHandle MESSAGE = function("TF_Message", P, P);
  static final MethodHandle NEW_BUFFER = function("TF_NewBuffer", P);
  static final MethodHandle DELETE_BUFFER = procedure("TF_DeleteBuffer", P);
  static final MethodHandle NEW_GRAPH = function("TF_NewGraph", P);
  static final MethodHandle DELETE_GRAPH = procedure("TF_DeleteGraph", P);
  static final MethodHandle OPERATION = function("TF_GraphOperationByName", P, P, P);
  static final MethodHandle OUTPUT_COUNT = function("TF_OperationNumOutputs", I, P);
  static final MethodHandle NEW_OPERATION = function("TF_NewOperation", P, P, P, P);
  static final MethodHandle FINISH_OPERATION = function("TF_FinishOperation", P, P, P);
  static final MethodHandle NEW_OPTIONS = function("TF_NewSessionOptions", P);
  static final MethodHandle SET_CONFIG = procedure("TF_SetConfig", P, P, P, P);
  static final MethodHandle DELETE_OPTIONS = procedure("TF_DeleteSessionOptions", P);
  static final MethodHandle LOAD =
      function("TF_LoadSessionFromSavedModel", P, P, P, P, P, I, P, P, P);
  static final MethodHandle NEW_SESSION = function("TF_NewSession", P, P, P, P);
  static final MethodHandle RUN = procedure("TF_SessionRun", P, P, P, P, I, P, P, I, P, I, P, P);
  static final MethodHandle CLOSE_SESSION = procedure("TF_CloseSession", P, P);
  static final MethodHandle DELETE_SESSION = procedure("TF_DeleteSession", P, P);
  static final MethodHandle ALLOCATE = function("TF_AllocateTensor", P, I, P, I, P);
  static final MethodHandle NEW_TENSOR = function("TF_NewTensor", P, I, P, I, P, P, P, P);
  static final MethodHandle DELETE_TENSOR = procedure("TF_DeleteTensor", P);
  static final MethodHandle TENSOR_TYPE = function("TF_TensorType", I, P);
  static final MethodHandle RANK = function("TF_NumDims", I, P);
  static final MethodHandle DIMENSION = function("TF_Dim", P, P, I);
  static final MethodHandle TENSOR_DATA = function("TF_TensorData", P, P);
  static final MethodHandle TENSOR_BYTES = function("TF_TensorByteSize", P, P);
  static final MethodHandle STRING_INIT = procedure("TF_StringInit", P);
  static final MethodHandle STRING_COPY = procedure("TF_StringCopy", P, P, P);
  static final MethodHandle STRING_DATA = function("TF_StringGetDataPointer", P, P);
  static final MethodHandle STRING_SIZE = function("TF_StringGetSize", P, P);
  static final MethodHandle STRING_FREE = procedure("TF_StringDealloc", P);

  static final MethodHandle ALIGNED =
      handle(C.findOrThrow("aligned_alloc"), FunctionDescriptor.of(P, P, P));
  static final MethodHandle FREE = handle(C.findOrThrow("free"), FunctionDescriptor.ofVoid(P));
  static final MethodHandle OPEN =
      handle(
          C.findOrThrow("open"), FunctionDescriptor.of(I, P, I), Linker.Option.firstVariadicArg(2));
  static final MethodHandle CLOSE = handle(C.findOrThrow("close"), FunctionDescriptor.of(I, I));
  static final MethodHandle DUPLICATE = handle(C.findOrThrow("dup"), FunctionDescriptor.of(I, I));
  static final MethodHandle REPLACE = handle(C.findOrThrow("dup2"), FunctionDescriptor.of(I, I, I));

  /// Address of what TensorFlow calls when a tensor of text is no longer used by anyone.
  static final long TEXT_FREED = textFreed();

  private Tf() {}

  private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... of) {
    return handle(LIBRARY.findOrThrow(name), FunctionDescriptor.of(result, of));
  }

  private static MethodHandle procedure(String name, MemoryLayout... of) {
    return handle(LIBRARY.findOrThrow(name), FunctionDescriptor.ofVoid(of));
  }

  @SuppressWarnings("restricted") // calls native code: that is what it is for
  private static MethodHandle handle(
      MemorySegment address, FunctionDescriptor type, Linker.Option... options) {
    return Linker.nativeLinker().downcallHandle(address, type, options);
  }

  @SuppressWarnings("restricted") // loads the library
  private static SymbolLookup library() {
    var machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    if (!System.getProperty("os.name").equals("Linux")
        || !(machine.equals("amd64") || machine.equals("x86_64"))) {
      throw new IllegalStateException(
          "TensorFlow is there for linux-x86_64, this is "
              + System.getProperty("os.name")
              + " on "
              + machine);
    }
    try {
      var directory =
          NativeFiles.unpacked(
              "tensorflow",
              Tf.class.getClassLoader(),
              List.of(FOLDER + FRAMEWORK, FOLDER + LIBRARY_FILE));
      var framework = SymbolLookup.libraryLookup(directory.resolve(FRAMEWORK), Arena.global());
      if (!USERS_LOG_LEVEL) {
        quieten();
        quieten(framework);
      }
      return SymbolLookup.libraryLookup(directory.resolve(LIBRARY_FILE), Arena.global());
    } catch (IOException problem) {
      throw new UncheckedIOException("cannot unpack TensorFlow: " + problem.getMessage(), problem);
    }
  }

  /// TensorFlow reads how much it may write to the console from the environment when it is loaded,
  /// so the variable is set in the process itself.
  private static void quieten() {
    var set = handle(C.findOrThrow("setenv"), FunctionDescriptor.of(I, P, P, I));
    try (var arena = Arena.ofConfined()) {
      long name = arena.allocateFrom(LOG_LEVEL).address();
      long level = arena.allocateFrom(Integer.toString(FATAL)).address();
      int _ = (int) set.invokeExact(name, level, 1);
    } catch (Throwable problem) {
      throw unexpected(problem);
    }
  }

  /// Whether the user decided what TensorFlow writes to the console.
  static boolean isUsersLogLevel() {
    return USERS_LOG_LEVEL;
  }

  /// Parts of TensorFlow write through Abseil, which does not look at the environment:
  /// `absl::SetMinLogLevel` of the version inside this library.
  private static void quieten(SymbolLookup framework) {
    var name = "_ZN4absl12lts_2023080214SetMinLogLevelENS0_18LogSeverityAtLeastE";
    var found = framework.find(name);
    if (found.isPresent()) {
      try {
        handle(found.get(), FunctionDescriptor.ofVoid(I)).invokeExact(FATAL);
      } catch (Throwable problem) {
        throw unexpected(problem);
      }
    }
  }

  @SuppressWarnings("restricted") // the library calls back
  private static long textFreed() {
    try {
      var method =
          MethodHandles.lookup()
              .findStatic(
                  Tf.class,
                  "freeTexts",
                  MethodType.methodType(void.class, long.class, long.class, long.class));
      return Linker.nativeLinker()
          .upcallStub(method, FunctionDescriptor.ofVoid(P, P, P), Arena.global())
          .address();
    } catch (ReflectiveOperationException problem) {
      throw new IllegalStateException(problem);
    }
  }

  @SuppressWarnings("unused") // called by the library
  private static void freeTexts(long data, long bytes, long count) {
    try {
      for (long i = 0; i < count; i++) {
        STRING_FREE.invokeExact(data + i * Values.TEXT_BYTES);
      }
      FREE.invokeExact(data);
    } catch (Throwable _) {
      // nothing may be thrown through native frames
    }
  }

  /// Native memory of which the library says how long it is.
  @SuppressWarnings("restricted")
  static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /// The library, loaded.
  ///
  /// @throws TfFailure saying why it cannot be
  static void load() throws TfFailure {
    try {
      MethodHandles.lookup().ensureInitialized(Tf.class);
    } catch (ReflectiveOperationException | LinkageError problem) {
      Throwable at = problem;
      while (at.getCause() != null) {
        at = at.getCause();
      }
      throw new TfFailure(0, "TensorFlow cannot start here: " + at.getMessage());
    }
  }

  /// Runs native code that reports through a status.
  static <T> T checked(Call<T> call) throws TfFailure {
    try {
      long status = (long) NEW_STATUS.invokeExact();
      try {
        T result = call.with(status);
        int code = (int) CODE.invokeExact(status);
        if (code != OK) {
          throw new TfFailure(code, text((long) MESSAGE.invokeExact(status)));
        }
        return result;
      } finally {
        DELETE_STATUS.invokeExact(status);
      }
    } catch (TfFailure failure) {
      throw failure;
    } catch (Throwable problem) {
      throw unexpected(problem);
    }
  }

  /// Native code that takes the address of a status.
  @FunctionalInterface
  interface Call<T> {
    T with(long status) throws Throwable;
  }

  static String text(long address) {
    return at(address, Integer.MAX_VALUE).getString(0);
  }

  static RuntimeException unexpected(Throwable problem) {
    if (problem instanceof Error error) {
      throw error;
    }
    return problem instanceof RuntimeException known ? known : new IllegalStateException(problem);
  }

  /// A path as the C API takes it.
  static long path(Arena arena, Path path) {
    return arena.allocateFrom(path.toAbsolutePath().toString()).address();
  }
}
