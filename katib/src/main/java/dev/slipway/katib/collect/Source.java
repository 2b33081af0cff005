package dev.slipway.katib.collect;

import dev.slipway.katib.collect.ObservedTrial.Collector;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/// One way metrics come out of a pod. For one thread.
interface Source {
  /// Reads what is there that has not been read, and may go on while more comes.
  ///
  /// @param last whether nothing more will come
  void read(BooleanSupplier last) throws IOException, InterruptedException;

  static Source of(Collection collection) {
    return switch (collection.trial().collector()) {
      case Collector.Output _ -> new OutputSource(collection);
      case Collector.Lines(var path, _, _) -> new FileSource(collection, path);
      case Collector.Events(var path) -> new EventSource(collection, path);
      case Collector.Page page -> new PageSource(collection, page);
      case Collector.Itself _ -> throw new IllegalArgumentException("nothing is to be collected");
    };
  }
}
