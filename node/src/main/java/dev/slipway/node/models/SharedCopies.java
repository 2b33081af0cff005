package dev.slipway.node.models;

import dev.slipway.api.kserve.Warmth.Cache;
import dev.slipway.dataplane.model.ModelMemory;
import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Lets replicas of a model share one copy in memory: the same engine, files and options are read
/// once, and freed when the last user has closed its own. What a service keeps is used by the
/// service too, so that a pod that comes back finds it. Thread-safe.
final class SharedCopies {
  private static final int MOST_FILES = 10_000;

  private final ModelMemory memory;
  private final Map<Key, Copy> copies = new HashMap<>();
  private final KeptCopies kept = new KeptCopies();

  /// @param memory whose budget kept copies respect
  SharedCopies(ModelMemory memory) {
    this.memory = memory;
  }

  /// @param print of the files: names, lengths, times and identities
  record Key(
      String format, Path artifact, long print, Map<String, String> options, long memoryLimit) {}

  /// A model in memory. Fields are under the lock of `copies`.
  static final class Copy {
    final Key key;
    private final FutureTask<LoadedModel> model;
    int users;
    boolean warm;

    Copy(Key key, FutureTask<LoadedModel> model) {
      this.key = key;
      this.model = model;
    }

    long bytes() {
      return model.state() == FutureTask.State.SUCCESS ? model.resultNow().memoryBytes() : 0;
    }
  }

  /// What one pod has of the copies.
  final class OfPod {
    private final String service;
    private final Optional<Cache> cache;
    private final Set<Copy> used = new HashSet<>();

    private OfPod(String service, Optional<Cache> cache) {
      this.service = service;
      this.cache = cache;
    }

    /// An engine that reads through the shared copies.
    Engine over(Engine engine) {
      return new Sharing(engine, this);
    }

    /// Whether everything the pod uses has been warmed up since it was read.
    boolean warm() {
      synchronized (copies) {
        return !used.isEmpty() && used.stream().allMatch(each -> each.warm);
      }
    }

    /// Everything the pod uses has been warmed up.
    void warmedUp() {
      synchronized (copies) {
        used.forEach(each -> each.warm = true);
      }
    }
  }

  /// @param service whose copies may be kept; empty for none
  /// @param cache how much of them
  OfPod ofPod(String service, Optional<Cache> cache) {
    return new OfPod(service, cache);
  }

  /// How many different models are held.
  int count() {
    synchronized (copies) {
      return copies.size();
    }
  }

  /// The service is gone: nothing of it is kept any longer.
  void forget(String service) {
    List<Copy> gone;
    synchronized (copies) {
      gone = freed(kept.forget(service));
    }
    gone.forEach(SharedCopies::close);
  }

  private final class Sharing implements Engine {
    private final Engine engine;
    private final OfPod pod;

    Sharing(Engine engine, OfPod pod) {
      this.engine = engine;
      this.pod = pod;
    }

    @Override
    public String format() {
      return engine.format();
    }

    @Override
    public boolean recognises(Path artifact) {
      return engine.recognises(artifact);
    }

    @Override
    public LoadedModel load(ModelSource source) throws ModelLoadException {
      var key =
          new Key(
              engine.format(),
              source.artifact().toAbsolutePath().normalize(),
              print(source.artifact()),
              source.options(),
              source.memoryLimitBytes());
      var copy = enter(key, engine, source);
      copy.model.run(); // whoever comes first reads; others wait
      try {
        var share = new Share(copy.model.get(), () -> leave(pod, copy));
        use(pod, copy);
        return share;
      } catch (ExecutionException problem) {
        leave(pod, copy);
        throw rethrown(problem.getCause() == null ? problem : problem.getCause());
      } catch (InterruptedException _) {
        leave(pod, copy);
        Thread.currentThread().interrupt();
        throw new ModelLoadException(source.artifact() + ": interrupted while it was read");
      }
    }
  }

  private Copy enter(Key key, Engine engine, ModelSource source) {
    synchronized (copies) {
      var copy =
          copies.computeIfAbsent(
              key, _ -> new Copy(key, new FutureTask<>(() -> engine.load(source))));
      copy.users++;
      return copy;
    }
  }

  /// The pod has it, and so has its service, as far as the service keeps anything.
  private void use(OfPod pod, Copy copy) {
    List<Copy> gone = new ArrayList<>();
    long inUse = memory.usedBytes();
    synchronized (copies) {
      pod.used.add(copy);
      if (!pod.service.isEmpty()) {
        gone.addAll(
            freed(
                pod.cache.isPresent()
                    ? kept.keep(pod.service, copy, pod.cache.get())
                    : kept.forget(pod.service)));
      }
      gone.addAll(freed(kept.overBudget(inUse + copy.bytes(), memory.budgetBytes())));
    }
    gone.forEach(SharedCopies::close);
  }

  private void leave(OfPod pod, Copy copy) {
    List<Copy> gone;
    long inUse = memory.usedBytes() - copy.bytes(); // it is counted until this returns
    synchronized (copies) {
      pod.used.remove(copy);
      gone = new ArrayList<>(freed(List.of(copy)));
      gone.addAll(freed(kept.overBudget(inUse, memory.budgetBytes())));
    }
    gone.forEach(SharedCopies::close);
  }

  /// Each has one user less; those that have none are out. Under the lock.
  private List<Copy> freed(List<Copy> left) {
    var out = new ArrayList<Copy>();
    for (var copy : left) {
      if (--copy.users == 0) {
        copies.remove(copy.key, copy);
        out.add(copy);
      }
    }
    return out;
  }

  private static void close(Copy copy) {
    if (copy.model.state() == FutureTask.State.SUCCESS) {
      copy.model.resultNow().close();
    }
  }

  private static ModelLoadException rethrown(Throwable cause) {
    return switch (cause) {
      case ModelLoadException known -> known;
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> new ModelLoadException(String.valueOf(cause.getMessage()), cause);
    };
  }

  /// A number that differs where the files do, as far as their file system tells.
  private static long print(Path artifact) throws ModelLoadException {
    try {
      var attributes = Files.readAttributes(artifact, BasicFileAttributes.class);
      if (!attributes.isDirectory()) {
        return print(attributes);
      }
      try (var files = Files.walk(artifact)) {
        long print = 0;
        for (var each : files.limit(MOST_FILES).sorted().toList()) {
          print =
              print * 31
                  + each.hashCode() * 17L
                  + print(Files.readAttributes(each, BasicFileAttributes.class));
        }
        return print;
      }
    } catch (IOException problem) {
      throw new ModelLoadException(artifact + ": cannot be read: " + problem, problem);
    }
  }

  private static long print(BasicFileAttributes of) {
    long print = of.size();
    print = print * 1_000_003 + of.lastModifiedTime().toMillis();
    return print * 1_000_003 + String.valueOf(of.fileKey()).hashCode();
  }

  /// One user's view of a copy.
  private static final class Share implements LoadedModel {
    private final LoadedModel model;
    private final Runnable left;
    private final AtomicBoolean closed = new AtomicBoolean();

    Share(LoadedModel model, Runnable left) {
      this.model = model;
      this.left = left;
    }

    @Override
    public SequencedMap<String, Signature> signatures() {
      return model.signatures();
    }

    @Override
    public List<Tensor> infer(Invocation call) {
      return model.infer(call);
    }

    @Override
    public void stream(Invocation call, Consumer<List<Tensor>> each) {
      model.stream(call, each);
    }

    @Override
    public String platform() {
      return model.platform();
    }

    @Override
    public long memoryBytes() {
      return model.memoryBytes();
    }

    @Override
    public boolean batchable() {
      return model.batchable();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        left.run();
      }
    }
  }
}
