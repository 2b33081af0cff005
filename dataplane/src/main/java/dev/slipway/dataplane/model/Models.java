package dev.slipway.dataplane.model;

import dev.slipway.inference.artifact.Artifact;
import dev.slipway.inference.artifact.Progress;
import dev.slipway.inference.engine.ModelLoadException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every model of a server, and the only place where they come and go. A model that is loaded again
/// keeps answering with its old versions until the new ones are ready. Thread-safe.
public final class Models implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Models.class);

  private final ModelOpener opener;
  private final Residency residency;
  private final Map<String, Model> byName = new ConcurrentHashMap<>();
  private final Map<String, ModelSettings> known = new ConcurrentHashMap<>();
  private final Map<String, Artifact> artifacts = new ConcurrentHashMap<>();
  private final Map<String, Object> loads = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ExecutorService loaders;
  private final Optional<ModelMemory> own;

  /// With memory of its own, given back when it is closed.
  ///
  /// @param memoryBudgetBytes all models together
  public Models(ModelOpener opener, long memoryBudgetBytes) {
    this(opener, new ModelMemory(memoryBudgetBytes), true);
  }

  /// Beside others in the same memory.
  public Models(ModelOpener opener, ModelMemory shared) {
    this(opener, shared, false);
  }

  private Models(ModelOpener opener, ModelMemory memory, boolean owned) {
    this.opener = opener;
    this.residency = memory.residency();
    this.loaders = memory.loaders();
    this.own = owned ? Optional.of(memory) : Optional.empty();
  }

  /// Loads a model, or loads it again; what is served meanwhile stays.
  ///
  /// @return done when the model answers; fails with [ServeException.LoadFailed]
  public CompletableFuture<Model> load(ModelSettings settings) {
    return load(settings, Progress.Listener.none());
  }

  /// As [#load(ModelSettings)].
  ///
  /// @param progress told while files are fetched
  public CompletableFuture<Model> load(ModelSettings settings, Progress.Listener progress) {
    known.put(settings.name(), settings);
    change(
        settings.name(),
        found -> new Model(found.name(), found.versions(), found.labels(), true, ""));
    return CompletableFuture.supplyAsync(() -> loadNow(settings, progress), loaders);
  }

  /// Loads a known model again, from where it came.
  ///
  /// @throws ServeException.UnknownModel if no model of that name was ever loaded
  public CompletableFuture<Model> reload(String name) {
    var settings = known.get(name);
    if (settings == null) {
      throw unknown(name);
    }
    return load(settings);
  }

  /// As [#reload(String)], this once under a configuration of Triton's in JSON, in place of the one
  /// that lies with the model.
  public CompletableFuture<Model> reload(String name, String config) {
    var settings = known.get(name);
    if (settings == null) {
      throw unknown(name);
    }
    var options = new HashMap<>(settings.options());
    options.put(ModelOpener.CONFIG, config);
    var loading = load(settings.withOptions(options));
    known.put(name, settings);
    return loading;
  }

  private Model loadNow(ModelSettings settings, Progress.Listener progress) {
    var turn = loads.computeIfAbsent(settings.name(), _ -> new Object());
    synchronized (turn) {
      try {
        return publish(settings.name(), opener.open(settings, progress, this::serving));
      } catch (ModelLoadException | RuntimeException problem) {
        var why = String.valueOf(problem.getMessage());
        LOG.debug("model {} could not be loaded", settings.name(), problem);
        change(
            settings.name(),
            found -> new Model(found.name(), found.versions(), found.labels(), false, why));
        throw new ServeException.LoadFailed(why);
      }
    }
  }

  /// Loads the new versions beside the old ones, swaps them, and lets the old ones go.
  private Model publish(String name, OpenedModel opened) throws ModelLoadException {
    var fresh = new ArrayList<Servable>();
    try {
      for (var plan : opened.versions()) {
        var servable = new Servable(plan, residency, () -> successor(name, plan.version()));
        fresh.add(servable);
        servable.load();
      }
    } catch (ModelLoadException | RuntimeException problem) {
      fresh.forEach(Servable::retire);
      opened.artifact().close();
      throw problem;
    }
    var earlier = artifacts.put(name, opened.artifact());
    List<Servable> before = new ArrayList<>();
    var model = new Model(name, fresh, opened.labels(), false, "");
    byName.compute(
        name,
        (_, old) -> {
          if (old != null) {
            before.addAll(old.versions());
          }
          return model;
        });
    tell();
    before.forEach(Servable::retire);
    if (earlier != null) {
      earlier.close();
    }
    return model;
  }

  private void change(String name, UnaryOperator<Model> how) {
    byName.compute(
        name,
        (_, found) ->
            how.apply(found == null ? new Model(name, List.of(), Map.of(), true, "") : found));
    tell();
  }

  /// Runs after every change of what is served, on the thread that made it: must not block.
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  private void tell() {
    listeners.forEach(Runnable::run);
  }

  /// Ends a model: requests inside get their answers, new ones find it gone.
  ///
  /// @throws ServeException.UnknownModel if there is none of that name
  public void unload(String name) {
    var gone = byName.remove(name);
    if (gone == null) {
      throw unknown(name);
    }
    tell();
    retire(gone);
  }

  private void retire(Model gone) {
    gone.versions().forEach(Servable::retire);
    var files = artifacts.remove(gone.name());
    if (files != null) {
      files.close();
    }
  }

  /// Looks whether versions came or went in directories of versions, and loads those models again;
  /// what
  /// is served stays until the new versions are ready. For a caller that looks now and then.
  public void refresh() {
    for (var model : all()) {
      var settings = known.get(model.name());
      if (settings == null || model.loading()) {
        continue;
      }
      var there = Set.copyOf(opener.versionsNow(settings));
      var served =
          model.versions().stream().map(Servable::version).collect(Collectors.toUnmodifiableSet());
      if (!there.isEmpty() && !there.equals(served)) {
        var _ = load(settings);
      }
    }
  }

  public Optional<Model> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /// The version that answers a request.
  ///
  /// @param version `""` for the newest that is ready
  /// @throws ServeException.UnknownModel if name or version is not there
  /// @throws ServeException.NotReady if it cannot answer now
  @SuppressWarnings("ReferenceEquality") // a snapshot is the same or another
  public Servable serving(String name, String version) {
    var model = byName.get(name);
    while (model != null) {
      var found = version.isEmpty() ? model.latest() : model.version(version);
      if (found.isPresent() && found.get().state().servable()) {
        return found.get();
      }
      var newer = byName.get(name);
      if (newer == model) {
        throw found.isEmpty() && !version.isEmpty()
            ? unknownVersion(model, version)
            : notReady(model);
      }
      model = newer; // it was replaced while we looked
    }
    throw unknown(name);
  }

  private static ServeException unknownVersion(Model model, String version) {
    return new ServeException.UnknownModel(
        "Model with name "
            + model.name()
            + " has no version "
            + version
            + " (it has: "
            + model.versions().stream().map(Servable::version).toList()
            + ")");
  }

  /// What answers in place of a version that was replaced.
  private Servable successor(String name, String version) {
    var model = find(name).orElseThrow(() -> unknown(name));
    return serving(name, model.version(version).isPresent() ? version : "");
  }

  /// The version a label names.
  ///
  /// @throws ServeException.UnknownModel if the model or the label is not there
  public Servable labelled(String name, String label) {
    var model = find(name).orElseThrow(() -> unknown(name));
    var version = model.labels().get(label);
    if (version == null) {
      throw new ServeException.UnknownModel(
          "Model with name "
              + name
              + " has no label "
              + label
              + " (it has: "
              + model.labels().keySet()
              + ")");
    }
    return serving(name, version);
  }

  private static ServeException unknown(String name) {
    return new ServeException.UnknownModel("Model with name " + name + " does not exist.");
  }

  private static ServeException notReady(Model model) {
    var why = model.reason().isEmpty() ? "" : " " + model.reason();
    return new ServeException.NotReady("Model with name " + model.name() + " is not ready." + why);
  }

  /// All models, by name.
  public List<Model> all() {
    return sorted(byName.values());
  }

  private static List<Model> sorted(Collection<Model> some) {
    return some.stream().sorted(Comparator.comparing(Model::name)).toList();
  }

  /// Whether every model answers.
  public boolean ready() {
    for (var model : byName.values()) {
      if (!model.ready()) {
        return false;
      }
    }
    return true;
  }

  /// Memory held by models, in bytes; an estimate. With shared memory, that of all who share it.
  public long memoryBytes() {
    return residency.usedBytes();
  }

  public long memoryBudgetBytes() {
    return residency.budgetBytes();
  }

  @Override
  public void close() {
    own.ifPresent(ModelMemory::close);
    for (var name : List.copyOf(byName.keySet())) {
      var gone = byName.remove(name);
      if (gone != null) {
        retire(gone);
      }
    }
  }
}
