package dev.slipway.node.models;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Lets replicas of a model share one copy in memory: the same engine, files and options are read
/// once, and freed when the last user has closed its own. Thread-safe.
public final class SharedCopies {
  private static final int MOST_FILES = 10_000;

  private final Map<Key, Copy> copies = new HashMap<>();

  /// @param print of the files: names, lengths, times and identities
  private record Key(
      String format, Path artifact, long print, Map<String, String> options, long memoryLimit) {}

  private static final class Copy {
    private final FutureTask<LoadedModel> model;
    private int users;

    Copy(FutureTask<LoadedModel> model) {
      this.model = model;
    }
  }

  /// An engine that reads through the shared copies.
  public Engine over(Engine engine) {
    return new Sharing(engine);
  }

  /// How many different models are held.
  public int count() {
    synchronized (copies) {
      return copies.size();
    }
  }

  private final class Sharing implements Engine {
    private final Engine engine;

    Sharing(Engine engine) {
      this.engine = engine;
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
        return new Share(copy.model.get(), () -> leave(key, copy));
      } catch (ExecutionException problem) {
        leave(key, copy);
        throw rethrown(problem.getCause() == null ? problem : problem.getCause());
      } catch (InterruptedException _) {
        leave(key, copy);
        Thread.currentThread().interrupt();
        throw new ModelLoadException(source.artifact() + ": interrupted while it was read");
      }
    }
  }

  private Copy enter(Key key, Engine engine, ModelSource source) {
    synchronized (copies) {
      var copy =
          copies.computeIfAbsent(key, _ -> new Copy(new FutureTask<>(() -> engine.load(source))));
      copy.users++;
      return copy;
    }
  }

  private void leave(Key key, Copy copy) {
    synchronized (copies) {
      if (--copy.users > 0) {
        return;
      }
      copies.remove(key, copy);
    }
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
