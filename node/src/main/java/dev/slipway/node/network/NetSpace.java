package dev.slipway.node.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// A network namespace: it is there as long as it is open here or a process is in it, so that
/// nothing of it outlives a crash. Thread-safe.
///
/// A socket belongs for good to the network of the thread that made it; work within the namespace
/// is done by a platform thread that ends afterwards.
final class NetSpace implements AutoCloseable {
  private final int descriptor;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NetSpace(int descriptor) {
    this.descriptor = descriptor;
  }

  /// A new one, in which only the loopback link is, and up.
  ///
  /// @throws IOException if that is not permitted
  static NetSpace create() throws IOException {
    return apart(
        () -> {
          Kernel.unshare(Kernel.NEW_NETWORK);
          try (var netlink = new Netlink()) {
            netlink.up("lo");
          }
          return new NetSpace(Kernel.open("/proc/thread-self/ns/net"));
        });
  }

  /// Does something in it.
  ///
  /// @throws IOException what the work throws
  <T> T within(Callable<T> work) throws IOException {
    return apart(
        () -> {
          Kernel.enter(descriptor);
          return work.call();
        });
  }

  private static <T> T apart(Callable<T> work) throws IOException {
    var done = new CompletableFuture<T>();
    Thread.ofPlatform()
        .daemon()
        .name("in a network")
        .start(
            () -> {
              try {
                done.complete(work.call());
              } catch (Exception problem) {
                done.completeExceptionally(problem);
              }
            });
    try {
      return done.get();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    } catch (ExecutionException problem) {
      throw new IOException(problem.getMessage(), problem);
    }
  }

  /// For [Netlink#wire].
  int descriptor() {
    return descriptor;
  }

  /// A name of it for other processes of this user, while it is open here.
  Path file() {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Kernel.close(descriptor);
    }
  }
}
