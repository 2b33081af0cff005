package dev.slipway.dataplane.model;

import dev.slipway.base.Bytes;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One version of a model: loaded, or known and loaded again by the next request. Thread-safe.
///
/// Implementation note. `resident` is what requests enter; it is empty while the version is cold.
/// Loading and evicting are under `lock`, entering is not.
public final class Servable {
  private final VersionPlan plan;
  private final Residency residency;
  private final Supplier<Servable> successor;
  private final ModelStats stats = new ModelStats();
  private final Lane lane;
  private final Optional<AnswerCache> cache;
  private final Optional<SchemaRules> rules;
  private final Object lock = new Object();

  private volatile @Nullable Resident resident;
  private volatile @Nullable About about;
  private volatile ModelState state = ModelState.LOADING;
  private volatile String reason = "";
  private volatile long lastUsedNanos = System.nanoTime();

  /// What stays known of a version while it is cold.
  private record About(
      SequencedMap<String, Signature> signatures,
      String platform,
      long memoryBytes,
      boolean batchable) {}

  /// @param successor finds what answers in place of this version once it is retired; throws where
  /// nothing does
  Servable(VersionPlan plan, Residency residency, Supplier<Servable> successor) {
    this.plan = plan;
    this.residency = residency;
    this.successor = successor;
    var settings = plan.settings();
    this.lane =
        settings
            .batching()
            .<Lane>map(batching -> batcher(settings, batching))
            .orElseGet(() -> new DirectLane(settings.name(), settings.limits(), stats));
    this.cache = settings.cachesAnswers() ? Optional.of(new AnswerCache(stats)) : Optional.empty();
    this.rules =
        plan.engine() instanceof DescribedEngine(_, var description)
            ? description.schema().map(schema -> new SchemaRules(settings.name(), schema))
            : Optional.empty();
  }

  private Lane batcher(ModelSettings settings, ModelSettings.Batching batching) {
    var alone = new DirectLane(settings.name(), settings.limits(), stats);
    var joined = new Batcher(settings.name(), settings.limits(), batching, stats);
    return new BatchingLane(alone, joined);
  }

  public String name() {
    return plan.settings().name();
  }

  public String version() {
    return plan.version();
  }

  public String format() {
    return plan.engine().format();
  }

  public ModelSettings settings() {
    return plan.settings();
  }

  public ModelStats stats() {
    return stats;
  }

  public ModelState state() {
    return state;
  }

  /// Why it failed; empty if it did not.
  public String reason() {
    return reason;
  }

  /// Requests waiting for the model.
  public int waiting() {
    return lane.waiting();
  }

  /// What can be asked; the first is the default.
  public SequencedMap<String, Signature> signatures() {
    return known().signatures();
  }

  public String platform() {
    return known().platform();
  }

  /// Bytes the model takes when it is in memory; an estimate.
  public long memoryBytes() {
    var found = about;
    return found == null ? 0 : found.memoryBytes();
  }

  public boolean batchable() {
    return known().batchable();
  }

  private About known() {
    var found = about;
    if (found == null) {
      throw notReady();
    }
    return found;
  }

  /// Names of the classes by output, where the model's directory gives them.
  public Map<String, List<String>> classLabels() {
    return plan.engine() instanceof DescribedEngine described
        ? described.description().classLabels()
        : Map.of();
  }

  /// Triton's configuration, where the model's directory gives one.
  public Optional<ObjectNode> configuration() {
    return plan.engine() instanceof DescribedEngine described
        ? described.description().config()
        : Optional.empty();
  }

  /// The signature of that name, or the first for `""`.
  ///
  /// @throws dev.slipway.inference.engine.InvalidInputException if there is none of that name
  public Signature signature(String name) {
    return InputCheck.signature(this, name);
  }

  /// Computes an answer.
  ///
  /// @throws dev.slipway.inference.engine.InferenceException from the model
  /// @throws ServeException if the model cannot be asked now
  public List<Tensor> infer(Invocation asked, Caller caller) {
    if (!asked.signature().isEmpty()) {
      InputCheck.signature(this, asked.signature());
    }
    var call = checked(asked);
    try {
      return cache.isPresent()
          ? cache.get().answer(call, () -> compute(call, caller))
          : compute(call, caller);
    } catch (ServeException.Retired _) {
      return successor.get().infer(call, caller);
    }
  }

  private Invocation checked(Invocation asked) {
    var call = rules.isPresent() ? rules.get().applied(asked) : asked;
    if (plan.settings().checksInputs()) {
      InputCheck.check(this, call);
    }
    return call;
  }

  private List<Tensor> compute(Invocation call, Caller caller) {
    var entered = enter();
    try {
      return lane.run(entered, call, caller);
    } finally {
      entered.leave();
    }
  }

  /// As [#infer], for answers in pieces.
  public void stream(Invocation asked, Consumer<List<Tensor>> each) {
    var call = checked(asked);
    var entered = enter();
    try {
      long started = System.nanoTime();
      entered.model().stream(call, each);
      stats.executed(Lane.rows(call), System.nanoTime() - started);
    } finally {
      entered.leave();
    }
  }

  private Resident enter() {
    lastUsedNanos = System.nanoTime();
    var found = resident;
    while (found == null || !found.enter()) {
      found = warm();
    }
    return found;
  }

  /// Loads a cold version; many callers wait for one load.
  private Resident warm() {
    synchronized (lock) {
      var found = resident;
      if (found != null) {
        return found;
      }
      if (state == ModelState.UNLOADED) {
        throw new ServeException.Retired(name());
      }
      if (state != ModelState.COLD) {
        throw notReady();
      }
      try {
        return read();
      } catch (ModelLoadException problem) {
        throw new ServeException.LoadFailed(String.valueOf(problem.getMessage()));
      }
    }
  }

  private ServeException notReady() {
    var why = reason.isEmpty() ? "" : ": " + reason;
    return new ServeException.NotReady(
        "Model with name " + name() + " is not ready (" + state.name() + why + ")");
  }

  /// Reads the model for the first time, and warms it up.
  void load() throws ModelLoadException {
    synchronized (lock) {
      try {
        var found = read();
        WarmUp.run(found.model(), plan.warmUp());
        state = ModelState.READY;
      } catch (ModelLoadException | RuntimeException problem) {
        fail(String.valueOf(problem.getMessage()));
        throw problem;
      }
    }
  }

  /// Under `lock`.
  private Resident read() throws ModelLoadException {
    long limit = residency.budgetBytes();
    residency.makeRoom(memoryBytes(), this);
    LoadedModel model =
        plan.engine().load(new ModelSource(name(), plan.artifact(), plan.options(), limit));
    if (model.memoryBytes() > limit) {
      model.close();
      throw new ModelLoadException(
          "model "
              + name()
              + " takes "
              + Bytes.words(model.memoryBytes())
              + ", all models together may take "
              + Bytes.words(limit));
    }
    about = new About(model.signatures(), model.platform(), model.memoryBytes(), model.batchable());
    var found = new Resident(model);
    resident = found;
    if (state == ModelState.COLD) {
      state = ModelState.READY;
    }
    residency.admitted(this);
    return found;
  }

  private void fail(String why) {
    state = ModelState.FAILED;
    reason = why;
  }

  long lastUsedNanos() {
    return lastUsedNanos;
  }

  /// Frees the memory of a version that nobody uses just now; the next request loads it again.
  ///
  /// @return whether it did
  boolean evict() {
    synchronized (lock) {
      var found = resident;
      if (found == null || !found.idle() || state != ModelState.READY) {
        return false;
      }
      state = ModelState.COLD;
      resident = null;
      found.retire();
      return true;
    }
  }

  /// Ends it: what is inside gets its answer, nobody else comes in, then memory is freed.
  void retire() {
    synchronized (lock) {
      var found = resident;
      if (state != ModelState.FAILED) {
        state = ModelState.UNLOADED;
      }
      resident = null;
      if (found != null) {
        found.retire();
      }
      lane.close();
    }
    residency.gone(this);
  }
}
