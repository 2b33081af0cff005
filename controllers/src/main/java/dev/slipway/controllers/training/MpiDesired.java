package dev.slipway.controllers.training;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import dev.slipway.controllers.training.TrainingJob.ReplicaSpec;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an MPIJob has beside its pods, and what its pods get of it: a hostfile, and a command that
/// runs others in a worker's pod where MPI would use ssh.
///
/// Source: `pkg/controller.v1/mpi/mpijob_controller.go`. Unlike there, no init container brings
/// kubectl or waits: the launcher is made once the workers run, and finds a kubectl on its way.
record MpiDesired(TrainingJob job) {
  private static final String MOUNT = "/etc/mpi";
  private static final String SCRIPT = "kubexec.sh";
  private static final String HOSTS = "hostfile";
  private static final String DISCOVER = "discover_hosts.sh";
  private static final String CONFIG_VOLUME = "mpi-job-config";
  private static final int RUNNABLE = 0555;
  private static final int READABLE = 0444;

  /// Keeps the ConfigMap and the launcher's rights.
  void keep(Plan plan, Observed observed, List<Resource> pods) {
    plan.keep(Kinds.CONFIG_MAP, config(pods));
    new LauncherAccess(job, account()).keep(plan, observed);
  }

  private JsonNode launcher() {
    return job.replica("Launcher").map(ReplicaSpec::template).orElse(Json.object()).path("spec");
  }

  private String account() {
    String given = Json.text(launcher(), "serviceAccountName");
    return given.isEmpty() ? job.name() + "-launcher" : given;
  }

  private int slots() {
    return job.spec().path("slotsPerWorker").asInt(1);
  }

  /// Whether the launcher computes, too.
  private boolean launcherHasGpu() {
    for (JsonNode container : launcher().path("containers")) {
      for (String name : container.path("resources").path("limits").propertyNames()) {
        if (name.contains("gpu")) {
          return true;
        }
      }
    }
    return false;
  }

  private ObjectNode config(List<Resource> pods) {
    ObjectNode map = Json.object();
    map.putObject("metadata")
        .put("name", job.name() + "-config")
        .putObject("labels")
        .put("app", job.name());
    var hosts = new StringBuilder();
    var running = new StringBuilder("#!/bin/sh");
    if (launcherHasGpu()) {
      String own = job.replicaName("Launcher", 0);
      hosts.append(own).append(" slots=").append(slots()).append('\n');
      running.append("\necho ").append(own).append(':').append(slots()).append('\n');
    }
    for (int i = 0; i < job.count("Worker"); i++) {
      hosts.append(job.replicaName("Worker", i)).append(" slots=").append(slots()).append('\n');
    }
    pods.stream()
        .filter(each -> each.label(TrainingJob.REPLICA_TYPE).equals("worker"))
        .filter(each -> each.text("status", "phase").equals("Running"))
        .map(Resource::name)
        .sorted()
        .forEach(each -> running.append("\necho ").append(each).append(':').append(slots()));
    map.putObject("data")
        .put(HOSTS, hosts.toString())
        .put(SCRIPT, script())
        .put(DISCOVER, running.toString());
    return map;
  }

  private String script() {
    String container = Json.text(job.spec(), "mainContainer");
    return """
    #!/bin/sh
    # Runs a command in the pod of a worker, as MPI asks for it: HOST COMMAND...
    set -x
    POD_NAME=$1
    shift
    KUBECTL=/opt/kube/kubectl
    [ -x "$KUBECTL" ] || KUBECTL=kubectl
    exec "$KUBECTL" exec "$POD_NAME"%s -- /bin/sh -c "$*"
    """
        .formatted(container.isEmpty() ? "" : " --container " + container);
  }

  /// Gives a pod what the other side expects it to have.
  ///
  /// @param pod the pod's spec, changed in place
  void furnish(ReplicaSpec replica, ObjectNode pod) {
    boolean launcher = replica.type().equals("Launcher");
    ObjectNode config = pod.withArray("volumes").addObject().put("name", CONFIG_VOLUME);
    ObjectNode map = config.putObject("configMap").put("name", job.name() + "-config");
    ArrayNode items = map.putArray("items");
    item(items, SCRIPT, RUNNABLE);
    if (launcher) {
      item(items, HOSTS, READABLE);
      item(items, DISCOVER, RUNNABLE);
      pod.put("serviceAccountName", account());
    }
    if (pod.path("containers").path(0) instanceof ObjectNode container) {
      container
          .withArray("volumeMounts")
          .addObject()
          .put("name", CONFIG_VOLUME)
          .put("mountPath", MOUNT);
      if (launcher) {
        launcherVariables(container);
      } else if (container.path("command").isEmpty()) {
        container.putArray("command").add("sleep");
        container.putArray("args").add("365d");
      }
    }
  }

  private static void item(ArrayNode items, String name, int mode) {
    items.addObject().put("key", name).put("path", name).put("mode", mode);
  }

  private void launcherVariables(ObjectNode container) {
    ArrayNode env = container.withArray("env");
    put(env, "OMPI_MCA_plm_rsh_agent", MOUNT + "/" + SCRIPT);
    put(env, "OMPI_MCA_orte_default_hostfile", MOUNT + "/" + HOSTS);
    if (!launcherHasGpu()) {
      put(env, "NVIDIA_VISIBLE_DEVICES", "");
      put(env, "NVIDIA_DRIVER_CAPABILITIES", "");
    }
    unlessSet(env, "I_MPI_HYDRA_BOOTSTRAP", "rsh");
    unlessSet(env, "I_MPI_HYDRA_BOOTSTRAP_EXEC", MOUNT + "/" + SCRIPT);
  }

  private static void put(ArrayNode env, String name, String value) {
    env.addObject().put("name", name).put("value", value);
  }

  private static void unlessSet(ArrayNode env, String name, String value) {
    for (JsonNode each : env) {
      if (Json.text(each, "name").equals(name)) {
        return;
      }
    }
    put(env, name, value);
  }
}
