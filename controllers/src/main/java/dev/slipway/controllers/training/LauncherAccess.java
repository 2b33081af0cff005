package dev.slipway.controllers.training;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import tools.jackson.databind.node.ObjectNode;

/// What lets a launcher run commands in its workers: an account, a role, and their binding.
record LauncherAccess(TrainingJob job, String account) {
  static final Kind ROLE = Kind.namespaced("rbac.authorization.k8s.io", "v1", "Role", "roles");
  static final Kind ROLE_BINDING =
      Kind.namespaced("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings");

  void keep(Plan plan, Observed observed) {
    var key = Kinds.SERVICE_ACCOUNT.key(job.namespace(), account);
    boolean ours =
        observed
            .find(key)
            .filter(each -> !each.controllerUid().equals(job.object().uid()))
            .isEmpty();
    if (ours) {
      plan.keep(Kinds.SERVICE_ACCOUNT, named(account));
    }
    plan.keep(ROLE, role());
    plan.keep(ROLE_BINDING, binding());
  }

  private String name() {
    return job.name() + "-launcher";
  }

  private ObjectNode named(String name) {
    ObjectNode made = Json.object();
    made.putObject("metadata").put("name", name).putObject("labels").put("app", job.name());
    return made;
  }

  private ObjectNode role() {
    ObjectNode role = named(name());
    var rules = role.putArray("rules");
    ObjectNode look = rules.addObject();
    look.putArray("verbs").add("get").add("list").add("watch");
    look.putArray("apiGroups").add("");
    look.putArray("resources").add("pods");
    ObjectNode run = rules.addObject();
    run.putArray("verbs").add("create");
    run.putArray("apiGroups").add("");
    run.putArray("resources").add("pods/exec");
    var names = run.putArray("resourceNames");
    for (int i = 0; i < job.count("Worker"); i++) {
      names.add(job.replicaName("Worker", i));
    }
    return role;
  }

  private ObjectNode binding() {
    ObjectNode binding = named(name());
    binding
        .putArray("subjects")
        .addObject()
        .put("kind", "ServiceAccount")
        .put("name", account)
        .put("namespace", job.namespace());
    binding
        .putObject("roleRef")
        .put("apiGroup", ROLE.group())
        .put("kind", "Role")
        .put("name", name());
    return binding;
  }
}
