package dev.slipway.apiserver.local;

import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.control.Kind;
import java.util.Optional;
import java.util.function.Supplier;

/// Which resource stands for a kind, now or as soon as one does. Thread-safe.
final class ServedKinds {
  private final Supplier<Catalog> catalog;

  ServedKinds(Supplier<Catalog> catalog) {
    this.catalog = catalog;
  }

  Optional<Resource> find(Kind kind) {
    return catalog
        .get()
        .find(kind.group(), kind.version(), kind.plural())
        .filter(each -> each.kind().equals(kind.kind()));
  }

  /// Waits until the kind is served.
  Resource await(Kind kind) throws InterruptedException {
    synchronized (this) {
      while (true) {
        Optional<Resource> found = find(kind);
        if (found.isPresent()) {
          return found.get();
        }
        wait();
      }
    }
  }

  /// The catalog has changed.
  synchronized void changed() {
    notifyAll();
  }
}
