package dev.slipway.apiserver.access.rbac;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.resource.LocalApi;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Decides by Roles, ClusterRoles and their bindings. Thread-safe.
///
/// Idea: one immutable index, rebuilt by the first question after [#changed] was called; until then
/// a question costs a volatile read and a few hash look-ups. The count of changes is read before
/// the objects are, so a change that arrives during a rebuild makes the next question rebuild
/// again.
public final class RbacAuthorizer implements Authorizer {
  /// The API group whose objects this reads; a change to any of them calls for [#changed].
  public static final String GROUP = RbacIndex.GROUP;

  private static final Decision SUPERUSER = new Decision(true, "");

  private record Snapshot(long change, RbacIndex index) {}

  private final LocalApi api;
  private final AtomicLong changes = new AtomicLong();
  private volatile @Nullable Snapshot snapshot;

  public RbacAuthorizer(LocalApi api) {
    this.api = api;
  }

  /// A Role, ClusterRole or binding was written; returns at once.
  public void changed() {
    changes.incrementAndGet();
  }

  @Override
  public Decision authorize(Attributes attributes) {
    if (attributes.user().groups().contains(UserInfo.MASTERS)) {
      return SUPERUSER;
    }
    return index().decide(attributes);
  }

  /// The rules a user holds, for reviews and escalation checks.
  ///
  /// @param namespace empty for cluster-wide rights only
  public RulesHeld rulesFor(UserInfo user, String namespace) {
    RbacIndex.Held held = index().rulesFor(user, namespace);
    return new RulesHeld(held.rules(), held.problems());
  }

  /// @param problems why the rules of some bindings could not be found
  public record RulesHeld(List<PolicyRule> rules, List<String> problems) {
    public RulesHeld {
      rules = List.copyOf(rules);
      problems = List.copyOf(problems);
    }
  }

  /// The rules of the role that a `roleRef` names; empty where there is no such role.
  ///
  /// @param namespace of the binding; empty for a ClusterRoleBinding
  Optional<List<PolicyRule>> rulesOf(JsonNode roleRef, String namespace) {
    return index().rulesOf(roleRef, namespace);
  }

  private RbacIndex index() {
    Snapshot current = snapshot;
    if (current != null && current.change() == changes.get()) {
      return current.index();
    }
    return rebuilt();
  }

  private synchronized RbacIndex rebuilt() {
    long change = changes.get();
    Snapshot current = snapshot;
    if (current != null && current.change() == change) {
      return current.index();
    }
    var index =
        new RbacIndex(
            api.list(GROUP, "clusterroles", ""),
            api.list(GROUP, "roles", ""),
            api.list(GROUP, "clusterrolebindings", ""),
            api.list(GROUP, "rolebindings", ""));
    snapshot = new Snapshot(change, index);
    return index;
  }
}
