package dev.slipway.engines.onnx;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/// One function of ONNX Runtime's C API. Pointers, sizes and enums all travel as 64-bit integers,
/// which every 64-bit calling convention passes alike for up to eight arguments; functions that
/// return nothing answer with a value to ignore.
///
/// A record, because the JIT trusts a record's fields: a constant of this type is compiled into a
/// direct call.
record OrtCall(MethodHandle handle) {
  @SuppressWarnings("restricted") // calls native code: that is what it is for
  static OrtCall to(MemorySegment address, int arguments) {
    var longs = new MemoryLayout[arguments];
    Arrays.fill(longs, ValueLayout.JAVA_LONG);
    var type = FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs);
    return new OrtCall(Linker.nativeLinker().downcallHandle(address, type));
  }

  long of(long a) {
    try {
      return (long) handle.invokeExact(a);
    } catch (Throwable problem) {
      throw unexpected(problem);
    }
  }

  long of(long a, long b) {
    try {
      return (long) handle.invokeExact(a, b);
    } catch (Throwable problem) {
      throw unexpected(problem);
    }
  }

  long of(long a, long b, long c) {
    try {
      return (long) handle.invokeExact(a, b, c);
    } catch (Throwable problem) {
      throw unexpected(problem);
    }
  }

  long of(long a, long b, long c, long d) {
    try {
      return (long) handle.invokeExact(a, b, c, d);
    } catch (Throwable problem) {
      throw unexpected(problem);
    }
  }

  long of(long a, long b, long c, long d, long e) {
    try {
      return (long) handle.invokeExact(a, b, c, d, e);
    } catch (Throwable problem) {
      throw unexpected(problem);
    }
  }

  /// The longest signatures, `Run` and `CreateTensorWithDataAsOrtValue`; seven use the first seven.
  long of(long a, long b, long c, long d, long e, long f, long g) {
    try {
      return (long) handle.invokeExact(a, b, c, d, e, f, g);
    } catch (Throwable problem) {
      throw unexpected(problem);
    }
  }

  long of(long a, long b, long c, long d, long e, long f, long g, long h) {
    try {
      return (long) handle.invokeExact(a, b, c, d, e, f, g, h);
    } catch (Throwable problem) {
      throw unexpected(problem);
    }
  }

  private static IllegalStateException unexpected(Throwable problem) {
    if (problem instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(problem);
  }
}
