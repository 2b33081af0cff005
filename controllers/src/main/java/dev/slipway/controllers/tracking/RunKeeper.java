package dev.slipway.controllers.tracking;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The runs of jobs: one each, whoever asks first, and however often this program is started.
/// Thread-safe.
///
/// Implementation note. A run bears the uid of its object; it is looked for by that before it is
/// begun, under one lock. A crash between the beginning and the note on the object loses nothing.
public final class RunKeeper {
  /// The tag of a run that names its object.
  static final String UID = "slipway.uid";

  private static final Logger log = LoggerFactory.getLogger(RunKeeper.class);
  private static final int DEEPEST = 8;

  private final Cluster cluster;
  private final RunLedger ledger;
  private final String address;
  private final Map<String, Run> known = new ConcurrentHashMap<>();

  /// A run and the experiment that it is of.
  ///
  /// @param experiment its name
  record Run(String id, String experimentId, String experiment) {}

  /// @param address where pods reach the tracker
  public RunKeeper(Cluster cluster, RunLedger ledger, String address) {
    this.cluster = cluster;
    this.ledger = ledger;
    this.address = address;
  }

  /// What the containers of a pod find in their environment; nothing where nobody has asked.
  public Map<String, String> variables(Resource pod) {
    Optional<Resource> object = tracked(pod);
    if (object.isEmpty()) {
      return Map.of();
    }
    var all = new TreeMap<String, String>();
    all.put("MLFLOW_TRACKING_URI", address);
    try {
      Run run = run(object.get());
      all.put("MLFLOW_EXPERIMENT_NAME", run.experiment());
      all.put("MLFLOW_EXPERIMENT_ID", run.experimentId());
      all.put("MLFLOW_RUN_ID", run.id());
    } catch (RuntimeException problem) {
      log.warn("{} has no run: {}", object.get(), problem.getMessage());
    }
    return all;
  }

  /// The object whose run this one is part of: the outermost owner that asks; of a Katib experiment
  /// the trial below it.
  Optional<Resource> tracked(Resource object) {
    Optional<Resource> found = Optional.empty();
    Optional<Resource> trial = Optional.empty();
    Optional<Resource> at = Optional.of(object);
    for (int i = 0; at.isPresent() && i < DEEPEST; i++) {
      Resource each = at.get();
      if (each.kind().equals(Tracked.TRIAL)) {
        trial = at;
      }
      if (Tracked.asks(each) && Tracked.kinds().contains(each.kind())) {
        found = at;
      }
      at = owner(each);
    }
    boolean searched = found.filter(it -> it.kind().equals(Tracked.KATIB_EXPERIMENT)).isPresent();
    return searched && trial.isPresent() ? trial : found;
  }

  private Optional<Resource> owner(Resource object) {
    for (JsonNode each : object.at("metadata", "ownerReferences")) {
      if (each.path("controller").asBoolean(false)) {
        return Tracked.kind(each)
            .flatMap(kind -> cluster.get(kind.key(object.namespace(), Json.text(each, "name"))))
            .filter(found -> found.uid().equals(Json.text(each, "uid")));
      }
    }
    return Optional.empty();
  }

  /// The run of an object, begun where it has none.
  Run run(Resource object) {
    Run there = known.get(object.uid());
    return there != null ? there : begun(object);
  }

  private synchronized Run begun(Resource object) {
    Run there = known.get(object.uid());
    if (there != null) {
      return there;
    }
    Optional<Resource> above =
        object.kind().equals(Tracked.TRIAL) && !Tracked.asks(object)
            ? owner(object)
            : Optional.empty();
    String name = Tracked.experiment(above.orElse(object));
    String experiment = ledger.experiment(name);
    Optional<String> before = ledger.find(experiment, UID, object.uid());
    String id = before.orElseGet(() -> begin(object, above, experiment));
    var made = new Run(id, experiment, name);
    known.put(object.uid(), made);
    note(object, id);
    return made;
  }

  private String begin(Resource object, Optional<Resource> above, String experiment) {
    var tags = new LinkedHashMap<>(Tracked.tags(object));
    above.ifPresent(it -> tags.put("mlflow.parentRunId", run(it).id()));
    String id = ledger.begin(experiment, object.name(), tags);
    if (object.kind().equals(Tracked.TRIAL)) {
      ledger.parameters(id, Tracked.parameters(object));
    }
    return id;
  }

  private void note(Resource object, String run) {
    if (object.annotation(Tracked.RUN).equals(run)) {
      return;
    }
    ObjectNode patch = Json.object();
    Json.ensureObject(patch, "metadata", "annotations").put(Tracked.RUN, run);
    try {
      var _ = cluster.mergePatch(object.key(), "", patch);
    } catch (ClusterException gone) {
      log.debug("{} keeps no word of its run", object, gone);
    }
  }

  void forget(String uid) {
    known.remove(uid);
  }

  RunLedger ledger() {
    return ledger;
  }
}
