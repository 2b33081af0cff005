package dev.slipway.net;

import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a client is shown that names no host, or one without a certificate: made when first needed,
/// off the event loop. Thread-safe.
final class SpareCertificate {
  private final Supplier<ServerSettings.Tls> texts;
  private @Nullable CompletableFuture<TlsSetup> made; // guarded by this

  SpareCertificate(Supplier<ServerSettings.Tls> texts) {
    this.texts = texts;
  }

  /// Answers once it is there; the promise fails if it could not be made.
  void tell(Promise<SslContext> wanted) {
    var _ =
        setup()
            .whenComplete(
                (setup, problem) -> {
                  if (problem == null) {
                    wanted.trySuccess(setup.context());
                  } else {
                    wanted.tryFailure(problem);
                  }
                });
  }

  private synchronized CompletableFuture<TlsSetup> setup() {
    if (made == null) {
      made =
          CompletableFuture.supplyAsync(
              () -> new TlsSetup(texts.get()), Thread::startVirtualThread);
    }
    return made;
  }

  /// Gives native memory back.
  synchronized void release() {
    if (made != null) {
      var _ = made.thenAccept(TlsSetup::release);
    }
  }
}
