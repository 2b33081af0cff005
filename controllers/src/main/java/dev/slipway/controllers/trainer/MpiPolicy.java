package dev.slipway.controllers.trainer;

import dev.slipway.api.trainer.Trainer;
import dev.slipway.base.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `mlPolicy.mpi`: a launcher that reaches the nodes of a host file by ssh.
///
/// Source: `pkg/runtime/framework/plugins/mpi/mpi.go`.
final class MpiPolicy {
  static final String SECRET = "-mpi-ssh-auth";
  static final String HOST_FILE = "-mpi-hostfile";
  private static final String AUTH_VOLUME = "mpi-ssh-auth";
  private static final String HOST_VOLUME = "mpi-hostfile";
  private static final String HOST_DIRECTORY = "/etc/mpi";
  private static final int PRIVATE = 0640;
  private static final int PUBLIC = 0644;
  private static final int SECRET_MODE = 0400;
  private static final int READABLE = 0444;

  private final Blueprint blueprint;
  private final JsonNode policy;
  private final boolean launcherIsNode;
  private final int slots;

  MpiPolicy(Blueprint blueprint) {
    this.blueprint = blueprint;
    this.policy = blueprint.policy("mpi");
    this.launcherIsNode = policy.path("runLauncherAsNode").asBoolean(false);
    this.slots = slots();
  }

  /// Processes a node: as asked, else one a GPU where the runtime does not say.
  private int slots() {
    JsonNode asked = blueprint.trainer().path("numProcPerNode");
    if (asked.isNumber()) {
      return asked.asInt();
    }
    int given = policy.path("numProcPerNode").asInt(1);
    return given == 1 ? Math.max(1, blueprint.capacity().gpus()) : given;
  }

  void apply() {
    JsonNode nodes = blueprint.trainer().path("numNodes");
    if (nodes.isNumber() && blueprint.entry(Trainer.NODE).isPresent()) {
      int pods = launcherIsNode ? Math.max(nodes.asInt() - 1, 1) : nodes.asInt();
      blueprint.setCount(Trainer.NODE, pods);
    }
    for (String name : List.of(Trainer.NODE, Trainer.LAUNCHER)) {
      blueprint.entry(name).ifPresent(entry -> equip(entry, name.equals(Trainer.LAUNCHER)));
    }
  }

  private void equip(ObjectNode entry, boolean launches) {
    ObjectNode pod = Blueprint.pod(entry);
    PodEdit.volume(pod, authVolume());
    if (launches) {
      PodEdit.volume(pod, hostVolume());
    }
    Blueprint.container(entry, Trainer.NODE)
        .ifPresent(
            container -> {
              PodEdit.mount(
                  container,
                  mount(AUTH_VOLUME, policy.path("sshAuthMountPath").asString("/root/.ssh")));
              if (launches) {
                launcher(container);
              }
              if (launches || launcherIsNode) {
                PodEdit.envs(container, blueprint.trainer().path("env"));
              }
            });
  }

  private void launcher(ObjectNode container) {
    PodEdit.mount(container, mount(HOST_VOLUME, HOST_DIRECTORY));
    PodEdit.env(container, "OMPI_MCA_orte_default_hostfile", HOST_DIRECTORY + "/hostfile");
    PodEdit.env(container, "OMPI_MCA_orte_keep_fqdn_hostnames", "true");
    PodEdit.env(container, "OMPI_MCA_orte_set_default_slots", Integer.toString(slots));
    PodEdit.env(container, "OMPI_MCA_plm_rsh_args", "-o ConnectionAttempts=10");
  }

  private static ObjectNode mount(String volume, String path) {
    return Json.object().put("name", volume).put("mountPath", path);
  }

  private ObjectNode authVolume() {
    ObjectNode volume = Json.object().put("name", AUTH_VOLUME);
    ObjectNode secret =
        volume
            .putObject("secret")
            .put("secretName", blueprint.job().name() + SECRET)
            .put("defaultMode", SECRET_MODE);
    ArrayNode items = secret.putArray("items");
    item(items, SshKeys.PRIVATE, "id_rsa", PRIVATE);
    item(items, SshKeys.PUBLIC, "id_rsa.pub", PUBLIC);
    item(items, SshKeys.PUBLIC, "authorized_keys", PUBLIC);
    return volume;
  }

  private ObjectNode hostVolume() {
    ObjectNode volume = Json.object().put("name", HOST_VOLUME);
    ObjectNode map = volume.putObject("configMap").put("name", blueprint.job().name() + HOST_FILE);
    item(map.putArray("items"), "hostfile", "hostfile", READABLE);
    return volume;
  }

  private static void item(ArrayNode items, String key, String path, int mode) {
    items.addObject().put("key", key).put("path", path).put("mode", mode);
  }

  /// The ConfigMap with the host file: a line a node.
  ObjectNode hostFile() {
    var lines = new StringBuilder();
    for (ObjectNode entry : blueprint.entries()) {
      String name = Json.text(entry, "name");
      boolean runs = name.equals(Trainer.NODE) || (launcherIsNode && name.equals(Trainer.LAUNCHER));
      for (int pod = 0; runs && pod < blueprint.count(name); pod++) {
        lines.append(blueprint.endpoint(name, pod)).append(" slots=").append(slots).append('\n');
      }
    }
    ObjectNode map = Json.object();
    map.putObject("metadata").put("name", blueprint.job().name() + HOST_FILE);
    map.putObject("data").put("hostfile", lines.toString());
    return map;
  }
}
