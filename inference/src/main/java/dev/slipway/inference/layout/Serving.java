package dev.slipway.inference.layout;

import dev.slipway.inference.tensor.DataType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a model is to be served.
///
/// @param maxBatchSize rows a call may have; 0: the first dimension is no batch; absent: unsaid
/// @param batching how requests are joined; absent: as the server's settings have it
/// @param instances calls computed at once; 0: unsaid
/// @param responseCache whether equal requests may be answered from a cache
/// @param decoupled whether a request may have none or many answers
/// @param sequences whether requests belong to sequences, which must not be mixed
public record Serving(
    Optional<Integer> maxBatchSize,
    Optional<Batching> batching,
    int instances,
    boolean responseCache,
    boolean decoupled,
    boolean sequences,
    List<WarmUp> warmUps) {
  static final Serving DEFAULT =
      new Serving(Optional.empty(), Optional.empty(), 0, false, false, false, List.of());

  public Serving {
    warmUps = List.copyOf(warmUps);
  }

  /// Dynamic batching.
  ///
  /// @param preferredSizes sizes worth sending at once; may be empty
  /// @param maxDelay the oldest request may wait for others
  /// @param preserveOrdering answers leave in the order of the requests
  /// @param priorityLevels 1 is the highest; 0: no priorities
  /// @param defaultPriority of requests that name none
  /// @param queue for levels that have no policy of their own
  public record Batching(
      List<Integer> preferredSizes,
      Duration maxDelay,
      boolean preserveOrdering,
      long priorityLevels,
      long defaultPriority,
      QueuePolicy queue,
      Map<Long, QueuePolicy> queues) {
    public Batching {
      preferredSizes = List.copyOf(preferredSizes);
      queues = Map.copyOf(queues);
    }

    /// Waiting for others, and nothing else.
    static Batching delay(Duration maxDelay) {
      return new Batching(List.of(), maxDelay, false, 0, 0, QueuePolicy.DEFAULT, Map.of());
    }
  }

  /// What happens to requests that wait.
  ///
  /// @param rejects a request past its timeout: true to refuse it, false to serve it last
  /// @param timeout zero: none
  /// @param maxSize requests waiting; 0: no limit of the model's own
  public record QueuePolicy(
      boolean rejects, Duration timeout, boolean timeoutOverridable, long maxSize) {
    static final QueuePolicy DEFAULT = new QueuePolicy(true, Duration.ZERO, false, 0);
  }

  /// A request to send before the model is called ready.
  ///
  /// @param batchSize rows; 0: the model has no batch dimension
  /// @param count how often
  public record WarmUp(String name, int batchSize, int count, Map<String, Input> inputs) {
    public WarmUp {
      inputs = Map.copyOf(inputs);
    }

    /// One tensor of it.
    ///
    /// @param shape of one row
    public record Input(DataType type, List<Long> shape, Content content) {
      public Input {
        shape = List.copyOf(shape);
      }
    }

    /// What the tensor holds.
    public sealed interface Content {
      record Zeros() implements Content {}

      record Random() implements Content {}

      /// The raw bytes of a file.
      record Bytes(Path file) implements Content {}
    }
  }
}
