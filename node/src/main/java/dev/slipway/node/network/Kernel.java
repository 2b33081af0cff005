package dev.slipway.node.network;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The few calls of Linux that Java has none for. Each acts for the calling thread alone, which
/// therefore must be a platform thread.
///
/// Source: unshare(2), setns(2), netlink(7).
final class Kernel {
  static final int NEW_NETWORK = 0x40000000;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int NETLINK_ROUTE = 0;
  private static final int O_RDONLY_CLOEXEC = 0x80000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private static final MethodHandle UNSHARE = call("unshare", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle SETNS = call("setns", FunctionDescriptor.of(INT, INT, INT));
  private static final MethodHandle OPEN =
      call("open", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT));
  private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle SOCKET =
      call("socket", FunctionDescriptor.of(INT, INT, INT, INT));
  private static final MethodHandle SEND =
      call("send", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT));
  private static final MethodHandle RECEIVE =
      call("recv", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT));
  private static final MethodHandle INDEX =
      call("if_nametoindex", FunctionDescriptor.of(INT, ValueLayout.ADDRESS));

  private Kernel() {}

  @SuppressWarnings("restricted") // the launcher permits native access
  private static MethodHandle call(String name, FunctionDescriptor shape) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), shape, Linker.Option.captureCallState("errno"));
  }

  /// @throws IOException if it is not permitted
  static void unshare(int what) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      judged("unshare", (int) UNSHARE.invokeExact(state, what), state);
    } catch (IOException problem) {
      throw problem;
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  static void enter(int namespace) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      judged("setns", (int) SETNS.invokeExact(state, namespace, 0), state);
    } catch (IOException problem) {
      throw problem;
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  /// @return a descriptor
  static int open(String path) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      var text = arena.allocateFrom(path);
      return judged("open " + path, (int) OPEN.invokeExact(state, text, O_RDONLY_CLOEXEC), state);
    } catch (IOException problem) {
      throw problem;
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  static void close(int descriptor) {
    try (var arena = Arena.ofConfined()) {
      var _ = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  /// @return a descriptor of the calling thread's network
  static int routeSocket() throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      int made = (int) SOCKET.invokeExact(state, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
      return judged("socket", made, state);
    } catch (IOException problem) {
      throw problem;
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  static void send(int socket, byte[] message) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      var bytes = arena.allocate(message.length);
      MemorySegment.copy(message, 0, bytes, ValueLayout.JAVA_BYTE, 0, message.length);
      long sent = (long) SEND.invokeExact(state, socket, bytes, (long) message.length, 0);
      judged("send", (int) sent, state);
    } catch (IOException problem) {
      throw problem;
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  static byte[] receive(int socket, int most) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      var bytes = arena.allocate(most);
      long count = (long) RECEIVE.invokeExact(state, socket, bytes, (long) most, 0);
      judged("recv", (int) count, state);
      return bytes.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
    } catch (IOException problem) {
      throw problem;
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  /// The number of a link of the calling thread's network; 0 if there is none.
  static int index(String link) {
    try (var arena = Arena.ofConfined()) {
      return (int) INDEX.invokeExact(arena.allocate(STATE), arena.allocateFrom(link));
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  private static int judged(String what, int result, MemorySegment state) throws IOException {
    if (result < 0) {
      throw new IOException(what + ": " + Errno.text((int) ERRNO.get(state, 0L)));
    }
    return result;
  }
}
